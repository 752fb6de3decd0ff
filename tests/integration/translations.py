"""Check that every text that Plex Pulse shows has an English translation.

Home Assistant shows a raw key if a translation is missing, and its own check for that is
not part of pytest-homeassistant-custom-component.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
import json
from pathlib import Path
from string import Formatter
from typing import Any, Final

from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import OptionsFlow
from homeassistant.data_entry_flow import FlowHandler, FlowManager, FlowResultType, section
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest

import custom_components.plex_pulse
from custom_components.plex_pulse.const import DOMAIN

type _HandleStep = Callable[
    [object, FlowHandler[Any, Any], str, object], Awaitable[Mapping[str, Any]]
]

_PACKAGE: Final = custom_components.plex_pulse.__name__
_FOLDER: Final = Path(*custom_components.plex_pulse.__path__)
_ENGLISH: Final[Mapping[str, Any]] = json.loads(
    (_FOLDER / "translations" / "en.json").read_text(encoding="utf-8")
)
_SHOWN: Final = frozenset({FlowResultType.FORM, FlowResultType.MENU, FlowResultType.EXTERNAL_STEP})


class TranslationWatch:
    """Records texts of flows, exceptions and issues without a translation or placeholder."""

    def __init__(self) -> None:
        """Start without problems."""
        self.problems: list[str] = []

    def flow_result(self, flow: FlowHandler[Any, Any], result: Mapping[str, Any]) -> None:
        """Check the result of a step of one of the integration's flows."""
        if not type(flow).__module__.startswith(_PACKAGE):
            return
        if result["type"] is FlowResultType.CREATE_ENTRY:
            return
        category = _category(flow)
        placeholders = result.get("description_placeholders")
        if result["type"] is FlowResultType.ABORT:
            self._look_up(f"{category}.abort.{result['reason']}", placeholders)
            return
        if result["type"] not in _SHOWN:
            return
        step = f"{category}.step.{result['step_id']}"
        self._look_up(f"{step}.title", placeholders)
        for error in (result.get("errors") or {}).values():
            self._look_up(f"{category}.error.{error}", placeholders)
        for option in result.get("menu_options", ()):
            self._look_up(f"{step}.menu_options.{option}", placeholders)
        if result["type"] is FlowResultType.FORM:
            for key in _field_keys(step, result["data_schema"].schema):
                self._look_up(key, placeholders)
        for key, text in _texts(step, _find(step)):
            self._fill(key, text, placeholders)

    def exception(self, err: HomeAssistantError) -> None:
        """Check an exception with a translation key of the integration."""
        if err.translation_domain == DOMAIN:
            key = f"exceptions.{err.translation_key}.message"
            self._look_up(key, err.translation_placeholders)

    def issue(self, domain: str, issue: Mapping[str, Any]) -> None:
        """Check an issue of the integration."""
        if domain == DOMAIN:
            key = f"issues.{issue['translation_key']}.title"
            self._look_up(key, issue["translation_placeholders"])

    def _look_up(self, key: str, placeholders: Mapping[str, str] | None) -> None:
        """Record a key without a text."""
        if isinstance(text := _find(key), str):
            self._fill(key, text, placeholders)
        else:
            self.problems.append(f"{key} has no translation")

    def _fill(self, key: str, text: str, placeholders: Mapping[str, str] | None) -> None:
        """Record a placeholder without a value."""
        for _, name, _, _ in Formatter().parse(text):
            if name is not None and name not in (placeholders or {}):
                self.problems.append(f"{key}: no value for {name}")


def _category(flow: FlowHandler[Any, Any]) -> str:
    """Return the key below which the texts of a flow are."""
    if isinstance(flow, RepairsFlow):
        issue = ir.async_get(flow.hass).async_get_issue(DOMAIN, flow.issue_id)
        assert issue is not None
        return f"issues.{issue.translation_key}.fix_flow"
    return "options" if isinstance(flow, OptionsFlow) else "config"


def _find(key: str) -> Any:  # noqa: ANN401 - a leaf or a branch of JSON
    """Return the value at a dotted key, None if there is none."""
    found: Any = _ENGLISH
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _texts(key: str, branch: object) -> Iterator[tuple[str, str]]:
    """Yield all texts below a key with their keys."""
    if isinstance(branch, dict):
        for name, below in branch.items():
            yield from _texts(f"{key}.{name}", below)
    elif isinstance(branch, str):
        yield key, branch


def _field_keys(step: str, schema: Mapping[Any, object]) -> Iterator[str]:
    """Yield the keys of the labels of a form's fields."""
    for marker, field in schema.items():
        if isinstance(field, section):
            yield f"{step}.sections.{marker}.name"
            yield from _field_keys(f"{step}.sections.{marker}", field.schema.schema)
        else:
            yield f"{step}.data.{marker}"


def watch_translations(monkeypatch: pytest.MonkeyPatch) -> TranslationWatch:
    """Start checking all texts that are shown, and return the recorder."""
    watch = TranslationWatch()

    def observe(owner: type, name: str, observer: Callable[..., None]) -> None:
        """Call the observer with the result and the arguments of a method."""
        monkeypatch.setattr(owner, name, _observed(getattr(owner, name), observer))

    # The only place that every result of a step passes through.
    name = "_async_handle_step"
    monkeypatch.setattr(FlowManager, name, _observed_step(getattr(FlowManager, name), watch))
    observe(
        HomeAssistantError, "__init__", lambda _none, err, *_args, **_kwargs: watch.exception(err)
    )
    observe(
        ir.IssueRegistry,
        "async_get_or_create",
        lambda _entry, _registry, domain, _id, **issue: watch.issue(domain, issue),
    )
    return watch


def _observed_step(handle_step: _HandleStep, watch: TranslationWatch) -> _HandleStep:
    """Return a step handler that also checks the result."""

    async def watched(
        manager: object, flow: FlowHandler[Any, Any], step_id: str, user_input: object
    ) -> Mapping[str, Any]:
        result = await handle_step(manager, flow, step_id, user_input)
        watch.flow_result(flow, result)
        return result

    return watched


def _observed[**P, R](original: Callable[P, R], observer: Callable[..., None]) -> Callable[P, R]:
    """Return a function that does the same and then calls the observer."""

    def function(*args: P.args, **kwargs: P.kwargs) -> R:
        result = original(*args, **kwargs)
        observer(result, *args, **kwargs)
        return result

    return function

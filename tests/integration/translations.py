"""Hold every text that Plex Pulse shows against its English translation.

Home Assistant shows a raw key where a translation lacks, and its own check for that is
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
    """Note what flows, exceptions and issues show that has no words, or words with a gap."""

    def __init__(self) -> None:
        """Start without a complaint."""
        self.problems: list[str] = []

    def flow_result(self, flow: FlowHandler[Any, Any], result: Mapping[str, Any]) -> None:
        """Look at what a step of a flow of ours answers."""
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
        """Look at an exception that is translated by us."""
        if err.translation_domain == DOMAIN:
            key = f"exceptions.{err.translation_key}.message"
            self._look_up(key, err.translation_placeholders)

    def issue(self, domain: str, issue: Mapping[str, Any]) -> None:
        """Look at an issue of ours."""
        if domain == DOMAIN:
            key = f"issues.{issue['translation_key']}.title"
            self._look_up(key, issue["translation_placeholders"])

    def _look_up(self, key: str, placeholders: Mapping[str, str] | None) -> None:
        """Complain of a key without a text."""
        if isinstance(text := _find(key), str):
            self._fill(key, text, placeholders)
        else:
            self.problems.append(f"{key} has no translation")

    def _fill(self, key: str, text: str, placeholders: Mapping[str, str] | None) -> None:
        """Complain of a placeholder that nothing is given for."""
        for _, name, _, _ in Formatter().parse(text):
            if name is not None and name not in (placeholders or {}):
                self.problems.append(f"{key}: nothing is given for {name}")


def _category(flow: FlowHandler[Any, Any]) -> str:
    """Return where the texts of a flow are."""
    if isinstance(flow, RepairsFlow):
        issue = ir.async_get(flow.hass).async_get_issue(DOMAIN, flow.issue_id)
        assert issue is not None
        return f"issues.{issue.translation_key}.fix_flow"
    return "options" if isinstance(flow, OptionsFlow) else "config"


def _find(key: str) -> Any:  # noqa: ANN401 - a leaf or a branch of JSON
    """Return what stands at a dotted key, None if nothing does."""
    found: Any = _ENGLISH
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _texts(key: str, branch: object) -> Iterator[tuple[str, str]]:
    """Yield the texts below a key."""
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
    """Return a watch that sees all that is shown from now on."""
    watch = TranslationWatch()

    def overhear(owner: type, name: str, tell: Callable[..., None]) -> None:
        """Have a method tell its result and its arguments."""
        monkeypatch.setattr(owner, name, _telling(getattr(owner, name), tell))

    # The one place through which every step's result passes, whatever made it.
    name = "_async_handle_step"
    monkeypatch.setattr(FlowManager, name, _watched(getattr(FlowManager, name), watch))
    overhear(
        HomeAssistantError, "__init__", lambda _none, err, *_args, **_kwargs: watch.exception(err)
    )
    overhear(
        ir.IssueRegistry,
        "async_get_or_create",
        lambda _entry, _registry, domain, _id, **issue: watch.issue(domain, issue),
    )
    return watch


def _watched(handle_step: _HandleStep, watch: TranslationWatch) -> _HandleStep:
    """Return what handles a step just so, and has the watch look at its result."""

    async def watched(
        manager: object, flow: FlowHandler[Any, Any], step_id: str, user_input: object
    ) -> Mapping[str, Any]:
        result = await handle_step(manager, flow, step_id, user_input)
        watch.flow_result(flow, result)
        return result

    return watched


def _telling[**P, R](original: Callable[P, R], tell: Callable[..., None]) -> Callable[P, R]:
    """Return a function that does the same and tells."""

    def function(*args: P.args, **kwargs: P.kwargs) -> R:
        result = original(*args, **kwargs)
        tell(result, *args, **kwargs)
        return result

    return function

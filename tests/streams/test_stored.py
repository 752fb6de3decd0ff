"""Conversion of models to JSON and back."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from custom_components.plex_pulse.streams.stored import from_json, to_json


@dataclass(frozen=True, kw_only=True)
class _Model:
    """A model with all kinds of values."""

    name: str | None
    at: datetime
    inner: _Model | None = None


MODEL = _Model(
    name="outer",
    at=datetime(2026, 9, 21, 12, tzinfo=UTC),
    inner=_Model(name=None, at=datetime(2026, 9, 22, tzinfo=UTC)),
)


def test_model_is_the_same_after_storing() -> None:
    assert from_json(_Model, to_json(MODEL)) == MODEL


@pytest.mark.parametrize("value", [{"a"}, b"bytes", [1], _Model], ids=repr)
def test_value_without_a_stored_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="cannot be stored"):
        to_json((1, value))


@pytest.mark.parametrize(
    "value",
    [None, "text", [], {}, {"name": 1, "at": "2026-09-21"}, {"name": "a", "at": "noon"}],
    ids=repr,
)
def test_value_of_another_form_does_not_fit(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_json(_Model, value)

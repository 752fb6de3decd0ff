"""The options form: its fields, validation, and conversion of its input to options."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
)
import voluptuous as vol

from ..const import (
    CONF_ALLOW_USERS,
    CONF_FOLLOWED_USERS,
    CONF_HISTORY_ALL_NAMES,
    CONF_RETRY,
)
from ..options import DEFAULT_POLICY, followed_users, has_all_names, retry_policy


def _number(low: float, high: float, step: float, unit: str | None = None) -> NumberSelector:
    """Return a selector for a number between `low` and `high`."""
    config = NumberSelectorConfig(min=low, max=high, step=step, mode=NumberSelectorMode.BOX)
    if unit is not None:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


# Jitter is not offered: there is no reason for a user to change it.
_FIELDS: Final = {
    "max_retries": _number(0, 10, 1),
    "base_delay": _number(0.01, 60, 0.01, "s"),
    "max_delay": _number(0.1, 300, 0.1, "s"),
    "attempt_timeout": _number(1, 120, 1, "s"),
    "total_timeout": _number(1, 300, 1, "s"),
}

_BASE_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_RETRY): section(
            vol.Schema(
                {
                    vol.Required(name, default=getattr(DEFAULT_POLICY, name)): selector
                    for name, selector in _FIELDS.items()
                }
            )
        ),
        vol.Optional(CONF_ALLOW_USERS): BooleanSelector(),
    }
)


def options_schema(users: Mapping[str, str]) -> vol.Schema:
    """Return the form; it has fields for users if `users` (names by id) has any."""
    if not users:
        return _BASE_SCHEMA
    choices = [
        SelectOptionDict(value=account_id, label=name)
        for account_id, name in sorted(users.items(), key=lambda user: user[1].casefold())
    ]
    selector = SelectSelector(SelectSelectorConfig(options=choices, multiple=True))
    return _BASE_SCHEMA.extend(
        {
            vol.Optional(CONF_FOLLOWED_USERS): selector,
            vol.Optional(CONF_HISTORY_ALL_NAMES): BooleanSelector(),
        }
    )


def form_values(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the values that the form shows for the options of an entry."""
    return {**options, CONF_FOLLOWED_USERS: list(followed_users(options))}


def merge_options(
    user_input: Mapping[str, Any], options: Mapping[str, Any], users: Mapping[str, str]
) -> dict[str, Any]:
    """Return the new options for the input of a form that offered `users`.

    If it offered none, the followed users are kept: the form had no field for them.
    """
    followed = followed_users(options)
    if users:
        chosen: list[str] = user_input.get(CONF_FOLLOWED_USERS, [])
        followed = {account_id: users[account_id] for account_id in chosen}
    merged = {CONF_RETRY: user_input[CONF_RETRY], CONF_FOLLOWED_USERS: followed}
    if user_input.get(CONF_HISTORY_ALL_NAMES, not users and has_all_names(options)):
        merged[CONF_HISTORY_ALL_NAMES] = True
    if user_input.get(CONF_ALLOW_USERS):
        merged[CONF_ALLOW_USERS] = True
    return merged


def policy_problem(options: Mapping[str, Any]) -> str | None:
    """Return the error key of an inconsistent retry policy, None if it is consistent."""
    policy = retry_policy(options)
    if policy.base_delay > policy.max_delay:
        return "delay_above_maximum"
    if policy.attempt_timeout > policy.total_timeout:
        return "attempt_above_total"
    return None

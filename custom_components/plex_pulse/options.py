"""The options of an entry: how the retry policy is shown, checked and read."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
)
import voluptuous as vol

from .api import RetryPolicy
from .const import CONF_RETRY

_DEFAULTS: Final = RetryPolicy()


def _number(low: float, high: float, step: float, unit: str | None = None) -> NumberSelector:
    """Return a field for a number."""
    config = NumberSelectorConfig(min=low, max=high, step=step, mode=NumberSelectorMode.BOX)
    if unit is not None:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


# The share that chance takes off stays as it is: nobody gains by choosing it.
_FIELDS: Final = {
    "max_retries": _number(0, 10, 1),
    "base_delay": _number(0.01, 60, 0.01, "s"),
    "max_delay": _number(0.1, 300, 0.1, "s"),
    "attempt_timeout": _number(1, 120, 1, "s"),
    "total_timeout": _number(1, 300, 1, "s"),
}

OPTIONS_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_RETRY): section(
            vol.Schema(
                {
                    vol.Required(name, default=getattr(_DEFAULTS, name)): selector
                    for name, selector in _FIELDS.items()
                }
            )
        )
    }
)


def retry_policy(options: Mapping[str, Any]) -> RetryPolicy:
    """Return the policy of an entry; what is missing is as it always was."""
    chosen: Mapping[str, float] = options.get(CONF_RETRY, {})
    values = {
        field.name: chosen.get(field.name, getattr(_DEFAULTS, field.name))
        for field in fields(RetryPolicy)
    }
    return RetryPolicy(**values | {"max_retries": int(values["max_retries"])})


def policy_problem(options: Mapping[str, Any]) -> str | None:
    """Return the error key for a policy that contradicts itself, None for a sound one."""
    policy = retry_policy(options)
    if policy.base_delay > policy.max_delay:
        return "delay_above_maximum"
    if policy.attempt_timeout > policy.total_timeout:
        return "attempt_above_total"
    return None

"""Read the options of a config entry."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from .api import RetryPolicy
from .const import CONF_FOLLOWED_USERS, CONF_RETRY

DEFAULT_POLICY: Final = RetryPolicy()


def followed_users(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of the followed users by account id."""
    return dict(options.get(CONF_FOLLOWED_USERS, {}))


def retry_policy(options: Mapping[str, Any]) -> RetryPolicy:
    """Return the retry policy; fields that the options do not have keep their default."""
    chosen: Mapping[str, float] = options.get(CONF_RETRY, {})
    values = {
        field.name: chosen.get(field.name, getattr(DEFAULT_POLICY, field.name))
        for field in fields(RetryPolicy)
    }
    return RetryPolicy(**values | {"max_retries": int(values["max_retries"])})


def has_shortened_timeouts(options: Mapping[str, Any]) -> bool:
    """Return whether a timeout of the retry policy is shorter than its default."""
    policy = retry_policy(options)
    return (
        policy.attempt_timeout < DEFAULT_POLICY.attempt_timeout
        or policy.total_timeout < DEFAULT_POLICY.total_timeout
    )

"""Read the options of an entry."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from .api import RetryPolicy
from .const import CONF_FOLLOWED_USERS, CONF_RETRY

DEFAULT_POLICY: Final = RetryPolicy()


def followed_users(options: Mapping[str, Any]) -> dict[str, str]:
    """Return whose playing is followed, as names by account id."""
    return dict(options.get(CONF_FOLLOWED_USERS, {}))


def retry_policy(options: Mapping[str, Any]) -> RetryPolicy:
    """Return the policy of an entry; what is missing is as it always was."""
    chosen: Mapping[str, float] = options.get(CONF_RETRY, {})
    values = {
        field.name: chosen.get(field.name, getattr(DEFAULT_POLICY, field.name))
        for field in fields(RetryPolicy)
    }
    return RetryPolicy(**values | {"max_retries": int(values["max_retries"])})


def has_shortened_timeouts(options: Mapping[str, Any]) -> bool:
    """Return whether the policy gives a server less time than it does unless changed."""
    policy = retry_policy(options)
    return (
        policy.attempt_timeout < DEFAULT_POLICY.attempt_timeout
        or policy.total_timeout < DEFAULT_POLICY.total_timeout
    )

"""Read the options of a config entry."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from .api import RetryPolicy
from .const import CONF_FOLLOWED_USERS, CONF_HISTORY_ALL_NAMES, CONF_RETRY

DEFAULT_POLICY: Final = RetryPolicy()
MAX_TIMEOUT_SECONDS: Final = 300.0
"""Limit of the total timeout in the options form."""


def followed_users(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of the followed users by account id."""
    return dict(options.get(CONF_FOLLOWED_USERS, {}))


def has_all_names(options: Mapping[str, Any]) -> bool:
    """Return whether lists of the history name all users, not only the followed ones."""
    return bool(options.get(CONF_HISTORY_ALL_NAMES, False))


def retry_policy(options: Mapping[str, Any]) -> RetryPolicy:
    """Return the retry policy; fields that the options do not have keep their default."""
    chosen: Mapping[str, float] = options.get(CONF_RETRY, {})
    values = {
        field.name: chosen.get(field.name, getattr(DEFAULT_POLICY, field.name))
        for field in fields(RetryPolicy)
    }
    return RetryPolicy(**values | {"max_retries": int(values["max_retries"])})


def with_longer_timeout(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options with a longer total timeout.

    At least the default, else twice as long, up to `MAX_TIMEOUT_SECONDS`. The timeout of
    an attempt is at least its default again.
    """
    policy = retry_policy(options)
    total = max(
        DEFAULT_POLICY.total_timeout,
        min(policy.total_timeout * 2, MAX_TIMEOUT_SECONDS)
        if policy.total_timeout >= DEFAULT_POLICY.total_timeout
        else 0,
    )
    attempt = max(DEFAULT_POLICY.attempt_timeout, policy.attempt_timeout)
    chosen: Mapping[str, float] = options.get(CONF_RETRY, {})
    return {
        **options,
        CONF_RETRY: {**chosen, "total_timeout": total, "attempt_timeout": attempt},
    }

"""Optional features of a server, and why one is unavailable for a token."""

from enum import StrEnum
from http import HTTPStatus
from typing import Final

from ..api import PlexApiError, PlexErrorKind

_MISSING: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.NOT_IMPLEMENTED})


class UnavailableReason(StrEnum):
    """Why a feature is permanently unavailable; not a failure."""

    NOT_THE_OWNER = "off: the token is not the owner's"
    NO_PLEX_PASS = "off: the server's owner has no Plex Pass"  # noqa: S105 - no password
    NOT_OFFERED = "off: the server does not offer it"


def unavailable_reason(failure: PlexApiError) -> UnavailableReason | None:
    """Return why an optional endpoint fails permanently, None for a temporary failure."""
    if failure.kind is PlexErrorKind.AUTHENTICATION:
        return UnavailableReason.NOT_THE_OWNER
    if failure.status in _MISSING:
        return UnavailableReason.NOT_OFFERED
    return None


def as_server_error(failure: PlexApiError) -> PlexApiError:
    """Return a refusal as a SERVER failure, where the same token was permitted before.

    Rights do not shrink: the server is in trouble. Whether the token is still valid is
    decided by the required polls.
    """
    if failure.kind is not PlexErrorKind.AUTHENTICATION:
        return failure
    return PlexApiError(
        PlexErrorKind.SERVER,
        failure.message,
        endpoint=failure.endpoint,
        status=failure.status,
        attempts=failure.attempts,
    )

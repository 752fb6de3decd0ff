"""What a server does not offer to everybody, and why it is off for this token."""

from enum import StrEnum
from typing import Final

from ..api import PlexApiError, PlexErrorKind

_MISSING: Final = frozenset({404, 501})


class UnavailableReason(StrEnum):
    """Why something is not there; that is how things are, and no failure."""

    NOT_THE_OWNER = "off: the token is not the owner's"
    NO_PLEX_PASS = "off: the server's owner has no Plex Pass"  # noqa: S105 - no password
    NOT_OFFERED = "off: the server does not offer it"


def unavailable_reason(failure: PlexApiError) -> UnavailableReason | None:
    """Return why an optional endpoint answers like that, None for a failure that may pass."""
    if failure.kind is PlexErrorKind.AUTHENTICATION:
        return UnavailableReason.NOT_THE_OWNER
    if failure.status in _MISSING:
        return UnavailableReason.NOT_OFFERED
    return None


def as_server_error(failure: PlexApiError) -> PlexApiError:
    """Return a refusal of what was allowed before as what it is: rights do not shrink.

    Whether the token still works is for the required polls to find out.
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

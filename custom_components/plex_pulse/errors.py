"""The one mapping of `PlexApiError` to Home Assistant exceptions and translation keys.

Every kind and reason is mapped here: for coordinators (`ConfigEntryAuthFailed` or
`UpdateFailed`), for actions (`HomeAssistantError`), for the forms of the config flow, for
the Plex sign-in, and for the websocket commands of the cards. `{error}` in a translation
contains only the message of a server; a message of Plex Pulse is a translation key per reason.
"""

from enum import StrEnum
import math
from typing import Final

from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError
from homeassistant.helpers.update_coordinator import UpdateFailed

from .api import HostRateLimiter, PlexApiError, PlexErrorKind, PlexErrorReason
from .const import DOMAIN

_REASON_KEYS: Final = {
    **{reason: reason.value for reason in PlexErrorReason},
    PlexErrorReason.STARTING: "server_starting",
}
"""A failure that the client itself explains has a text of its own, without `{error}`."""
_KIND_KEYS: Final = {
    PlexErrorKind.AUTHENTICATION: "token_refused",
    PlexErrorKind.RATE_LIMIT: "rate_limited",
    PlexErrorKind.SERVER: "server_failed",
    PlexErrorKind.CLIENT: "request_refused",
    PlexErrorKind.NETWORK: "cannot_connect",
    PlexErrorKind.PROTOCOL: "not_plex",
}
_FORM_REASON_KEYS: Final = {
    PlexErrorReason.BAD_CERTIFICATE: "bad_certificate",
    PlexErrorReason.CERTIFICATE_CHANGED: "certificate_changed",
    PlexErrorReason.SECURE_CONNECTION_REQUIRED: "secure_connection_required",
    PlexErrorReason.STARTING: "server_starting",
    PlexErrorReason.LOADING: "server_starting",
    PlexErrorReason.TOKEN_REQUIRED: "token_required",
    PlexErrorReason.TOO_OLD: "server_too_old",
    PlexErrorReason.UNCLAIMED: "server_unclaimed",
    PlexErrorReason.WRONG_SERVER: "wrong_server",
    PlexErrorReason.XML: "xml_response",
}
_FIND_CONNECTION_KEYS: Final = {
    PlexErrorReason.BAD_CERTIFICATE: "address_not_proven",
    PlexErrorReason.CERTIFICATE_CHANGED: "address_not_proven",
    PlexErrorReason.LOADING: "server_starting",
    PlexErrorReason.STARTING: "server_starting",
    PlexErrorReason.WRONG_SERVER: "address_of_other_server",
    PlexErrorReason.XML: "xml_response",
}
"""For addresses that plex.tv lists: the user has typed none, and entered no token."""
_FORM_KIND_KEYS: Final = {
    PlexErrorKind.AUTHENTICATION: "invalid_auth",
    PlexErrorKind.RATE_LIMIT: "rate_limited",
    PlexErrorKind.SERVER: "cannot_connect",
    PlexErrorKind.CLIENT: "not_plex",
    PlexErrorKind.NETWORK: "cannot_connect",
    PlexErrorKind.PROTOCOL: "not_plex",
}
_CANNOT_CONNECT: Final = "cannot_connect"
_TRY_AGAIN_LATER: Final = "try_again_later"
_OUTAGE_REASON_CODES: Final = {
    PlexErrorReason.BLOCKED: "rate_limited",
    PlexErrorReason.BUSY: _CANNOT_CONNECT,
    PlexErrorReason.CONNECTION_LOST: _CANNOT_CONNECT,
    PlexErrorReason.TIMEOUT: _CANNOT_CONNECT,
    PlexErrorReason.TLS_FAILED: _CANNOT_CONNECT,
    PlexErrorReason.UNKNOWN_HOST: _CANNOT_CONNECT,
    PlexErrorReason.UNREACHABLE: _CANNOT_CONNECT,
    PlexErrorReason.BAD_CERTIFICATE: "bad_certificate",
    PlexErrorReason.CERTIFICATE_CHANGED: "bad_certificate",
    PlexErrorReason.STARTING: "server_starting",
    PlexErrorReason.LOADING: "server_starting",
    PlexErrorReason.WRONG_SERVER: "wrong_server",
}
_OUTAGE_KIND_CODES: Final = {
    PlexErrorKind.NETWORK: _CANNOT_CONNECT,
    PlexErrorKind.RATE_LIMIT: "rate_limited",
}
_SERVER_ERROR: Final = "server_error"
_OUTAGE_CODES_BY_KEY: Final = {
    **{_REASON_KEYS[reason]: code for reason, code in _OUTAGE_REASON_CODES.items()},
    **{_KIND_KEYS[kind]: code for kind, code in _OUTAGE_KIND_CODES.items()},
    _TRY_AGAIN_LATER: "rate_limited",
}
"""By translation key: Home Assistant keeps only the key of a failed set-up."""
_COMMAND_KIND_CODES: Final = {
    PlexErrorKind.AUTHENTICATION: "no_permission",
    PlexErrorKind.NETWORK: "cannot_connect",
    PlexErrorKind.RATE_LIMIT: "rate_limited",
    PlexErrorKind.SERVER: "cannot_connect",
}


class SignInProblem(StrEnum):
    """Why a Plex sign-in failed; each value is an error key of the sign-in form."""

    CANCELLED = "sign_in_cancelled"
    EXPIRED = "sign_in_expired"
    RATE_LIMITED = "plex_tv_rate_limited"
    UNREACHABLE = "plex_tv_unreachable"


def coordinator_error(
    failure: PlexApiError, *, is_token_revoked: bool
) -> UpdateFailed | ConfigEntryAuthFailed:
    """Return the exception that a coordinator raises for a failed poll.

    `is_token_revoked` is True once the refusal of the token is confirmed; Home Assistant
    then starts the reauth flow. Anything else is an `UpdateFailed`.
    """
    error = ConfigEntryAuthFailed if is_token_revoked else UpdateFailed
    return error(
        translation_domain=DOMAIN,
        translation_key=_translation_key(failure),
        translation_placeholders=_placeholders(failure),
    )


def action_error(failure: PlexApiError, rate_limiter: HostRateLimiter) -> HomeAssistantError:
    """Return the exception that an action raises for a failed request.

    A refused token means that it does not permit the action; only polls decide whether
    the token is still valid.
    """
    placeholders = _placeholders(failure)
    match failure.kind:
        case PlexErrorKind.AUTHENTICATION if failure.reason is None:
            key = "not_permitted"
        case PlexErrorKind.RATE_LIMIT:
            key = _TRY_AGAIN_LATER
            seconds = rate_limiter.seconds_until_allowed or failure.retry_after or 1
            placeholders = {"seconds": str(math.ceil(seconds))}
        case _:
            key = _translation_key(failure)
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )


def form_error(failure: PlexApiError, *, is_token_sent: bool = True) -> str:
    """Return the error key of the config flow's forms for a failed connection test.

    A refusal of a request without a token is `not_plex`: a Media Server answers
    `/identity` without one, so a proxy or a router refused it.
    """
    if failure.reason in _FORM_REASON_KEYS:
        return _FORM_REASON_KEYS[failure.reason]
    if failure.kind is PlexErrorKind.AUTHENTICATION and not is_token_sent:
        return _FORM_KIND_KEYS[PlexErrorKind.PROTOCOL]
    return _FORM_KIND_KEYS[failure.kind]


def find_connection_error(failure: PlexApiError) -> str:
    """Return the error key of the server form if no address of a server works."""
    if failure.reason in _FIND_CONNECTION_KEYS:
        return _FIND_CONNECTION_KEYS[failure.reason]
    if failure.kind is PlexErrorKind.RATE_LIMIT:
        return _FORM_KIND_KEYS[PlexErrorKind.RATE_LIMIT]
    return _CANNOT_CONNECT


def has_own_form_error(failure: PlexApiError) -> bool:
    """Return whether a failure has a reason with an error key of its own."""
    return failure.reason in _FORM_REASON_KEYS


def outage_code(failure: PlexApiError) -> str:
    """Return why a server is unavailable, as the streams card distinguishes it."""
    if failure.reason in _OUTAGE_REASON_CODES:
        return _OUTAGE_REASON_CODES[failure.reason]
    return _OUTAGE_KIND_CODES.get(failure.kind, _SERVER_ERROR)


def outage_code_of_key(translation_key: str | None) -> str:
    """Return the same for an entry whose set-up has failed with an exception of that key."""
    if translation_key is None:
        return _CANNOT_CONNECT
    return _OUTAGE_CODES_BY_KEY.get(translation_key, _SERVER_ERROR)


def command_error_code(failure: PlexApiError) -> str:
    """Return the error code of a websocket command for a failed request."""
    return _COMMAND_KIND_CODES.get(failure.kind, "unknown_error")


def sign_in_problem(failure: PlexApiError) -> SignInProblem:
    """Return the error key of the sign-in form for a failure of plex.tv."""
    match failure.kind:
        case PlexErrorKind.RATE_LIMIT:
            return SignInProblem.RATE_LIMITED
        case PlexErrorKind.AUTHENTICATION:
            return SignInProblem.EXPIRED
        case _:
            return SignInProblem.UNREACHABLE


def _placeholders(failure: PlexApiError) -> dict[str, str]:
    """Return what a text may contain: the server's own words, its status, the time to wait."""
    return {
        "error": failure.message,
        "status": str(failure.status or ""),
        "seconds": str(math.ceil(failure.retry_after or 1)),
    }


def _translation_key(failure: PlexApiError) -> str:
    """Return the key under `exceptions` of the text for a failure."""
    if failure.reason is PlexErrorReason.NO_DETAIL and failure.kind is PlexErrorKind.RATE_LIMIT:
        return _TRY_AGAIN_LATER
    if failure.reason in _REASON_KEYS:
        return _REASON_KEYS[failure.reason]
    return _KIND_KEYS[failure.kind]

"""What a failed request means to somebody who asked for it in person."""

import math

from homeassistant.exceptions import HomeAssistantError

from .api import HostGate, PlexApiError, PlexErrorKind
from .const import DOMAIN
from .coordinator.base import failure_key


def action_failure(failure: PlexApiError, gate: HostGate) -> HomeAssistantError:
    """Return what to raise, with the server's words.

    A refusal says that this is not for the token, never that somebody must sign in
    again: whether the token is still good is for the polls to find out.
    """
    placeholders = {"error": failure.message}
    match failure.kind:
        case PlexErrorKind.AUTHENTICATION:
            key = "not_permitted"
        case PlexErrorKind.RATE_LIMIT:
            key = "try_again_later"
            seconds = gate.remaining_silence or failure.retry_after or 1
            placeholders["seconds"] = str(math.ceil(seconds))
        case _:
            key = failure_key(failure)
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )

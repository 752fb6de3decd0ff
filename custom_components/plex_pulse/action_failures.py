"""What a failed request means to somebody who asked for it in person."""

import math

from homeassistant.exceptions import HomeAssistantError

from .api import HostRateLimiter, PlexApiError, PlexErrorKind
from .const import DOMAIN
from .coordinator.base import translation_key_for


def action_error(failure: PlexApiError, rate_limiter: HostRateLimiter) -> HomeAssistantError:
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
            seconds = rate_limiter.seconds_until_allowed or failure.retry_after or 1
            placeholders["seconds"] = str(math.ceil(seconds))
        case _:
            key = translation_key_for(failure)
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )

"""Who may read the history of a server."""

from homeassistant.auth.models import User
from homeassistant.core import ServiceCall, callback
from homeassistant.exceptions import Unauthorized, UnknownUser


@callback
def may_read_history(user: User) -> bool:
    """Return whether a user may read the history: administrators may."""
    return user.is_admin


async def async_require_history(call: ServiceCall) -> None:
    """Check that the caller of an action may read the history.

    Raises:
        Unauthorized: they may not. Calls without a user (automations) are allowed.

    """
    if (user_id := call.context.user_id) is None:
        return
    if (user := await call.hass.auth.async_get_user(user_id)) is None:
        raise UnknownUser(context=call.context, user_id=user_id)
    if not may_read_history(user):
        raise Unauthorized(context=call.context)

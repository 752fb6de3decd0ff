"""Rights of Home Assistant's users on a server, for actions, websocket commands and views.

A user may read or control a server if they may read or control its `active_streams`. With
the token of a shared user there is no such entity; `connected` then takes its place.
"""

from collections.abc import Awaitable, Callable

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import CAT_ENTITIES, POLICY_CONTROL, POLICY_READ
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import Unauthorized, UnknownUser
from homeassistant.helpers import entity_registry as er

from .const import CONF_ALLOW_USERS, DOMAIN
from .runtime_data import PlexPulseConfigEntry

_DECIDING_ENTITIES = (
    (Platform.SENSOR, "active_streams"),
    (Platform.BINARY_SENSOR, "connected"),
)
"""The first one that is registered decides, disabled or not."""

type RightsCheck = Callable[[ServiceCall, PlexPulseConfigEntry], Awaitable[None]]
"""Raises Unauthorized if the caller of an action may not make this call for a server."""


@callback
def may_read(hass: HomeAssistant, user: User, entry: PlexPulseConfigEntry) -> bool:
    """Return whether a user may see the data of a server."""
    return _has_permission(hass, user, entry, POLICY_READ)


@callback
def may_control(hass: HomeAssistant, user: User, entry: PlexPulseConfigEntry) -> bool:
    """Return whether a user may scan libraries and mark items of a server as watched."""
    return _has_permission(hass, user, entry, POLICY_CONTROL)


@callback
def may_administer(hass: HomeAssistant, user: User, entry: PlexPulseConfigEntry) -> bool:
    """Return whether a user may stop streams and read the history of a server.

    Administrators may; an option of the entry allows every user who may control the server.
    """
    return user.is_admin or (
        bool(entry.options.get(CONF_ALLOW_USERS)) and may_control(hass, user, entry)
    )


async def async_require_read(call: ServiceCall, entry: PlexPulseConfigEntry) -> None:
    """Check that the caller of an action may see the data of a server.

    Raises:
        Unauthorized: they may not. Calls without a user (automations) are allowed.

    """
    user = await _async_caller(call, POLICY_READ)
    if user is not None and not may_read(call.hass, user, entry):
        raise _unauthorized(call, entry, POLICY_READ)


async def async_require_control(call: ServiceCall, entry: PlexPulseConfigEntry) -> None:
    """Check that the caller of an action may control a server.

    Raises:
        Unauthorized: they may not. Calls without a user (automations) are allowed.

    """
    user = await _async_caller(call, POLICY_CONTROL)
    if user is not None and not may_control(call.hass, user, entry):
        raise _unauthorized(call, entry, POLICY_CONTROL)


async def async_require_administration(call: ServiceCall, entry: PlexPulseConfigEntry) -> None:
    """Check that the caller of an action may stop streams and read the history.

    Raises:
        Unauthorized: they may not. Calls without a user (automations) are allowed.

    """
    user = await _async_caller(call, POLICY_CONTROL)
    if user is not None and not may_administer(call.hass, user, entry):
        raise _unauthorized(call, entry, POLICY_CONTROL)


@callback
def deciding_entity_id(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> str | None:
    """Return the entity whose permissions are those of the server, None if none is registered."""
    registry = er.async_get(hass)
    for platform, key in _DECIDING_ENTITIES:
        entity_id = registry.async_get_entity_id(platform, DOMAIN, f"{entry.unique_id}_{key}")
        if entity_id is not None:
            return entity_id
    return None


def _has_permission(
    hass: HomeAssistant, user: User, entry: PlexPulseConfigEntry, policy: str
) -> bool:
    """Return whether a user has a permission on a server."""
    permissions = user.permissions
    if user.is_admin or permissions.access_all_entities(policy):
        return True
    entity_id = deciding_entity_id(hass, entry)
    return entity_id is not None and permissions.check_entity(entity_id, policy)


async def _async_caller(call: ServiceCall, policy: str) -> User | None:
    """Return the user who called an action, None without one."""
    if (user_id := call.context.user_id) is None:
        return None
    if (user := await call.hass.auth.async_get_user(user_id)) is None:
        raise UnknownUser(
            context=call.context, user_id=user_id, permission=policy, perm_category=CAT_ENTITIES
        )
    return user


def _unauthorized(call: ServiceCall, entry: PlexPulseConfigEntry, policy: str) -> Unauthorized:
    """Return the error of a call that its user may not make."""
    return Unauthorized(
        context=call.context,
        config_entry_id=entry.entry_id,
        permission=policy,
        perm_category=CAT_ENTITIES,
    )

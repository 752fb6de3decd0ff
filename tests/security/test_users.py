"""Attacker: another user of Home Assistant who calls the actions of Plex Pulse."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final

from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_pulse.const import DOMAIN
from custom_components.plex_pulse.services import ACTIONS
from tests.fixtures.home_assistant import Advance
from tests.integration.dashboard.browser import user_token
from tests.simulator import Item, PlexSimulator

type CallAs = Callable[[str | None, str, dict[str, Any]], Awaitable[int]]

USER: Final = {"entities": {"all": True}}
READ_ONLY: Final = {"entities": {"all": {"read": True}}}
OTHER_ENTITIES: Final = {"entities": {"domains": {"light": True}}}

READ: Final = ("get_on_deck", "get_recently_added", "get_streams", "search")
CONTROL: Final = ("mark_unwatched", "mark_watched", "scan_library")
ADMINISTRATION: Final = ("get_history", "get_top", "rebuild_statistics", "terminate_stream")
WITHOUT_RECORDER: Final = {"get_top", "rebuild_statistics"}
"""Fail after the check of rights: these tests have no recorder."""


@pytest.fixture
async def fields(
    simulator: PlexSimulator, loaded_entry: MockConfigEntry, film: Item, advance: Advance
) -> dict[str, dict[str, Any]]:
    """Return the fields of each action; the server plays a stream."""
    session = simulator.sessions.start(film)
    await advance(10)
    simulator.clear_requests()
    item = {"rating_key": str(film.rating_key)}
    return {
        "mark_unwatched": item,
        "mark_watched": item,
        "search": {"query": film.title},
        "terminate_stream": {"session_key": session.session_key},
    }


@pytest.fixture
async def call_as(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> CallAs:
    """Return what calls an action over REST with an access token, else as administrator."""
    assert await async_setup_component(hass, "api", {})

    async def call(token: str | None, action: str, fields: dict[str, Any]) -> int:
        client = await (hass_client(token) if token else hass_client())
        has_response = ACTIONS[action].response is not SupportsResponse.NONE
        path = f"/api/services/{DOMAIN}/{action}" + ("?return_response" if has_response else "")
        return (await client.post(path, json=fields)).status

    return call


def success(action: str) -> int:
    """Return the status of an action whose caller has the rights."""
    if action in WITHOUT_RECORDER:
        return HTTPStatus.INTERNAL_SERVER_ERROR
    return HTTPStatus.OK


def test_every_action_is_tested_with_its_rights() -> None:
    assert sorted((*READ, *CONTROL, *ADMINISTRATION)) == sorted(ACTIONS)


@pytest.mark.parametrize("action", sorted(ACTIONS))
async def test_action_requires_rights_on_the_server(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    call_as: CallAs,
    fields: dict[str, dict[str, Any]],
    action: str,
) -> None:
    """A refused call must not send a request to the server."""
    data = fields.get(action, {})
    permitted = (
        (OTHER_ENTITIES, False),
        (READ_ONLY, action in READ),
        (USER, action not in ADMINISTRATION),
    )
    for policy, is_permitted in permitted:
        simulator.clear_requests()
        status = await call_as(await user_token(hass, policy), action, data)
        assert status == (success(action) if is_permitted else HTTPStatus.UNAUTHORIZED)
        assert is_permitted or simulator.requests == []
    assert await call_as(None, action, data) == success(action)


@pytest.mark.parametrize("action", ADMINISTRATION)
async def test_option_lets_users_with_control_call_the_action(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    call_as: CallAs,
    fields: dict[str, dict[str, Any]],
    action: str,
) -> None:
    data = fields.get(action, {})
    hass.config_entries.async_update_entry(loaded_entry, options={"allow_users": True})
    for policy, status in ((READ_ONLY, HTTPStatus.UNAUTHORIZED), (USER, success(action))):
        assert await call_as(await user_token(hass, policy), action, data) == status


@pytest.mark.parametrize("action", sorted(set(ACTIONS) - WITHOUT_RECORDER))
async def test_action_without_a_user_is_allowed(
    hass: HomeAssistant, fields: dict[str, dict[str, Any]], action: str
) -> None:
    """Automations have no user."""
    await hass.services.async_call(
        DOMAIN,
        action,
        fields.get(action, {}),
        blocking=True,
        return_response=ACTIONS[action].response is not SupportsResponse.NONE,
    )

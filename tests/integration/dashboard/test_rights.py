"""Permissions of Home Assistant users in the dashboard."""

from http import HTTPStatus
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.fixtures.home_assistant import Advance
from tests.simulator import Item, PlexSimulator

from .browser import Browse, user_token

ALL = {"entities": {"all": True}}
READ_ONLY = {"entities": {"all": {"read": True}}}
NOTHING: dict[str, Any] = {"entities": {}}
STREAMS_ONLY = {"entities": {"entity_ids": {"sensor.harbour_active_streams": {"read": True}}}}
OTHER_ENTITY = {"entities": {"entity_ids": {"sensor.harbour_viewers": True}}}


@pytest.mark.parametrize(
    ("policy", "terminate", "may_retry", "mark"),
    [
        (None, "allowed", True, "allowed"),
        (ALL, "no_rights", True, "allowed"),
        (READ_ONLY, "no_rights", False, "no_rights"),
        (STREAMS_ONLY, "no_rights", False, "no_rights"),
    ],
    ids=["administrator", "user", "read-only user", "user with one entity"],
)
async def test_cards_offer_what_the_actions_would_allow(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
    browse: Browse,
    policy: dict[str, Any] | None,
    terminate: str,
    may_retry: bool,
    mark: str,
) -> None:
    simulator.sessions.start(film)
    await advance(10)
    browser = await browse(await user_token(hass, policy) if policy is not None else None)
    await browser.subscribe()
    server = browser.servers[loaded_entry.entry_id]
    assert [stream["title"] for stream in server["streams"]] == [film.title]
    assert (server["terminate"], server["may_retry"]) == (terminate, may_retry)
    shelf = await browser.call("plex_pulse/shelf", source="recently_added")
    assert {item["mark"] for item in shelf["items"]} - {None} == {mark}
    servers = await browser.call("plex_pulse/servers")
    assert [server["name"] for server in servers["servers"]] == ["Harbour"]


@pytest.mark.parametrize("policy", [NOTHING, OTHER_ENTITY], ids=["nothing", "another entity"])
async def test_user_who_may_not_read_the_server_gets_nothing(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
    browse: Browse,
    policy: dict[str, Any],
) -> None:
    browser = await browse(await user_token(hass, policy))
    await browser.subscribe()
    assert browser.servers == {}
    simulator.sessions.start(film)
    await advance(10)
    assert await browser.events() == []

    assert await browser.call("plex_pulse/servers") == {"servers": []}
    no_server = [{"entry_id": "", "name": "", "error": "no_server"}]
    for source in ("on_deck", "recently_added"):
        shelf = await browser.call("plex_pulse/shelf", source=source)
        assert (shelf["items"], shelf["libraries"], shelf["failed"]) == ([], [], no_server)
    requested = {"servers": [loaded_entry.entry_id]}
    error = await browser.error_of("plex_pulse/shelf", source="on_deck", **requested)
    assert error == "not_found"
    await browser.subscribe(**requested)
    assert browser.servers == {
        loaded_entry.entry_id: {"entry_id": loaded_entry.entry_id, "status": "not_found"}
    }
    dashboard = await browser.call("plex_pulse/dashboard", language="en", **requested)
    assert dashboard["views"][0]["cards"] == [{"type": "custom:plex-pulse-streams"}]
    assert "harbour" not in str(dashboard).lower()


async def test_option_lets_users_with_control_stop_streams(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, browse: Browse
) -> None:
    hass.config_entries.async_update_entry(loaded_entry, options={"allow_users": True})
    for policy, expected in ((ALL, "allowed"), (READ_ONLY, "no_rights")):
        browser = await browse(await user_token(hass, policy))
        await browser.subscribe()
        assert browser.servers[loaded_entry.entry_id]["terminate"] == expected


async def test_disabled_entity_still_decides_the_rights(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    browse: Browse,
) -> None:
    entity_registry.async_update_entity(
        "sensor.harbour_active_streams", disabled_by=er.RegistryEntryDisabler.USER
    )
    browser = await browse(await user_token(hass, STREAMS_ONLY))
    assert len((await browser.call("plex_pulse/servers"))["servers"]) == 1


async def test_image_of_another_domain_s_entry_is_not_found(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, browse: Browse
) -> None:
    other = MockConfigEntry(domain="other")
    other.add_to_hass(hass)
    browser = await browse()
    response = await browser.open(f"/api/plex_pulse/image/{other.entry_id}/whatever-id")
    assert response.status == HTTPStatus.NOT_FOUND

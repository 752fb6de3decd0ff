"""The action get_history: fields, pages and filters."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from tests.simulator import Fault, PlexSimulator
from tests.simulator.users_and_players import JUNIPER, OWNER

from .actions import get_response

pytestmark = pytest.mark.usefixtures("loaded_entry")


async def _history(hass: HomeAssistant, **fields: object) -> list[dict[str, Any]]:
    return list((await get_response(hass, "get_history", limit=100, **fields))["history"])


async def test_an_entry_has_item_user_and_time(hass: HomeAssistant) -> None:
    history = await _history(hass)
    assert history[0] == {
        "title": "Chapter 1",
        "series": "Mossgate Allotments",
        "season": 1,
        "episode": 1,
        "aired": "2015-05-17",
        "artist": None,
        "album": None,
        "edition": None,
        "type": "episode",
        "library": "TV Shows",
        "rating_key": history[0]["rating_key"],
        "user": "juniper",
        "viewed_at": "2026-09-21T09:30:00+00:00",
    }
    times = [entry["viewed_at"] for entry in history]
    assert times == sorted(times, reverse=True)


async def test_an_entry_of_a_deleted_item_has_no_rating_key(hass: HomeAssistant) -> None:
    oldest = (await _history(hass))[-1]
    assert (oldest["title"], oldest["rating_key"]) == ("The Lost Reel", None)


async def test_pages_cover_the_whole_history(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    whole = await _history(hass)
    read: list[dict[str, Any]] = []
    start: int | None = 0
    while start is not None:
        page = await get_response(hass, "get_history", start=start, limit=7)
        assert page["total"] == len(whole) == len(simulator.sessions.history)
        read += page["history"]
        start = page["next_start"]
    assert read == whole


async def test_a_start_beyond_the_end_returns_no_entries(hass: HomeAssistant) -> None:
    page = await get_response(hass, "get_history", start=1_000)
    assert (page["history"], page["next_start"]) == ([], None)


@pytest.mark.parametrize("user", ["juniper", "JUNIPER ", "40115327"])
async def test_the_history_is_filtered_by_user_name_or_id(hass: HomeAssistant, user: str) -> None:
    assert {entry["user"] for entry in await _history(hass, user=user)} == {"juniper"}


async def test_a_user_with_an_email_address_is_found_by_its_first_part(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    accounts = {"Account": [{"id": OWNER.id, "name": "marlow@example.com"}]}
    simulator.faults.add(
        "/accounts", Fault.wrong_json({"MediaContainer": {"size": 1, **accounts}}), times=3
    )
    for user in ("marlow", "marlow@example.com"):
        assert {entry["user"] for entry in await _history(hass, user=user)} == {"marlow"}
    assert "@" not in str(await _history(hass))


@pytest.mark.parametrize("user", ["unknown", "", "@"])
async def test_an_unknown_user_is_a_validation_error(
    hass: HomeAssistant, simulator: PlexSimulator, user: str
) -> None:
    nameless = {"id": OWNER.id, "name": "@example.com"}
    answer = Fault.wrong_json({"MediaContainer": {"size": 1, "Account": [nameless]}})
    simulator.faults.add("/accounts", answer)
    with pytest.raises(ServiceValidationError, match=f"no user named {user}"):
        await _history(hass, user=user)


async def test_users_with_the_same_name_are_selected_by_id(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    same_name = [
        {"id": OWNER.id, "name": "juniper@mail.example"},
        {"id": JUNIPER.id, "name": "juniper@post.example"},
    ]
    answer = Fault.wrong_json({"MediaContainer": {"size": 2, "Account": same_name}})
    simulator.faults.add("/accounts", answer, times=None)
    with pytest.raises(ServiceValidationError, match=f"named juniper.*: {OWNER.id}, {JUNIPER.id}"):
        await _history(hass, user="juniper")
    by_id = await _history(hass, user=str(JUNIPER.id))
    assert by_id
    assert by_id == await _history(hass, user="juniper@post.example")
    assert by_id != await _history(hass, user="juniper@mail.example")


async def test_the_history_is_filtered_by_library_title(hass: HomeAssistant) -> None:
    assert {entry["library"] for entry in await _history(hass, library="movies")} == {"Movies"}


async def test_since_without_an_offset_is_in_the_time_zone_of_home_assistant(
    hass: HomeAssistant,
) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    newest = [entry["viewed_at"] for entry in await _history(hass, since="2026-09-21 06:30:00")]
    assert newest == ["2026-09-21T09:30:00+00:00", "2026-09-21T04:30:00+00:00"]
    same = await _history(hass, since="2026-09-21T04:30:00+00:00")
    assert [entry["viewed_at"] for entry in same] == newest


@pytest.mark.parametrize("since", ["0001-01-01 00:00:00", "0001-01-01T00:00:00+14:00"])
async def test_the_earliest_possible_time_is_valid(hass: HomeAssistant, since: str) -> None:
    assert await _history(hass, since=since) == await _history(hass)


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_without_accounts_entries_have_no_user(
    hass: HomeAssistant, simulator: PlexSimulator, status: int
) -> None:
    simulator.faults.add("/accounts", Fault.status(status), times=2)
    assert {entry["user"] for entry in await _history(hass)} == {None}
    with pytest.raises(HomeAssistantError, match="requires the token of the server's owner"):
        await _history(hass, user="juniper")
    assert {entry["user"] for entry in await _history(hass, user="juniper")} == {"juniper"}


async def test_a_failed_read_of_the_accounts_raises(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    simulator.faults.add("/accounts", Fault.status(500), times=None)
    with pytest.raises(HomeAssistantError, match="returned an error"):
        await _history(hass)
    simulator.faults.clear()
    assert await _history(hass)

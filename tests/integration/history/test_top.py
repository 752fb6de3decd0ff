"""Most played items: the action, the list of the History view, and Assist."""

from collections import Counter
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.plex_pulse.const import DOMAIN
from tests.assist import expose_servers, server_results
from tests.integration.actions import get_response
from tests.integration.conftest import TOKEN
from tests.integration.dashboard.browser import browse_with
from tests.simulator import Fault, PlexSimulator
from tests.simulator.made_up_history import made_up_history
from tests.simulator.users_and_players import JUNIPER, KESTREL, USERS

from .conftest import HISTORY_PATH, ReadStatistics, imported, set_up
from .helpers import now_seconds

DEVICES = {"MediaContainer": {"size": 1, "Device": [{"id": 1, "name": "Living Room"}]}}


@pytest.fixture
async def year(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator
) -> PlexSimulator:
    """Return a server whose history of some weeks was imported; one user is followed."""
    simulator.sessions.history[:] = made_up_history(
        simulator.library,
        dt_util.utcnow().timestamp(),
        [user.id for user in USERS],
        years=0.1,
        plays_per_day=6,
    )
    simulator.faults.add("/devices", Fault.wrong_json(DEVICES), times=None)
    hass.config_entries.async_update_entry(
        entry, options={"followed_users": {str(JUNIPER.id): "juniper"}}
    )
    await set_up(hass, entry)
    return simulator


async def test_titles_are_ranked_by_plays(hass: HomeAssistant, year: PlexSimulator) -> None:
    answer = await get_response(hass, "get_top", period="all", limit=100)
    expected: Counter[str] = Counter()
    for view in year.sessions.history:
        if view.viewed_at > now_seconds():
            continue
        item = view.item
        series = item.parent.parent if item is not None and item.parent is not None else None
        expected[view.title if series is None else series.title] += 1
    assert answer["measure"] == "plays"
    assert answer["since"] is None
    assert not answer["loading"]
    found = {row["name"]: row["plays"] for row in answer["top"]}
    assert found == {name: expected[name] for name in found}
    assert answer["top"][0]["plays"] == max(expected.values())
    plays = [row["plays"] for row in answer["top"]]
    assert plays == sorted(plays, reverse=True)
    assert {row["type"] for row in answer["top"]} <= {"movie", "show", "artist"}


async def test_period_excludes_older_plays(hass: HomeAssistant, year: PlexSimulator) -> None:
    for period, days in (("day", 1), ("week", 7), ("month", 30)):
        answer = await get_response(hass, "get_top", by="library", period=period, limit=100)
        start = int(now_seconds()) - days * 86_400
        expected = sum(start <= view.viewed_at <= now_seconds() for view in year.sessions.history)
        assert sum(row["plays"] for row in answer["top"]) == expected


async def test_items_are_ranked_by_duration(hass: HomeAssistant, year: PlexSimulator) -> None:
    answer = await get_response(hass, "get_top", period="all", measure="duration", limit=100)
    assert answer["measure"] == "duration"
    durations = [row["duration"] or 0 for row in answer["top"]]
    assert durations == sorted(durations, reverse=True)
    assert durations[0] > 0


async def test_only_followed_users_are_named(hass: HomeAssistant, year: PlexSimulator) -> None:
    answer = await get_response(hass, "get_top", by="user", period="all", limit=100)
    assert [row["name"] for row in answer["top"]] == ["juniper"]
    assert "kestrel" not in str(await get_response(hass, "get_top", period="all", limit=100))


async def test_option_names_all_users(
    hass: HomeAssistant, entry: MockConfigEntry, year: PlexSimulator
) -> None:
    form = await hass.config_entries.options.async_init(entry.entry_id)
    await hass.config_entries.options.async_configure(
        form["flow_id"],
        {
            "retry": {},
            "followed_users": [str(JUNIPER.id)],
            "history_all_names": True,
        },
    )
    await imported(hass)
    answer = await get_response(hass, "get_top", by="user", period="all", limit=100)
    assert {row["name"] for row in answer["top"]} == {user.name for user in USERS}
    assert KESTREL.name in str(answer)


async def test_players_have_the_names_of_the_server(
    hass: HomeAssistant, year: PlexSimulator
) -> None:
    answer = await get_response(hass, "get_top", by="player", period="all")
    assert [row["name"] for row in answer["top"]] == ["Living Room"]


async def test_user_without_rights_may_not_read_the_history(
    hass: HomeAssistant, year: PlexSimulator, hass_read_only_user: MockUser
) -> None:
    for action in ("get_top", "rebuild_statistics"):
        with pytest.raises(Unauthorized):
            await hass.services.async_call(
                DOMAIN,
                action,
                {},
                blocking=True,
                return_response=True,
                context=Context(user_id=hass_read_only_user.id),
            )


async def test_card_gets_rows_with_images_and_colors(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    year: PlexSimulator,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
) -> None:
    browser = await browse_with(hass, hass_ws_client, hass_client)()
    titles = await browser.call("plex_pulse/history/top", by="title", period="all", limit=5)
    assert len(titles["rows"]) == 5
    assert not titles["failed"]
    assert titles["refresh_entities"] == ["event.harbour_playback"]
    row = next(row for row in titles["rows"] if row["image"] is not None)
    assert row["entry_id"] == entry.entry_id
    assert await browser.image(entry.entry_id, row["image"])
    users = await browser.call("plex_pulse/history/top", by="user", period="all")
    (juniper,) = users["rows"]
    assert juniper["name"] == "juniper"
    assert juniper["slot"] in range(1, 13)
    libraries = await browser.call("plex_pulse/history/top", by="library", period="all")
    assert {row["library_type"] for row in libraries["rows"]} <= {
        "movie",
        "show",
        "artist",
        "video",
    }
    assert TOKEN not in str((titles, users, libraries))


async def test_card_of_a_user_without_rights_gets_no_rows(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    year: PlexSimulator,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
    hass_read_only_access_token: str,
) -> None:
    socket = await hass_ws_client(hass, hass_read_only_access_token)
    await socket.send_json_auto_id({"type": "plex_pulse/history/top", "by": "title"})
    answer = (await socket.receive_json())["result"]
    assert answer["rows"] == []
    assert [failed["error"] for failed in answer["failed"]] == ["no_rights"]


async def test_card_of_an_unknown_server_fails(
    hass: HomeAssistant, year: PlexSimulator, hass_ws_client: WebSocketGenerator
) -> None:
    socket = await hass_ws_client(hass)
    await socket.send_json_auto_id(
        {"type": "plex_pulse/history/top", "by": "title", "servers": ["gone"]}
    )
    assert (await socket.receive_json())["error"]["code"] == "not_found"


async def test_assist_tool_returns_the_most_played_of_the_last_week(
    hass: HomeAssistant, year: PlexSimulator
) -> None:
    await expose_servers(hass)
    (server,) = await server_results(hass, "get_top", period="week")
    rows: list[dict[str, Any]] = server["top"]
    expected = await get_response(hass, "get_top", period="week", limit=1)
    assert (rows[0]["name"], rows[0]["plays"]) == (
        expected["top"][0]["name"],
        expected["top"][0]["plays"],
    )


async def test_rebuild_writes_the_statistics_again_and_reads_the_history(
    hass: HomeAssistant, year: PlexSimulator, read_statistics: ReadStatistics, plays: str
) -> None:
    before = await read_statistics(plays)
    year.clear_requests()
    answer = await get_response(hass, "rebuild_statistics")
    assert answer["plays"] == len(year.sessions.history)
    await imported(hass)
    assert await read_statistics(plays) == before
    assert year.count(HISTORY_PATH) >= len(year.sessions.history) / 500

"""Invalid and impossible numbers, which are shown as unknown."""

from collections.abc import Mapping
from typing import Final

from homeassistant.const import STATE_OFF, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import DOMAIN
from tests.entity_ids import BANDWIDTH, MOVIES, STATUS, STREAMS, UPDATE
from tests.fixtures.home_assistant import TOKEN, RunFor
from tests.integration.event_recorder import add_film
from tests.integration.helpers import deliver_push, state_of, state_value
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.session_tree import session_tree
from tests.simulator.users_and_players import PHONE

from .assertions import PROVIDERS_PATH, SESSIONS_PATH, HealthyBaseline, stream_titles
from .payloads import playing_frame, sessions_response

pytestmark = pytest.mark.push

NUMBERS: Final = {
    "negative": -1,
    "huge": 10**30,
    "not a number": "NaN",
    "infinite": "Infinity",
    "words": "many",
    "a list": [1, 2],
    "null": None,
}
EACH_NUMBER: Final = pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)

HOUR: Final = 3600
HOST: Final = "/statistics/resources"
COUNT: Final = "/library/sections/1/all"
UPDATER: Final = "/updater/status"
SHARES: Final = ("host_cpu", "process_cpu", "host_memory", "process_memory")
FIGURES: Final = (
    "sensor.harbour_movies_storage",
    "sensor.harbour_movies_duration",
    *(f"sensor.harbour_{share}" for share in SHARES),
)


def _with_numbers(tree: Mapping[str, object], number: object) -> dict[str, object]:
    """Return a copy of a tree in which every number is replaced."""
    return {
        key: [_with_numbers(item, number) for item in value]
        if isinstance(value, list)
        else _with_numbers(value, number)
        if isinstance(value, dict)
        else number
        if isinstance(value, int | float) and not isinstance(value, bool)
        else value
        for key, value in tree.items()
    }


@EACH_NUMBER
async def test_stream_with_invalid_numbers_is_shown_without_them(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    number: object,
) -> None:
    session = simulator.sessions.start(film, method="transcode")
    plain = simulator.sessions.start(film, player=PHONE)
    odd = _with_numbers(session_tree(session, simulator.clock()), number)
    odd["sessionKey"] = session.session_key
    simulator.faults.add(
        SESSIONS_PATH, sessions_response(odd, session_tree(plain, simulator.clock()))
    )
    await deliver_push(hass, simulator)
    assert state_value(hass, STREAMS) == "2"
    first, second = state_of(hass, STREAMS).attributes["streams"]
    for key in ("bandwidth", "ends_at", "speed"):
        assert first[key] is None
    assert first["position"] == 0
    assert second["position"] == 0
    assert second["bandwidth"] == plain.bandwidth
    assert float(state_value(hass, BANDWIDTH)) == plain.bandwidth / 1000
    # The next poll returns valid numbers.
    await run_for(601, step=10)
    first, _ = state_of(hass, STREAMS).attributes["streams"]
    assert first["bandwidth"] == session.bandwidth
    # The simulated speed varies from one report to the next.
    assert 1.4 <= first["speed"] <= 3.4
    assert first["ends_at"] is not None
    baseline.assert_recovered()


async def test_nan_in_sessions_and_push_is_ignored(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
) -> None:
    session = simulator.sessions.start(film)
    tree = {**session_tree(session, simulator.clock()), "viewOffset": float("nan")}
    simulator.faults.add(SESSIONS_PATH, sessions_response(tree))
    simulator.push.send(playing_frame({"viewOffset": float("nan")}))
    await deliver_push(hass, simulator)
    await run_for(2)
    assert stream_titles(hass) == [film.title]
    baseline.assert_recovered()


@pytest.fixture
def figures_enabled(
    entry: MockConfigEntry, entity_registry: er.EntityRegistry, simulator: PlexSimulator
) -> None:
    """Enable the sensors of the host load and of a duration, which are disabled by default."""
    movies = simulator.library.section_titled("Movies")
    keys = {key: f"harbour_{key}" for key in SHARES}
    for key, object_id in (keys | {f"{movies.uuid}_duration": "harbour_movies_duration"}).items():
        entity_registry.async_get_or_create(
            "sensor",
            DOMAIN,
            f"{entry.unique_id}_{key}",
            suggested_object_id=object_id,
            disabled_by=None,
            config_entry=entry,
        )


async def _answer(hass: HomeAssistant, simulator: PlexSimulator, path: str) -> dict[str, object]:
    """Return the server's regular response."""
    session = async_get_clientsession(hass)
    headers = {"X-Plex-Token": TOKEN, "Accept": "application/json"}
    async with session.get(f"{simulator.url}{path}?includeStorage=1", headers=headers) as response:
        return dict(await response.json())


@EACH_NUMBER
@pytest.mark.usefixtures("figures_enabled")
async def test_invalid_server_figures_are_unknown_until_valid_again(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    number: object,
) -> None:
    for path in (PROVIDERS_PATH, COUNT, HOST):
        odd = _with_numbers(await _answer(hass, simulator, path), number)
        simulator.faults.add(path, Fault.wrong_json(odd), times=None)
    update = {"size": number, "checkedAt": number, "Release": [{"version": number}]}
    simulator.faults.add(UPDATER, Fault.wrong_json({"MediaContainer": update}), times=None)
    simulator.clear_requests()
    add_film(simulator)
    simulator.sessions.start(film)
    await run_for(HOUR, step=300)
    for path in (PROVIDERS_PATH, COUNT, HOST, UPDATER):
        assert simulator.count(path), path
    for figure in FIGURES:
        assert state_value(hass, figure) == STATE_UNKNOWN, figure
    # A count that cannot be read keeps its last value.
    assert state_value(hass, MOVIES) == "40"
    assert state_value(hass, UPDATE) == STATE_OFF
    assert state_value(hass, STATUS) == "ok"
    assert stream_titles(hass) == [film.title]

    simulator.faults.clear()
    await run_for(HOUR, step=300)
    assert state_value(hass, MOVIES) == "41"
    for figure in FIGURES:
        assert float(state_value(hass, figure)) >= 0, figure
    baseline.assert_recovered()

"""Plex under a path of a reverse proxy: requests, notifications and images."""

from http import HTTPStatus

from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_pulse.const import DOMAIN
from tests.simulator import PlexSimulator
from tests.simulator.library import Kind

from .config_flow_helpers import open_manual_form, submit
from .conftest import TOKEN
from .helpers import deliver_push, settle, state_of, state_value
from .reverse_proxy import BASE_PATH, serve_under_path


@pytest.fixture
def is_push_enabled() -> bool:
    """Return that the websocket is used."""
    return True


@pytest.mark.parametrize(
    ("base_path", "rest"),
    [
        (BASE_PATH, ""),
        (BASE_PATH, "/"),
        (BASE_PATH, "/web/index.html#!/server/abc/details?key=%2Fx"),
        (BASE_PATH, "%20"),
        ("/my%20plex", "/%20"),
        ("/m%C3%A9dias", "/web"),
    ],
)
async def test_server_under_a_path_works_with_notifications_and_images(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    hass_client: ClientSessionGenerator,
    base_path: str,
    rest: str,
) -> None:
    await async_setup_component(hass, "http", {})
    await serve_under_path(simulator, base_path)
    form = await open_manual_form(hass)
    result = await submit(hass, form, url=f"{simulator.url}{base_path}{rest}", token=TOKEN)
    assert result["type"] is FlowResultType.CREATE_ENTRY, result
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    assert entry.data[CONF_URL] == f"{simulator.url}{base_path}"
    await simulator.push.connection()
    await settle(hass)
    assert state_value(hass, "binary_sensor.harbour_push") == "on"
    simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0])
    await deliver_push(hass, simulator)
    assert state_value(hass, "sensor.harbour_active_streams") == "1"
    picture = state_of(hass, "image.harbour_now_playing").attributes["entity_picture"]
    response = await (await hass_client()).get(picture)
    assert response.status == HTTPStatus.OK
    assert simulator.count("/photo/:/transcode")

"""A server plants cookies for other services, and collects theirs."""

from collections.abc import AsyncGenerator

from aiohttp import web
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.clients import async_get_session
from custom_components.plex_pulse.shared_state import async_get_shared
from tests.fixtures.home_assistant import Advance
from tests.integration.helpers import set_up
from tests.simulator import Fault, PlexSimulator


@pytest.fixture
async def other_service(socket_enabled: None) -> AsyncGenerator[tuple[str, list[str]]]:
    """Return the URL of another service on the same host, and the cookies it receives."""
    cookies: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        cookies.append(request.headers.get("Cookie", ""))
        return web.Response(headers={"Set-Cookie": "SID=canary-session; Path=/"})

    application = web.Application()
    application.add_routes([web.get("/", answer)])
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://localhost:{runner.addresses[0][1]}/", cookies
    await runner.cleanup()


async def test_no_cookie_is_kept_or_sent(
    hass: HomeAssistant,
    trusted_authority: object,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_service: tuple[str, list[str]],
    advance: Advance,
) -> None:
    """Cookie jars know no ports: both services are `localhost`."""
    url, received = other_service
    async with async_get_clientsession(hass).get(url):
        pass
    data = {**entry.data, CONF_URL: f"http://localhost:{simulator.port}"}
    hass.config_entries.async_update_entry(entry, data=data)
    simulator.faults.add(
        "/identity", Fault.status(503, {"Set-Cookie": "planted=canary; Path=/"}), times=1
    )
    await set_up(hass, entry)
    await advance(10)
    await advance(10)

    assert simulator.requests
    assert not any("Cookie" in request.headers for request in simulator.requests)
    async with async_get_clientsession(hass).get(url):
        pass
    assert received == ["", "SID=canary-session"]
    assert not any(async_get_session(hass, verify_ssl=True).cookie_jar)


async def test_reloads_share_one_session_that_ends_with_home_assistant(
    hass: HomeAssistant, loaded_entry: MockConfigEntry
) -> None:
    session = async_get_session(hass, verify_ssl=True)
    assert await hass.config_entries.async_reload(loaded_entry.entry_id)
    assert async_get_shared(hass).sessions == {True: session}
    assert not session.closed
    await hass.async_stop()
    assert session.closed

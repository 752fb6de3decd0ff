"""Attacker: a web page, open in the browser of a developer who runs the demo (DNS rebinding)."""

from http import HTTPStatus

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from scripts.demo_support.plex_pulse_demo import DOMAIN, async_setup

LOGIN = "/auth/login_flow"
CONFIG = {
    DOMAIN: {
        "plex_tv": "http://127.0.0.1:1",
        "approval_page": "http://127.0.0.1:1/auth",
        "discovery_port": 9,
    }
}
FOREIGN = ("evil.example", "evil.example:8123", "localhost.evil.example", "127.0.0.1.evil.example")
OTHERS = ("192.168.1.5:8123", "0.0.0.0", "", "[::1", "a@evil.example")  # noqa: S104 - a header
HIDDEN = ("evil.example@127.0.0.1", "127.0.0.1#evil.example", "127.0.0.1/evil.example")
LOCAL = ("localhost", "127.0.0.1", "localhost:8123", "127.0.0.1:8123", "127.8.9.1", "[::1]:8123")


@pytest.mark.parametrize("is_listening", [True, False])
async def test_demo_rejects_requests_for_other_hosts(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, is_listening: bool
) -> None:
    """The demo has no login, and Home Assistant listens before the check is there."""
    assert await async_setup_component(hass, "api", {})
    if is_listening:
        client = await hass_client()
        assert (await client.get("/api/", headers={"Host": FOREIGN[0]})).status == HTTPStatus.OK
        assert await async_setup(hass, CONFIG)
    else:
        assert await async_setup(hass, CONFIG)
        client = await hass_client()
    for host in (*FOREIGN, *OTHERS, *HIDDEN):
        for path in ("/api/", "/api/websocket", LOGIN, "/missing"):
            response = await client.get(path, headers={"Host": host})
            assert response.status == HTTPStatus.FORBIDDEN, host
    for host in LOCAL:
        response = await client.get("/api/", headers={"Host": host})
        assert response.status == HTTPStatus.OK, host


async def test_demo_adds_its_user_only_with_the_check_of_hosts(hass: HomeAssistant) -> None:
    """Without a user, no login is possible while Home Assistant starts."""
    assert await async_setup_component(hass, "http", {})
    before = {user.id for user in await hass.auth.async_get_users()}
    assert await async_setup(hass, CONFIG)
    (user,) = [user for user in await hass.auth.async_get_users() if user.id not in before]
    assert user.is_admin
    assert user.local_only

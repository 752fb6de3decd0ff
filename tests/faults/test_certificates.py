"""Certificates that become invalid, and servers that start to require https."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
import socket
import ssl
from typing import Any, Final

import aiohttp
from homeassistant.const import CONF_URL, STATE_OFF, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import DATA_CONNECTOR
from homeassistant.util.ssl import SSLCipherList
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import CONNECTED, PUSH, STATUS, STREAMS
from tests.fixtures.home_assistant import RunFor
from tests.integration.config_flow_helpers import paths_with_token
from tests.integration.helpers import settle, state_value, wait_until
from tests.integration.relocation_helpers import issue_keys
from tests.simulator import Item, PlexSimulator
from tests.simulator.certificate import self_signed_context

from .assertions import HealthyBaseline, assert_complete_start, stream_titles

PLAYER_ADDRESS: Final = "127.0.0.1"

EACH_BAD: Final = pytest.mark.parametrize("bad", ["expired", "wrong name", "self-signed"])


@pytest.fixture(scope="session")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ssl.SSLContext]:
    """Return valid and invalid TLS contexts; created before a test freezes the time."""
    folders = {name: tmp_path_factory.mktemp(name) for name in ("good", "expired", "name", "self")}
    return {
        "good": self_signed_context(folders["good"], address=PLAYER_ADDRESS),
        "expired": self_signed_context(
            folders["expired"], address=PLAYER_ADDRESS, has_expired=True
        ),
        "wrong name": self_signed_context(folders["name"], name="lighthouse.example"),
        "self-signed": self_signed_context(folders["self"], address=PLAYER_ADDRESS),
        "trust": _trust(*(folders[name] for name in ("good", "expired", "name"))),
    }


def _trust(*folders: Path) -> ssl.SSLContext:
    """Return a context that trusts the certificates in these folders."""
    trust = ssl.create_default_context()
    for folder in folders:
        trust.load_verify_locations(folder / "chain.pem")
    # The certificates lack the extensions that an authority would add.
    trust.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return trust


@pytest.fixture(autouse=True)
def _refused_handshakes(hass: HomeAssistant) -> None:
    """Ignore the server's exception after a handshake that the client refused."""
    complain = hass.loop.get_exception_handler()
    assert complain is not None

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not isinstance(context.get("exception"), OSError):
            complain(loop, context)

    hass.loop.set_exception_handler(handle)


@pytest.fixture
async def secure_entry(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entry: MockConfigEntry,
    contexts: dict[str, ssl.SSLContext],
) -> AsyncGenerator[MockConfigEntry]:
    """Return the entry of a server with https."""
    await simulator.stop()
    await simulator.start(ssl_context=contexts["good"])
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_URL: simulator.url})
    async with aiohttp.TCPConnector(ssl=contexts["trust"]) as connector:
        connectors: dict[tuple[bool, int, str], aiohttp.BaseConnector] = {
            (True, socket.AF_UNSPEC, SSLCipherList.PYTHON_DEFAULT): connector
        }
        hass.data[DATA_CONNECTOR] = connectors
        yield entry


@EACH_BAD
async def test_bad_certificate_disconnects_and_a_good_one_reconnects(
    hass: HomeAssistant,
    secure_entry: MockConfigEntry,
    simulator: PlexSimulator,
    contexts: dict[str, ssl.SSLContext],
    film: Item,
    run_for: RunFor,
    bad: str,
) -> None:
    assert await hass.config_entries.async_setup(secure_entry.entry_id)
    await settle(hass)
    await simulator.push.connection()
    await run_for(12)
    baseline = HealthyBaseline.of(hass, secure_entry)
    await simulator.stop()
    await simulator.start(ssl_context=contexts[bad])
    simulator.clear_requests()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(30)
    assert state_value(hass, CONNECTED) == STATE_OFF
    assert state_value(hass, STATUS) == "network"
    assert state_value(hass, STREAMS) == STATE_UNAVAILABLE
    assert not simulator.requests
    assert not hass.config_entries.flow.async_progress()

    await simulator.stop()
    await simulator.start(ssl_context=contexts["good"])
    simulator.sessions.start(film)
    await run_for(11)
    assert stream_titles(hass) == [film.title]
    await run_for(310, step=5)
    baseline.assert_recovered()


@pytest.mark.push
async def test_server_that_requires_https_for_a_while_reconnects_over_http(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    contexts: dict[str, ssl.SSLContext],
    film: Item,
    run_for: RunFor,
) -> None:
    await simulator.stop()
    await simulator.start(ssl_context=contexts["good"])
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    simulator.clear_requests()
    await run_for(30)
    assert state_value(hass, CONNECTED) == STATE_OFF
    # The check for https is sent without the token.
    assert not paths_with_token(simulator)
    assert issue_keys(hass) == {"secure_connections"}

    await simulator.stop()
    await simulator.start()
    simulator.sessions.start(film)
    await run_for(11)
    assert stream_titles(hass) == [film.title]
    await run_for(310, step=5)
    baseline.assert_recovered()


@EACH_BAD
async def test_setup_is_retried_after_a_bad_certificate(
    hass: HomeAssistant,
    secure_entry: MockConfigEntry,
    simulator: PlexSimulator,
    contexts: dict[str, ssl.SSLContext],
    run_for: RunFor,
    bad: str,
) -> None:
    await simulator.stop()
    await simulator.start(ssl_context=contexts[bad])
    assert not await hass.config_entries.async_setup(secure_entry.entry_id)
    assert secure_entry.reason is not None
    assert "certificate" in secure_entry.reason
    assert not simulator.requests
    await simulator.stop()
    await simulator.start(ssl_context=contexts["good"])
    await run_for(20)
    await assert_complete_start(hass, secure_entry, run_for)

"""An attacker breaks https, so that the token is sent over plain http."""

from pathlib import Path
import ssl

from homeassistant.const import CONF_URL, STATE_OFF
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import CONNECTED, STREAMS
from tests.fixtures.home_assistant import Advance
from tests.integration.config_flow_helpers import paths_with_token
from tests.integration.helpers import set_up, state_value
from tests.integration.relocation_helpers import (
    RESOURCES,
    fail_until_relocation,
    issue_keys,
    set_addresses,
)
from tests.simulator import PlexSimulator, PlexTvSimulator, connection
from tests.simulator.certificate import self_signed_context

pytestmark = pytest.mark.usefixtures("found_by_account")


@pytest.fixture(scope="session")
def forged_tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """Return a certificate for the right names that no authority has signed."""
    folder: Path = tmp_path_factory.mktemp("forged")
    return self_signed_context(folder, "*.plex.direct")


async def test_refused_https_does_not_lead_to_plain_http(
    hass: HomeAssistant,
    proven_entry: MockConfigEntry,
    simulator: PlexSimulator,
    attacker: PlexSimulator,
    plextv: PlexTvSimulator,
    plex_direct_server_tls: ssl.SSLContext,
    advance: Advance,
) -> None:
    """plex.tv is asked, and lists the address where now only plain http is answered."""
    set_addresses(plextv, proven_entry, connection("127.0.0.1", simulator.port))
    await set_up(hass, proven_entry)
    data = dict(proven_entry.data)
    await simulator.stop()
    await attacker.start(port=simulator.port)
    await fail_until_relocation(advance)

    assert plextv.count(RESOURCES) == 1
    assert proven_entry.data == data
    assert paths_with_token(attacker) == set()
    assert state_value(hass, CONNECTED) == STATE_OFF
    await attacker.stop()
    await simulator.start(ssl_context=plex_direct_server_tls)
    await advance(10)
    assert state_value(hass, STREAMS) == "0"


async def test_forged_certificate_gets_no_token_and_moves_nothing(
    hass: HomeAssistant,
    proven_entry: MockConfigEntry,
    simulator: PlexSimulator,
    attacker: PlexSimulator,
    plextv: PlexTvSimulator,
    plex_direct_server_tls: ssl.SSLContext,
    forged_tls: ssl.SSLContext,
    advance: Advance,
) -> None:
    """A machine in the middle; a bad certificate does not count as a move."""
    set_addresses(plextv, proven_entry, connection("127.0.0.1", simulator.port))
    await set_up(hass, proven_entry)
    data = dict(proven_entry.data)
    await simulator.stop()
    await attacker.start(port=simulator.port, ssl_context=forged_tls, also_plain=True)
    for _ in range(6):
        await advance(10)

    assert not plextv.requests
    assert proven_entry.data == data
    assert not attacker.requests
    assert state_value(hass, CONNECTED) == STATE_OFF
    assert not issue_keys(hass)
    await attacker.stop()
    await simulator.start(ssl_context=plex_direct_server_tls)
    await advance(10)
    assert state_value(hass, STREAMS) == "0"


async def test_plain_address_that_plex_tv_lists_needs_consent(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    attacker: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
) -> None:
    """The former address of a plain server may belong to anybody by now."""
    await attacker.start(host="127.0.0.2")
    set_addresses(plextv, loaded_entry, attacker)
    await simulator.stop()
    await fail_until_relocation(advance)

    assert loaded_entry.data[CONF_URL] == simulator.url
    assert paths_with_token(attacker) == set()
    assert issue_keys(hass) == {"server_moved"}
    await simulator.start()
    await advance(10)
    assert state_value(hass, STREAMS) == "0"
    assert not issue_keys(hass)

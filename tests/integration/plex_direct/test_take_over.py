"""A reinstalled server with another certificate takes the place of the old one."""

import ssl

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import CONF_CERTIFICATE_NAME
from tests.clocks import FreezerClock
from tests.fixtures.plex_direct import CERTIFICATE_NAME, OTHER_CERTIFICATE_NAME
from tests.integration.config_flow_helpers import paths_with_token, submit
from tests.integration.helpers import entry_state, set_up
from tests.integration.reinstalled import (
    MACHINE_IDENTIFIER,
    REINSTALLED_TOKEN,
    offer_take_over,
    reinstalled_server,
)
from tests.simulator import PlexSimulator


@pytest.mark.parametrize("is_same_address", [True, False])
async def test_certificate_of_a_reinstalled_server_replaces_the_old_one(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    secure: PlexSimulator,
    clock: FreezerClock,
    other_server_tls: ssl.SSLContext,
    is_same_address: bool,
) -> None:
    url = f"https://127.0.0.1:{secure.port}"
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, CONF_URL: url, CONF_CERTIFICATE_NAME: CERTIFICATE_NAME}
    )
    await set_up(hass, entry)
    assert entry_state(entry) is ConfigEntryState.LOADED
    server = reinstalled_server(clock)
    await secure.stop()
    port = secure.port if is_same_address else 0
    await server.start(host="127.0.0.1", port=port, ssl_context=other_server_tls)
    try:
        form = await offer_take_over(hass, entry, server, token="")
        assert form["errors"] == {"base": "wrong_server"}
        assert paths_with_token(server) == set()
        hass.config_entries.flow.async_abort(form["flow_id"])

        form = await offer_take_over(hass, entry, server, REINSTALLED_TOKEN)
        assert form["step_id"] == "take_over"
        assert (await submit(hass, form))["reason"] == "server_taken_over"

        assert entry_state(entry) is ConfigEntryState.LOADED
        assert entry.unique_id == MACHINE_IDENTIFIER
        assert entry.data[CONF_CERTIFICATE_NAME] == OTHER_CERTIFICATE_NAME
    finally:
        await server.stop()

"""Secrets, through every fault, while an entry cannot be set up and somebody looks after it."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest

from tests.integration.conftest import TOKEN, Live
from tests.integration.moving import announce
from tests.integration.support import settle, state_of, state_of_entry
from tests.simulator import PlexSimulator, PlexTvSimulator

from .browser import Browser
from .canaries import FOLLOWED_NAME, FOLLOWED_SENSOR
from .canary_home import before, browser, followed, settings, trouble, witness
from .recovery import Before, assert_well
from .settings import Settings
from .talkative import DETAILS, ESSENTIALS, Trouble
from .witness import Witness

__all__ = ["before", "browser", "followed", "settings", "trouble", "witness"]

_NOT_SET_UP = {ConfigEntryState.SETUP_RETRY, ConfigEntryState.SETUP_ERROR}


@pytest.mark.usefixtures("found_by_account", "followed")
async def test_what_is_secret_stays_in_the_entry_and_in_the_field_it_was_typed_into(
    hass: HomeAssistant,
    witness: Witness,
    before: Before,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    live: Live,
    browser: Browser,
    settings: Settings,
    trouble: Trouble,
) -> None:
    entry = before.entry
    announce(plextv, entry, simulator)
    trouble.begin(*DETAILS, *ESSENTIALS)
    trouble.begin_elsewhere()
    await browser.patiently(hass.config_entries.async_reload(entry.entry_id))
    assert state_of_entry(entry) in _NOT_SET_UP
    assert entry.reason
    await witness.look(entry)
    await settings.set_up()
    await settings.reconfigure()
    await settings.sign_in_again()
    await settings.sign_in_at_plex(trouble)
    await settings.choose_options(base_delay=60, max_delay=1)
    assert len(settings.refused) > 5
    await witness.look(entry)

    trouble.end()
    await settings.sign_in_again(TOKEN)
    await browser.patiently(settle(hass))
    await live(2)
    assert_well(hass, entry)
    assert state_of(hass, FOLLOWED_SENSOR).attributes["user"] == FOLLOWED_NAME
    await settings.choose_options()
    await witness.look(entry)
    await witness.assert_nothing_leaked(entry)

"""Secrets, through every fault: they stay in the entry, and names where they are shown."""

from homeassistant.const import STATE_OFF
from homeassistant.core import HomeAssistant
import pytest

from tests.integration.conftest import Live
from tests.integration.moving import announce
from tests.integration.support import heard, reading, state_of, until
from tests.simulator import Item, PlexSimulator, PlexTvSimulator

from .browser import Browser
from .canaries import FOLLOWED_NAME, FOLLOWED_SENSOR
from .canary_home import (
    before,
    browser,
    followed,
    offered,
    somebody,
    trouble,
    witness,
)
from .recovery import PUSH, Before, titles
from .somebody import Somebody
from .talkative import DETAILS, ESSENTIALS, WORDS, Trouble
from .witness import Witness

__all__ = ["before", "browser", "followed", "offered", "somebody", "trouble", "witness"]


@pytest.mark.usefixtures("found_by_account", "followed", "offered")
async def test_what_is_secret_stays_in_the_entry_and_names_where_they_are_shown(
    hass: HomeAssistant,
    witness: Witness,
    before: Before,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    film: Item,
    live: Live,
    browser: Browser,
    somebody: Somebody,
    trouble: Trouble,
) -> None:
    announce(plextv, before.entry, simulator)
    trouble.begin_elsewhere()
    _, second = simulator.sessions.current()

    # What a well server answers to somebody who asks is one thing; its end is another.
    trouble.begin(*DETAILS, times=trouble.enough)
    third = simulator.sessions.start(film)
    await heard(hass, simulator)
    await somebody.do_everything(third.session_key)
    trouble.end()
    await browser.wait(100)
    await live(60)

    simulator.push.send(WORDS)
    await heard(hass, simulator)
    trouble.begin(*DETAILS, *ESSENTIALS, times=trouble.enough)
    simulator.push.drop()
    await until(lambda: reading(hass, PUSH) == STATE_OFF)
    await live(30, step=2)
    await somebody.do_everything(second.session_key)
    await live(40, step=2)
    await witness.look(before.entry)
    assert somebody.failed

    trouble.end()
    for session in (second, third):
        simulator.sessions.stop(session)
    await live(400, step=10)
    assert titles(hass) == [film.title]
    assert state_of(hass, FOLLOWED_SENSOR).attributes["user"] == FOLLOWED_NAME
    await somebody.ask_everything()
    somebody.assert_everything_done()
    await witness.look(before.entry)
    await witness.assert_nothing_leaked(before.entry)
    before.assert_back()

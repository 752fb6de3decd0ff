"""Attacker: a server, a viewer or a neighbor whose names contain Markdown.

An image tells its server when the page is opened, and a link in a dialog of Home Assistant
is trusted. Each test asserts that the text is shown as it is.
"""

from collections.abc import AsyncGenerator
from ipaddress import ip_address

from homeassistant.config_entries import SOURCE_ZEROCONF
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.plex_pulse.const import DOMAIN
from custom_components.plex_pulse.flow.markdown import escape_markdown
from custom_components.plex_pulse.issues import Issue, async_set_issue
from tests.clocks import FreezerClock
from tests.entity_ids import UPDATE
from tests.integration.helpers import set_up
from tests.integration.reinstalled import offer_take_over, reinstalled_server
from tests.markdown import ATTACKS, assert_inert, unescape_markdown
from tests.product import PRODUCT, read_json, texts
from tests.simulator import Fault, PlexSimulator


@pytest.fixture
async def new_server(clock: FreezerClock) -> AsyncGenerator[PlexSimulator]:
    """Return a server that was reinstalled, with other libraries."""
    server = reinstalled_server(clock)
    await server.start(host="127.0.0.1", port=0)
    yield server
    await server.stop()


@pytest.mark.parametrize("attack", ATTACKS)
def test_escaped_text_renders_as_it_is(attack: str) -> None:
    escaped = escape_markdown(attack)
    assert_inert(escaped)
    assert unescape_markdown(escaped) == " ".join(attack.split())


async def test_announced_name_is_text_in_the_discovery_dialog(
    hass: HomeAssistant, clock: object, simulator: PlexSimulator
) -> None:
    """Anyone on the local network can announce a server; the title is not Markdown."""
    address = ip_address("127.0.0.1")
    announcement = ZeroconfServiceInfo(
        ip_address=address,
        ip_addresses=[address],
        hostname="evil.local.",
        name=f"{ATTACKS[0]}._plexmediasvr._tcp.local.",
        port=simulator.port,
        properties={},
        type="_plexmediasvr._tcp.local.",
    )
    menu = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_ZEROCONF}, data=announcement
    )
    placeholders = menu["description_placeholders"]
    assert placeholders is not None
    assert_inert(placeholders["name"])
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["title_placeholders"] == {"name": ATTACKS[0]}


async def test_announced_name_is_one_short_line(
    hass: HomeAssistant, clock: object, simulator: PlexSimulator
) -> None:
    """Nor can it change the direction of the text around it, or move the cursor of a terminal."""
    address = ip_address("127.0.0.1")
    announcement = ZeroconfServiceInfo(
        ip_address=address,
        ip_addresses=[address],
        hostname="evil.local.",
        name=f"Har\x1b[2Jbour\u202e\n\u2028{'x' * 500}._plexmediasvr._tcp.local.",
        port=simulator.port,
        properties={},
        type="_plexmediasvr._tcp.local.",
    )
    await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_ZEROCONF}, data=announcement
    )
    (flow,) = hass.config_entries.flow.async_progress()
    name = flow["context"]["title_placeholders"]["name"]
    assert name.startswith("Har[2Jbourx")
    assert name.isprintable()
    assert len(name) == 64


async def test_name_of_a_server_is_text_in_reauthentication(
    hass: HomeAssistant, loaded_entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(loaded_entry, title=ATTACKS[0])
    menu = await loaded_entry.start_reauth_flow(hass)
    assert_inert((menu["description_placeholders"] or {})["name"])


@pytest.mark.parametrize("issue", Issue)
async def test_name_of_a_server_is_text_in_repairs(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    issue: Issue,
) -> None:
    hass.config_entries.async_update_entry(loaded_entry, title=ATTACKS[0])
    async_set_issue(hass, loaded_entry, issue, active=True)
    created = issue_registry.async_get_issue(DOMAIN, f"{issue}_{loaded_entry.entry_id}")
    assert created is not None
    placeholders = created.translation_placeholders or {}
    assert placeholders["name"] == ATTACKS[0]
    assert_inert(placeholders["server"])
    assert_inert(" ".join(value for key, value in placeholders.items() if key != "name"))


async def test_names_are_text_in_the_dialog_that_takes_a_server_over(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    new_server: PlexSimulator,
) -> None:
    """The new server and its libraries may have any name."""
    new_server.state.friendly_name = ATTACKS[0]
    new_server.library.section_titled("Documentaries").title = ATTACKS[1]
    await simulator.stop()
    form = await offer_take_over(hass, loaded_entry, new_server)
    placeholders = dict(form["description_placeholders"] or {})
    assert placeholders.pop("name") == ATTACKS[0]
    assert unescape_markdown(placeholders["new"]) == ATTACKS[0]
    assert unescape_markdown(placeholders["added"]) == ATTACKS[1]
    for text in placeholders.values():
        assert_inert(text.removeprefix("-"))


def test_only_titles_of_repairs_contain_the_name_without_escapes() -> None:
    """Titles are plain text in Home Assistant, descriptions are rendered as Markdown."""
    issues = read_json(PRODUCT / "translations" / "en.json")["issues"]
    for path, text in texts(issues):
        assert ("{server}" if path.endswith("title") else "{name}") not in text, path


async def test_release_notes_have_no_images_or_links(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    release = {"version": "9.9.9.9", "state": "available", "added": "\n".join(ATTACKS)}
    container = {"MediaContainer": {"Release": [{**release, "fixed": ATTACKS[0]}]}}
    simulator.faults.add("/updater/status", Fault.wrong_json(container), times=None)
    await set_up(hass, entry)
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "update/release_notes", "entity_id": UPDATE})
    notes = (await client.receive_json())["result"]
    assert_inert(notes)
    assert "[renew](http://evil.example)" in unescape_markdown(notes)

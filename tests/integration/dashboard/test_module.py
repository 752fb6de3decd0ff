"""The module with the cards: a Lovelace resource, or an extra module of the frontend."""

from http import HTTPStatus
from pathlib import Path
from typing import Any

from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL, UrlManager
from homeassistant.components.lovelace.const import LOVELACE_DATA
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_pulse.const import DOMAIN
from tests.fixtures.home_assistant import TOKEN
from tests.simulator import PlexSimulator

from ..helpers import set_up

PATH = "/plex_pulse/plex-pulse.js"
_CONTENT = "export {};\n"
OTHERS = [
    {"id": "aaaa", "type": "module", "url": "/hacsfiles/some-card.js?hacstag=1"},
    {"id": "bbbb", "type": "css", "url": "/local/plex_pulse/plex-pulse.js.css"},
]


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the file of the module."""
    module = tmp_path / "plex-pulse.js"
    _write(module, _CONTENT)
    monkeypatch.setattr(
        "custom_components.plex_pulse.dashboard.frontend_module.MODULE_FILE", module
    )
    return module


def _write(module: Path, content: str | None) -> None:
    """Write the file of the module; without content remove it."""
    if content is None:
        module.unlink()
    else:
        module.write_text(content)


def _store(hass_storage: dict[str, Any], *resources: dict[str, str]) -> None:
    hass_storage["lovelace_resources"] = {
        "version": 1,
        "minor_version": 1,
        "key": "lovelace_resources",
        "data": {"items": list(resources)},
    }


async def _start_lovelace(hass: HomeAssistant, *, is_yaml: bool = False) -> None:
    """Set Lovelace up without the frontend's own files."""
    hass.data[DATA_EXTRA_MODULE_URL] = UrlManager(lambda *_: None, [])
    hass.config.components.add("frontend")
    config = {"lovelace": {"resource_mode": "yaml", "resources": []}} if is_yaml else {}
    assert await async_setup_component(hass, "lovelace", config)


async def _resources(hass: HomeAssistant) -> list[dict[str, str]]:
    resources = hass.data[LOVELACE_DATA].resources
    await resources.async_get_info()
    return list(resources.async_items())


async def _own_url(hass: HomeAssistant) -> str:
    """Return the address of the module, of which there is one."""
    (url,) = [item["url"] for item in await _resources(hass) if item["url"].startswith(PATH)]
    return url


async def test_module_is_stored_once_and_removed_with_the_last_entry(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    module: Path,
    entry: MockConfigEntry,
    other_server: PlexSimulator,
) -> None:
    _store(hass_storage, *OTHERS)
    await _start_lovelace(hass)
    other = MockConfigEntry(
        domain=DOMAIN,
        title="Lighthouse",
        unique_id=other_server.state.machine_identifier,
        data={"url": other_server.url, "token": TOKEN, "verify_ssl": True},
    )
    other.add_to_hass(hass)
    await set_up(hass, entry)
    await hass.config_entries.async_reload(entry.entry_id)
    url = await _own_url(hass)
    assert url.startswith(f"{PATH}?v=")
    assert [item for item in await _resources(hass) if item["url"] != url] == OTHERS

    await hass.config_entries.async_remove(entry.entry_id)
    assert await _own_url(hass) == url
    await hass.config_entries.async_remove(other.entry_id)
    assert await _resources(hass) == OTHERS


async def test_stored_module_of_another_version_is_updated(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    module: Path,
    entry: MockConfigEntry,
) -> None:
    old = {"id": "cccc", "type": "module", "url": f"{PATH}?v=0.0.1-00000000"}
    _store(hass_storage, *OTHERS, old, {**old, "id": "dddd"})
    await _start_lovelace(hass)
    await set_up(hass, entry)
    own = [item for item in await _resources(hass) if item["url"].startswith(PATH)]
    assert [item["id"] for item in own] == ["cccc"]
    first = own[0]["url"]
    assert first != old["url"]

    _write(module, "export const version = 2;\n")
    await hass.config_entries.async_reload(entry.entry_id)
    assert await _own_url(hass) != first
    assert [item for item in await _resources(hass) if not item["url"].startswith(PATH)] == OTHERS


async def test_resources_that_are_not_loaded_yet_are_kept(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    module: Path,
    entry: MockConfigEntry,
) -> None:
    _store(hass_storage, *OTHERS)
    await _start_lovelace(hass)
    assert not hass.data[LOVELACE_DATA].resources.loaded
    await set_up(hass, entry)
    assert [item["url"] for item in await _resources(hass)][:2] == [
        other["url"] for other in OTHERS
    ]


async def test_module_is_an_extra_module_where_resources_are_yaml(
    hass: HomeAssistant, module: Path, entry: MockConfigEntry
) -> None:
    await _start_lovelace(hass, is_yaml=True)
    await set_up(hass, entry)
    (url,) = hass.data[DATA_EXTRA_MODULE_URL].urls
    assert url.startswith(f"{PATH}?v=")
    await hass.config_entries.async_reload(entry.entry_id)
    assert list(hass.data[DATA_EXTRA_MODULE_URL].urls) == [url]
    await hass.config_entries.async_remove(entry.entry_id)
    assert not hass.data[DATA_EXTRA_MODULE_URL].urls


async def test_module_is_served_without_a_login_for_a_month(
    hass: HomeAssistant,
    module: Path,
    entry: MockConfigEntry,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    await _start_lovelace(hass)
    await set_up(hass, entry)
    response = await (await hass_client_no_auth()).get(await _own_url(hass))
    assert response.status == HTTPStatus.OK
    assert response.content_type == "text/javascript"
    assert "max-age=2678400" in response.headers["Cache-Control"]
    assert await response.text() == _CONTENT


async def test_server_works_without_a_frontend(
    hass: HomeAssistant, loaded_entry: MockConfigEntry
) -> None:
    assert LOVELACE_DATA not in hass.data
    assert hass.states.get("sensor.harbour_active_streams") is not None
    await hass.config_entries.async_remove(loaded_entry.entry_id)


async def test_missing_file_is_logged_and_stores_nothing(
    hass: HomeAssistant,
    module: Path,
    entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    _write(module, None)
    await _start_lovelace(hass)
    await set_up(hass, entry)
    assert await _resources(hass) == []
    assert "install Plex Pulse again" in caplog.text


async def test_first_entry_ends_with_the_request_to_reload_the_page(
    hass: HomeAssistant, simulator: PlexSimulator, other_server: PlexSimulator
) -> None:
    descriptions = []
    for server in (simulator, other_server):
        menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
        form = await hass.config_entries.flow.async_configure(
            menu["flow_id"], {"next_step_id": "manual"}
        )
        result = await hass.config_entries.flow.async_configure(
            form["flow_id"], {"url": server.url, "token": TOKEN, "verify_ssl": True}
        )
        descriptions.append(result["description"])
        await hass.async_block_till_done()
    assert descriptions == ["reload_page", None]

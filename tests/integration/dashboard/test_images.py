"""Images of the cards: opaque, in fixed sizes, for users who may see the server."""

from http import HTTPStatus

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.fixtures.home_assistant import Advance
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.posters import poster

from ..helpers import set_up
from .browser import Browse, Browser, user_token

TRANSCODER = "/photo/:/transcode"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def _url(entry: MockConfigEntry, image_id: str, query: str = "") -> str:
    return f"/api/plex_pulse/image/{entry.entry_id}/{image_id}{query}"


@pytest.fixture
async def image_id(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
    browser: Browser,
) -> str:
    """Return the image of a stream that plays."""
    simulator.sessions.start(film)
    await advance(10)
    await browser.subscribe()
    image_id = browser.streams(loaded_entry.entry_id)["1"]["image"]
    assert isinstance(image_id, str)
    return image_id


@pytest.mark.parametrize(
    ("size", "width", "height"),
    [("s", 128, 192), (None, 256, 384), ("m", 256, 384), ("l", 512, 768)],
)
async def test_image_is_served_in_the_requested_size(
    loaded_entry: MockConfigEntry,
    film: Item,
    browser: Browser,
    image_id: str,
    size: str | None,
    width: int,
    height: int,
) -> None:
    content = await browser.image(loaded_entry.entry_id, image_id, size)
    assert content == poster(f"{film.rating_key}thumb", width, height)


async def test_response_reveals_nothing_and_is_cached_by_the_browser_alone(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator, browser: Browser, image_id: str
) -> None:
    response = await browser.open(_url(loaded_entry, image_id))
    assert response.headers["Cache-Control"] == "private, max-age=86400"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.content_type == "image/png"
    shown = f"{response.url} {response.headers}"
    for secret in ("canary", "/library/", "metadata", "thumb", str(simulator.port)):
        assert secret not in shown.replace(f":{response.url.port}", "")

    tag = response.headers["ETag"]
    again = await browser.open(_url(loaded_entry, image_id), **{"If-None-Match": tag})
    assert again.status == HTTPStatus.NOT_MODIFIED
    assert len([request for request in simulator.requests if request.path == TRANSCODER]) == 1


async def test_id_stays_after_a_reload_and_changes_with_the_picture(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    browser: Browser,
    image_id: str,
) -> None:
    await hass.config_entries.async_reload(loaded_entry.entry_id)
    assert await browser.image(loaded_entry.entry_id, image_id)
    film.added_at += 1
    simulator.sessions.start(film)
    await hass.config_entries.async_reload(loaded_entry.entry_id)
    await browser.events()
    assert {stream["image"] for stream in browser.streams(loaded_entry.entry_id).values()} != {
        image_id
    }


@pytest.mark.parametrize(
    ("entry_id", "unknown", "query", "status"),
    [
        (None, "unknown-image-id", "", HTTPStatus.NOT_FOUND),
        ("unknown", None, "", HTTPStatus.NOT_FOUND),
        (None, None, "?size=xl", HTTPStatus.BAD_REQUEST),
        (None, None, "?size=", HTTPStatus.BAD_REQUEST),
    ],
)
async def test_unknown_image_or_size_is_refused(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    browser: Browser,
    image_id: str,
    entry_id: str | None,
    unknown: str | None,
    query: str,
    status: HTTPStatus,
) -> None:
    path = f"/api/plex_pulse/image/{entry_id or loaded_entry.entry_id}/{unknown or image_id}{query}"
    assert (await browser.open(path)).status == status
    assert not [request for request in simulator.requests if request.path == TRANSCODER]


async def test_svg_is_no_image(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator, browser: Browser, image_id: str
) -> None:
    simulator.faults.add(TRANSCODER, Fault.html(SVG))
    simulator.faults.add("/library/metadata/*", Fault.html(SVG))
    assert (await browser.open(_url(loaded_entry, image_id))).status == HTTPStatus.NOT_FOUND


async def test_missing_image_is_not_requested_again_for_a_minute(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator, browser: Browser, image_id: str
) -> None:
    # Neither the photo transcoder nor the path of the image itself has it.
    simulator.faults.add(TRANSCODER, Fault.status(404))
    simulator.faults.add("/library/metadata/*", Fault.status(404))
    for _ in range(3):
        assert (await browser.open(_url(loaded_entry, image_id))).status == HTTPStatus.NOT_FOUND
    assert len([request for request in simulator.requests if request.path == TRANSCODER]) == 1


async def test_unavailable_server_is_temporary_and_gets_no_token(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    browser: Browser,
    image_id: str,
) -> None:
    assert await browser.image(loaded_entry.entry_id, image_id, "s")
    port = simulator.port
    await simulator.stop()
    await advance(10)
    response = await browser.open(_url(loaded_entry, image_id))
    assert response.status == HTTPStatus.SERVICE_UNAVAILABLE
    # The cached image is still served.
    assert await browser.image(loaded_entry.entry_id, image_id, "s")
    await simulator.start(port=port)
    await advance(10)
    assert await browser.image(loaded_entry.entry_id, image_id)


async def test_rate_limited_image_has_retry_after(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator, browser: Browser, image_id: str
) -> None:
    simulator.faults.add(TRANSCODER, Fault.status(429, {"Retry-After": "300"}))
    response = await browser.open(_url(loaded_entry, image_id))
    assert response.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert int(response.headers["Retry-After"]) > 0


async def test_entry_that_is_not_loaded_is_temporary(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, browser: Browser, image_id: str
) -> None:
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    response = await browser.open(_url(loaded_entry, image_id))
    assert response.status == HTTPStatus.SERVICE_UNAVAILABLE
    await set_up(hass, loaded_entry)
    assert await browser.image(loaded_entry.entry_id, image_id)


async def test_user_without_rights_gets_no_image(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, image_id: str, browse: Browse
) -> None:
    other = await browse(await user_token(hass, {"entities": {}}))
    assert (await other.open(_url(loaded_entry, image_id))).status == HTTPStatus.NOT_FOUND


async def test_image_requires_a_login(
    loaded_entry: MockConfigEntry, image_id: str, hass_client_no_auth: ClientSessionGenerator
) -> None:
    client = await hass_client_no_auth()
    assert (await client.get(_url(loaded_entry, image_id))).status == HTTPStatus.UNAUTHORIZED

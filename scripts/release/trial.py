"""Install an archive into a new Home Assistant and set the integration up with the simulator."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
import sys
from tempfile import TemporaryDirectory
from typing import Final

import aiohttp

from .archive import unpack_archive
from .errors import ReleaseError
from .home_assistant import HomeAssistantApi
from .programs import LOOPBACK, free_port, running
from .project import DOMAIN, PROJECT, manifest_version, read_object

# Only what shows the integration in a browser: the rest needs hardware or the Internet.
CONFIGURATION: Final = """\
frontend:
config:
recorder:
http:
  server_host: {host}
  server_port: {port}
logger:
  default: warning
  logs:
    custom_components.{domain}: info
    # Camera and text-to-speech are always loaded, and report an error where libturbojpeg and
    # ffmpeg are not installed.
    homeassistant.components.camera.img_util: fatal
    haffmpeg: fatal
"""
LOG_TAIL_LINES: Final = 40


def try_archive(archive: Path) -> dict[str, str]:
    """Return the states of the integration's entities in a Home Assistant that has nothing else.

    Raises:
        ReleaseError: The archive cannot be installed or set up, or an error was logged.

    """
    with TemporaryDirectory() as folder:
        return asyncio.run(_try(archive, Path(folder)))


async def _try(archive: Path, folder: Path) -> dict[str, str]:
    configuration = folder / "config"
    installed = configuration / "custom_components" / DOMAIN
    unpack_archive(archive, installed)
    if (version := read_object(installed / "manifest.json").get("version")) != manifest_version(
        PROJECT
    ):
        msg = f"{archive.name} has version {version}"
        raise ReleaseError(msg)
    port, plex_port, token = free_port(), free_port(), token_hex()
    (configuration / "configuration.yaml").write_text(
        CONFIGURATION.format(host=LOOPBACK, port=port, domain=DOMAIN)
    )
    log = folder / "home-assistant.log"
    simulator = (*(sys.executable, "-m", "tests.simulator", "--host", LOOPBACK),)
    # Without pip: the archive has to work with what Home Assistant itself brings.
    home_assistant = (*(sys.executable, "-m", "homeassistant", "--skip-pip", "--log-no-color"),)
    async with (
        running(
            (*simulator, "--port", str(plex_port), "--token", token),
            PROJECT,
            folder / "simulator.log",
        ),
        # In the project's folder Python would import the project's custom_components.
        running((*home_assistant, "--config", str(configuration)), configuration, log) as process,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session,
    ):
        api = HomeAssistantApi(session, f"http://{LOOPBACK}:{port}")
        try:
            await api.wait_until_started(lambda: process.returncode is None)
            states = await _set_up_and_remove(api, f"http://{LOOPBACK}:{plex_port}", token)
        except ReleaseError as err:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:])
            msg = f"{err}\n\nEnd of Home Assistant's log:\n{tail}"
            raise ReleaseError(msg) from err
    if errors := list(_logged_errors(log)):
        msg = "Home Assistant logged errors:\n" + "\n".join(errors)
        raise ReleaseError(msg)
    return states


async def _set_up_and_remove(api: HomeAssistantApi, plex_url: str, token: str) -> dict[str, str]:
    await api.create_owner()
    entry_id = await api.add_integration({"url": plex_url, "token": token, "verify_ssl": False})
    if not await api.wait_for_states(_is_set_up):
        msg = "The integration did not connect to the simulator"
        raise ReleaseError(msg)
    states = await api.states()
    await api.remove_entry(entry_id)
    if not await api.wait_for_states(lambda states: not states):
        msg = f"Entities are left after the removal: {', '.join(await api.states())}"
        raise ReleaseError(msg)
    return states


def _is_set_up(states: dict[str, str]) -> bool:
    has_connection = any(
        entity.endswith("_connected") and state == "on" for entity, state in states.items()
    )
    has_streams = any(
        entity.endswith("_active_streams") and state.isdecimal() for entity, state in states.items()
    )
    return has_connection and has_streams


def _logged_errors(log: Path) -> Iterator[str]:
    for line in log.read_text(errors="replace").splitlines():
        if " ERROR (" in line or " CRITICAL (" in line or "Traceback" in line:
            yield line

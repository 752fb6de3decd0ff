"""Home Assistant as a process, with a new configuration folder for every run."""

import json
from pathlib import Path
import shutil
import sys
from textwrap import dedent
from typing import Final

from scripts.common.paths import INTEGRATION

from .paths import DEMO_INTEGRATION
from .ports import LOOPBACK, free_port
from .process import ChildProcess

HOME_ASSISTANT_PORT: Final = 8123

# The parts of default_config that a dashboard with history needs. The others require the Internet,
# Bluetooth, USB, multicast or programs such as ffmpeg, and log errors without them.
CONFIGURATION: Final = dedent(
    """\
    homeassistant:
      name: Plex Pulse demo
      country: US
      currency: USD
      unit_system: metric
      auth_providers:
        - type: trusted_networks
          trusted_networks:
            - 127.0.0.1
            - ::1
          allow_bypass_login: true
    frontend:
    config:
    recorder:
    history:
    logbook:
    logger:
      default: warning
      logs:
        custom_components.plex_pulse: info
        # Camera and text-to-speech are always loaded, and log an error if libturbojpeg and
        # ffmpeg are not installed. The demo uses neither.
        homeassistant.components.camera.img_util: fatal
        haffmpeg: fatal
    plex_pulse_demo:
      plex_tv: {plex_tv}
      approval_page: {plex_tv}/auth
      discovery_port: 9
    """
)

# Loopback only, since there is no login. Home Assistant reads these settings from its storage; in
# the YAML above they would require a confirmation by the user.
HTTP: Final = {"server_host": [LOOPBACK]}
ONBOARDING: Final = {"done": ["user", "core_config", "analytics", "integration"]}
AUTH: Final = {
    # The demo's integration adds the only user, so that no login is possible before it.
    "users": [],
    "groups": [{"id": "system-admin", "name": "Administrators"}],
    "credentials": [],
    "refresh_tokens": [],
}


class HomeAssistant:
    """`python -m homeassistant`, onboarded, without login, with links to the integrations."""

    def __init__(
        self,
        folder: Path,
        secrets: tuple[str, ...],
        plex_tv_url: str,
        more_configuration: str = "",
    ) -> None:
        """Choose the port; the folder holds configuration and log.

        more_configuration: YAML to add to configuration.yaml.
        """
        self._plex_tv_url = plex_tv_url
        self._more_configuration = more_configuration
        self.port = free_port(HOME_ASSISTANT_PORT)
        self.url = f"http://{LOOPBACK}:{self.port}"
        self._configuration = folder / "config"
        self.process = ChildProcess("Home Assistant", folder / "home-assistant.log", secrets)

    async def start(self) -> None:
        """Write the configuration and start Home Assistant, without waiting for it."""
        self._write_configuration()
        await self.process.start(
            (
                *(sys.executable, "-m", "homeassistant"),
                *("--config", str(self._configuration), "--log-no-color"),
            ),
            {},
            # In the project's folder Python would import its custom_components, without the demo's.
            self._configuration,
        )

    def _write_configuration(self) -> None:
        shutil.rmtree(self._configuration, ignore_errors=True)
        components = self._configuration / "custom_components"
        components.mkdir(parents=True)
        for component in (INTEGRATION, DEMO_INTEGRATION):
            (components / component.name).symlink_to(component, target_is_directory=True)
        (self._configuration / "configuration.yaml").write_text(
            CONFIGURATION.format(plex_tv=self._plex_tv_url) + self._more_configuration
        )
        self._write_storage("auth", 1, AUTH)
        self._write_storage("onboarding", 4, ONBOARDING)
        self._write_storage("http", 1, {**HTTP, "server_port": self.port})

    def _write_storage(self, key: str, version: int, data: object) -> None:
        storage = self._configuration / ".storage"
        storage.mkdir(exist_ok=True)
        (storage / key).write_text(json.dumps({"version": version, "key": key, "data": data}))

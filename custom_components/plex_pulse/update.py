"""The update entity of the Plex Media Server."""

from typing import Any, Final, override

from homeassistant.components.update import (
    UpdateEntity,
    UpdateEntityDescription,
    UpdateEntityFeature,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import PlexApiError, PlexErrorKind, PlexErrorReason
from .const import DOMAIN
from .coordinator.server_status import Feature, ServerStatusCoordinator
from .entity import ServerDataEntity
from .errors import action_error
from .flow.markdown import markdown_list
from .runtime_data import PlexPulseConfigEntry, PlexPulseRuntime
from .shared_state import async_get_shared

# One installation at a time.
PARALLEL_UPDATES = 1

_DOWNLOADED: Final = "downloaded"
_FAILED: Final = "error"
_IN_PROGRESS: Final = frozenset({"downloading", "installing"})
_DOWNLOAD_TIMEOUT_SECONDS: Final = 900.0
"""A slow internet connection needs minutes for the 100 to 200 MB of a release."""
_POLL_SECONDS: Final = 5.0
_MAX_DIGITS: Final = 18

SERVER: Final = UpdateEntityDescription(key="server", translation_key="server")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexPulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the update entity once the server turned out to provide update data."""
    runtime = entry.runtime_data

    @callback
    def add_entity() -> None:
        """Add the entity."""
        async_add_entities([ServerUpdateEntity(runtime)])

    runtime.server_status.async_add_when_available(Feature.UPDATE, add_entity)


def _numbers(version: str) -> tuple[int, ...]:
    """Return the comparable part of a Plex version.

    "1.43.4.10903-e5521bd8c" is (1, 43, 4, 10903): the suffix is a commit and has no order.
    """
    parts = version.partition("-")[0].split(".")
    # int() raises ValueError for thousands of digits; no real version has them.
    return tuple(int(part) for part in parts if part.isdecimal() and len(part) <= _MAX_DIGITS)


class ServerUpdateEntity(ServerDataEntity[ServerStatusCoordinator], UpdateEntity):
    """The installed and the available version of the server."""

    _attr_title = "Plex Media Server"
    _stuck_state: str | None = None

    def __init__(self, runtime: PlexPulseRuntime) -> None:
        """Let the coordinator read the update while this entity is enabled."""
        self._libraries = runtime.libraries
        super().__init__(
            runtime.server_status, SERVER, runtime.machine_identifier, context=Feature.UPDATE
        )

    @override
    async def async_added_to_hass(self) -> None:
        """Update the state also after polls of the libraries, which bring the installed version."""
        await super().async_added_to_hass()
        self._listen_to(self._libraries)

    @property
    @override
    def available(self) -> bool:
        """Return whether the server provides update data."""
        return super().available and Feature.UPDATE not in self.coordinator.unavailable_features

    @property
    @override
    def _state_fingerprint(self) -> object:
        """Return the state attributes of UpdateEntity, which are not in extra_state_attributes."""
        return (self.state_attributes, self.supported_features) if self.available else None

    @property
    @override
    def supported_features(self) -> UpdateEntityFeature:
        """Return INSTALL only if the server can update itself; in a container it cannot.

        PROGRESS makes Home Assistant show `in_progress` instead of its own installations.
        """
        update = self.coordinator.data.update
        features = UpdateEntityFeature.RELEASE_NOTES
        if update is not None and update.can_install:
            features |= UpdateEntityFeature.INSTALL
        return features | UpdateEntityFeature.PROGRESS if self.in_progress else features

    @property
    @override
    def installed_version(self) -> str | None:
        """Return the running version."""
        return self._libraries.data.server.version

    @property
    @override
    def latest_version(self) -> str | None:
        """Return the newest version; Plex also reports the running version, or an older one."""
        installed, update = self.installed_version, self.coordinator.data.update
        if installed is None or update is None:
            return None
        available = update.available_version
        if available is None or not self.version_is_newer(available, installed):
            return installed
        return available

    @property
    @override
    def in_progress(self) -> bool:
        """Return whether the server downloads or installs an update, no matter who started it."""
        update = self.coordinator.data.update
        # A download that never ends must not keep users from installing again.
        return update is not None and update.state in _IN_PROGRESS - {self._stuck_state}

    @override
    def version_is_newer(self, latest_version: str, installed_version: str) -> bool:
        """Compare the numbers of two versions, without the commit suffix."""
        return _numbers(latest_version) > _numbers(installed_version)

    @override
    async def async_release_notes(self) -> str | None:
        """Return the release notes of Plex as Markdown, in English; None without any.

        They are the server's text: links and images in them are not rendered.
        """
        if (update := self.coordinator.data.update) is None:
            return None
        parts = [
            f"**{title}**\n\n{markdown_list(changes)}"
            for title, changes in (("New", update.added), ("Fixed", update.fixed))
            if changes is not None
        ]
        return "\n\n".join(parts) or None

    @override
    async def async_install(self, version: str | None, backup: bool, **kwargs: Any) -> None:
        """Download and install the update; the server then restarts."""
        client = self.coordinator.client
        self._stuck_state = None
        try:
            await self._async_download()
        except PlexApiError as err:
            raise action_error(err, client.rate_limiter) from err
        try:
            await client.install_update()
        except PlexApiError as err:
            # A server that restarts at once closes the connection before it has answered.
            is_restarting = (
                err.kind is PlexErrorKind.NETWORK or err.reason is PlexErrorReason.STARTING
            )
            if not is_restarting:
                raise action_error(err, client.rate_limiter) from err
        self.coordinator.async_refresh_after_install()

    async def _async_download(self) -> None:
        """Let the server download the update and wait until it has: it installs nothing else.

        Raises:
            HomeAssistantError: the download failed, or took longer than 15 minutes.

        """
        client, clock = self.coordinator.client, async_get_shared(self.hass).rate_limiters.clock
        update = await client.get_update()
        if update.state != _DOWNLOADED:
            await client.check_for_update(download=True)
        deadline = clock.monotonic() + _DOWNLOAD_TIMEOUT_SECONDS
        while update.state != _DOWNLOADED:
            await clock.sleep(_POLL_SECONDS)
            update = await client.get_update()
            if update.state == _FAILED or clock.monotonic() > deadline:
                self._stuck_state = update.state
                raise HomeAssistantError(
                    translation_domain=DOMAIN, translation_key="update_not_downloaded"
                )

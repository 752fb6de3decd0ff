"""The update of the Media Server itself."""

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
from .runtime_data import PlexPulseConfigEntry, PlexPulseRuntime
from .shared_state import async_get_shared

# Installing twice at the same time would do no good.
PARALLEL_UPDATES = 1

_DOWNLOADED: Final = "downloaded"
_FAILED: Final = "error"
_DOWNLOAD_TIME: Final = 900.0
"""Seconds; a slow line needs minutes for the 100 to 200 MB of a release."""
_BETWEEN_LOOKS: Final = 5.0
_MOST_DIGITS: Final = 18

SERVER: Final = UpdateEntityDescription(key="server", translation_key="server")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexPulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the update as soon as it is known that the server tells of it."""
    runtime = entry.runtime_data

    @callback
    def add() -> None:
        """Add the one entity."""
        async_add_entities([ServerUpdateEntity(runtime)])

    runtime.server_status.async_add_when_available(Feature.UPDATE, add)


def _numbers(version: str) -> tuple[int, ...]:
    """Return what orders Plex's versions: 1.43.4.10903-e5521bd8c ends in a commit."""
    parts = version.partition("-")[0].split(".")
    # Python refuses to read a very long number, and no version has one.
    return tuple(int(part) for part in parts if part.isdecimal() and len(part) <= _MOST_DIGITS)


class ServerUpdateEntity(ServerDataEntity[ServerStatusCoordinator], UpdateEntity):
    """Shows which version runs and which one there is."""

    _attr_title = "Plex Media Server"

    def __init__(self, runtime: PlexPulseRuntime) -> None:
        """Have the coordinator ask for the update for as long as the entity is enabled."""
        self._libraries = runtime.libraries
        super().__init__(
            runtime.server_status, SERVER, runtime.machine_identifier, context=Feature.UPDATE
        )

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to who knows the version that runs, too."""
        await super().async_added_to_hass()
        self._listen_to(self._libraries)

    @property
    @override
    def available(self) -> bool:
        """Return whether the server tells of its update at all."""
        return super().available and Feature.UPDATE not in self.coordinator.unavailable_features

    @property
    @override
    def _reading(self) -> object:
        """Return all that a state is made of; of an update that is no state attribute of ours."""
        return (self.state_attributes, self.supported_features) if self.available else None

    @property
    @override
    def supported_features(self) -> UpdateEntityFeature:
        """Return INSTALL only where the server does it by itself: containers never do."""
        update = self.coordinator.data.update
        if update is not None and update.can_install:
            return UpdateEntityFeature.RELEASE_NOTES | UpdateEntityFeature.INSTALL
        return UpdateEntityFeature.RELEASE_NOTES

    @property
    @override
    def installed_version(self) -> str | None:
        """Return the version that runs."""
        return self._libraries.data.server.version

    @property
    @override
    def latest_version(self) -> str | None:
        """Return the version there is; Plex also tells of the one that runs, or ran before."""
        installed, update = self.installed_version, self.coordinator.data.update
        if installed is None or update is None:
            return None
        available = update.available_version
        if available is None or not self.version_is_newer(available, installed):
            return installed
        return available

    @override
    def version_is_newer(self, latest_version: str, installed_version: str) -> bool:
        """Return whether it is, by the numbers alone."""
        return _numbers(latest_version) > _numbers(installed_version)

    @override
    async def async_release_notes(self) -> str | None:
        """Return Plex's own words, in Markdown."""
        update = self.coordinator.data.update
        return update.release_notes if update is not None else None

    @override
    async def async_install(self, version: str | None, backup: bool, **kwargs: Any) -> None:
        """Download and install; the server restarts, which is an outage like any other."""
        client = self.coordinator.client
        try:
            await self._async_download()
        except PlexApiError as err:
            raise action_error(err, client.rate_limiter) from err
        try:
            await client.install_update()
        except PlexApiError as err:
            # A server that restarts at once does not stay to answer.
            has_gone = err.kind is PlexErrorKind.NETWORK or err.reason is PlexErrorReason.STARTING
            if not has_gone:
                raise action_error(err, client.rate_limiter) from err
        self.coordinator.async_refresh_after_install()

    async def _async_download(self) -> None:
        """Return when the server has the update: it installs nothing else."""
        client, clock = self.coordinator.client, async_get_shared(self.hass).rate_limiters.clock
        update = await client.get_update()
        if update.state != _DOWNLOADED:
            await client.check_for_update(download=True)
        deadline = clock.monotonic() + _DOWNLOAD_TIME
        while update.state != _DOWNLOADED:
            await clock.sleep(_BETWEEN_LOOKS)
            update = await client.get_update()
            if update.state == _FAILED or clock.monotonic() > deadline:
                raise HomeAssistantError(
                    translation_domain=DOMAIN, translation_key="update_not_downloaded"
                )

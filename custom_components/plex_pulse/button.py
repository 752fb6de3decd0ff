"""Buttons that start a scan or empty the trash; only for the token of the owner.

While the server is unreachable their state is `unavailable`, but a press reaches them and
raises: Home Assistant skips unavailable entities in an action without an error, and an automation
would assume that the scan has started.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Library, PlexApiError, PlexServerClient
from .coordinator.libraries import LibrariesCoordinator
from .entity import LibraryEntity, ServerDataEntity, async_add_library_entities
from .errors import action_error
from .runtime_data import PlexPulseConfigEntry
from .services.targets import unknown_library_error

# One press at a time: a server that scans is slow to answer anything else.
PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LibraryButtonDescription(ButtonEntityDescription):
    """Describe a button of a library; press_fn gets the client and the library's key."""

    press_fn: Callable[[PlexServerClient, str], Awaitable[None]]


SCAN_LIBRARIES: Final = ButtonEntityDescription(
    key="scan_libraries", translation_key="scan_libraries"
)

LIBRARY_BUTTONS: Final = (
    LibraryButtonDescription(
        key="scan",
        translation_key="scan",
        press_fn=lambda client, key: client.scan_library(key),
    ),
    LibraryButtonDescription(
        key="empty_trash",
        translation_key="empty_trash",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        press_fn=lambda client, key: client.empty_trash(key),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexPulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons if the token belongs to the owner; servers refuse other tokens."""
    runtime = entry.runtime_data
    if runtime.sessions.can_read_sessions:
        async_add_entities(
            [ScanLibrariesButton(runtime.libraries, SCAN_LIBRARIES, runtime.machine_identifier)]
        )
        await async_add_library_entities(entry, async_add_entities, _library_buttons)


def _library_buttons(coordinator: LibrariesCoordinator, library: Library) -> Iterator[ButtonEntity]:
    """Yield the buttons of one library."""
    for description in LIBRARY_BUTTONS:
        yield LibraryButton(coordinator, description, library)


class CommandButton(ServerDataEntity[LibrariesCoordinator], ButtonEntity):
    """Base of the buttons: send a command, or raise why it cannot be sent."""

    @property
    @override
    def available(self) -> bool:
        """Return True, so that a press raises during an outage; the state is unavailable."""
        return True

    @property
    @override
    def _state_fingerprint(self) -> object:
        """Return everything the state is written from."""
        return self.state, super().available

    @override
    def _stringify_state(self, available: bool) -> str:
        """Return the state: unavailable while the server is."""
        return super()._stringify_state(super().available)

    async def _async_send(self, command: Callable[[PlexServerClient], Awaitable[None]]) -> None:
        """Send a command; push notifications report the progress.

        Raises:
            HomeAssistantError: the server is not connected, or it rejects the command.

        """
        client = self.coordinator.client
        try:
            if not self.coordinator.health.data.connected:
                # Another server may have the address now; do not send it the token or a command.
                await client.verify_identity(self.coordinator.data.server.machine_identifier)
            await command(client)
        except PlexApiError as err:
            raise action_error(err, client.rate_limiter) from err


class ScanLibrariesButton(CommandButton):
    """Scan all libraries."""

    @override
    async def async_press(self) -> None:
        """Scan all libraries."""
        await self._async_send(lambda client: client.scan_libraries())


class LibraryButton(CommandButton, LibraryEntity):
    """Start an operation on one library."""

    entity_description: LibraryButtonDescription

    def __init__(
        self,
        coordinator: LibrariesCoordinator,
        description: LibraryButtonDescription,
        library: Library,
    ) -> None:
        """Remember the title, for the error when the library is missing."""
        super().__init__(coordinator, description, library)
        self._library_title = library.title

    @override
    async def async_press(self) -> None:
        """Start the operation.

        Raises:
            HomeAssistantError: the server no longer has the library, is not connected, or
                rejects the command.

        """
        if self._library_uuid not in self.coordinator.data.libraries:
            raise unknown_library_error(self._library_title)
        key = self.library.key
        await self._async_send(lambda client: self.entity_description.press_fn(client, key))

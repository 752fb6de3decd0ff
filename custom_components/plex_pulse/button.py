"""Buttons that start a scan or empty the trash; only for the token of the owner."""

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

# One press at a time: a server that scans is slow to answer anything else.
PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
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


class ScanLibrariesButton(ServerDataEntity[LibrariesCoordinator], ButtonEntity):
    """Scan all libraries."""

    @override
    async def async_press(self) -> None:
        """Send the request; push notifications report the progress."""
        client = self.coordinator.client
        try:
            await client.scan_libraries()
        except PlexApiError as err:
            raise action_error(err, client.rate_limiter) from err


class LibraryButton(LibraryEntity, ButtonEntity):
    """Start an operation on one library."""

    entity_description: LibraryButtonDescription

    @override
    async def async_press(self) -> None:
        """Send the request; push notifications report the progress."""
        client = self.coordinator.client
        try:
            await self.entity_description.press_fn(client, self.library.key)
        except PlexApiError as err:
            raise action_error(err, client.rate_limiter) from err

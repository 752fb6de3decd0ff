"""What an entry works with while it is loaded."""

from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntry

from .api import PlexServerClient
from .coordinator.health import HealthCoordinator
from .coordinator.libraries import LibrariesCoordinator
from .coordinator.library_changes import LibraryChangeTracker
from .coordinator.resources import ResourcesCoordinator
from .coordinator.server_status import ServerStatusCoordinator
from .coordinator.sessions import SessionsCoordinator
from .image_cache import ImageCache


@dataclass(frozen=True, slots=True, kw_only=True)
class PlexPulseRuntime:
    """The client of a server and what is read through it."""

    client: PlexServerClient
    health: HealthCoordinator
    libraries: LibrariesCoordinator
    library_changes: LibraryChangeTracker
    image_cache: ImageCache
    resources: ResourcesCoordinator
    server_status: ServerStatusCoordinator
    sessions: SessionsCoordinator

    @property
    def machine_identifier(self) -> str:
        """Return what names the server, and begins its entities' unique ids."""
        return self.libraries.machine_identifier


type PlexPulseConfigEntry = ConfigEntry[PlexPulseRuntime]

"""The runtime data of a loaded entry."""

from homeassistant.config_entries import ConfigEntry

from .api import PlexServerClient, Record
from .coordinator.health import HealthCoordinator
from .coordinator.identity import IdentityVerifier
from .coordinator.libraries import LibrariesCoordinator
from .coordinator.library_changes import LibraryChangeTracker
from .coordinator.liveness import LivenessMonitor
from .coordinator.resources import ResourcesCoordinator
from .coordinator.server_status import ServerStatusCoordinator
from .coordinator.sessions import SessionsCoordinator
from .dashboard.shelf_cache import ShelfCache
from .image_cache import ImageCache
from .stored_state import StoredState
from .streams.latest_transcodes import LatestTranscodes
from .streams.missed import MissedPlaybacks


class PlexPulseRuntime(Record):
    """The client of a server, its coordinators and caches."""

    client: PlexServerClient
    health: HealthCoordinator
    identity: IdentityVerifier
    image_cache: ImageCache
    libraries: LibrariesCoordinator
    library_changes: LibraryChangeTracker
    liveness: LivenessMonitor
    missed_playbacks: MissedPlaybacks
    resources: ResourcesCoordinator
    server_status: ServerStatusCoordinator
    sessions: SessionsCoordinator
    shelf_cache: ShelfCache
    stored_state: StoredState
    transcodes: LatestTranscodes

    @property
    def machine_identifier(self) -> str:
        """Return the machine identifier of the server, which begins its entities' unique ids."""
        return self.libraries.machine_identifier


type PlexPulseConfigEntry = ConfigEntry[PlexPulseRuntime]

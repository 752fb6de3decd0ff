"""What an entry works with while it is loaded."""

from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntry

from .api import PlexServerClient
from .health import HealthCoordinator
from .libraries import LibrariesCoordinator
from .library_news import LibraryNews
from .pictures import Pictures
from .resources import ResourcesCoordinator
from .server_state import ServerStateCoordinator
from .sessions import SessionsCoordinator


@dataclass(frozen=True, slots=True, kw_only=True)
class PlexPulseData:
    """The client of a server and what is read through it."""

    client: PlexServerClient
    health: HealthCoordinator
    libraries: LibrariesCoordinator
    news: LibraryNews
    pictures: Pictures
    resources: ResourcesCoordinator
    server_state: ServerStateCoordinator
    sessions: SessionsCoordinator

    @property
    def machine_identifier(self) -> str:
        """Return what names the server, and begins its entities' unique ids."""
        return self.libraries.machine_identifier


type PlexPulseConfigEntry = ConfigEntry[PlexPulseData]

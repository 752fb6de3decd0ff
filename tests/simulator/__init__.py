"""A simulated Plex Media Server for tests and demos, with plex.tv and discovery."""

from .faults import Fault, Transfer
from .gdm import GdmResponder, GdmServer
from .library import Item, Kind, Section
from .listener import RecordedRequest
from .plextv import PlexTvSimulator
from .plextv_accounts import ServerConnection, connection
from .plextv_errors import Outage, error_fault
from .plextv_friends import Friend
from .server import PlexSimulator
from .session import Session

__all__ = [
    "Fault",
    "Friend",
    "GdmResponder",
    "GdmServer",
    "Item",
    "Kind",
    "Outage",
    "PlexSimulator",
    "PlexTvSimulator",
    "RecordedRequest",
    "Section",
    "ServerConnection",
    "Session",
    "Transfer",
    "connection",
    "error_fault",
]

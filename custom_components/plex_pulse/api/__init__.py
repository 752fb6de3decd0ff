"""An async client for Plex Media Server that fails in ways a caller can act on.

Knows nothing of Home Assistant. Every request ends with a value or a PlexApiError;
repetitions, deadlines and a host's wish for silence are taken care of on the way.
"""

from .account import APPROVAL_PAGE, PLEX_TV, PlexAccountClient
from .clock import Clock
from .connections import ConnectionKind, FoundConnection, find_connection
from .errors import PlexApiError, PlexErrorKind, PlexErrorReason
from .exchange import ClientIdentity
from .failures import wrong_server_failure
from .models.account import Account, Connection, Pin, Resource
from .models.library import Library, LibraryKind
from .models.media import MediaItem, MediaPage, MediaType
from .models.server import ServerIdentity, ServerInfo
from .models.session import Player, PlayMethod, Session, User
from .models.stream import DeliveredMedia
from .models.transcode import TranscodeSession
from .rate_limit import HostGate, HostGates
from .retry import RetryPolicy
from .server import PlexServerClient
from .statistics import ApiStatistics

__all__ = [
    "APPROVAL_PAGE",
    "PLEX_TV",
    "Account",
    "ApiStatistics",
    "ClientIdentity",
    "Clock",
    "Connection",
    "ConnectionKind",
    "DeliveredMedia",
    "FoundConnection",
    "HostGate",
    "HostGates",
    "Library",
    "LibraryKind",
    "MediaItem",
    "MediaPage",
    "MediaType",
    "Pin",
    "PlayMethod",
    "Player",
    "PlexAccountClient",
    "PlexApiError",
    "PlexErrorKind",
    "PlexErrorReason",
    "PlexServerClient",
    "Resource",
    "RetryPolicy",
    "ServerIdentity",
    "ServerInfo",
    "Session",
    "TranscodeSession",
    "User",
    "find_connection",
    "wrong_server_failure",
]

"""An async client for Plex Media Server that fails in ways a caller can act on.

Knows nothing of Home Assistant. Every request ends with a value or a PlexApiError;
repetitions, deadlines and a host's wish for silence are taken care of on the way.
"""

from .clock import Clock
from .errors import PlexApiError, PlexErrorKind, PlexErrorReason
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
from .transport import ClientIdentity

__all__ = [
    "ApiStatistics",
    "ClientIdentity",
    "Clock",
    "DeliveredMedia",
    "HostGate",
    "HostGates",
    "Library",
    "LibraryKind",
    "MediaItem",
    "MediaPage",
    "MediaType",
    "PlayMethod",
    "Player",
    "PlexApiError",
    "PlexErrorKind",
    "PlexErrorReason",
    "PlexServerClient",
    "RetryPolicy",
    "ServerIdentity",
    "ServerInfo",
    "Session",
    "TranscodeSession",
    "User",
]

"""An async client for Plex Media Server that fails in ways a caller can act on.

Knows nothing of Home Assistant. Every request ends with a value or a PlexApiError;
repetitions, deadlines and a host's wish for silence are taken care of on the way.
"""

from .client import PlexServerClient
from .errors import PlexApiError, PlexErrorKind, PlexErrorReason
from .find_connection import ConnectionKind, FoundConnection, find_connection
from .http.backoff import Backoff
from .http.classify import wrong_server_failure
from .http.clock import Clock
from .http.rate_limit_observer import RateLimitCount, observe_rate_limits
from .http.rate_limiter import HostRateLimiter, RateLimiterRegistry
from .http.request import ClientIdentity
from .http.retry import RetryPolicy
from .http.statistics import ApiStatistics
from .models.account import Account, Connection, Pin, Resource
from .models.history import HistoryEntry, HistoryPage
from .models.image import ServerImage
from .models.library import Library, LibraryKind
from .models.media import MediaItem, MediaPage, MediaType
from .models.notification import (
    ActivityNotification,
    Notification,
    PlayingNotification,
    ReachabilityNotification,
    StatusNotification,
    TimelineNotification,
    TranscodeNotification,
)
from .models.resources import ServerResources
from .models.server import RemoteAccess, ServerAccount, ServerIdentity, ServerInfo
from .models.session import Player, PlayMethod, Session, User
from .models.stream import SelectedMedia
from .models.transcode import TranscodeSession
from .models.update import ServerUpdate
from .plex_tv import APPROVAL_PAGE, PLEX_TV, PlexAccountClient
from .websocket import ConnectionState, PlexWebsocket

__all__ = [
    "APPROVAL_PAGE",
    "PLEX_TV",
    "Account",
    "ActivityNotification",
    "ApiStatistics",
    "Backoff",
    "ClientIdentity",
    "Clock",
    "Connection",
    "ConnectionKind",
    "ConnectionState",
    "FoundConnection",
    "HistoryEntry",
    "HistoryPage",
    "HostRateLimiter",
    "Library",
    "LibraryKind",
    "MediaItem",
    "MediaPage",
    "MediaType",
    "Notification",
    "Pin",
    "PlayMethod",
    "Player",
    "PlayingNotification",
    "PlexAccountClient",
    "PlexApiError",
    "PlexErrorKind",
    "PlexErrorReason",
    "PlexServerClient",
    "PlexWebsocket",
    "RateLimitCount",
    "RateLimiterRegistry",
    "ReachabilityNotification",
    "RemoteAccess",
    "Resource",
    "RetryPolicy",
    "SelectedMedia",
    "ServerAccount",
    "ServerIdentity",
    "ServerImage",
    "ServerInfo",
    "ServerResources",
    "ServerUpdate",
    "Session",
    "StatusNotification",
    "TimelineNotification",
    "TranscodeNotification",
    "TranscodeSession",
    "User",
    "find_connection",
    "observe_rate_limits",
    "wrong_server_failure",
]

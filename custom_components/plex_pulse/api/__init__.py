"""An async client for Plex Media Server and plex.tv, independent of Home Assistant.

Every request returns a value or raises `PlexApiError`; retries, deadlines and rate limits are
handled on the way. What an error means to the caller is its kind, the exact cause its reason:

    PlexApiError
        AUTHENTICATION  401, 403: token invalid or not permitted   UNUSABLE_TOKEN
        RATE_LIMIT      429, or Retry-After beyond the deadline    BLOCKED
        SERVER          5xx, maintenance                           STARTING
        CLIENT          other 4xx, redirects                       WRONG_SERVER, REDIRECT,
                        SECURE_CONNECTION_REQUIRED, EXTERNAL_IMAGE
        NETWORK         no complete response                       UNKNOWN_HOST, UNREACHABLE,
                        TIMEOUT, CONNECTION_LOST, TLS_FAILED, BAD_CERTIFICATE,
                        CERTIFICATE_CHANGED, BUSY
        PROTOCOL        a success without a Plex response          WEB_PAGE, XML, TOO_LARGE,
                        INVALID_RESPONSE
        (any status)    an error status without a message          NO_DETAIL

RATE_LIMIT, SERVER and NETWORK are transient, except BAD_CERTIFICATE and CERTIFICATE_CHANGED; only
these are retried, and only for GET. Example:

    async with aiohttp.ClientSession() as session:
        client = PlexServerClient(
            session, "http://192.0.2.10:32400", token, identity=identity,
            rate_limiters=RateLimiterRegistry(),
        )
        try:
            for stream in await client.get_sessions():
                print(stream.item.title, stream.method)
        except PlexApiError as err:
            print(err, "- try again later" if err.is_transient else "")
"""

from .client import PlexServerClient
from .errors import PlexApiError, PlexErrorKind, PlexErrorReason
from .find_connection import ConnectionKind, FoundConnection, find_connection
from .http.backoff import Backoff
from .http.certificate import CertificateReader, split_plex_direct
from .http.classify import wrong_server_failure
from .http.clock import Clock
from .http.rate_limit_observer import RateLimitCount, observe_rate_limits
from .http.rate_limiter import HostRateLimiter, RateLimiterRegistry
from .http.request import ClientIdentity
from .http.retry import RetryPolicy
from .http.statistics import ApiStatistics
from .media_endpoints import RECENT_TYPES
from .models.account import Account, Connection, Pin, Resource
from .models.history import HistoryEntry, HistoryPage, HistoryRow, HistoryRows, MediaStatistic
from .models.image import ServerImage
from .models.library import Library, LibraryKind
from .models.media import MediaItem, MediaPage, MediaType
from .models.media_details import DetailedItem
from .models.media_stream import MediaStream
from .models.notification import (
    ActivityNotification,
    Notification,
    PlayingNotification,
    ReachabilityNotification,
    StatusNotification,
    TimelineNotification,
    TranscodeNotification,
)
from .models.selected_media import SelectedMedia
from .models.server import (
    RemoteAccess,
    ServerAccount,
    ServerIdentity,
    ServerInfo,
    ServerResources,
    ServerUpdate,
)
from .models.session import Player, PlayMethod, Session, User
from .models.transcode import TranscodeSession, TranscodeSettings
from .newest_items import (
    MAX_CLOCK_DIFFERENCE_SECONDS,
    NewestItems,
    is_misdated,
    newest_first,
)
from .plex_tv import APPROVAL_PAGE, PLEX_TV, PlexAccountClient
from .record import MutableRecord, Record
from .websocket import ConnectionState, PlexWebsocket

__all__ = [
    "APPROVAL_PAGE",
    "MAX_CLOCK_DIFFERENCE_SECONDS",
    "PLEX_TV",
    "RECENT_TYPES",
    "Account",
    "ActivityNotification",
    "ApiStatistics",
    "Backoff",
    "CertificateReader",
    "ClientIdentity",
    "Clock",
    "Connection",
    "ConnectionKind",
    "ConnectionState",
    "DetailedItem",
    "FoundConnection",
    "HistoryEntry",
    "HistoryPage",
    "HistoryRow",
    "HistoryRows",
    "HostRateLimiter",
    "Library",
    "LibraryKind",
    "MediaItem",
    "MediaPage",
    "MediaStatistic",
    "MediaStream",
    "MediaType",
    "MutableRecord",
    "NewestItems",
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
    "Record",
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
    "TranscodeSettings",
    "User",
    "find_connection",
    "is_misdated",
    "newest_first",
    "observe_rate_limits",
    "split_plex_direct",
    "wrong_server_failure",
]

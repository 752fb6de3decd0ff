"""Constants of Plex Pulse."""

from datetime import timedelta
from typing import Final

DOMAIN: Final = "plex_pulse"

CONF_RETRY: Final = "retry"
"""Section of the options that holds the retry policy."""
CONF_FOLLOWED_USERS: Final = "followed_users"
"""Option: whose playing is followed, as names by account id."""
CONF_ALLOW_USERS: Final = "allow_users"
"""Option: users who may control the server may also stop streams and read the history."""

DISCOVERY_ADDRESS: Final = ("239.0.0.250", 32414)
"""Multicast address and port of GDM, Plex's discovery on the local network."""

SESSIONS_INTERVAL: Final = timedelta(seconds=10)
PUSHED_SESSIONS_INTERVAL: Final = timedelta(minutes=10)
"""The safety net while notifications come: a silent websocket must not freeze the truth."""
LIVENESS_INTERVAL: Final = timedelta(seconds=60)
"""For a token that may not see sessions: somebody else's server is asked less often."""
LIBRARIES_INTERVAL: Final = timedelta(hours=1)
SERVER_INTERVAL: Final = timedelta(minutes=15)
PUSHED_SERVER_INTERVAL: Final = timedelta(hours=1)
RESOURCES_INTERVAL: Final = timedelta(seconds=30)

CONF_ACCOUNT_TOKEN: Final = "account_token"  # noqa: S105 - the name of a field
"""The token that plex.tv gave; each server has one of its own under CONF_TOKEN."""
CONF_CONNECTION: Final = "connection"
"""How the address was found: local, remote or relay; missing for a typed one."""

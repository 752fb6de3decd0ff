"""Constants: domain, keys of config entries, poll intervals."""

from datetime import timedelta
from typing import Final

DOMAIN: Final = "plex_pulse"

CONF_RETRY: Final = "retry"
"""Section of the options that holds the retry policy."""
CONF_FOLLOWED_USERS: Final = "followed_users"
"""Option: the followed users, as names by account id."""
CONF_ALLOW_USERS: Final = "allow_users"
"""Option: users who may control the server may also stop streams and read the history."""
CONF_HISTORY_ALL_NAMES: Final = "history_all_names"
"""Option: lists of the history name all users, not only the followed ones."""

DISCOVERY_ADDRESS: Final = ("239.0.0.250", 32414)
"""Multicast address and port of GDM, Plex's discovery on the local network."""

SESSIONS_INTERVAL: Final = timedelta(seconds=10)
PUSHED_SESSIONS_INTERVAL: Final = timedelta(minutes=10)
"""While push is connected: corrects the state if notifications are missed."""
LIVENESS_INTERVAL: Final = timedelta(seconds=60)
"""For a token that cannot read sessions: the server belongs to another user."""
LIBRARIES_INTERVAL: Final = timedelta(hours=1)
SERVER_INTERVAL: Final = timedelta(minutes=15)
PUSHED_SERVER_INTERVAL: Final = timedelta(hours=1)
RESOURCES_INTERVAL: Final = timedelta(seconds=30)

CONF_ACCOUNT_TOKEN: Final = "account_token"  # noqa: S105 - the name of a field
"""The token for plex.tv; the token for the server is stored under CONF_TOKEN."""
CONF_CONNECTION: Final = "connection"
"""How the address was found: local, remote or relay; not set for a typed address."""
CONF_CERTIFICATE_NAME: Final = "certificate_name"
"""The name by which the server proves itself, `<hash>.plex.direct`; the address is then https.

Not set for a server without such a certificate: plain http, or a certificate of its owner. None
in an entry from before names were saved: the next set-up reads it.
"""

"""Models of plex.tv: a pending sign-in, an account, its servers."""

from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from ..record import Record
from .coerce import JsonObject, boolean, integer, non_negative_int, parse_list, short_text, text

_MAX_TOKEN_LENGTH: Final = 4_096
"""Plex's tokens have 20 characters, and some hundreds in the form of a JSON web token."""
_MAX_CONNECTIONS: Final = 50
"""Addresses of a server; each of them is probed."""


class Pin(Record):
    """A sign-in that the user approves in a browser."""

    id: int
    code: str
    """Part of the address at which the user approves it."""
    lifetime: timedelta
    """Time until it expires (30 minutes for a strong one, seen in 2026); at most an hour."""
    auth_token: str | None = field(repr=False)
    """The account's token, None until the sign-in is approved."""

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the sign-in, None without id or code."""
        pin_id, code = integer(fields, "id"), text(fields, "code")
        if pin_id is None or code is None:
            return None
        return cls(
            id=pin_id,
            code=code,
            lifetime=timedelta(seconds=min(non_negative_int(fields, "expiresIn") or 900, 3600)),
            auth_token=text(fields, "authToken", _MAX_TOKEN_LENGTH),
        )


class Account(Record):
    """The account of a token. Its e-mail address is not parsed, on purpose."""

    id: int
    uuid: str | None
    name: str | None
    """The display name, or the user name without one."""

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the account, None without an id."""
        if (account_id := integer(fields, "id")) is None:
            return None
        return cls(
            id=account_id,
            uuid=text(fields, "uuid"),
            name=short_text(fields, "friendlyName") or short_text(fields, "username"),
        )


class Connection(Record):
    """An address of a server, as the server reported it to plex.tv."""

    uri: str
    """With includeHttps a name under plex.direct, for which the certificate is issued."""
    address: str
    """IP address or host name."""
    port: int
    is_local: bool
    """Whether it is in the server's own network; true for Docker-internal addresses, too."""
    is_relay: bool
    """Whether it leads through Plex's relay."""

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the connection, None without URI, address or port."""
        uri, address = text(fields, "uri"), text(fields, "address")
        port = non_negative_int(fields, "port")
        if uri is None or address is None or not port:
            return None
        return cls(
            uri=uri,
            address=address,
            port=port,
            is_local=bool(boolean(fields, "local")),
            is_relay=bool(boolean(fields, "relay")),
        )


class Resource(Record):
    """A server that the account owns, or that is shared with it."""

    machine_identifier: str
    name: str
    access_token: str = field(repr=False)
    """Valid for this server only; a shared server refuses the account's own token."""
    is_owned: bool
    owner: str | None
    """Name of the account that shares it, None for an owned server."""
    https_required: bool
    last_seen: datetime | None
    """When the server last reported to plex.tv."""
    connections: tuple[Connection, ...]

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the server, None for a player, and without identifier or token."""
        provides = {item.strip() for item in (text(fields, "provides") or "").split(",")}
        machine_identifier = text(fields, "clientIdentifier")
        access_token = text(fields, "accessToken", _MAX_TOKEN_LENGTH)
        if "server" not in provides or machine_identifier is None or access_token is None:
            return None
        return cls(
            machine_identifier=machine_identifier,
            name=short_text(fields, "name") or machine_identifier[:8],
            access_token=access_token,
            is_owned=bool(boolean(fields, "owned")),
            owner=short_text(fields, "sourceTitle"),
            https_required=bool(boolean(fields, "httpsRequired")),
            last_seen=_iso(text(fields, "lastSeenAt")),
            connections=parse_list(fields, "connections", Connection.parse, _MAX_CONNECTIONS),
        )


def _iso(value: str | None) -> datetime | None:
    """Return an ISO 8601 time in UTC unless it names a zone; plex.tv's end with Z."""
    try:
        parsed = datetime.fromisoformat(value or "")
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)

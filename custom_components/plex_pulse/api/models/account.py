"""What plex.tv knows: a sign-in under way, an account, the servers it may use."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

from .coerce import JsonObject, boolean, integer, non_negative_int, parse_list, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A sign-in that waits for somebody to approve it in a browser.

    lifetime: how long plex.tv keeps it (30 minutes for a strong one, seen in 2026).
    auth_token: the account's token once it is approved.
    """

    id: int
    code: str
    lifetime: timedelta
    auth_token: str | None = field(repr=False)

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the sign-in, None for an answer that is none."""
        pin_id, code = integer(fields, "id"), text(fields, "code")
        if pin_id is None or code is None:
            return None
        return cls(
            id=pin_id,
            code=code,
            lifetime=timedelta(seconds=min(non_negative_int(fields, "expiresIn") or 900, 3600)),
            auth_token=text(fields, "authToken"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The account a token belongs to. Its e-mail address is left where it was."""

    id: int
    uuid: str | None
    name: str | None

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the account, None for an answer that names none."""
        if (account_id := integer(fields, "id")) is None:
            return None
        return cls(
            id=account_id,
            uuid=text(fields, "uuid"),
            name=text(fields, "friendlyName") or text(fields, "username"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One address a server may be reached at.

    uri: with includeHttps a name under plex.direct that its certificate is made out to.
    is_local may be wrong: a Docker-internal address calls itself local.
    """

    uri: str
    address: str
    port: int
    is_local: bool
    is_relay: bool

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the connection, None for one without an address."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A server that the account owns or is let in to.

    access_token: for this server alone; the account's own is refused by a shared one.
    owner: who shares it, None for an owned one. last_seen: by plex.tv.
    """

    machine_identifier: str
    name: str
    access_token: str = field(repr=False)
    is_owned: bool
    owner: str | None
    https_required: bool
    last_seen: datetime | None
    connections: tuple[Connection, ...]

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the server, None for a player, and for one without access."""
        provides = {item.strip() for item in (text(fields, "provides") or "").split(",")}
        machine_identifier = text(fields, "clientIdentifier")
        access_token = text(fields, "accessToken")
        if "server" not in provides or machine_identifier is None or access_token is None:
            return None
        return cls(
            machine_identifier=machine_identifier,
            name=text(fields, "name") or machine_identifier[:8],
            access_token=access_token,
            is_owned=bool(boolean(fields, "owned")),
            owner=text(fields, "sourceTitle"),
            https_required=bool(boolean(fields, "httpsRequired")),
            last_seen=_iso(text(fields, "lastSeenAt")),
            connections=parse_list(fields, "connections", Connection.parse),
        )


def _iso(value: str | None) -> datetime | None:
    """Return an ISO 8601 moment; plex.tv ends them with Z."""
    try:
        moment = datetime.fromisoformat(value or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

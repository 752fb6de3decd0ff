"""Accounts of the simulated plex.tv with their servers and players."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
import hashlib

from yarl import URL

from .server import PlexSimulator

_CREATED = "2024-02-01T18:00:00Z"
# An address reserved for documentation (RFC 5737).
_PUBLIC_ADDRESS = "203.0.113.7"
PLEX_DIRECT_LABEL = hashlib.md5(b"simulator", usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerConnection:
    """One address of a server as plex.tv lists it; uri is the one for includeHttps=1."""

    address: str
    port: int
    uri: str
    local: bool
    relay: bool

    def tree(self, *, https: bool) -> dict[str, object]:
        """Return the object in the list, with the uri for includeHttps or without."""
        host = f"[{self.address}]" if self.is_ipv6 else self.address
        uri = self.uri if https else f"http://{host}:{self.port}"
        return {
            "protocol": uri.partition(":")[0],
            "address": self.address,
            "port": self.port,
            "uri": uri,
            "local": self.local,
            "relay": self.relay,
            "IPv6": self.is_ipv6,
        }

    @property
    def is_ipv6(self) -> bool:
        """Whether the address is IPv6, which only includeIPv6=1 lists."""
        return ":" in self.address


def plex_direct_uri(address: str, port: int = 32400) -> str:
    """Return the plex.direct URL of an address."""
    label = address.replace(".", "-").replace(":", "-")
    return f"https://{label}.{PLEX_DIRECT_LABEL}.plex.direct:{port}"


def connection(
    address: str, port: int = 32400, *, local: bool = True, relay: bool = False
) -> ServerConnection:
    """Return a connection of an address with its plex.direct URL."""
    return ServerConnection(
        address=address,
        port=port,
        uri=plex_direct_uri(address, port),
        local=local,
        relay=relay,
    )


def connection_to(
    server: PlexSimulator | str, *, local: bool = True, relay: bool = False
) -> ServerConnection:
    """Return a connection to a simulator or an address that is reachable from the test.

    A plain http server has no certificate and therefore no plex.direct name.
    """
    url = URL(server.url if isinstance(server, PlexSimulator) else server)
    address, port = url.host or "", url.port or 32400
    secure = url.scheme == "https"
    return ServerConnection(
        address=address,
        port=port,
        uri=plex_direct_uri(address, port) if secure else str(url.origin()),
        local=local,
        relay=relay,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedServer:
    """A Media Server in an account's list; owner_name is the user who shares it."""

    name: str
    machine_identifier: str
    access_token: str
    connections: tuple[ServerConnection, ...]
    owned: bool = True
    owner_name: str | None = None
    https_required: bool = False

    def tree(self, seen: datetime, *, https: bool, relay: bool, ipv6: bool) -> dict[str, object]:
        """Return the object in the list of resources, with the requested connections."""
        return _resource(
            name=self.name,
            product="Plex Media Server",
            identifier=self.machine_identifier,
            provides="server",
            seen=seen,
        ) | {
            "ownerId": None if self.owned else 4_021_977,
            "sourceTitle": self.owner_name,
            "accessToken": self.access_token,
            "owned": self.owned,
            "home": False,
            "relay": any(item.relay for item in self.connections),
            "httpsRequired": self.https_required,
            "connections": [
                item.tree(https=https)
                for item in self.connections
                if (relay or not item.relay) and (ipv6 or not item.is_ipv6)
            ],
        }


@dataclass(slots=True, kw_only=True)
class PlexAccount:
    """An account at plex.tv."""

    id: int
    name: str
    token: str
    servers: list[ListedServer] = field(default_factory=list)
    players: list[str] = field(default_factory=list)

    def tree(self) -> dict[str, object]:
        """Return the answer of /api/v2/user."""
        return {
            "id": self.id,
            "uuid": f"{self.id:016x}",
            "username": self.name,
            "title": self.name,
            "email": f"{self.name}@mail.example",
            "friendlyName": self.name.replace(".", " ").title(),
            "thumb": "",
            "authToken": self.token,
            "subscription": {
                "active": True,
                "status": "Active",
                "plan": "lifetime",
                "features": ["hardware_transcoding", "webhooks"],
            },
            "subscriptionDescription": "Lifetime Plex Pass",
            "restricted": False,
            "home": False,
            "homeAdmin": False,
            "homeSize": 1,
            "guest": False,
            "pin": None,
        }

    def resources(
        self, now: float, *, https: bool, relay: bool, ipv6: bool
    ) -> list[dict[str, object]]:
        """Return the answer of /api/v2/resources: servers, then players."""
        seen = datetime.fromtimestamp(now, UTC)
        return [
            *(server.tree(seen, https=https, relay=relay, ipv6=ipv6) for server in self.servers),
            *(_player(name, seen) for name in self.players),
        ]


def _resource(
    *, name: str, product: str, identifier: str, provides: str, seen: datetime
) -> dict[str, object]:
    return {
        "name": name,
        "product": product,
        "productVersion": "1.43.4.10903-e5521bd8c",
        "platform": "Linux",
        "platformVersion": "6.12",
        "device": "PC",
        "clientIdentifier": identifier,
        "createdAt": _CREATED,
        "lastSeenAt": f"{seen:%Y-%m-%dT%H:%M:%SZ}",
        "provides": provides,
        "ownerId": None,
        "sourceTitle": None,
        "publicAddress": _PUBLIC_ADDRESS,
        "accessToken": None,
        "owned": True,
        "home": False,
        "synced": False,
        "relay": False,
        "presence": True,
        "httpsRequired": False,
        "publicAddressMatches": True,
        "dnsRebindingProtection": False,
        "natLoopbackSupported": True,
        "connections": [],
    }


def _player(name: str, seen: datetime) -> dict[str, object]:
    return _resource(
        name=name,
        product="Plex for Android (TV)",
        identifier=hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(),
        provides="client,player,pubsub-player",
        seen=seen,
    )

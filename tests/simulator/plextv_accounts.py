"""Accounts of the simulated plex.tv with their servers and players."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
import hashlib

from yarl import URL

from .encode import Tree
from .plextv_friends import Friend
from .plextv_resources import account_details, device_tree, player_tree, resource_tree
from .server import PlexSimulator

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
    """A Media Server in an account's list; owner_name is the user who shares it.

    sections are key, title and type of each.
    """

    name: str
    machine_identifier: str
    access_token: str
    connections: tuple[ServerConnection, ...]
    owned: bool = True
    owner_name: str | None = None
    https_required: bool = False
    sections: tuple[tuple[int, str, str], ...] = ()

    def tree(self, seen: datetime, *, https: bool, relay: bool, ipv6: bool) -> dict[str, object]:
        """Return the object in the list of resources, with the requested connections."""
        return resource_tree(
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

    def summary(self) -> Tree:
        """Return the Server of /api/servers/{id}, which lists the ids of its sections."""
        return {
            "name": self.name,
            "machineIdentifier": self.machine_identifier,
            "Section": [
                {"id": 100 + key, "key": key, "title": title, "type": kind}
                for key, title, kind in self.sections
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
    friends: list[Friend] = field(default_factory=list)
    webhooks: list[str] = field(default_factory=list)
    privacy: dict[str, str] = field(default_factory=dict)
    syncs_view_state: bool = False

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
            **account_details(),
        }

    def server(self, machine_identifier: str) -> ListedServer | None:
        """Return a listed server."""
        return next(
            (it for it in self.servers if it.machine_identifier == machine_identifier), None
        )

    def devices(self, now: float) -> list[Tree]:
        """Return the Device list of /devices.xml: servers, then players."""
        return [
            device_tree(resource)
            for resource in self.resources(now, https=True, relay=True, ipv6=True)
        ]

    def resources(
        self, now: float, *, https: bool, relay: bool, ipv6: bool
    ) -> list[dict[str, object]]:
        """Return the answer of /api/v2/resources: servers, then players."""
        seen = datetime.fromtimestamp(now, UTC)
        return [
            *(server.tree(seen, https=https, relay=relay, ipv6=ipv6) for server in self.servers),
            *(player_tree(name, seen) for name in self.players),
        ]

"""Fictional users and players."""

from dataclasses import dataclass
from hashlib import sha1

from .encode import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user; the owner has the server-local id 1, other users their plex.tv id."""

    id: int
    name: str

    @property
    def thumb(self) -> str:
        """Return the URL of the avatar at plex.tv."""
        return f"https://plex.tv/users/{self.id:016x}/avatar?c=1700000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """A player as a session lists it."""

    title: str
    product: str
    platform: str
    device: str
    version: str
    address: str
    local: bool = True
    relayed: bool = False
    profile: str = "Generic"
    device_class: str = ""

    @property
    def machine_identifier(self) -> str:
        """Return a stable identifier derived from the title."""
        return sha1(self.title.encode(), usedforsecurity=False).hexdigest()[:24]

    def tree(self, state: str, user: User | None) -> Tree:
        """Return the Player element; it has a userID even if the User element is missing."""
        tree: Tree = {
            "address": self.address,
            "device": self.device,
            "machineIdentifier": self.machine_identifier,
            "model": "",
            "platform": self.platform,
            "platformVersion": "14",
            "product": self.product,
            "profile": self.profile,
            "remotePublicAddress": "203.0.113.20" if self.local else self.address,
            "state": state,
            "title": self.title,
            "vendor": "",
            "version": self.version,
            "local": self.local,
            "relayed": self.relayed,
            "secure": True,
            "userID": user.id if user else OWNER.id,
        }
        if self.device_class:
            tree |= {"deviceClass": self.device_class, "protocolVersion": "1"}
        return tree


OWNER = User(id=1, name="marlow")
OWNER_EMAIL = "marlow@example.com"
JUNIPER = User(id=40_115_327, name="juniper")
KESTREL = User(id=52_907_144, name="kestrel")
TANSY = User(id=61_480_902, name="tansy")
USERS = (OWNER, JUNIPER, KESTREL, TANSY)

LIVING_ROOM = Player(
    title="Living Room",
    product="Plex for Android (TV)",
    platform="Android",
    device="Android TV box",
    version="10.18.0.4230",
    address="192.0.2.31",
    profile="Android",
    device_class="stb",
)
BEDROOM = Player(
    title="Bedroom",
    product="Plex for Apple TV",
    platform="tvOS",
    device="Apple TV",
    version="8.45",
    address="192.0.2.32",
)
PHONE = Player(
    title="Juniper's phone",
    product="Plex for iOS",
    platform="iOS",
    device="iPhone",
    version="8.45",
    address="198.51.100.77",
    local=False,
)
BROWSER = Player(
    title="Firefox",
    product="Plex Web",
    platform="Firefox",
    device="Linux",
    version="4.147.1",
    address="192.0.2.40",
    profile="Firefox",
)
HEADPHONES = Player(
    title="Tansy's desk",
    product="Plexamp",
    platform="macOS",
    device="macOS",
    version="4.12.3",
    address="192.0.2.44",
)
HOLIDAY_TV = Player(
    title="Holiday cottage",
    product="Plex for LG",
    platform="webOS",
    device="TV",
    version="5.92.1",
    address="198.51.100.140",
    local=False,
    relayed=True,
)

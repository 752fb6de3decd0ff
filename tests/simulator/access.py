"""Access rights of the owner's and shared users' tokens."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto

from aiohttp import web


class Access(Enum):
    """The least right that a path requires."""

    ANYONE = auto()
    USER = auto()
    ADMIN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """The user of a token; no sections means all of them."""

    is_owner: bool
    sections: frozenset[int] | None = None

    def sees(self, section_key: int) -> bool:
        """Whether a section is shared with this viewer."""
        return self.sections is None or section_key in self.sections


OWNER = Viewer(is_owner=True)
NO_ACCESS = Viewer(is_owner=False, sections=frozenset())


class Tokens:
    """The tokens a server accepts."""

    def __init__(self, owner_token: str) -> None:
        """Accept the owner's token; is_open serves requests without a valid token as the owner.

        So do unclaimed servers, and claimed ones for clients in `allowedNetworks`.
        """
        self._viewers = {owner_token: Viewer(is_owner=True)}
        self.is_open = False

    def __contains__(self, token: object) -> bool:
        """Whether a token is accepted."""
        return token in self._viewers

    def add_owner(self, token: str) -> None:
        """Accept another token of the owner."""
        self._viewers[token] = Viewer(is_owner=True)

    def add_shared(self, token: str, sections: Collection[int]) -> None:
        """Accept a shared user's token for these section keys."""
        self._viewers[token] = Viewer(is_owner=False, sections=frozenset(sections))

    def revoke(self, token: str) -> None:
        """Refuse a token from now on; an unknown token is ignored."""
        self._viewers.pop(token, None)

    def viewer(self, request: web.Request) -> Viewer:
        """Return the user of a request's token, which comes in the header or the query."""
        token = request.headers.get("X-Plex-Token") or request.query.get("X-Plex-Token", "")
        return self._viewers.get(token, OWNER if self.is_open else NO_ACCESS)

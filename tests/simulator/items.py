"""Sections and items of a library."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from .encode import Tree
from .media import MediaInfo

type SectionType = Literal["movie", "show", "artist", "photo"]

NO_AGENT = "tv.plex.agents.none"
AGENTS: dict[SectionType, tuple[str, str]] = {
    "movie": ("tv.plex.agents.movie", "Plex Movie"),
    "show": ("tv.plex.agents.series", "Plex TV Series"),
    "artist": ("tv.plex.agents.music", "Plex Music"),
    "photo": ("com.plexapp.agents.none", "Plex Photo Scanner"),
}


class Kind(Enum):
    """The kind of an item: Plex's type id and type name."""

    MOVIE = (1, "movie")
    SHOW = (2, "show")
    SEASON = (3, "season")
    EPISODE = (4, "episode")
    ARTIST = (8, "artist")
    ALBUM = (9, "album")
    TRACK = (10, "track")
    CLIP = (12, "clip")
    PHOTO = (13, "photo")
    # Photo albums and photos both have the type name "photo"; only the type id differs.
    PHOTO_ALBUM = (14, "photo")
    COLLECTION = (18, "collection")

    @property
    def type_id(self) -> int:
        """Return the number for the `type` argument."""
        return self.value[0]

    @property
    def type_name(self) -> str:
        """Return the `type` attribute of an item."""
        return self.value[1]

    @property
    def is_container(self) -> bool:
        """Whether items of this kind hold others instead of a file."""
        return self in _CONTAINERS


_CONTAINERS = frozenset(
    {Kind.SHOW, Kind.SEASON, Kind.ARTIST, Kind.ALBUM, Kind.PHOTO_ALBUM, Kind.COLLECTION}
)
DEFAULT_KIND: dict[SectionType, Kind] = {
    "movie": Kind.MOVIE,
    "show": Kind.SHOW,
    "artist": Kind.ARTIST,
    "photo": Kind.PHOTO_ALBUM,
}


@dataclass(eq=False, slots=True, kw_only=True)
class Section:
    """A library section; times in Unix seconds."""

    key: int
    type: SectionType
    title: str
    agent: str
    scanner: str
    uuid: str
    created_at: int
    scanned_at: int
    content_changed_at: int = 1
    refreshing: bool = False
    hidden: int = 0
    preferences: dict[str, str] = field(default_factory=dict)

    @property
    def is_personal(self) -> bool:
        """Whether it is Plex's "Other videos", without an agent."""
        return self.agent == NO_AGENT


@dataclass(eq=False, slots=True, kw_only=True)
class Item:
    """A movie, an episode, an album...; duration in milliseconds, times in Unix seconds.

    An item whose file is missing (`is_lost`) stays listed until the trash is emptied.
    attributes are further values in Plex's names, such as originalTitle or editionTitle.
    """

    rating_key: int
    kind: Kind
    section: Section
    title: str
    parent: Item | None
    index: int
    added_at: int
    year: int | None = None
    duration: int | None = None
    summary: str = ""
    genres: tuple[str, ...] = ()
    media: MediaInfo | None = None
    view_count: int = 0
    last_viewed_at: int | None = None
    view_offset: int = 0
    user_rating: float | None = None
    last_rated_at: int | None = None
    is_lost: bool = False
    attributes: Tree = field(default_factory=dict)
    children: list[Item] = field(default_factory=list)

    def leaves(self) -> Iterator[Item]:
        """Yield the playable items under this item, or the item itself."""
        if not self.kind.is_container:
            yield self
        for child in self.children:
            yield from child.leaves()

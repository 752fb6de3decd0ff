"""The library in memory: sections and the items in them."""

from collections.abc import Callable
from dataclasses import replace
import uuid

from .items import AGENTS, DEFAULT_KIND, NO_AGENT, Item, Kind, Section, SectionType
from .media import MediaInfo

__all__ = ["DEFAULT_KIND", "Item", "Kind", "Library", "Section", "SectionType"]


class Library:
    """Sections and items by key; a change updates the section as a scan does."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Start empty; on_add and on_remove are called with single items."""
        self._clock = clock
        self._next_section_key = 1
        self._next_rating_key = 1
        self.sections: dict[int, Section] = {}
        self.items: dict[int, Item] = {}
        self.on_add: Callable[[Item], None] | None = None
        self.on_remove: Callable[[Item], None] | None = None

    def add_section(
        self, title: str, section_type: SectionType, *, personal: bool = False
    ) -> Section:
        """Add a section; a personal one is Plex's "Other videos"."""
        agent, scanner = AGENTS[section_type]
        key = self._next_section_key
        self._next_section_key += 1
        now = int(self._clock())
        section = Section(
            key=key,
            type=section_type,
            title=title,
            agent=NO_AGENT if personal else agent,
            scanner="Plex Video Files Scanner" if personal else scanner,
            uuid=str(uuid.uuid5(uuid.NAMESPACE_OID, f"plex-section-{key}")),
            created_at=now,
            scanned_at=now,
        )
        self.sections[key] = section
        return section

    def rename_section(self, section: Section, title: str) -> None:
        """Give a section another title; key and uuid stay."""
        section.title = title

    def remove_section(self, section: Section) -> None:
        """Remove a section and its items."""
        del self.sections[section.key]
        self.items = {key: item for key, item in self.items.items() if item.section is not section}

    def add_item(
        self,
        kind: Kind,
        title: str,
        place: Section | Item,
        *,
        added_at: float | None = None,
        year: int | None = None,
        duration: int | None = None,
        summary: str = "",
        genres: tuple[str, ...] = (),
        media: MediaInfo | None = None,
    ) -> Item:
        """Add an item to a section or under a parent item; added_at defaults to now."""
        parent = place if isinstance(place, Item) else None
        section = place.section if isinstance(place, Item) else place
        if media is not None and not media.size and duration is not None:
            media = replace(media, size=media.bitrate * duration // 8)
        item = Item(
            rating_key=self.take_key(),
            kind=kind,
            section=section,
            title=title,
            parent=parent,
            index=len(parent.children) + 1 if parent else 1,
            added_at=int(self._clock() if added_at is None else added_at),
            year=year,
            duration=duration,
            summary=summary,
            genres=genres,
            media=media,
        )
        self.items[item.rating_key] = item
        if parent is not None:
            parent.children.append(item)
        self._touch(section)
        if self.on_add is not None:
            self.on_add(item)
        return item

    def take_key(self) -> int:
        """Return a ratingKey that nothing has yet."""
        self._next_rating_key += 1
        return self._next_rating_key - 1

    def remove_item(self, item: Item) -> None:
        """Remove an item and its children; a collection only refers to its items."""
        for child in list(item.children):
            if child.parent is item:
                self.remove_item(child)
        for holder in (item.parent, *self.of_kind(Kind.COLLECTION, item.section)):
            if holder is not None and item in holder.children:
                holder.children.remove(item)
        del self.items[item.rating_key]
        self._touch(item.section)
        if self.on_remove is not None:
            self.on_remove(item)

    def empty_trash(self, section: Section) -> None:
        """Remove the items of a section whose file is missing."""
        for item in [it for it in self.items.values() if it.is_lost and it.section is section]:
            if item.rating_key in self.items:
                self.remove_item(item)

    def of_kind(self, kind: Kind, section: Section | None = None) -> list[Item]:
        """Return the items of a kind in the order they were added to the library."""
        return [
            item
            for item in self.items.values()
            if item.kind is kind and (section is None or item.section is section)
        ]

    def section_titled(self, title: str) -> Section:
        """Return the section with a title.

        Raises:
            KeyError: No section has the title.

        """
        for section in self.sections.values():
            if section.title == title:
                return section
        raise KeyError(title)

    def _touch(self, section: Section) -> None:
        section.content_changed_at += 1
        section.scanned_at = int(self._clock())

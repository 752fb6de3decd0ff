"""Serialize sections as Plex does."""

from .encode import Tree
from .library import DEFAULT_KIND, Library, Section

_MEDIA_FOLDER = "/media"


def section_path(section: Section) -> str:
    """Return the path of a section."""
    return f"/library/sections/{section.key}"


def section_art(section: Section) -> str:
    """Return the path of a section's background."""
    return f"/:/resources/{_resource(section)}-fanart.jpg"


def section_thumb(section: Section) -> str:
    """Return the path of a section's icon."""
    return f"/:/resources/{_resource(section)}.png"


def _resource(section: Section) -> str:
    return "series" if section.type == "show" else section.type


def section_tree(section: Section) -> Tree:
    """Return the Directory of /library/sections."""
    return {
        "allowSync": True,
        "art": section_art(section),
        "composite": f"{section_path(section)}/composite/{section.scanned_at}",
        "filters": True,
        "refreshing": section.refreshing,
        "thumb": section_thumb(section),
        "key": str(section.key),
        "type": section.type,
        "title": section.title,
        "agent": section.agent,
        "scanner": section.scanner,
        "language": "en-US",
        "uuid": section.uuid,
        "updatedAt": section.created_at,
        "createdAt": section.created_at,
        "scannedAt": section.scanned_at,
        "content": True,
        "directory": True,
        "contentChangedAt": section.content_changed_at,
        "hidden": section.hidden,
        "Location": [{"id": section.key, "path": f"{_MEDIA_FOLDER}/{section.title}"}],
    }


def provider_directory(section: Section) -> Tree:
    """Return the Directory of /media/providers."""
    path = section_path(section)
    default_type = DEFAULT_KIND[section.type].type_id
    return {
        "agent": section.agent,
        "language": "en-US",
        "refreshing": section.refreshing,
        "scanner": section.scanner,
        "uuid": section.uuid,
        "id": str(section.key),
        "key": path,
        "hubKey": f"/hubs/sections/{section.key}",
        "type": section.type,
        "title": section.title,
        "updatedAt": section.created_at,
        "scannedAt": section.scanned_at,
        "Pivot": [
            {
                "id": "recommended",
                "key": f"/hubs/sections/{section.key}",
                "type": "hub",
                "title": "Recommended",
                "context": "content.discover",
                "symbol": "star",
            },
            {
                "id": "library",
                "key": f"{path}/all?type={default_type}",
                "type": "list",
                "title": "Library",
                "context": "content.library",
                "symbol": "library",
            },
        ],
    }


def section_totals(library: Library) -> dict[Section, Tree]:
    """Return what includeStorage=1 adds to each section: total milliseconds and bytes."""
    totals = dict.fromkeys(library.sections.values(), (0, 0))
    for item in library.items.values():
        if item.media is not None:
            duration, storage = totals[item.section]
            totals[item.section] = (duration + (item.duration or 0), storage + item.media.size)
    return {
        section: {"durationTotal": duration, "storageTotal": storage}
        for section, (duration, storage) in totals.items()
    }

"""The archive that HACS unpacks into `custom_components/plex_pulse`."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from .errors import ReleaseError
from .project import integration_folder

# The earliest time a zip can hold; the same files always make the same archive.
FILE_TIME: Final = (1980, 1, 1, 0, 0, 0)
FILE_MODE: Final = 0o100644
REQUIRED: Final = frozenset({"__init__.py", "manifest.json", "translations/en.json"})


def archived_files(folder: Path) -> Iterator[Path]:
    """Yield the files of a release in a fixed order: neither caches nor hidden files."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith((".", "__pycache__")) for part in parts):
            yield path


def write_archive(project: Path, archive: Path) -> str:
    """Write the archive, its root being the integration's folder; return its SHA-256 in hex."""
    folder = integration_folder(project)
    archive.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(archive, "w") as content:
        for path in archived_files(folder):
            entry = ZipInfo(path.relative_to(folder).as_posix(), FILE_TIME)
            entry.external_attr = FILE_MODE << 16
            entry.compress_type = ZIP_DEFLATED
            content.writestr(entry, path.read_bytes())
    return sha256(archive.read_bytes()).hexdigest()


def unpack_archive(archive: Path, folder: Path) -> None:
    """Unpack as HACS does, into the integration's folder of a configuration.

    Raises:
        ReleaseError: The archive lacks a file without which Home Assistant loads nothing.

    """
    with ZipFile(archive) as content:
        if missing := REQUIRED.difference(content.namelist()):
            msg = f"{archive.name} lacks {', '.join(sorted(missing))}"
            raise ReleaseError(msg)
        content.extractall(folder)

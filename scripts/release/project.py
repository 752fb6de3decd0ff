"""The files of the project that a release is made of."""

import json
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[2]
ARCHIVE_NAME: Final = "plex_pulse.zip"
DOMAIN: Final = "plex_pulse"


def integration_folder(project: Path) -> Path:
    """Return the folder that Home Assistant loads the integration from."""
    return project / "custom_components" / DOMAIN


def manifest_version(project: Path) -> str:
    """Return the version in the integration's manifest."""
    return str(read_object(integration_folder(project) / "manifest.json").get("version", ""))


def read_object(path: Path) -> dict[str, object]:
    """Return the JSON object in a file."""
    content: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return content

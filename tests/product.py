"""Paths and files of the integration for static checks."""

from collections.abc import Iterator, Mapping
import json
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
PRODUCT: Final = ROOT / "custom_components" / "plex_pulse"


def read_json(path: Path) -> dict[str, Any]:
    """Return a JSON object with its keys in file order."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def texts(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text with the path of its key."""
    for key, value in tree.items():
        if isinstance(value, str):
            yield f"{path}{key}", value
        else:
            yield from texts(value, f"{path}{key}.")

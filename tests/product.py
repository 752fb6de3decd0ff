"""The files of the integration that static checks read."""

import json
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
PRODUCT: Final = ROOT / "custom_components" / "plex_pulse"


def read_json(path: Path) -> dict[str, Any]:
    """Return a JSON object, its keys in the order of the file."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content

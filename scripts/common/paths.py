"""Paths of the project."""

from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[2]
INTEGRATION: Final = PROJECT / "custom_components" / "plex_pulse"

"""Where the demo's parts live."""

from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[2]
INTEGRATION: Final = PROJECT / "custom_components" / "plex_pulse"
STAND_IN: Final = PROJECT / "scripts" / "demo_support" / "plex_pulse_demo"
STATE: Final = PROJECT / ".demo"

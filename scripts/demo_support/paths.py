"""Paths of the demo."""

from typing import Final

from scripts.common.paths import PROJECT

DEMO_INTEGRATION: Final = PROJECT / "scripts" / "demo_support" / "plex_pulse_demo"
STATE: Final = PROJECT / ".demo"

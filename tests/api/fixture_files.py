"""Hand-written responses in the format of recorded ones."""

from collections.abc import Mapping
from pathlib import Path

from custom_components.plex_pulse.api.http.decode import decode_container


def container(name: str) -> Mapping[str, object]:
    """Return the MediaContainer of a fixture file."""
    folder = Path(__file__).parent / "fixtures"
    return decode_container((folder / f"{name}.json").read_bytes())

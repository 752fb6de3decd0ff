"""Hand-written answers in the shapes that real servers were recorded with."""

from collections.abc import Mapping
from pathlib import Path

from custom_components.plex_pulse.api.http.decode import decode_container


def container(name: str) -> Mapping[str, object]:
    """Return the container in a fixture."""
    folder = Path(__file__).parent / "fixtures"
    return decode_container((folder / f"{name}.json").read_bytes())

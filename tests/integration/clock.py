"""The client's clock, tied to the frozen time of Home Assistant."""

from typing import override

from freezegun.api import FrozenDateTimeFactory

from tests.clock import ManualClock


class FreezerClock(ManualClock):
    """A manual clock that moves Home Assistant's frozen time along."""

    def __init__(self, freezer: FrozenDateTimeFactory) -> None:
        """Begin where the frozen time stands."""
        super().__init__()
        self._freezer = freezer

    @override
    def advance(self, seconds: float) -> None:
        """Move both on."""
        self._freezer.tick(seconds)
        super().advance(seconds)

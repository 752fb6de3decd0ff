"""Transcoders whose speed varies, as that of real ones does."""

from collections.abc import Generator
from contextlib import contextmanager
from random import Random
from typing import Final
from unittest.mock import patch

from tests.simulator import notifications, session_tree
from tests.simulator.encode import Tree
from tests.simulator.session import Session
from tests.simulator.transcode_tree import transcode_tree

_SPEEDS: Final = (0.8, 12.0)
"""Minimum and maximum, in times real time."""


@contextmanager
def varying_transcode_speed() -> Generator[None]:
    """Report another speed of each transcoder at each second, in responses and notifications."""

    def with_speed(session: Session, now: float) -> Tree:
        random = Random(f"{session.session_key} {now:.0f}")  # noqa: S311 - repeatable, nothing secret
        return {**transcode_tree(session, now), "speed": random.uniform(*_SPEEDS)}

    with (
        patch.object(session_tree, "transcode_tree", with_speed),
        patch.object(notifications, "transcode_tree", with_speed),
    ):
        yield

"""How many cases a test tries: few and always the same ones, or at night many new ones.

Some seventy tests share 2,000 cases in the suite and 100,000 in nightly mode.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from hypothesis import HealthCheck, settings

SUITE: Final = "fuzz"
NIGHTLY: Final = "nightly"

_EVERYWHERE: Final = settings(
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,  # one loopback server hears all cases of a test
        HealthCheck.large_base_example,  # a whole recorded answer is where mutation begins
        HealthCheck.too_slow,  # about the machine, not about the code
    ],
    deadline=None,
)


def register() -> None:
    """Make the profiles known to `--hypothesis-profile`."""
    settings.register_profile(SUITE, _EVERYWHERE, max_examples=30, derandomize=True, database=None)
    settings.register_profile(
        NIGHTLY,
        _EVERYWHERE,
        max_examples=1_500,
        # No input of the sizes tried here may take longer, on however busy a machine.
        deadline=timedelta(seconds=5),
        print_blob=True,
    )


def current() -> settings:
    """Return the profile that `--hypothesis-profile` asks for."""
    is_nightly = settings.get_current_profile_name() == NIGHTLY
    return settings.get_profile(NIGHTLY if is_nightly else SUITE)


FUZZED: Final[list[object]] = []
"""The tests that `fuzz` made."""


def fuzz[**P, R](test: Callable[P, R]) -> Callable[P, R]:
    """Try a test with as many cases as `--hypothesis-profile` asks for."""
    FUZZED.append(test)
    return current()(test)

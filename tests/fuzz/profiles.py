"""Hypothesis profiles: few deterministic cases in the suite, many random ones at night.

About seventy tests share 2,000 cases in the suite and 100,000 in nightly mode.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from hypothesis import HealthCheck, settings

SUITE: Final = "fuzz"
NIGHTLY: Final = "nightly"

_EVERYWHERE: Final = settings(
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,  # one loopback server receives all cases of a test
        HealthCheck.large_base_example,  # mutation starts from a complete recorded response
        HealthCheck.too_slow,  # depends on the machine, not on the code
    ],
    deadline=None,
)


def register() -> None:
    """Register the profiles for `--hypothesis-profile`."""
    settings.register_profile(SUITE, _EVERYWHERE, max_examples=30, derandomize=True, database=None)
    settings.register_profile(
        NIGHTLY,
        _EVERYWHERE,
        max_examples=1_500,
        # No input of these sizes may take longer, even on a busy machine.
        deadline=timedelta(seconds=5),
        print_blob=True,
    )


def current() -> settings:
    """Return the profile selected with `--hypothesis-profile`."""
    is_nightly = settings.get_current_profile_name() == NIGHTLY
    return settings.get_profile(NIGHTLY if is_nightly else SUITE)


FUZZED: Final[list[object]] = []
"""The tests decorated with `fuzz`."""


def fuzz[**P, R](test: Callable[P, R]) -> Callable[P, R]:
    """Run a test with the number of cases of the selected profile."""
    FUZZED.append(test)
    return current()(test)

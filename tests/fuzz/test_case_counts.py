"""The number of cases is 2,000 in the suite and 100,000 in the nightly run."""

from collections.abc import Iterator
from importlib import import_module
from math import prod
import pkgutil

from hypothesis import settings
import pytest

from tests import fuzz

from .profiles import FUZZED, NIGHTLY, SUITE


def _tests() -> Iterator[object]:
    """Yield every test of this folder, including those that this run does not select."""
    for module in pkgutil.iter_modules(fuzz.__path__, f"{fuzz.__name__}."):
        for name, member in vars(import_module(module.name)).items():
            if name.startswith("test_"):
                yield member


def _runs(test: object) -> int:
    """Return the number of runs of a parametrized test; each has its own cases."""
    marks = getattr(test, "pytestmark", [])
    return prod(len(mark.args[1]) for mark in marks if mark.name == "parametrize")


@pytest.mark.parametrize(("profile", "least"), [(SUITE, 2_000), (NIGHTLY, 100_000)])
def test_all_tests_together_run_the_documented_number_of_cases(profile: str, least: int) -> None:
    """A hook in the conftest asserts that each test runs all of its cases."""
    runs = sum(_runs(test) for test in _tests() if test in FUZZED)
    assert runs * settings.get_profile(profile).max_examples >= least


def test_no_test_sets_its_own_number_of_cases() -> None:
    own = [test for test in _tests() if getattr(test, "is_hypothesis_test", False)]
    assert own
    assert all(test in FUZZED for test in own)

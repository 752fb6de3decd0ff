"""Fixtures of the attacks."""

import pytest


@pytest.fixture(autouse=True)
def _standard_checks(standard_checks: None) -> None:
    """Apply the standard checks to every test of this folder."""

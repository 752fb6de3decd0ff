"""The contract of every error of the client."""

from hypothesis import currently_in_test_context, event

from custom_components.plex_pulse.api import PlexApiError, PlexErrorKind
from custom_components.plex_pulse.api.http.error_body import MAX_MESSAGE_LENGTH
from custom_components.plex_pulse.api.http.rate_limiter import MAX_RETRY_AFTER_SECONDS
from tests.secrets import EMAIL, TOKEN

from .type_conformance import conforms


def assert_contract(err: PlexApiError) -> None:
    """Assert that an error conforms to its contract and contains no secret."""
    if currently_in_test_context():
        event(f"failed: {err.kind}")
    assert err.kind in PlexErrorKind
    assert 0 < len(err.message) <= MAX_MESSAGE_LENGTH
    assert err.message.isprintable()
    assert err.retry_after is None or 0 <= err.retry_after <= MAX_RETRY_AFTER_SECONDS
    assert conforms(err.code, int | None)
    for text in (str(err), repr(err), err.endpoint):
        assert TOKEN not in text
        assert EMAIL not in text

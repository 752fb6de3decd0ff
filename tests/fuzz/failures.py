"""What every failure of the client promises."""

from hypothesis import currently_in_test_context, event

from custom_components.plex_pulse.api import PlexApiError, PlexErrorKind
from custom_components.plex_pulse.api.http.error_body import MAX_MESSAGE_LENGTH
from custom_components.plex_pulse.api.http.rate_limiter import MAX_RETRY_AFTER_SECONDS
from tests.api.canaries import EMAIL, TOKEN

from .conformity import conforms


def hold(err: PlexApiError) -> None:
    """Hold that a failure is one of the promised ones, and that it tells no secret."""
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

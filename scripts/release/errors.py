"""What stops a release."""


class ReleaseError(Exception):
    """A step of the release failed; the message has the reason and what to do."""

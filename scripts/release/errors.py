"""What stops a release."""


class ReleaseError(Exception):
    """A step of the release failed; the message says why and what to do."""

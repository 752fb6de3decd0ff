"""Opaque ids of images: what browsers get in place of paths on a Plex server."""

import base64
import hashlib
import hmac
from typing import Final

_MAX_IMAGES: Final = 5_000
"""Of one server; the least recently used ids become unknown above it."""
_ID_BYTES: Final = 18


class ImageIds:
    """The paths of one server's images, by an id that does not reveal them.

    The id is a keyed hash of the path. It is the same after a restart, so that a browser's
    cache stays valid, and another one as soon as Plex gives the image another path, which
    it does whenever the picture changes. An id is known once it was sent to a browser.
    """

    def __init__(self, key: bytes) -> None:
        """Initialize without images; `key` is secret."""
        self._key = key
        self._paths: dict[str, str] = {}
        self._ids: dict[str, str] = {}

    def id_of(self, path: str | None) -> str | None:
        """Return the id of an image, None for none."""
        if path is None:
            return None
        image_id = self._ids.pop(path, None) or self._hash(path)
        # At the end of the dictionary: most recently used.
        self._ids[path] = image_id
        self._paths[image_id] = path
        if len(self._ids) > _MAX_IMAGES:
            oldest = next(iter(self._ids))
            del self._paths[self._ids.pop(oldest)]
        return image_id

    def path_of(self, image_id: str) -> str | None:
        """Return the path of an image, None for an id that is not known."""
        return self._paths.get(image_id)

    def _hash(self, path: str) -> str:
        """Return the keyed hash of a path."""
        digest = hmac.digest(self._key, path.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:_ID_BYTES]).decode()


def image_key(instance: str, entry_id: str) -> bytes:
    """Return the key of a server's image ids, from the id of this Home Assistant instance."""
    return hashlib.sha256(f"image:{instance}:{entry_id}".encode()).digest()

"""Images of a Media Server."""

from typing import Final, Self

from ..record import Record

_SIGNATURES: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
)


def is_server_path(path: str) -> bool:
    """Return whether an image is stored on the server that sent the path.

    Images of live TV and people are URLs of a provider; those of deleted items end with the
    version -1 and do not exist.
    """
    return path.startswith("/") and not path.startswith("//") and not path.endswith("/-1")


class ServerImage(Record):
    """An image."""

    content: bytes
    content_type: str
    """By its first bytes; a proxy may change the header."""

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Return the image.

        Raises:
            ValueError: the body is not JPEG, PNG, GIF, WebP or AVIF. SVG may contain scripts,
                and browsers show no HEIC.

        """
        if body.startswith(b"RIFF") and body[8:12] == b"WEBP":
            return cls(content=body, content_type="image/webp")
        if body[4:12] in {b"ftypavif", b"ftypavis"}:
            return cls(content=body, content_type="image/avif")
        for signature, content_type in _SIGNATURES:
            if body.startswith(signature):
                return cls(content=body, content_type=content_type)
        msg = "The response is not an image"
        raise ValueError(msg)

"""Images as a Media Server sends them."""

from dataclasses import dataclass
from typing import Final, Self

_SIGNATURES: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
)


def is_server_path(path: str) -> bool:
    """Return whether a picture lies on the server that named it.

    Live TV and people have theirs at an address of a provider; an item that was deleted
    has the version -1 of a picture that is gone.
    """
    return path.startswith("/") and not path.startswith("//") and not path.endswith("/-1")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerImage:
    """A picture. content_type: as its first bytes tell, whatever a proxy made of it."""

    content: bytes
    content_type: str

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Return the picture.

        Raises:
            ValueError: the body is none.

        """
        if body.startswith(b"RIFF") and body[8:12] == b"WEBP":
            return cls(content=body, content_type="image/webp")
        for signature, content_type in _SIGNATURES:
            if body.startswith(signature):
                return cls(content=body, content_type=content_type)
        msg = "The answer is not a picture"
        raise ValueError(msg)

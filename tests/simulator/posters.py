"""Generated posters: a gradient that follows from the seed, as PNG."""

from functools import lru_cache
import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB8 = (8, 2, 0, 0, 0)
_MAX_SIDE = 2000


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


@lru_cache(maxsize=256)
def poster(seed: str, width: int = 240, height: int = 360) -> bytes:
    """Draw a picture of this size in pixels, at most 2000 each way."""
    width, height = max(1, min(width, _MAX_SIDE)), max(1, min(height, _MAX_SIDE))
    colours = zlib.crc32(seed.encode()).to_bytes(4) + zlib.crc32(seed[::-1].encode()).to_bytes(4)
    top, bottom = colours[:3], colours[4:7]
    rows = bytearray()
    for y in range(height):
        share = y / height
        pixel = bytes(
            int(above * (1 - share) + below * share)
            for above, below in zip(top, bottom, strict=True)
        )
        rows += b"\x00" + pixel * width
    header = struct.pack(">IIBBBBB", width, height, *_RGB8)
    return (
        _SIGNATURE
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(bytes(rows), 6))
        + _chunk(b"IEND", b"")
    )

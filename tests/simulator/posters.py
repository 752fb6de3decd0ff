"""Generated PNG posters: a sun over the sea, derived from a seed."""

from functools import lru_cache
import math
import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB8 = (8, 2, 0, 0, 0)
_MAX_SIDE = 2000


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def _mix(above: bytes, below: bytes, share: float) -> bytes:
    return bytes(
        int(one * (1 - share) + other * share) for one, other in zip(above, below, strict=True)
    )


def _row(seed: str, down: float, width: int, height: int) -> bytes:
    """Draw a row of pixels: sky and sun, or sea below the horizon."""
    numbers = zlib.crc32(seed.encode()).to_bytes(4) + zlib.crc32(seed[::-1].encode()).to_bytes(4)
    top, bottom = numbers[:3], numbers[4:7]
    horizon = 0.6 + numbers[3] / 1024
    if down >= horizon:
        sea = _mix(bottom, b"\x08\x10\x20", 0.35 + 0.6 * (down - horizon) / (1 - horizon))
        return sea * width
    sky = _mix(top, bottom, down / horizon)
    radius = 0.12 + numbers[7] / 2048
    middle, level = 0.25 + numbers[6] / 512, 0.2 + numbers[5] / 1024
    reach = radius**2 - ((down - level) * height / width) ** 2
    half = round(math.sqrt(max(0.0, reach)) * width)
    left = max(0, round(middle * width) - half)
    right = min(width, round(middle * width) + half)
    return sky * left + _mix(sky, b"\xff\xf4\xd8", 0.8) * (right - left) + sky * (width - right)


@lru_cache(maxsize=256)
def poster(seed: str, width: int = 240, height: int = 360) -> bytes:
    """Return a picture of this size in pixels, at most 2000 x 2000."""
    width, height = max(1, min(width, _MAX_SIDE)), max(1, min(height, _MAX_SIDE))
    rows = bytearray()
    for y in range(height):
        rows += b"\x00" + _row(seed, y / height, width, height)
    header = struct.pack(">IIBBBBB", width, height, *_RGB8)
    return (
        _SIGNATURE
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(bytes(rows), 6))
        + _chunk(b"IEND", b"")
    )

"""Raw websocket servers that control every byte after the upgrade."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from hashlib import sha1
import re
from typing import Final

from hypothesis import strategies as st
import orjson

from .frames import NOTIFICATIONS

_SIGNED: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""The GUID that a server appends to the client's key (RFC 6455)."""
_UPGRADE: Final = (
    b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: @accept\r\n"
)
_EXTRAS: Final = st.sampled_from(
    (
        *[b""] * 4,
        b"Sec-WebSocket-Protocol: chat\r\n",
        b"Sec-WebSocket-Extensions: permessage-deflate\r\n",
        b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99\r\n",
        b"Sec-WebSocket-Extensions: ;;=\xff\r\n",
        b"Sec-WebSocket-Accept: no\r\n",
        b"Upgrade: h2c\r\n",
        b"Content-Length: 5\r\n",
        b"Transfer-Encoding: chunked\r\n",
    )
)
_TEXT: Final = 0x81
_PING: Final = 0x89


def _frame(first: int, payload: bytes, too_long: int) -> bytes:
    """Return a raw frame; `too_long` makes its announced length exceed the payload."""
    length = max(0, len(payload) + too_long)
    if length < 126:
        return bytes((first, length)) + payload
    if length < 2**16:
        return bytes((first, 126)) + length.to_bytes(2) + payload
    return bytes((first, 127)) + length.to_bytes(8) + payload


_PAYLOADS: Final = st.one_of(
    st.sampled_from([orjson.dumps(document) for document in NOTIFICATIONS.values()]),
    st.binary(max_size=8),
    st.sampled_from((b"", b"\x03\xe8", b"\x00", b"x" * 126, b"\xff" * 70_000)),
)
_FRAMES: Final = st.builds(
    _frame,
    st.sampled_from((*[_TEXT] * 6, *[_PING] * 3, 0x01, 0x80, 0x82, 0x88, 0x8A, 0xC1, 0xF1, 0x83))
    | st.integers(0, 255),
    _PAYLOADS,
    st.sampled_from((*[0] * 9, 1, -1, 2**40, 2**63)),
)
CONVERSATIONS: Final = st.builds(
    lambda extra, frames: _UPGRADE + extra + b"\r\n" + b"".join(frames),
    _EXTRAS,
    st.lists(_FRAMES, max_size=4),
)
"""Complete conversations of a server; `@accept` is replaced by the response to the client's key."""
PINGS: Final = _UPGRADE + b"\r\n" + _frame(_PING, b"\xff", 0) * 9
"""Pings whose pongs are written after the server has closed the connection."""


@asynccontextmanager
async def signing_server(answer: bytes) -> AsyncIterator[str]:
    """Yield the URL of a server that sends this response with a valid Sec-WebSocket-Accept."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            request = await reader.readuntil(b"\r\n\r\n")
            key = re.search(rb"(?i)^sec-websocket-key: (\S+)", request, re.MULTILINE)
            assert key is not None
            accept = b64encode(sha1(key[1] + _SIGNED, usedforsecurity=False).digest())
            writer.write(answer.replace(b"@accept", accept))
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1")
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

"""Write a correct answer to the connection in an unusual or broken way."""

import asyncio
import gzip

from aiohttp import web

from .faults import Transfer

_GZIP = frozenset({Transfer.GZIP, Transfer.GZIP_TOO_LONG, Transfer.GZIP_TOO_SHORT})


async def transfer(kind: Transfer, request: web.Request, answer: web.StreamResponse) -> None:
    """Write the answer by hand and close the connection after it, as `kind` says."""
    connection = request.transport
    if not isinstance(connection, asyncio.Transport):
        return
    body = answer.body if isinstance(answer, web.Response) else b""
    whole = body if isinstance(body, bytes) else b""
    if kind in _GZIP:
        whole = gzip.compress(whole)
    connection.write(_head(kind, answer, len(whole)) + _body(kind, whole))
    connection.close()


def _head(kind: Transfer, answer: web.StreamResponse, length: int) -> bytes:
    version = "1.0" if kind is Transfer.HTTP_1_0 else "1.1"
    lines = [
        f"HTTP/{version} {answer.status} OK",
        f"Content-Type: {answer.headers['Content-Type']}",
        "X-Plex-Protocol: 1.0",
    ]
    match kind:
        case Transfer.GZIP:
            lines += ["Content-Encoding: gzip", f"Content-Length: {length}"]
        case Transfer.GZIP_TOO_SHORT:
            lines += ["Content-Encoding: gzip", f"Content-Length: {length + 500}"]
        case Transfer.GZIP_TOO_LONG:
            lines += ["Content-Encoding: gzip", f"Content-Length: {length // 2}"]
        case Transfer.NOT_GZIP:
            lines += ["Content-Encoding: gzip", f"Content-Length: {length}"]
        case Transfer.CHUNKED_CUT:
            lines.append("Transfer-Encoding: chunked")
        case Transfer.CLOSE:
            lines += ["Connection: close", f"Content-Length: {length}"]
        case Transfer.CLOSE_UNANNOUNCED:
            lines += ["Connection: keep-alive", f"Content-Length: {length}"]
        case Transfer.HTTP_1_0:
            pass
    return "\r\n".join((*lines, "", "")).encode()


def _body(kind: Transfer, whole: bytes) -> bytes:
    if kind is not Transfer.CHUNKED_CUT:
        return whole
    half = whole[: len(whole) // 2]
    return b"%x\r\n%s\r\n" % (len(half), half)

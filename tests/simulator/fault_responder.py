"""Apply a scripted fault to the connection of a request."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from .connections import reset_connection
from .errors import PLEX_HEADERS
from .faults import Fault, FaultKind, Faults
from .transfers import transfer

type Sleep = Callable[[float], Awaitable[object]]
type Answer = Callable[[], Awaitable[web.StreamResponse]]

_PIECE = 64 * 1024


class FaultResponder:
    """Responds to requests with faults; `until` is set when the server stops."""

    def __init__(self, faults: Faults, sleep: Sleep, until: asyncio.Event) -> None:
        """Take the script's counters, the sleep function and the stop event."""
        self._faults = faults
        self._sleep = sleep
        self._until = until

    async def respond(
        self, fault: Fault, request: web.Request, answer: Answer
    ) -> web.StreamResponse:
        """Respond to a request with a fault; answer() is called only by faults that need it."""
        match fault.kind:
            case FaultKind.STATUS | FaultKind.ANSWER:
                if fault.interval:
                    with self._faults.held():
                        await self._sleep(fault.interval)
                return web.Response(
                    status=fault.status_code,
                    body=fault.body,
                    headers={**PLEX_HEADERS, "Content-Type": fault.content_type, **fault.headers},
                )
            case FaultKind.HANG:
                return await self._hold(request)
            case FaultKind.RESET | FaultKind.DISCONNECT:
                return await self._drop(fault, request)
            case FaultKind.OVERSIZE:
                return await self._oversize(fault, request)
            case FaultKind.SLOW | FaultKind.TRANSFER:
                return await self._deliver(fault, request, answer)
            case FaultKind.HANG_BODY | FaultKind.CUT_BODY | FaultKind.SLOW_DRIP:
                return await self._distort(fault, request, await answer())

    async def _drop(self, fault: Fault, request: web.Request) -> web.StreamResponse:
        transport = request.transport
        if isinstance(transport, asyncio.Transport):
            if fault.kind is FaultKind.RESET:
                reset_connection(transport)
            else:
                transport.close()
        return await self._until_closed()

    async def _deliver(
        self, fault: Fault, request: web.Request, answer: Answer
    ) -> web.StreamResponse:
        if fault.kind is FaultKind.SLOW:
            with self._faults.held():
                await self._sleep(fault.interval)
            return await answer()
        await transfer(fault.transfer_kind, request, await answer())
        return await self._until_closed()

    async def _until_closed(self) -> web.StreamResponse:
        # Closing the connection cancels this handler.
        await self._until.wait()
        return web.Response()

    async def _hold(self, request: web.Request) -> web.StreamResponse:
        with self._faults.held():
            await self._until.wait()
        if request.transport is not None:
            request.transport.close()
        return web.Response()

    async def _distort(
        self, fault: Fault, request: web.Request, answer: web.StreamResponse
    ) -> web.StreamResponse:
        body = answer.body if isinstance(answer, web.Response) else None
        whole = body if isinstance(body, bytes) else b""
        response = web.StreamResponse(status=answer.status, headers=answer.headers)
        response.content_length = len(whole)
        await response.prepare(request)
        if fault.kind is FaultKind.SLOW_DRIP:
            return await self._drip(fault, response, whole)
        await response.write(whole[: len(whole) // 2])
        if fault.kind is FaultKind.HANG_BODY:
            return await self._hold(request)
        if request.transport is not None:
            request.transport.close()
        return response

    async def _drip(
        self, fault: Fault, response: web.StreamResponse, body: bytes
    ) -> web.StreamResponse:
        with self._faults.held():
            for position in range(len(body)):
                await response.write(body[position : position + 1])
                await self._sleep(fault.interval)
        await response.write_eof()
        return response

    async def _oversize(self, fault: Fault, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={**PLEX_HEADERS, "Content-Type": fault.content_type})
        response.enable_chunked_encoding()
        await response.prepare(request)
        await response.write(b'{"MediaContainer":{"size":0,"title1":"')
        for _ in range(fault.size // _PIECE + 1):
            await response.write(b"x" * _PIECE)
        await response.write(b'"}}')
        await response.write_eof()
        return response

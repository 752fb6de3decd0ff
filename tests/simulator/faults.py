"""Scripted faults: which requests fail, how, and how often."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
import json

from .errors import html_body

_MEBIBYTE = 1024 * 1024
_CAPTIVE_PORTAL = (
    b"<!DOCTYPE html><html><head><title>Welcome</title></head>"
    b"<body><h1>Sign in to this network</h1></body></html>"
)


class FaultKind(StrEnum):
    """How a request fails."""

    STATUS = "status"
    ANSWER = "answer"
    HANG = "hang"
    HANG_BODY = "hang_body"
    CUT_BODY = "cut_body"
    RESET = "reset"
    DISCONNECT = "disconnect"
    OVERSIZE = "oversize"
    SLOW_DRIP = "slow_drip"
    SLOW = "slow"
    TRANSFER = "transfer"


class Transfer(StrEnum):
    """How the correct body is transferred."""

    GZIP = "gzip"
    GZIP_TOO_SHORT = "gzip_too_short"
    """The Content-Length is larger than the body, and the connection closes."""
    GZIP_TOO_LONG = "gzip_too_long"
    """The Content-Length is smaller than the body."""
    NOT_GZIP = "not_gzip"
    """The Content-Encoding is gzip, the body is not."""
    CHUNKED_CUT = "chunked_cut"
    """A chunk with half of the body, and the connection closes."""
    HTTP_1_0 = "http_1_0"
    """HTTP/1.0 without a Content-Length; the end of the connection ends the body."""
    CLOSE = "close"
    """With `Connection: close`, as announced."""
    CLOSE_UNANNOUNCED = "close_unannounced"
    """With `Connection: keep-alive`, and closed right after the body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to fail; constructed by the static methods."""

    kind: FaultKind
    status_code: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_type: str = "text/html"
    size: int = 0
    interval: float = 0.0
    transfer_kind: Transfer = Transfer.CLOSE

    @staticmethod
    def status(
        status: int,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        content_type: str = "text/html",
    ) -> Fault:
        """Answer with a status and Plex's own page, or the given body."""
        return Fault(
            kind=FaultKind.STATUS,
            status_code=status,
            headers=headers or {},
            body=html_body(status) if body is None else body,
            content_type=content_type,
        )

    @staticmethod
    def hang() -> Fault:
        """Accept the request and do not answer until the connection or the server ends."""
        return Fault(kind=FaultKind.HANG)

    @staticmethod
    def hang_body() -> Fault:
        """Send the headers and half of the body, then nothing more."""
        return Fault(kind=FaultKind.HANG_BODY)

    @staticmethod
    def cut_body() -> Fault:
        """Send the full Content-Length, half of the body, and close."""
        return Fault(kind=FaultKind.CUT_BODY)

    @staticmethod
    def reset() -> Fault:
        """Reset the connection before the first byte."""
        return Fault(kind=FaultKind.RESET)

    @staticmethod
    def disconnect() -> Fault:
        """Close the connection in an orderly way before the first byte."""
        return Fault(kind=FaultKind.DISCONNECT)

    @staticmethod
    def html(body: bytes = _CAPTIVE_PORTAL) -> Fault:
        """Answer 200 with a web page, as a captive portal does."""
        return Fault(kind=FaultKind.ANSWER, body=body)

    @staticmethod
    def wrong_json(value: object, seconds: float = 0.0) -> Fault:
        """Answer 200 application/json with this value, or with these raw bytes.

        The answer is sent after this many seconds of the simulator's sleep.
        """
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return Fault(
            kind=FaultKind.ANSWER, body=body, content_type="application/json", interval=seconds
        )

    @staticmethod
    def oversize(bytes: int = 20 * _MEBIBYTE) -> Fault:  # noqa: A002 - named as what it counts
        """Stream JSON of at least this many bytes without a Content-Length."""
        return Fault(kind=FaultKind.OVERSIZE, size=bytes, content_type="application/json")

    @staticmethod
    def slow_drip(interval: float = 1.0) -> Fault:
        """Send the correct body byte by byte; interval is in seconds of the simulator's sleep."""
        return Fault(kind=FaultKind.SLOW_DRIP, interval=interval)

    @staticmethod
    def slow(seconds: float) -> Fault:
        """Answer correctly after this many seconds of the simulator's sleep."""
        return Fault(kind=FaultKind.SLOW, interval=seconds)

    @staticmethod
    def transfer(kind: Transfer) -> Fault:
        """Answer correctly, but transfer the body in an unusual or broken way."""
        return Fault(kind=FaultKind.TRANSFER, transfer_kind=kind)

    @staticmethod
    def redirect(location: str, status: int = 302) -> Fault:
        """Redirect to a location."""
        return Fault(
            kind=FaultKind.STATUS,
            status_code=status,
            headers={"Location": location},
            body=html_body(status),
        )


@dataclass(slots=True, kw_only=True)
class _Script:
    path: str
    fault: Fault
    left: int | None
    every: int = 1
    except_paths: frozenset[str] = frozenset()
    seen: int = 0

    def matches(self, path: str) -> bool:
        """Whether the fault applies to a path, for an `every` counted from the first match."""
        if path in self.except_paths or not self._is_of(path):
            return False
        self.seen += 1
        return self.seen % self.every == 0

    def _is_of(self, path: str) -> bool:
        if self.path.endswith("*"):
            return path.startswith(self.path.removesuffix("*"))
        return path == self.path


class Faults:
    """The script: faults apply in the order they were added, each `times` times."""

    def __init__(self) -> None:
        """Start without a fault."""
        self._scripts: list[_Script] = []
        self._entered = 0
        self._progress = asyncio.Event()
        self.reached = asyncio.Event()
        self.hanging = 0

    def add(
        self,
        path: str,
        fault: Fault,
        times: int | None = 1,
        *,
        every: int = 1,
        except_paths: Iterable[str] = (),
    ) -> None:
        """Add a fault for a path or a prefix ending in *; times=None applies until clear().

        every=2 applies it to every second request; except_paths are left alone.
        """
        script = _Script(
            path=path, fault=fault, left=times, every=every, except_paths=frozenset(except_paths)
        )
        self._scripts.append(script)

    def clear(self, path: str | None = None) -> None:
        """Remove all faults, or those of a path; requests already held stay held."""
        if path is not None:
            self._scripts = [script for script in self._scripts if script.path != path]
            return
        self._scripts.clear()
        self._entered = 0
        self.reached.clear()

    def take(self, path: str) -> Fault | None:
        """Return the fault for a request and decrement its counter."""
        for script in self._scripts:
            if script.matches(path):
                if script.left is not None:
                    script.left -= 1
                    if not script.left:
                        self._scripts.remove(script)
                return script.fault
        return None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Count a request as held while the block runs."""
        self.hanging += 1
        self._entered += 1
        self.reached.set()
        self._progress.set()
        try:
            yield
        finally:
            self.hanging -= 1
            self._progress.set()

    async def wait_reached(self, count: int = 1) -> None:
        """Wait until this many requests were held since the last clear()."""
        while self._entered < count:
            self._progress.clear()
            await self._progress.wait()

    async def wait_released(self) -> None:
        """Wait until no request is held."""
        while self.hanging:
            self._progress.clear()
            await self._progress.wait()

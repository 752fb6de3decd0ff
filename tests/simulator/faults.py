"""Scripted faults: which requests fail, how, and how often."""

import asyncio
from collections.abc import Iterator, Mapping
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
    def wrong_json(value: object) -> Fault:
        """Answer 200 application/json with this value, or with these raw bytes."""
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return Fault(kind=FaultKind.ANSWER, body=body, content_type="application/json")

    @staticmethod
    def oversize(bytes: int = 20 * _MEBIBYTE) -> Fault:  # noqa: A002 - named as what it counts
        """Stream JSON of at least this many bytes without a Content-Length."""
        return Fault(kind=FaultKind.OVERSIZE, size=bytes, content_type="application/json")

    @staticmethod
    def slow_drip(interval: float = 1.0) -> Fault:
        """Send the correct body byte by byte; interval is in seconds of the simulator's sleep."""
        return Fault(kind=FaultKind.SLOW_DRIP, interval=interval)

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

    def matches(self, path: str) -> bool:
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

    def add(self, path: str, fault: Fault, times: int | None = 1) -> None:
        """Add a fault for a path or a prefix ending in *; times=None applies until clear()."""
        self._scripts.append(_Script(path=path, fault=fault, left=times))

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

"""Reads of the sessions that notifications ask for: few, soon, and never for ever."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Final

from homeassistant.core import callback

from ..api import Clock

_JOIN: Final = 0.25
"""Seconds after a read in which further wishes are joined into the next one."""
_LATER: Final = (1.0, 2.0, 4.0)
"""Seconds between further looks for a session that the server does not list yet."""


@dataclass(slots=True)
class _Wish:
    """Something that was told of `subject` and is not in what was read."""

    subject: str
    is_fulfilled: Callable[[], bool]
    looks_again: bool
    looks: int = 0
    is_due: bool = True


class SessionRefresher:
    """Read at once for the first wish, join what follows, look again, then let it be."""

    def __init__(
        self,
        clock: Clock,
        read: Callable[[], Awaitable[bool]],
        start: Callable[[Coroutine[None, None, None]], None],
    ) -> None:
        """Read with `read`, which tells whether it could; `start` runs what is awaitable."""
        self._clock = clock
        self._read = read
        self._start = start
        self._wishes: dict[str, _Wish] = {}
        self._given_up: dict[str, str] = {}
        self._is_running = False

    @callback
    def wish(
        self,
        key: str,
        subject: str,
        is_fulfilled: Callable[[], bool],
        *,
        looks_again: bool = True,
    ) -> None:
        """Ask for a read, unless the server has shown that it never lists this.

        `is_fulfilled` tells whether what was read is what was told. One wish for each
        key counts, anew for another subject.
        """
        if self._given_up.get(key) == subject:
            return
        if (wish := self._wishes.get(key)) is not None and wish.subject == subject:
            wish.is_fulfilled = is_fulfilled
            return
        self._wishes[key] = _Wish(subject, is_fulfilled, looks_again)
        self._read_soon()

    @callback
    def forget(self, key: str | None = None) -> None:
        """Give up on a session that has ended, or on all when the server starts anew."""
        if key is None:
            self._wishes.clear()
            self._given_up.clear()
        else:
            self._wishes.pop(key, None)
            self._given_up.pop(key, None)

    @callback
    def _read_soon(self) -> None:
        """Read now, or as soon as the last read is a moment ago."""
        if not self._is_running:
            self._is_running = True
            self._start(self._run())

    async def _run(self) -> None:
        """Read for as long as somebody wants it."""
        try:
            while asked := [key for key, wish in self._wishes.items() if wish.is_due]:
                for key in asked:
                    self._wishes[key].is_due = False
                was_read = await self._read()
                for key, wish in tuple(self._wishes.items()):
                    if wish.is_fulfilled():
                        del self._wishes[key]
                    elif not wish.is_due and key in asked:
                        self._missed(key, wish, was_read=was_read)
                await self._clock.sleep(_JOIN)
        finally:
            self._is_running = False

    @callback
    def _missed(self, key: str, wish: _Wish, *, was_read: bool) -> None:
        """Look again later, or take it that a server that could be read never lists this."""
        if not wish.looks_again:
            del self._wishes[key]
        elif wish.looks < len(_LATER):
            self._start(self._look_later(key, wish, _LATER[wish.looks]))
            wish.looks += 1
        else:
            del self._wishes[key]
            if was_read:
                self._given_up[key] = wish.subject

    async def _look_later(self, key: str, wish: _Wish, seconds: float) -> None:
        """Look again, if that is still of interest."""
        await self._clock.sleep(seconds)
        if self._wishes.get(key) is wish:
            wish.is_due = True
            self._read_soon()

"""Read every log record of a test for secrets."""

import logging
from typing import Final, override

from .secrets import EMAIL, TOKEN

_PRODUCT: Final = "custom_components.plex_pulse"


class LeakDetector(logging.Handler):
    """Keep what was logged, in full: message, arguments and traceback.

    Token and e-mail are sought in the records of all loggers, addresses in the
    product's own: the simulator's web server may well name the address it listens on.
    """

    def __init__(self) -> None:
        """Hear every level."""
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.levels: list[int] = []
        self._addresses: set[str] = set()
        self._texts: list[tuple[str, str]] = []

    def forbid_address(self, host: str, port: int) -> None:
        """Seek an address, and its host alone."""
        self._addresses |= {f"{host}:{port}", host}

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record as any handler might write it."""
        self._texts.append((record.name, f"{self.format(record)} {record.args!r}"))
        if record.name.startswith(_PRODUCT):
            self.lines.append(record.getMessage())
            self.levels.append(record.levelno)

    def forget(self) -> None:
        """Forget what was logged, for a test that leaks on purpose."""
        self._texts.clear()

    @property
    def leaks(self) -> list[str]:
        """Return the texts that hold a secret."""
        return [
            text
            for logger, text in self._texts
            if TOKEN in text
            or EMAIL in text
            or (logger.startswith(_PRODUCT) and any(place in text for place in self._addresses))
        ]

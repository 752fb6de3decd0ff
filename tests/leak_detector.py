"""Search every log record of a test for secrets."""

import logging
from typing import Final, override

from .secrets import EMAIL, TOKEN

_PRODUCT: Final = "custom_components.plex_pulse"


class LeakDetector(logging.Handler):
    """Keep log records in full: message, arguments and traceback.

    Token and e-mail address are searched in the records of all loggers, server addresses
    only in the integration's own: the simulator may log the address on which it listens.
    """

    def __init__(self) -> None:
        """Handle records of all levels."""
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.levels: list[int] = []
        self._addresses: set[str] = set()
        self._texts: list[tuple[str, str]] = []

    def forbid_address(self, host: str, port: int) -> None:
        """Also search for this address, and for its host alone."""
        self._addresses |= {f"{host}:{port}", host}

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record as a handler might write it."""
        self._texts.append((record.name, f"{self.format(record)} {record.args!r}"))
        if record.name.startswith(_PRODUCT):
            self.lines.append(record.getMessage())
            self.levels.append(record.levelno)

    def forget(self) -> None:
        """Discard the records so far, for a test that leaks on purpose."""
        self._texts.clear()

    @property
    def leaks(self) -> list[str]:
        """Return the texts that contain a secret."""
        return [
            text
            for logger, text in self._texts
            if TOKEN in text
            or EMAIL in text
            or (logger.startswith(_PRODUCT) and any(place in text for place in self._addresses))
        ]

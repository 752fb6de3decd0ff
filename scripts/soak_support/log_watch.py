"""What the log says, and which of it nobody should ever have to read."""

import logging
import sys
from typing import Final, override

_OURS: Final = "custom_components.plex_pulse"
_NAME: Final = "plex_pulse"
_LOST: Final = "Connection to %s lost: %s"
_BACK: Final = "Connection to %s restored"
# Home Assistant says so of every custom integration.
_CUSTOM_INTEGRATION: Final = "We found a custom integration"
_MOST_KEPT: Final = 50


class LogWatch(logging.Handler):
    """Keeps what is unexpected, and counts how often a server was lost and back."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        """Hold lines with one of the secrets for unexpected, too."""
        super().__init__()
        self._secrets = secrets
        self.lost = 0
        self.back = 0
        self.unexpected: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Judge a line."""
        if record.msg == _LOST:
            self.lost += 1
        elif record.msg == _BACK:
            self.back += 1
        text = self.format(record)
        if self._is_unexpected(record, text) and len(self.unexpected) < _MOST_KEPT:
            self.unexpected.append(f"{record.levelname} {record.name}: {text}")
            print(self.unexpected[-1], file=sys.stderr, flush=True)

    def _is_unexpected(self, record: logging.LogRecord, text: str) -> bool:
        if any(secret in text for secret in self._secrets):
            return True
        if record.levelno < logging.WARNING:
            return False
        if record.getMessage().startswith(_CUSTOM_INTEGRATION):
            return False
        # asyncio and aiohttp tell of what was forgotten: tasks, sessions, exceptions.
        is_about_us = record.name.startswith(_OURS) or _NAME in text
        return is_about_us or record.levelno >= logging.ERROR or record.name == "py.warnings"

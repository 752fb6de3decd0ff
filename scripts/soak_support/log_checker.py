"""Checks of the log: unexpected lines, and the lines for a lost and a restored connection."""

import logging
from typing import Final, override

from scripts.common.output import print_status

_LOGGER_NAME: Final = "custom_components.plex_pulse"
_DOMAIN: Final = "plex_pulse"
_LOST: Final = "Connection to %s lost: %s"
_RESTORED: Final = "Connection to %s restored"
# Home Assistant logs this for every custom integration.
_CUSTOM_INTEGRATION: Final = "We found a custom integration"
_MAX_LINES: Final = 50


class LogChecker(logging.Handler):
    """Record unexpected lines and count lost and restored connections."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        """Treat every line with one of the secrets as unexpected."""
        super().__init__()
        self._secrets = secrets
        self.lost = 0
        self.restored = 0
        self.unexpected: list[str] = []
        self.expected_line = ""
        """The format of a warning that is correct now."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Check a line."""
        if record.msg == _LOST:
            self.lost += 1
        elif record.msg == _RESTORED:
            self.restored += 1
        text = self.format(record)
        if self._is_unexpected(record, text) and len(self.unexpected) < _MAX_LINES:
            self.unexpected.append(f"{record.levelname} {record.name}: {text}")
            print_status(self.unexpected[-1])

    def _is_unexpected(self, record: logging.LogRecord, text: str) -> bool:
        if any(secret in text for secret in self._secrets):
            return True
        if record.levelno < logging.WARNING or record.msg == self.expected_line:
            return False
        if record.getMessage().startswith(_CUSTOM_INTEGRATION):
            return False
        # asyncio and aiohttp log leaked tasks, sessions and exceptions under their own names.
        is_ours = record.name.startswith(_LOGGER_NAME) or _DOMAIN in text
        return is_ours or record.levelno >= logging.ERROR or record.name == "py.warnings"

"""Let the pinned test package work with a newer Home Assistant; see `scripts/test --newest`.

pytest loads this module before the plugins of installed packages.
"""

from typing import Final

# First: it replaces httpx, which another plugin imports.
import homeassistant  # noqa: F401 - for the side effects of the import
from homeassistant.components import logger
from homeassistant.components.logger import helpers

# The test package imports it from `logger`; since 2026.11 only `logger.helpers` has it.
MOVED: Final = "_clear_logger_overwrites"

vars(logger).setdefault(MOVED, vars(helpers)[MOVED])

"""Secrets that are there to be found: no log line of any test may hold one."""

from typing import Final

TOKEN: Final = "canary-token-7Qw3xZ91"
EMAIL: Final = "canary.viewer@mail.example"

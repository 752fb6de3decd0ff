"""Ports on the loopback interface."""

import socket
from typing import Final

LOOPBACK: Final = "127.0.0.1"


def free_port(preferred: int) -> int:
    """Return the preferred port, or a free one if another program uses it."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            # Servers set this option, too: a port in TIME_WAIT after a stopped demo is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    msg = f"no free port on {LOOPBACK}"
    raise OSError(msg)

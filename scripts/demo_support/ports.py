"""Ports on the loopback interface."""

import socket
from typing import Final

LOOPBACK: Final = "127.0.0.1"


def free_port(preferred: int) -> int:
    """Return the preferred port, or one the system picks if another program listens there."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            # Servers set this too: a port that only lingers after a stopped demo counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    msg = f"no free port on {LOOPBACK}"
    raise OSError(msg)

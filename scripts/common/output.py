"""Messages for the user of a command."""

import sys


def print_status(message: str) -> None:
    """Print a progress message to standard error; standard output is kept for results."""
    print(message, file=sys.stderr, flush=True)

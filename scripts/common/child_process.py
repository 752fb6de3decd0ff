"""Child processes that end with their parent."""

from collections.abc import Sequence
import shutil


def end_with_parent(command: Sequence[str]) -> tuple[str, ...]:
    """Return the command wrapped so that the kernel ends it when its parent is killed.

    Without setpriv (util-linux) the command is returned unchanged.
    """
    if setpriv := shutil.which("setpriv"):
        return (setpriv, "--pdeathsig", "TERM", *command)
    return tuple(command)

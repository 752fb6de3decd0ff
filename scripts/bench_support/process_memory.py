"""Resident memory of a process, as the kernel counts it."""

from pathlib import Path

_KIB_PER_MIB = 1024


def start_peak(pid: int | str) -> float:
    """Reset the recorded peak of a process, and return its current memory, in MiB."""
    # 5 resets the peak alone.
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return _memory(pid, "VmRSS")


def peak(pid: int | str) -> float:
    """Return the highest memory of a process since `start_peak`, in MiB."""
    return _memory(pid, "VmHWM")


def _memory(pid: int | str, key: str) -> float:
    """Return a size of a process in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == key:
            return int(value.split()[0]) / _KIB_PER_MIB
    msg = f"/proc/{pid}/status has no {key}"
    raise LookupError(msg)

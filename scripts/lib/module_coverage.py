"""Fail with a list of the modules whose coverage is too low: `coverage json` as standard input.

coverage.py compares only the total with `fail_under`: a well tested package then hides a
module without tests.
"""

from fnmatch import fnmatch
from json import load
import sys
from typing import Final, TypedDict, cast

_PACKAGE: Final = "custom_components/plex_pulse"
_REQUIRED: Final = 95.0
# Home Assistant requires all of a config flow: what is not tested keeps a user from set-up.
_FLOWS: Final = (f"{_PACKAGE}/config_flow.py", f"{_PACKAGE}/flow/*")
_FLOWS_REQUIRED: Final = 100.0


class Summary(TypedDict):
    """The numbers of a module; branches are included in the percentage."""

    percent_covered: float


class Module(TypedDict):
    """The part of coverage.py's report about a module."""

    summary: Summary
    missing_lines: list[int]
    missing_branches: list[list[int]]


class Report(TypedDict):
    """The report of coverage.py: modules by path."""

    files: dict[str, Module]


def find_problems(report: Report) -> list[str]:
    """Return a line for each module with a lower coverage than required, the lowest first."""
    problems: list[tuple[float, str]] = []
    for path, module in report["files"].items():
        is_flow = any(fnmatch(path, pattern) for pattern in _FLOWS)
        required = _FLOWS_REQUIRED if is_flow else _REQUIRED
        covered = module["summary"]["percent_covered"]
        if covered < required:
            problems.append((covered, _describe(path, module, required)))
    return [line for _, line in sorted(problems)]


def _describe(path: str, module: Module, required: float) -> str:
    """Return a line about a module that is not covered enough."""
    # Rounded down: 94.99 % is not shown as 95 %.
    percent = int(module["summary"]["percent_covered"] * 10) / 10
    missing = [str(line) for line in module["missing_lines"]]
    # A negative line is the end of a function.
    missing += [
        f"{start}->{end if end > 0 else 'exit'}"
        for start, end in module["missing_branches"]
        if start not in module["missing_lines"] and end not in module["missing_lines"]
    ]
    return f"{path}: {percent:.1f} % of {required:.0f} %, missing {', '.join(missing)}"


def main() -> int:
    """Print the modules with too little coverage; return the exit code."""
    report = cast("Report", load(sys.stdin))
    if not report["files"]:
        print("No module was measured.", file=sys.stderr)
        return 1
    problems = find_problems(report)
    if problems:
        print("The coverage of these modules is too low:", file=sys.stderr)
        print("\n".join(problems), file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

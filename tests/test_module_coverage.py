"""The minimum coverage of each module, which `scripts/test` checks after all tests."""

import json
from pathlib import Path
import subprocess
import sys
from typing import Final

import pytest

from .product import ROOT

SCRIPT: Final = ROOT / "scripts" / "lib" / "module_coverage.py"
PACKAGE: Final = "custom_components/plex_pulse"


def _check(files: dict[str, object]) -> subprocess.CompletedProcess[str]:
    """Run the script with a report of coverage.py."""
    return subprocess.run(  # noqa: S603 - the project's own script
        (sys.executable, str(SCRIPT)),
        input=json.dumps({"files": files}),
        capture_output=True,
        check=False,
        text=True,
    )


def _module(
    percent: float, lines: tuple[int, ...] = (), branches: tuple[tuple[int, int], ...] = ()
) -> dict[str, object]:
    """Return the report about one module."""
    return {
        "summary": {"percent_covered": percent},
        "missing_lines": lines,
        "missing_branches": branches,
    }


def test_modules_with_95_percent_coverage_pass() -> None:
    result = _check(
        {f"{PACKAGE}/push.py": _module(95.0, (3,)), f"{PACKAGE}/config_flow.py": _module(100.0)}
    )
    assert (result.returncode, result.stderr) == (0, "")


def test_modules_below_95_percent_are_listed_with_what_is_missing() -> None:
    result = _check(
        {
            f"{PACKAGE}/push.py": _module(94.99, (3, 4), ((2, 3), (7, -1), (8, 10))),
            f"{PACKAGE}/entity.py": _module(97.0),
            f"{PACKAGE}/history/view.py": _module(52.0, (9,)),
        }
    )
    assert result.returncode == 1
    assert result.stderr.splitlines()[1:] == [
        f"{PACKAGE}/history/view.py: 52.0 % of 95 %, missing 9",
        f"{PACKAGE}/push.py: 94.9 % of 95 %, missing 3, 4, 7->exit, 8->10",
    ]


@pytest.mark.parametrize("path", ["config_flow.py", "flow/schemas.py"])
def test_config_flow_must_be_covered_completely(path: str) -> None:
    result = _check({f"{PACKAGE}/{path}": _module(99.9, (12,))})
    assert result.returncode == 1
    assert f"{PACKAGE}/{path}: 99.9 % of 100 %, missing 12" in result.stderr


def test_report_without_modules_fails() -> None:
    """A wrong `source` must not pass as full coverage."""
    assert _check({}).returncode == 1


def test_script_reads_a_report_of_coverage_py(tmp_path: Path) -> None:
    package = tmp_path / PACKAGE
    package.mkdir(parents=True)
    (package / "push.py").write_text(
        "import sys\n\nif sys.argv:\n    NAME = 1\nelse:\n    NAME = 2\n"
    )
    coverage = (sys.executable, "-m", "coverage")
    subprocess.run((*coverage, "run", "--branch", f"{package}/push.py"), cwd=tmp_path, check=True)  # noqa: S603 - the project's own tool
    report = subprocess.run(  # noqa: S603 - the project's own tool
        (*coverage, "json", "--quiet", "-o", "-"), cwd=tmp_path, check=True, stdout=subprocess.PIPE
    ).stdout
    result = _check(json.loads(report)["files"])
    assert result.returncode == 1
    assert result.stderr.splitlines()[1:] == [f"{PACKAGE}/push.py: 66.6 % of 95 %, missing 6"]

"""The check of the prerequisites of a machine, run with a PATH of fake commands."""

from pathlib import Path
import shutil
import subprocess
from typing import Final

import pytest

from .product import ROOT

BASH: Final = shutil.which("bash")
PIP_WORKS: Final = "exit 0"
PIP_IS_MISSING: Final = "exit 1"


def _check(folder: Path, **commands: str) -> subprocess.CompletedProcess[str]:
    """Run the check on a machine that has only these commands, each a line of shell."""
    assert BASH
    for name, line in commands.items():
        command = folder / name.replace("_", "-")
        command.write_text(f"#!{BASH}\n{line}\n")
        command.chmod(0o755)
    return subprocess.run(  # noqa: S603 - the project's own script, with files of the test
        (BASH, "-c", "source scripts/lib/python.sh && check_prerequisites"),
        cwd=ROOT,
        env={"PATH": str(folder), "SSL_CERT_FILE": "/certificates"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_machine_with_python_and_pip_has_the_prerequisites(tmp_path: Path) -> None:
    result = _check(tmp_path, python3=PIP_WORKS, apt_get="")
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("manager", "command"), [("apt_get", "apt-get install"), ("dnf", "dnf install")]
)
def test_a_missing_pip_is_reported_with_the_command_that_installs_it(
    tmp_path: Path, manager: str, command: str
) -> None:
    result = _check(tmp_path, python3=PIP_IS_MISSING, **{manager: ""})
    assert result.returncode == 1
    assert result.stderr == (f"setup: Missing: python3-pip. Install with: {command} python3-pip\n")


def test_a_missing_python_is_reported_together_with_pip(tmp_path: Path) -> None:
    result = _check(tmp_path, apt_get="")
    assert result.returncode == 1
    assert "apt-get install python3 python3-pip\n" in result.stderr


def test_a_system_with_another_package_manager_gets_the_package_names(tmp_path: Path) -> None:
    result = _check(tmp_path)
    assert result.returncode == 1
    assert "Install with: your package manager: python3 python3-pip\n" in result.stderr


def test_setup_does_not_make_the_environment_of_another_checkout_again(tmp_path: Path) -> None:
    """It removed that of the main checkout when it ran in another worktree."""
    assert BASH
    other, checkout = tmp_path / "other", tmp_path / "checkout"
    other.mkdir()
    (other / "package").touch()
    shutil.copytree(ROOT / "scripts", checkout / "scripts")
    (checkout / ".venv").symlink_to(other)
    result = subprocess.run(  # noqa: S603 - the project's own script
        (BASH, "scripts/setup"), cwd=checkout, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert (other / "package").exists()

"""Let foreign programs judge the simulator: plexapi [FOLDER], core, plexauth, or all of them."""

import argparse
import asyncio
from pathlib import Path
import subprocess
import sys
from typing import Final

from .plexapi_suite import run_suite

_JUDGES: Final = Path(__file__).parents[2] / "tests" / "simulator_tests" / "judges"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/judges", description=__doc__)
    parser.add_argument(
        "judge",
        nargs="?",
        choices=("plexapi", "core", "plexauth", "all"),
        default="all",
        help="python-plexapi's own tests, core's plex integration, its sign-in, or all (default)",
    )
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        help="a checkout of python-plexapi; without one its pinned commit is downloaded",
    )
    return parser.parse_args()


def _pytest(file: str) -> bool:
    """Run a judge that is a test; it prints its own report."""
    command = (sys.executable, "-m", "pytest", "-q", "--disable-warnings", str(_JUDGES / file))
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603 - our own file


def main() -> None:
    """Run the judges and exit with 1 if one of them is not satisfied."""
    arguments = _arguments()
    verdicts: dict[str, bool] = {}
    if arguments.judge in {"plexapi", "all"}:
        verdicts["python-plexapi's own tests"] = asyncio.run(run_suite(arguments.folder))
    if arguments.judge in {"core", "all"}:
        verdicts["core's plex integration"] = _pytest("judge_core_plex.py")
    if arguments.judge in {"plexauth", "all"}:
        verdicts["plexauth"] = _pytest("judge_plexauth.py")
    for name, is_satisfied in verdicts.items():
        print(f"{name}: {'satisfied' if is_satisfied else 'NOT satisfied'}")
    if not all(verdicts.values()):
        sys.exit(1)


if __name__ == "__main__":
    main()

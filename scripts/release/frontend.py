"""Build the dashboard's module from its sources, where there are any."""

from pathlib import Path
import shutil
import subprocess
from typing import Final

from .errors import ReleaseError
from .project import integration_folder

MODULE: Final = Path("frontend") / "plex-pulse.js"


def build_frontend(project: Path) -> bool:
    """Install the pinned packages and build; return False if there is no frontend to build.

    Raises:
        ReleaseError: npm is missing, a command failed, or it built no module.

    """
    sources = project / "frontend"
    if not (sources / "package.json").is_file():
        return False
    npm = shutil.which("npm")
    if npm is None:
        msg = "npm is missing (Debian, Ubuntu: apt-get install npm; Fedora: dnf install nodejs-npm)"
        raise ReleaseError(msg)
    for command in (("ci", "--no-audit", "--no-fund"), ("run", "build")):
        try:
            subprocess.run((npm, *command), cwd=sources, check=True)  # noqa: S603 - fixed arguments
        except subprocess.CalledProcessError as err:
            msg = f"npm {' '.join(command)} ended with exit code {err.returncode}"
            raise ReleaseError(msg) from err
    if not (module := integration_folder(project) / MODULE).is_file():
        msg = f"npm run build did not write {module.relative_to(project)}"
        raise ReleaseError(msg)
    return True

"""The command line: one step of a release at a time."""

import argparse
from pathlib import Path
import sys
from typing import Final

from .agreement import find_disagreements, find_version
from .archive import write_archive
from .changelog import release_notes
from .errors import ReleaseError
from .frontend import build_frontend
from .project import ARCHIVE_NAME, PROJECT, manifest_version
from .trial import try_archive

DEFAULT_ARCHIVE: Final = PROJECT / "dist" / ARCHIVE_NAME


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.release", description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)
    check = steps.add_parser("check", help="check that tag, manifest, changelog and HACS agree")
    check.add_argument("tag", nargs="?", help="default: v and the manifest's version")
    check.add_argument(
        "--allow-unreleased", action="store_true", help="accept a version without a date"
    )
    steps.add_parser("frontend", help="build the dashboard's module, if there is a frontend")
    for name, text in (
        ("archive", "write the archive that HACS downloads"),
        ("try", "set the archive up in a new Home Assistant"),
    ):
        step = steps.add_parser(name, help=text)
        step.add_argument("archive", nargs="?", type=Path, default=DEFAULT_ARCHIVE)
    notes = steps.add_parser("notes", help="print the changes of a version as Markdown")
    notes.add_argument("tag", nargs="?", help="default: v and the manifest's version")
    return parser.parse_args()


def run(arguments: argparse.Namespace) -> None:
    """Run the step; results go to standard output.

    Raises:
        ReleaseError: The step failed.

    """
    match arguments.step:
        case "check":
            tag = arguments.tag or f"v{manifest_version(PROJECT)}"
            allow_unreleased = arguments.allow_unreleased
            problems = find_disagreements(PROJECT, tag, allow_unreleased=allow_unreleased)
            if problems:
                raise ReleaseError("\n".join(problems))
            print(f"{tag}: tag, manifest, changelog and hacs.json agree")
        case "frontend":
            print("Built" if build_frontend(PROJECT) else "There is no frontend to build")
        case "archive":
            digest = write_archive(PROJECT, arguments.archive)
            size = arguments.archive.stat().st_size
            print(f"{arguments.archive.name}: {size} bytes, sha256 {digest}")
        case "try":
            states = try_archive(arguments.archive)
            print(f"Set up and removed without an error: {len(states)} entities")
        case "notes":
            number = (arguments.tag or manifest_version(PROJECT)).removeprefix("v")
            print(release_notes(find_version(PROJECT, number)), end="")


def main() -> int:
    """Run one step; return the exit code."""
    try:
        run(parse_arguments())
    except ReleaseError as err:
        print(err, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

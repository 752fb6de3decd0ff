"""Whether tag, manifest, changelog and hacs.json name the same release."""

from datetime import date
from pathlib import Path
import re
from typing import Final

from .changelog import Version, read_versions
from .errors import ReleaseError
from .project import ARCHIVE_NAME, manifest_version, read_object

VERSION_NUMBER: Final = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")


def find_version(project: Path, number: str) -> Version:
    """Return what the changelog has about a version.

    Raises:
        ReleaseError: The changelog does not have it, or it has no changes.

    """
    changelog = (project / "CHANGELOG.md").read_text(encoding="utf-8")
    for version in read_versions(changelog):
        if version.number == number:
            if not version.changes:
                msg = f"CHANGELOG.md lists no changes for {number}"
                raise ReleaseError(msg)
            return version
    msg = f"CHANGELOG.md has no section '## [{number}] - <date>'"
    raise ReleaseError(msg)


def find_disagreements(project: Path, tag: str, *, allow_unreleased: bool = False) -> list[str]:
    """Return what must be corrected before the tag can be released; an empty list if nothing.

    With `allow_unreleased` the changelog may say "Unreleased" instead of a date.
    """
    number = tag.removeprefix("v")
    problems = []
    if not tag.startswith("v") or not VERSION_NUMBER.fullmatch(number):
        problems.append(f"The tag is {tag!r}, not v and a version, as v1.2.3 is")
    if (in_manifest := manifest_version(project)) != number:
        problems.append(f"manifest.json has version {in_manifest}, the tag {number}")
    problems.extend(_changelog_problems(project, number, allow_unreleased=allow_unreleased))
    hacs = read_object(project / "hacs.json")
    if hacs.get("zip_release") is not True or hacs.get("filename") != ARCHIVE_NAME:
        problems.append(f"hacs.json does not name {ARCHIVE_NAME} as the file of a release")
    return problems


def _changelog_problems(project: Path, number: str, *, allow_unreleased: bool) -> list[str]:
    try:
        version = find_version(project, number)
    except ReleaseError as err:
        return [str(err)]
    problems = []
    newest = read_versions((project / "CHANGELOG.md").read_text(encoding="utf-8"))[0]
    if newest.number != number:
        problems.append(f"CHANGELOG.md begins with {newest.number}, not with {number}")
    if not (allow_unreleased and version.date == "Unreleased"):
        try:
            date.fromisoformat(version.date)
        except ValueError:
            problems.append(f"CHANGELOG.md dates {number} {version.date!r}, not as 2026-12-31 is")
    return problems

"""The versions in CHANGELOG.md, which has the format of Keep a Changelog."""

from dataclasses import dataclass
import re
from typing import Final

HEADING: Final = re.compile(r"^## \[(?P<version>[^\]]+)\] - (?P<date>.+)$", re.MULTILINE)
LINK_DEFINITION: Final = re.compile(r"^\[[^\]]+\]: \S+$", re.MULTILINE)
CONTINUATION: Final = re.compile(r"(?<=\S)\n(?![-*#>|`\n])[ \t]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version: its number, its date or "Unreleased", and what changed, as Markdown."""

    number: str
    date: str
    changes: str


def read_versions(changelog: str) -> list[Version]:
    """Return the versions in the order of the text, which is the newest first."""
    headings = list(HEADING.finditer(changelog))
    ends = [*(heading.start() for heading in headings[1:]), len(changelog)]
    return [
        Version(
            number=heading["version"],
            date=heading["date"].strip(),
            changes=LINK_DEFINITION.sub("", changelog[heading.end() : end]).strip(),
        )
        for heading, end in zip(headings, ends, strict=True)
    ]


def release_notes(version: Version) -> str:
    """Return the changes with one line per paragraph: GitHub shows a line break as one."""
    return CONTINUATION.sub(" ", version.changes) + "\n"

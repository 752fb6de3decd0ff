"""Escape text of servers where Home Assistant's frontend renders Markdown.

That is in descriptions of flows and repair issues and in release notes. States, attributes,
events and responses of actions keep the text as it is, and so do titles, which are not
rendered as Markdown.
"""

import re
from typing import Final

_PUNCTUATION: Final = re.compile(r"([!-/:-@\[-`{-~])")
"""All of ASCII: Markdown allows a backslash before each of them.

Those of links and images are not enough: `https:` and `www.` become links on their own.
"""


def escape_markdown(text: str) -> str:
    """Return text as Markdown that renders as this text, in one line."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(text.split()))


def markdown_list(text: str) -> str:
    """Return the lines of a text as a Markdown list; empty lines are left out."""
    return "\n".join(f"- {escape_markdown(line)}" for line in text.splitlines() if line.strip())

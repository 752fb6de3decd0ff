"""Markdown as Home Assistant's frontend renders it."""

import re
from typing import Final

from markdown_it import MarkdownIt

_ESCAPE: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_AUTOLINK: Final = re.compile(r"(?i)\b(?:https?|ftp)://|\bwww\.|[\w.+-]@[\w-]")
"""What GitHub's Markdown makes a link without any other characters."""


ATTACKS: Final = (
    "![x](http://evil.example/a.png)",
    "[renew](http://evil.example)",
    "<img src=http://evil.example/a.png>",
    "<http://evil.example>",
    "https://evil.example",
    "www.evil.example",
    "mail@evil.example",
    "[x]: http://evil.example",
    "&#33;&lbrack;x](http://evil.example/a.png)",
    r"\![x](http://evil.example/a.png)",
    "# heading",
    "    code",
    "1. list",
    "> quote",
    "`code`",
    "| a | b |\n|---|---|\n| ![x](http://evil.example/a.png) | |",
    "a\n\n![x](http://evil.example/a.png)",
)
"""Texts that would render as something else if they were Markdown."""


def unescape_markdown(markdown: str) -> str:
    """Return Markdown without the backslashes of its escapes."""
    return _ESCAPE.sub(r"\1", markdown)


def assert_inert(markdown: str) -> None:
    """Assert that Markdown renders as text and emphasis: no link, image, HTML or code."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    kinds = {token.type for token in tokens}
    kinds |= {child.type for token in tokens for child in token.children or ()}
    assert not kinds & {
        *("link_open", "image", "html_block", "html_inline", "code_inline", "code_block"),
        *("fence", "heading_open", "table_open", "blockquote_open", "ordered_list_open"),
    }
    assert _AUTOLINK.search(markdown) is None

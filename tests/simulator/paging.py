"""Plex's paging: totals and offsets only for those who asked for a page."""

from collections.abc import Callable, Sequence

from aiohttp import web

from .encode import Tree
from .state import Call

_START = "X-Plex-Container-Start"
_SIZE = "X-Plex-Container-Size"
_TOTAL = "X-Plex-Container-Total-Size"


def answer_page[T](
    call: Call, found: Sequence[T], to_tree: Callable[[T], Tree], about: Tree | None = None
) -> web.Response:
    """Answer what was found, or the page of it that was asked for; size 0 gives totals alone."""
    size = call.number(_SIZE)
    if size is None:
        # limit= is cheaper for a server and hides the true total.
        rows = [to_tree(row) for row in found[: call.number("limit")]]
        return call.answer({"size": len(rows), **(about or {}), "Metadata": rows})
    start = call.number(_START) or 0
    rows = [to_tree(row) for row in found[start : start + size]]
    return call.answer(
        {
            "size": len(rows),
            "totalSize": len(found),
            "offset": start,
            **(about or {}),
            "Metadata": rows,
        },
        headers={_START: str(start), _TOTAL: str(len(found))},
    )

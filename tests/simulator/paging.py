"""Plex's paging: totals and offsets only if a page was requested."""

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
    """Answer with all rows or the requested page; a page size of 0 returns only the total."""
    size = call.number(_SIZE)
    # limit= hides the total, as on a real server.
    found = found[: call.number("limit")]
    if size is None:
        rows = [to_tree(row) for row in found]
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

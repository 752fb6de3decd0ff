"""Where a view places its sections: Home Assistant's grid of one to three columns."""

from itertools import product
from typing import Any


def empty_cells(sections: list[dict[str, Any]], columns: int) -> set[tuple[int, int]]:
    """Return the cells (row, column) that stay empty."""
    taken: set[tuple[int, int]] = set()
    row = column = 0
    for section in sections:
        width = min(section.get("column_span", 1), columns)
        size = (range(section.get("row_span", 1)), range(width))
        while True:
            cells = {(row + down, column + across) for down, across in product(*size)}
            if column + width <= columns and not cells & taken:
                break
            column += 1
            if column >= columns:
                row, column = row + 1, 0
        taken |= cells
        column += width
    rows = 1 + max(row for row, _ in taken)
    return set(product(range(rows), range(columns))) - taken

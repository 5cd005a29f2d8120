"""Grids of rules that are coarser than the table in them: without rules between rows or columns one cell holds many figures."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.pdf.cells import PlacedCell, is_number
from extractors.pdf.grid import Grid
from extractors.pdf.loose.words import what_is

Found = tuple[Grid, tuple[PlacedCell, ...]]

MANY = 3
"""Numbers in one cell from which it holds more than one value."""

SHARE = 0.5
"""Share of the numbers of a table in such cells from which its rules do not tell its rows and columns."""


def is_crowded(cells: Sequence[PlacedCell]) -> bool:
    """Whether most numbers of a table stand together with others in one cell."""
    alone = together = 0
    for cell in cells:
        if is_number(cell.text) and what_is(cell.text) == "number":
            alone += 1
            continue
        words = cell.text.split()
        numbers = sum(what_is(word) == "number" for word in words)
        if numbers >= MANY and numbers >= SHARE * len(words):
            together += numbers
    return together >= MANY and together > SHARE * (alone + together)


def part_crowded(tables: Sequence[Found]) -> tuple[list[Found], list[Found]]:
    """Ruled tables whose cells hold one value each, and those to be read again without trust in their rules."""
    crowded = [table for table in tables if is_crowded(table[1])]
    return [table for table in tables if table not in crowded], crowded


def unread(crowded: Sequence[Found], found: Sequence[Found]) -> list[Found]:
    """Crowded tables in whose place nothing better was found: they stand as their rules show them."""
    return [
        table
        for table in crowded
        if not any(
            min(table[0].box[2], grid.box[2]) > max(table[0].box[0], grid.box[0])
            and min(table[0].box[3], grid.box[3]) > max(table[0].box[1], grid.box[1])
            for grid, _ in found
        )
    ]

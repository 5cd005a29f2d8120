"""A page that stands twice in a document, a row that stands twice in a table: each would count its statements twice.

Only exact copies are repeats. A table that prints the same cell again with another row, heading or figure is no repeat: whether the two
prints agree is for gate 1 to judge.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from extractors.records import Cell, Claim, Table

Texts = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class RepeatedRow:
    """`row` (counted from 1) has the texts of `first`, in a table where both make statements."""

    table: Table
    first: int
    row: int
    cells: tuple[Cell | None, ...]


def _texts(rows: Iterable[Sequence[Cell | None]]) -> Texts:
    return tuple(tuple("" if cell is None else cell.text for cell in row) for row in rows)


def _rows_with_claims(claims: Iterable[Claim]) -> dict[int, set[int]]:
    """Table number -> rows that state something."""
    found: dict[int, set[int]] = {}
    for claim in claims:
        at = claim.locator
        if at.table_number is not None and at.row_number is not None:
            found.setdefault(at.table_number, set()).add(at.row_number)
    return found


def repeated_rows(tables: Iterable[Table], claims: Iterable[Claim]) -> Iterator[RepeatedRow]:
    """Rows that are exact copies of a row above them in their table."""
    stating = _rows_with_claims(claims)
    for table in tables:
        grid = table.grid() if table.number in stating else []
        first: dict[tuple[str, ...], int] = {}
        for row in sorted(stating.get(table.number, ())):
            cells = grid[row - 1]
            (texts,) = _texts([cells])
            if texts in first:
                yield RepeatedRow(table, first[texts], row, tuple(cells))
            else:
                first[texts] = row


def repeated_tables(tables: Iterable[Table], claims: Iterable[Claim]) -> Iterator[tuple[Table, Table]]:
    """Tables outside workbooks that make statements and are, heading and all, copies of an earlier one: (earlier, copy)."""
    stating = _rows_with_claims(claims)
    first: dict[Texts, Table] = {}
    for table in tables:
        if table.sheet is not None or table.number not in stating:
            continue
        texts = _texts(table.grid())
        if texts in first:
            yield first[texts], table
        else:
            first[texts] = table


def is_page_twice(first: Table, copy: Table) -> bool:
    """Whether the copy stands at the same place of the page right behind: the page itself stands twice."""
    places = [[(cell.row, cell.column, cell.bbox) for cell in table.cells] for table in (first, copy)]
    return bool(first.pages) and copy.pages == tuple(page + 1 for page in first.pages) and places[0] == places[1]

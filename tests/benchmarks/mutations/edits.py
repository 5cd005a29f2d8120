"""What a hand or a machine can do to a table, on the level of cells: other texts, a row less, rows twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from openpyxl.utils.cell import coordinate_from_string

from extractors.records import Cell, Paragraph, Reading, Table
from tests.benchmarks.mutations.specimens import Spot


def table_of(reading: Reading, number: int) -> Table:
    return next(table for table in reading.tables if table.number == number)


def cells_of(table: Table) -> dict[tuple[int, int], Cell]:
    """The cells by the row and column they begin at."""
    return {(cell.row, cell.column): cell for cell in table.cells}


def with_texts(reading: Reading, texts: Mapping[Spot, str]) -> Reading:
    """The same pages with other texts in some cells."""
    changed = {spot[0] for spot in texts}

    def other(table: Table, cell: Cell) -> Cell:
        text = texts.get((table.number, cell.row, cell.column))
        return cell if text is None else replace(cell, text=text)

    tables = tuple(
        replace(table, cells=tuple(other(table, cell) for cell in table.cells)) if table.number in changed else table
        for table in reading.tables
    )
    return replace(reading, tables=tables)


def _with_table(reading: Reading, changed: Table) -> Reading:
    return replace(reading, tables=tuple(changed if table.number == changed.number else table for table in reading.tables))


def _moved(cell: Cell, rows: int) -> Cell:
    """The cell so many rows further down; in a workbook its reference moves with it."""
    if cell.a1 is None or rows == 0:
        return replace(cell, row=cell.row + rows)
    letters, number = coordinate_from_string(cell.a1)
    return replace(cell, row=cell.row + rows, a1=f"{letters}{number + rows}")


def _move_below(reading: Reading, table: Table, rows: int) -> Reading:
    """In a sheet, what stands below the table moves with its rows."""
    if table.sheet is None:
        return reading
    last = max((_sheet_row(cell) for cell in table.cells), default=0)

    def moved(cell: Cell) -> Cell:
        return replace(_moved(cell, rows), row=cell.row) if _sheet_row(cell) > last else cell

    tables = tuple(
        replace(other, cells=tuple(moved(cell) for cell in other.cells))
        if other.sheet == table.sheet and other.number != table.number
        else other
        for other in reading.tables
    )
    return replace(reading, tables=tables)


def _sheet_row(cell: Cell) -> int:
    return 0 if cell.a1 is None else coordinate_from_string(cell.a1)[1]


def without_row(reading: Reading, number: int, row: int) -> Reading:
    """One row of a table is not there; what spans it is one row shorter."""
    table = table_of(reading, number)
    cells: list[Cell] = []
    for cell in table.cells:
        if cell.row > row:
            cells.append(_moved(cell, -1))
        elif cell.row + cell.row_span > row:
            if cell.row_span > 1:
                cells.append(replace(cell, row_span=cell.row_span - 1))
        else:
            cells.append(cell)
    changed = _with_table(reading, replace(table, n_rows=table.n_rows - 1, cells=tuple(cells)))
    return _move_below(changed, table, -1)


def with_rows_twice(reading: Reading, number: int, first: int, last: int) -> Reading:
    """Rows `first` to `last` of a table stand there a second time, right below the first."""
    table = table_of(reading, number)
    height = last - first + 1
    cells: list[Cell] = []
    for cell in table.cells:
        if cell.row > last:
            cells.append(_moved(cell, height))
        elif cell.row >= first:
            cells += [cell, _moved(cell, height)]
        elif cell.row + cell.row_span > last:
            cells.append(replace(cell, row_span=cell.row_span + height))
        else:
            cells.append(cell)
    changed = _with_table(reading, replace(table, n_rows=table.n_rows + height, cells=tuple(cells)))
    return _move_below(changed, table, height)


def with_page_twice(reading: Reading, page: int) -> Reading:
    """A page of a PDF stands there a second time, right behind the first; rows of a table that runs over it come twice in the table."""

    def behind(found: int | None) -> int | None:
        return found + 1 if found is not None and found > page else found

    before: list[Table] = []
    copies: list[Table] = []
    after: list[Table] = []
    for table in reading.tables:
        cells = tuple(replace(cell, page=behind(cell.page)) for cell in table.cells)
        moved = replace(table, cells=cells, pages=tuple(found + 1 if found > page else found for found in table.pages))
        rows = sorted({cell.row for cell in table.cells if cell.page == page and cell.row > table.header_rows})
        if table.pages == (page,):
            again = tuple(replace(cell, page=page + 1) for cell in table.cells)
            copies.append(replace(table, cells=again, pages=(page + 1,)))
        elif rows:
            moved = with_rows_twice(replace(reading, tables=(moved,)), table.number, rows[0], rows[-1]).tables[0]
        (before if not table.pages or table.pages[0] <= page else after).append(moved)
    paragraphs: list[Paragraph] = []
    for found in reading.paragraphs:
        paragraphs.append(replace(found, page=behind(found.page)))
        if found.page == page:
            paragraphs.append(replace(found, page=page + 1))
    return replace(
        reading,
        tables=tuple(replace(table, number=number) for number, table in enumerate([*before, *copies, *after], start=1)),
        paragraphs=tuple(replace(found, number=number) for number, found in enumerate(paragraphs, start=1)),
        pages=None if reading.pages is None else reading.pages + 1,
    )

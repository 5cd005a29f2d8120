"""Tables of single pages -> tables of the document: one that a page break cuts is one table again.

Joined only on evidence: the last thing on a page and the first on the next, the same column edges, no heading of its own. What could
be a cut row or a cut cell but is not certain stays apart and is told as an issue.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from extractors.pdf.cells import PlacedCell, count_header_rows, is_number, number_columns
from extractors.pdf.grid import Grid
from extractors.pdf.joint import Doubt, Joint, continues_text
from extractors.pdf.loose.join import Extent, common_columns, header_words, renumbered

EDGE_TOLERANCE = 3.0
"""Points by which the column edges of the two parts may differ."""


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table as one page shows it. `is_first` / `is_last`: no text and no table before / after it on its page but running heads."""

    page: int
    grid: Grid
    cells: tuple[PlacedCell, ...]
    title: str
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class StitchedTable:
    xs: tuple[float, ...]
    n_rows: int
    cells: tuple[PlacedCell, ...]
    title: str
    pages: tuple[int, ...]
    is_open: bool
    is_irregular: bool
    doubts: tuple[Doubt, ...] = field(default=())
    inks: tuple[Extent, ...] = ()
    n_head: int = 0


def _whole(table: PageTable) -> StitchedTable:
    grid = table.grid
    return StitchedTable(
        grid.xs,
        grid.n_rows,
        table.cells,
        table.title,
        (table.page,),
        grid.open_bottom,
        grid.is_irregular,
        doubts=_doubts_of(table),
        inks=grid.inks,
        n_head=grid.n_head,
    )


def _doubts_of(table: PageTable) -> tuple[Doubt, ...]:
    """What could not be told of a table without a grid."""
    if not table.grid.is_doubtful:
        return ()
    return (
        Doubt(
            "names_in_doubt",
            table.cells[0],
            "the table has no rules between its rows, and which lines make one name can be told in two ways",
            "the figures stand in their rows; compare names of several lines and names over several columns with the page",
        ),
    )


def _is_in(edge: float, edges: Sequence[float]) -> bool:
    return any(abs(edge - other) <= EDGE_TOLERANCE for other in edges)


def common_edges(first: Sequence[float], second: Sequence[float]) -> tuple[float, ...] | None:
    """The finer of two sets of column edges if the outer edges agree and it holds all of the other's, else None.

    A part may lack edges: where only a cell merged over columns stands on a page, the rules inside it are not drawn.
    """
    if abs(first[0] - second[0]) > EDGE_TOLERANCE or abs(first[-1] - second[-1]) > EDGE_TOLERANCE:
        return None
    fine, coarse = (first, second) if len(first) >= len(second) else (second, first)
    return tuple(fine) if all(_is_in(edge, fine) for edge in coarse) else None


def _on_edges(cells: Iterable[PlacedCell], old: Sequence[float], new: Sequence[float]) -> list[PlacedCell]:
    """Cells with columns counted on the edges `new`, of which `old` are some."""
    number = [min(range(len(new)), key=lambda index: abs(new[index] - edge)) for edge in old]
    if number == list(range(len(new))):
        return list(cells)
    return [
        replace(
            cell,
            column=number[cell.column],
            column_span=number[cell.column + cell.column_span] - number[cell.column],
        )
        for cell in cells
    ]


def _head(cells: Iterable[PlacedCell], rows: int) -> set[tuple[int, int, int, int, str]]:
    return {(c.row, c.column, c.row_span, c.column_span, c.text) for c in cells if c.row < rows}


def _is_same_head(upper: Sequence[PlacedCell], lower: Sequence[PlacedCell], rows: int) -> bool:
    """Whether both parts begin with the same header.

    Words of a scan may be read otherwise on the next page: there the same cells and half of the words are enough, since no row of data
    repeats the words of its header.
    """
    first, second = _head(upper, rows), _head(lower, rows)
    if first == second or not all(cell.source == "ocr" for cell in (*upper, *lower)):
        return first == second
    words = {cell for cell in first if cell[4]}
    return {cell[:4] for cell in first} == {cell[:4] for cell in second} and 2 * len(words & second) >= len(words) > 0


def _has_own_header(cells: Sequence[PlacedCell], n_columns: int, numbers: set[int]) -> bool:
    """The first row names every column in words, though the table above has numbers in some: another table begins."""
    first = [cell for cell in cells if cell.row == 0]
    named = sum(cell.column_span for cell in first if cell.text)
    in_numbers = [cell for cell in first if cell.column in numbers]
    return (
        bool(in_numbers)
        and named == n_columns
        and sum(cell.column_span == 1 for cell in in_numbers) >= 1
        and not any(is_number(cell.text) for cell in first)
    )


def continued(above: StitchedTable, last_of_page: PageTable, below: PageTable) -> StitchedTable | None:
    """`above` with `below` joined on, or None if `below` is a table of its own."""
    if below.page != last_of_page.page + 1 or not last_of_page.is_last or not below.is_first:
        return None
    if above.inks and below.grid.inks:
        return _continued_loose(above, below)
    if above.inks or below.grid.inks:
        return None
    edges = common_edges(above.xs, below.grid.xs)
    if edges is None or len(edges) < 3:
        return None
    upper = _on_edges(above.cells, above.xs, edges)
    lower = _on_edges(below.cells, below.grid.xs, edges)
    n_columns = len(edges) - 1
    header = count_header_rows(upper, above.n_rows)
    open_top = below.grid.open_top
    if below.grid.n_rows > header and _is_same_head(upper, lower, header):
        lower = [replace(cell, row=cell.row - header) for cell in lower if cell.row >= header]
        open_top = False
    elif _has_own_header(lower, n_columns, number_columns(upper, header)):
        return None
    joint = Joint(tuple(upper), tuple(lower), above.n_rows, above.is_open or open_top, above.is_open and open_top)
    cells, n_rows, doubts = joint.join()
    return StitchedTable(
        xs=edges,
        n_rows=n_rows,
        cells=tuple(cells),
        title=above.title,
        pages=(*above.pages, below.page),
        is_open=below.grid.open_bottom,
        is_irregular=above.is_irregular or below.grid.is_irregular,
        doubts=(*above.doubts, *doubts),
    )


def _continued_loose(above: StitchedTable, below: PageTable) -> StitchedTable | None:
    """The same for tables without a grid: columns by their ink, the header by what was read as one."""
    columns = common_columns(above.inks, below.grid.inks)
    if columns is None:
        return None
    n_head = below.grid.n_head
    if n_head and header_words(below.cells, n_head) != header_words(above.cells, above.n_head):
        return None
    upper = renumbered(above.cells, columns.first, columns, above.n_rows)
    lower = renumbered(
        (replace(cell, row=cell.row - n_head) for cell in below.cells if cell.row >= n_head),
        columns.second,
        columns,
        below.grid.n_rows - n_head,
    )
    first = [cell for cell in lower if cell.row == 0 and cell.text]
    last = {cell.columns: cell.text for cell in upper if cell.row == above.n_rows - 1}
    is_cut = len(first) == 1 and first[0].column_span == 1 and continues_text(last.get(first[0].columns, ""), first[0].text)
    joint = Joint(tuple(upper), tuple(lower), above.n_rows, is_cut, is_cut)
    cells, n_rows, doubts = joint.join()
    return replace(
        above,
        xs=columns.edges,
        n_rows=n_rows,
        cells=tuple(cells),
        pages=(*above.pages, below.page),
        doubts=(*above.doubts, *_doubts_of(below), *doubts),
        inks=columns.inks,
    )


def stitch(tables: Sequence[PageTable]) -> list[StitchedTable]:
    """Tables of the document in order, from the tables of its pages in order."""
    found: list[StitchedTable] = []
    previous: PageTable | None = None
    for table in tables:
        joined = continued(found[-1], previous, table) if previous is not None else None
        if joined is not None:
            found[-1] = joined
        else:
            found.append(_whole(table))
        previous = table
    return found

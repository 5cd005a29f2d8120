"""Tables of single pages -> tables of the document: one that a page break cuts is one table again.

Joined only on evidence: the last thing on a page and the first on the next, the same column edges, no heading of its own. What could
be a cut row or a cut cell but is not certain stays apart and is told as an issue.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from extractors.pdf.cells import PlacedCell, count_header_rows, is_number, number_columns
from extractors.pdf.grid import Grid
from extractors.pdf.loose.join import Extent, common_columns, header_words, renumbered

EDGE_TOLERANCE = 3.0
"""Points by which the column edges of the two parts may differ."""

_ENDS_TEXT = (".", ":", "!", "?")


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
class Doubt:
    """Something at a page break that could be read in two ways: the cell it is about, and why."""

    code: str
    cell: PlacedCell
    message: str
    hint: str


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


def _continues_text(before: str, after: str) -> bool:
    """Whether a text goes on in the middle of a sentence: with a small letter, or with the number that a colon announces."""
    if not before or not after:
        return False
    return is_number(after) if before.endswith(":") else after[0].islower() and not before.endswith(_ENDS_TEXT)


def _glue(above: PlacedCell, below: PlacedCell, shift: int) -> PlacedCell:
    """One cell of two parts; `shift` is the row of the table at which the second page's row 0 stands."""
    return replace(above, row_span=shift + below.row + below.row_span - above.row, parts=above.parts + below.parts)


def _is_one_cell(above: PlacedCell, below: PlacedCell, labels_end: int) -> bool:
    """Whether a merged cell goes on over the page break. Only merged cells do: a plain cell belongs to one row.

    Its second part has no text, or text that goes on in the middle of a sentence. A number is never spread over rows, and an empty
    cell of one row beyond the labels may as well be a blank of its own.
    """
    is_merged = above.row_span > 1 or below.row_span > 1 or above.column_span > 1
    if not is_merged or not above.text or is_number(above.text):
        return False
    if below.text:
        return _continues_text(above.text, below.text)
    return below.row_span > 1 or below.column_span > 1 or below.column < labels_end


def _filled_columns(cells: Sequence[PlacedCell], from_row: int) -> list[set[int]]:
    """For each row from `from_row` on the columns with text; a cell over several rows has its text in each."""
    found: list[set[int]] = [set() for _ in range(from_row, max(cell.last_row for cell in cells) + 1)]
    for cell in cells:
        if cell.text:
            for row in range(max(cell.row, from_row), cell.last_row + 1):
                found[row - from_row].add(cell.column)
    return found


@dataclass(frozen=True, slots=True)
class _Joint:
    """The cells on both sides of one page break, on common columns."""

    above: tuple[PlacedCell, ...]
    below: tuple[PlacedCell, ...]
    n_above: int
    is_open: bool
    is_open_on_both_sides: bool

    def pairs(self) -> list[tuple[PlacedCell, PlacedCell]]:
        """Cells that touch the break from above and from below in the same columns."""
        bottom = {cell.columns: cell for cell in self.above if cell.last_row == self.n_above - 1}
        return [(bottom[cell.columns], cell) for cell in self.below if cell.row == 0 and cell.columns in bottom]

    @property
    def labels_end(self) -> int:
        """The first column with numbers: those before it hold labels."""
        header = count_header_rows(self.above, self.n_above)
        return min(number_columns(self.above, header), default=1)

    def is_row_cut(self) -> bool:
        """The first row below is the rest of the last row above.

        No rule closes it and it has no label of its own; or, where a typesetter closes both parts with a rule, nothing stands in it but
        texts that go on in the middle of a sentence, and no other row of the table has texts in these columns alone.
        """
        touching = self.pairs()
        first = [cell for cell in self.below if cell.row == 0]
        if len(touching) != len(first):
            return False
        if not self.is_open:
            return self._goes_on(touching)
        label = next((cell for cell in sorted(first, key=lambda c: c.column) if cell.column_span == 1 or len(first) == 1), None)
        if self.is_open_on_both_sides:
            return True
        return label is not None and not label.text

    def _goes_on(self, touching: Sequence[tuple[PlacedCell, PlacedCell]]) -> bool:
        filled = [(above, below) for above, below in touching if below.text]
        columns = {below.column for _, below in filled}
        if not filled or 0 in columns or not all(_continues_text(above.text, below.text) for above, below in filled):
            return False
        header = count_header_rows(self.above, self.n_above)
        if len(filled) == 1:
            return not self._begins_so(filled[0], header)
        others = [*_filled_columns(self.above, header), *_filled_columns(self.below, 1)]
        return columns not in others

    def _begins_so(self, pair: tuple[PlacedCell, PlacedCell], header: int) -> bool:
        """Whether some cell of the column of a single text begins as its second part does: with a small letter, or as a number."""
        above, below = pair
        column = [c for c in self.above if c.columns == above.columns and c.row >= header]
        column += [c for c in self.below if c.columns == above.columns and c is not below]
        is_small = below.text[0].islower()
        return any(c.text[0].islower() if is_small else is_number(c.text) for c in column if c.text)

    def join(self) -> tuple[list[PlacedCell], int, list[Doubt]]:
        """Cells of both sides, the number of rows, and what is doubtful."""
        if self.is_row_cut():
            shift, glued = self.n_above - 1, self.pairs()
        else:
            labels_end = self.labels_end
            shift = self.n_above
            glued = [pair for pair in self.pairs() if _is_one_cell(*pair, labels_end) or self._text_is_below(*pair)]
        gone = {id(cell) for pair in glued for cell in pair}
        cells = [cell for cell in self.above if id(cell) not in gone]
        cells += [_glue(above, below, shift) for above, below in glued]
        cells += [replace(cell, row=cell.row + shift) for cell in self.below if id(cell) not in gone]
        n_rows = shift + max(cell.row + cell.row_span for cell in self.below)
        return sorted(cells, key=lambda c: (c.row, c.column)), n_rows, self._doubts(gone, shift)

    def _text_is_below(self, above: PlacedCell, below: PlacedCell) -> bool:
        """Whether a merged cell without text has it on the next page, where the typesetter centred it: in a column of words whose
        other merged cells all have one, or that has no others and stands before the numbers."""
        if above.row_span == 1 or above.text or not below.text or is_number(below.text):
            return False
        column = [cell for cell in (*self.above, *self.below) if cell.columns == above.columns and cell is not above]
        merged = [cell for cell in column if cell.row_span > 1 and cell is not below]
        is_rest = below.row_span > 1 or all(cell.last_row == 0 for cell in self.below)
        is_label = is_rest and below.column < self.labels_end
        return (
            (bool(merged) or is_label)
            and all(cell.text for cell in merged)
            and not any(is_number(cell.text) for cell in column)
        )

    def _doubts(self, gone: set[int], shift: int) -> list[Doubt]:
        doubts: list[Doubt] = []
        first = [cell for cell in self.below if cell.row == 0]
        for above, below in self.pairs():
            if id(below) in gone:
                continue
            placed = replace(below, row=below.row + shift)
            others = [cell for cell in first if cell is not below and id(cell) not in gone]
            if above.row_span > 1 and not below.text and above.text and not is_number(above.text):
                doubts.append(
                    Doubt(
                        "cell_may_be_cut",
                        placed,
                        f"an empty cell at the top of a page stands under the merged cell {above.text[:40]!r} of the page before: "
                        "expected a rule or a text that tells whether it goes on, found neither",
                        "it is read as a blank of its own: compare with the page",
                    )
                )
            elif above.row_span > 1 and not above.text and below.text and not is_number(below.text):
                doubts.append(
                    Doubt(
                        "cell_may_be_cut",
                        placed,
                        f"the text {below.text[:40]!r} at the top of a page stands under an empty merged cell of the page before, "
                        "expected a rule or other merged cells in the column that tell whether it is that cell's, found neither",
                        "the empty cell is read as a blank of its own: compare with the page",
                    )
                )
            elif _continues_text(above.text, below.text) and others and not any(cell.text for cell in others):
                doubts.append(
                    Doubt(
                        "row_may_be_cut",
                        placed,
                        f"the row has only the text {below.text[:40]!r}, which seems to go on from the page before",
                        "it is read as a row of its own: compare with the page",
                    )
                )
        return doubts


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
    joint = _Joint(tuple(upper), tuple(lower), above.n_rows, above.is_open or open_top, above.is_open and open_top)
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
    is_cut = len(first) == 1 and first[0].column_span == 1 and _continues_text(last.get(first[0].columns, ""), first[0].text)
    joint = _Joint(tuple(upper), tuple(lower), above.n_rows, is_cut, is_cut)
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

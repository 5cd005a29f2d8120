"""The cells on both sides of one page break: which go on over it, and what could be read in two ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractors.pdf.cells import PlacedCell, count_header_rows, is_number, number_columns

_ENDS_TEXT = (".", ":", "!", "?")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something at a page break that could be read in two ways: the cell it is about, and why."""

    code: str
    cell: PlacedCell
    message: str
    hint: str


def continues_text(before: str, after: str) -> bool:
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
        return continues_text(above.text, below.text)
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
class Joint:
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
        if not filled or 0 in columns or not all(continues_text(above.text, below.text) for above, below in filled):
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
            elif continues_text(above.text, below.text) and others and not any(cell.text for cell in others):
                doubts.append(
                    Doubt(
                        "row_may_be_cut",
                        placed,
                        f"the row has only the text {below.text[:40]!r}, which seems to go on from the page before",
                        "it is read as a row of its own: compare with the page",
                    )
                )
        return doubts

"""What a document of the corpus says and how it is to look, before a typesetter sets it. Lengths in mm, type in points."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Align = Literal["start", "center", "end"]
Ruling = Literal["full", "horizontal", "booktabs", "none"]
"""`full`: every border; `horizontal`: a line under every row; `booktabs`: three lines; `none`: no line at all."""
Half = Literal["development", "held_out"]
Producer = Literal["libreoffice", "reportlab", "weasyprint", "typst", "chromium"]

NOTICE = "Số liệu tổng hợp để kiểm thử (synthetic)"
"""Printed in every document, so that nobody takes a figure of the corpus for a published one."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell at the place where it begins; positions that it covers are left out of the rows.

    `note` is a footnote mark set raised behind the text: printed, not part of the truth. A line feed in `text` is a printed line
    break. `turned`: the text runs from bottom to top.
    """

    text: str
    columns: int = 1
    rows: int = 1
    bold: bool = False
    italic: bool = False
    align: Align = "start"
    note: str = ""
    turned: bool = False

    @property
    def truth(self) -> str:
        """NFC, white space folded."""
        return unicodedata.normalize("NFC", " ".join(self.text.split()))


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` list the cells that begin in each row, so that a spanned position is written once. `widths` in mm.

    `header_repeats`: the header stands again on every page the table reaches. `rows_may_break`: a page break may cut a row.
    `head_height` (mm) is the height of a header row with turned text. `lines_under` are rows (from 1) with a line below them, beside
    those that the ruling draws.
    """

    widths: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]
    header_rows: int = 1
    title: str = ""
    header_repeats: bool = False
    rows_may_break: bool = False
    ruling: Ruling = "full"
    points: float = 10.5
    padding: float = 1.0
    head_height: float | None = None
    keep: bool = False
    """Not cut by a page break."""

    def anchors(self) -> list[tuple[int, int, Cell]]:
        """Row and column (from 1) of each cell. Raises ValueError if the cells do not fill the grid exactly."""
        taken: set[tuple[int, int]] = set()
        found: list[tuple[int, int, Cell]] = []
        for row, cells in enumerate(self.rows, start=1):
            column = 1
            for cell in cells:
                while (row, column) in taken:
                    column += 1
                area = {(r, c) for r in range(row, row + cell.rows) for c in range(column, column + cell.columns)}
                if area & taken or column + cell.columns - 1 > len(self.widths):
                    raise ValueError(f"{self.title!r}, row {row}: cell {cell.text!r} does not fit at column {column}")
                taken |= area
                found.append((row, column, cell))
                column += cell.columns
        if len(taken) != len(self.rows) * len(self.widths):
            missing = sorted({(r + 1, c + 1) for r in range(len(self.rows)) for c in range(len(self.widths))} - taken)
            raise ValueError(f"{self.title!r}: expected a cell at {missing[:3]}, found none")
        return found


TextStyle = Literal["title", "subtitle", "heading", "body", "caption", "note", "right"]


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    style: TextStyle = "body"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Issuer and number on the left, the nation's name and the date on the right: two columns without lines, never a table."""

    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """Places it goes to on the left, the signatory on the right."""

    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BarChart:
    """A vector bar chart with grid lines and figures on the bars: never a table."""

    title: str
    labels: tuple[str, ...]
    values: tuple[float, ...]
    width: float = 150
    height: float = 60


@dataclass(frozen=True, slots=True)
class PageBreak:
    pass


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two tables beside each other on one page."""

    left: Table
    right: Table
    gap: float = 10


Block = Text | Table | Letterhead | Signature | BarChart | PageBreak | SideBySide


@dataclass(frozen=True, slots=True)
class Sheet:
    """Page and type of a document. `margins`: top, right, bottom, left."""

    font: str
    points: float = 12
    landscape: bool = False
    margins: tuple[float, float, float, float] = (20, 15, 20, 25)
    header: str = ""
    footer: str = ""
    watermark: str = ""
    normal_form: Literal["NFC", "NFD"] = "NFC"
    legacy: Literal["", "tcvn3", "vni"] = ""
    """Set with a font from before Unicode (ReportLab only); `font` then says whose glyphs it shows."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the corpus. `group` is its class letter; `blocks` in reading order."""

    id: str
    group: str
    half: Half
    producer: Producer
    sheet: Sheet
    blocks: tuple[Block, ...]
    after: tuple[str, ...] = field(default=())
    """What is done to the finished file: `rotate`, `encrypt_aes256`, `bad_xref`, …, see `finish.py`."""

    def tables(self) -> list[Table]:
        """In reading order; of two beside each other the left one first."""
        found: list[Table] = []
        for block in self.blocks:
            if isinstance(block, Table):
                found.append(block)
            elif isinstance(block, SideBySide):
                found += [block.left, block.right]
        return found

    def check_widths(self) -> None:
        """Raises ValueError if a table that begins at the left margin would run off the page."""
        room = (297 if self.sheet.landscape else 210) - self.sheet.margins[3] - 3
        for table in self.tables():
            if sum(table.widths) > room:
                raise ValueError(f"{self.id}, {table.title!r}: expected at most {room:g} mm, found {sum(table.widths):g} mm")


def row(*texts: str | Cell, bold: bool = False, italic: bool = False, align: Sequence[Align] = ()) -> tuple[Cell, ...]:
    """Cells of one row from texts; `align` by position, the last one for all that follow."""
    cells: list[Cell] = []
    for index, text in enumerate(texts):
        if isinstance(text, Cell):
            cells.append(text)
        else:
            chosen: Align = align[min(index, len(align) - 1)] if align else "start"
            cells.append(Cell(text, bold=bold, italic=italic, align=chosen))
    return tuple(cells)

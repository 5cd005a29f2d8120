"""Reads text in which tables are set by tabs, as it comes out of a word processor: `<i>`, `**` and `[bookmark: …]` are taken off.

A table is a run of lines with the same number of tabs; what follows a blank line with that number and without a header of its own is
its continuation, since such text breaks where the pages broke. Every other line is a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from extractors.encodings import DecodedText, decode_text
from extractors.headers import count_header_rows, is_figure
from extractors.records import Cell, DocumentError, Issue, Paragraph, Reading, Table
from extractors.text.fold import nfc
from extractors.text.raised import without_marks

MAX_CELLS = 1_000_000

_LINE_END = re.compile(r"\r\n|\r|\n")
_BOOKMARK = re.compile(r"\[bookmark:[^\]]*\]")
_TAG = re.compile(r"</?(?:i|b|u|em|strong|sub)\s*/?>|\*\*", re.IGNORECASE)
_RAISED = re.compile(r"<sup>(.*?)</sup>", re.IGNORECASE)


def clean(text: str) -> str:
    """The text without its marks of setting; NFC, white space folded."""
    bare = _TAG.sub("", _BOOKMARK.sub("", text))
    pieces = [(piece, index % 2 == 1) for index, piece in enumerate(_RAISED.split(bare))]
    return nfc(without_marks(pieces))


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines of one table: each its fields. `title`: the paragraph above, "" if a table stands above."""

    title: str
    rows: list[list[str]]


def _starts_with_figures(row: list[str]) -> bool:
    return any(is_figure(text) for text in row[1:])


def _header_spans(rows: list[list[str]]) -> dict[tuple[int, int], tuple[int, int]]:
    """Blank fields of a header belong to the text beside or above them: "Năm 2023" over "Chỉ số" and "Vị thứ".

    A text reaches over the blanks on its right below which the next header row has texts, and down over the blanks below it.
    """
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    taken: set[tuple[int, int]] = set()
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            if not text or (row, column) in taken:
                continue
            right = column + 1
            while row + 1 < len(rows) and right < len(texts) and not texts[right] and rows[row + 1][right]:
                right += 1
            below = row + 1
            while right == column + 1 and below < len(rows) and not rows[below][column]:
                below += 1
            spans[row, column] = (below - row, right - column)
            taken |= {(line, place) for line in range(row, below) for place in range(column, right)}
    return spans


def _table(block: _Block, number: int, text: DecodedText) -> Table:
    width = max(len(row) for row in block.rows)
    plain = tuple(
        Cell(row, column, value, source=text.source if value else "text")
        for row, values in enumerate(block.rows, start=1)
        for column, value in enumerate([*values, *[""] * (width - len(values))], start=1)
    )
    table = Table(number, len(block.rows), width, 0, plain, block.title)
    header_rows = count_header_rows(table)
    spans = _header_spans(block.rows[:header_rows]) if header_rows > 1 else {}
    covered = {
        (row + down, column + right)
        for (row, column), (height, wide) in spans.items()
        for down in range(height)
        for right in range(wide)
        if down or right
    }
    cells = tuple(
        replace(cell, row_span=spans[place][0], column_span=spans[place][1]) if place in spans else cell
        for cell in plain
        if (place := (cell.row - 1, cell.column - 1)) not in covered
    )
    return replace(table, cells=cells, header_rows=header_rows)


@dataclass(slots=True)
class _LineReader:
    """Goes through the lines once."""

    paragraphs: list[Paragraph] = field(default_factory=list[Paragraph])
    blocks: list[_Block] = field(default_factory=list[_Block])
    title: str = ""
    is_after_blank: bool = False
    is_after_table: bool = False

    def _row(self, fields: list[str]) -> None:
        last = self.blocks[-1].rows if self.blocks and self.is_after_table else None
        continues = (
            last is not None and len(last[-1]) == len(fields) and (not self.is_after_blank or _starts_with_figures(fields))
        )
        if last is not None and continues:
            last.append(fields)
        else:
            self.blocks.append(_Block("" if last is not None else self.title, [fields]))
        self.is_after_table, self.is_after_blank = True, False

    def read(self, lines: Iterator[str]) -> None:
        for line in lines:
            if "\t" in line and (fields := [clean(field) for field in line.split("\t")]) and any(fields):
                self._row(fields)
            elif text := clean(line):
                self.paragraphs.append(Paragraph(len(self.paragraphs) + 1, text))
                self.title = text
                self.is_after_table = self.is_after_blank = False
            else:
                self.is_after_blank = True


def _as_paragraph(block: _Block) -> str | None:
    """One line with a tab among prose is an indented line, not a table."""
    filled = [value for row in block.rows for value in row if value]
    return " ".join(filled) if len(block.rows) == 1 and not any(map(is_figure, filled)) else None


def read_text(data: bytes, sha256: str, document_id: str) -> Reading:
    """Paragraphs and tables, each numbered from 1. A table's `title` is the paragraph before it; "" after another table.

    Raises:
        DocumentError: `text_encoding`, `text_empty` or `text_too_large`.
    """
    text = decode_text(data, document_id, "text_encoding")
    reader = _LineReader()
    reader.read(iter(_LINE_END.split(text.text)))
    if not reader.blocks and not reader.paragraphs:
        raise DocumentError(
            Issue("text_empty", "error", document_id, "expected text, found none", "Give the file that holds the text.")
        )
    blocks = [block for block in reader.blocks if _as_paragraph(block) is None]
    stray = [said for block in reader.blocks if (said := _as_paragraph(block)) is not None]
    if sum(len(block.rows) * max(map(len, block.rows)) for block in blocks) > MAX_CELLS:
        message = f"expected at most {MAX_CELLS} cells in the tables of a text, found more"
        raise DocumentError(Issue("text_too_large", "error", document_id, message, "Split the file."))
    paragraphs = [*reader.paragraphs, *(Paragraph(len(reader.paragraphs) + n, said) for n, said in enumerate(stray, start=1))]
    return Reading(
        sha256=sha256,
        kind="txt",
        tables=tuple(_table(block, number, text) for number, block in enumerate(blocks, start=1)),
        paragraphs=tuple(paragraphs),
        issues=text.issues(document_id),
    )

"""How a sheet of a province looks: columns, formats, what is printed. Texts are written as texts, so that none is ever a formula."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from warehouse.workbooks.data import Row

Kind = Literal["text", "word", "whole", "number", "figure", "beside", "signed"]
"""`word`: a short text, set in the middle; `number`: with the decimals that it needs; `figure`: as its row prints it;
`beside`: what stands beside it, with as many, but at least two (84,6 of this year does not make 80,91 of last year 80,9); `signed`: the
same, a difference with its sign. A text in place of a number ("không so sánh được") is set in the middle."""

FONT = "Arial"
"""A font with every Vietnamese letter that Excel and LibreOffice both have or replace by one of the same widths."""

LEVEL_INDENT = 1
LEAST_DECIMALS = 2
LINE_HEIGHT = 13.0
TITLE_HEIGHT = 24.0
LETTERS_PER_WIDTH = 1.25
"""Letters of this font in a width of one: programs do not agree on heights of rows that they are left to find, so they are given."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its title, how its values are written, where in a row they stand, and its width in letters."""

    title: str
    value: Callable[[Row], Any]
    kind: Kind = "text"
    width: float = 10.0
    is_indented: bool = False


class Formats:
    """The formats of one workbook, each made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[Any, ...], Format] = {}

    def get(self, **properties: Any) -> Format:
        """A format of these properties, with the font of all."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format({"font_name": FONT, "font_size": 10, "valign": "top", **properties})
        return self._made[key]

    @property
    def title(self) -> Format:
        return self.get(bold=True, font_size=14)

    @property
    def header(self) -> Format:
        return self.get(
            bold=True, text_wrap=True, bg_color="#E7EBF0", border=1, border_color="#9AA5B1", align="center", valign="vcenter"
        )

    @property
    def note(self) -> Format:
        return self.get(italic=True, font_color="#4A5563")

    def cell(self, **properties: Any) -> Format:
        """A cell of a table."""
        return self.get(border=1, border_color="#C9D0D8", **{"text_wrap": True, **properties})

    def number(self, **properties: Any) -> Format:
        """A cell with a number. What keeps it from its neighbour stands in its format: LibreOffice drops the indent of some cells."""
        return self.cell(align="right", text_wrap=False, **properties)


def decimals_format(decimals: int, *, is_signed: bool = False) -> str:
    """`0.00_-`, or `+0.00_-;-0.00_-;0.00_-`: then room as wide as a minus; the language of Excel makes the point a comma."""
    plain = "0_-" if decimals <= 0 else f"0.{'0' * decimals}_-"
    return f"+{plain};-{plain};{plain}" if is_signed else plain


def write_value(
    sheet: Worksheet, row: int, column: int, value: Any, kind: Kind, decimals: int, formats: Formats, indent: int = 0
) -> None:
    """One cell: a number as a number, all else as text, never as a formula."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, formats.cell())
    elif isinstance(value, bool) or not isinstance(value, int | float):
        more = {"align": "center"} if kind != "text" else {"align": "left", "indent": indent} if indent else {}
        sheet.write_string(row, column, str(value), formats.cell(**more))
    elif kind == "whole":
        sheet.write_number(row, column, value, formats.cell(num_format="0", align="center"))
    elif kind == "number":
        sheet.write_number(row, column, value, formats.number(num_format="General_-"))
    else:
        shown = decimals if kind == "figure" else max(decimals, LEAST_DECIMALS)
        number_format = decimals_format(shown, is_signed=kind == "signed")
        sheet.write_number(row, column, value, formats.number(num_format=number_format))


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column of that width, broken at blanks."""
    room, lines, used = width * LETTERS_PER_WIDTH, 1, 0.0
    for word in text.split():
        if used and used + 1 + len(word) > room:
            lines, used = lines + 1, 0.0
        used += len(word) + (1 if used else 0)
        while used > room:
            lines, used = lines + 1, used - room
    return lines


def _height(columns: Sequence[Column], row: Row) -> float:
    lines = 1
    for column in columns:
        value = column.value(row)
        if isinstance(value, str):
            indent = LEVEL_INDENT * int(row.get("level") or 0) if column.is_indented else 0
            lines = max(lines, lines_of(value, column.width - 1.5 * indent))
    return LINE_HEIGHT * lines + 2


def write_table(sheet: Worksheet, top: int, columns: Sequence[Column], rows: Sequence[Row], formats: Formats) -> int:
    """A table with its header at row `top` (from 0): widths, frozen header, filter, header repeated on each page. The next free row.

    A column in which nothing stands is left out.
    """
    columns = [column for column in columns if any(column.value(row) not in (None, "") for row in rows)]
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width)
        sheet.write_string(top, number, column.title, formats.header)
    sheet.set_row(top, LINE_HEIGHT * max((lines_of(column.title, column.width * 0.8) for column in columns), default=1) + 4)
    for offset, row in enumerate(rows, start=1):
        decimals = int(row.get("decimals") or 2)
        sheet.set_row(top + offset, _height(columns, row))
        for number, column in enumerate(columns):
            indent = LEVEL_INDENT * int(row.get("level") or 0) if column.is_indented else 0
            write_value(sheet, top + offset, number, column.value(row), column.kind, decimals, formats, indent)
    if rows:
        sheet.autofilter(top, 0, top + len(rows), len(columns) - 1)
    sheet.freeze_panes(top + 1, 0)
    sheet.repeat_rows(top)
    return top + len(rows) + 1


def set_up_page(sheet: Worksheet, province: str, release_id: str, *, pages_wide: int = 1) -> None:
    """A4, landscape, numbered, with the name of the province and of the release on each. `pages_wide`: over how many pages a row goes,
    so that it can be read; from the second on the first three columns stand again."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(pages_wide, 0)
    if pages_wide > 1:
        sheet.repeat_columns(0, 2)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    name = province.replace("&", "&&")
    sheet.set_header(f'&L&"{FONT}"&9{name}&R&"{FONT}"&9cchc {release_id}')
    sheet.set_footer(f'&L&"{FONT}"&8CC BY 4.0 · nguồn của từng con số: cột cuối ở trang của mỗi chỉ số&R&"{FONT}"&9Trang &P/&N')


def sheet_name(text: str) -> str:
    """A name that a sheet may have: at most 31 letters, none of `[]:*?/\\`."""
    return "".join("-" if letter in "[]:*?/\\" else letter for letter in text)[:31]

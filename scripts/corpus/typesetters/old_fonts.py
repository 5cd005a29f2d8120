"""ReportLab again, for text from before Unicode: the page looks right, its signs are TCVN3 or VNI."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Spacer, TableStyle
from reportlab.platypus import Table as PlatypusTable

from scripts.corpus.legacy import Encoding, encode, font_file
from scripts.corpus.model import NOTICE, Cell, Document, Table, Text
from scripts.corpus.typesetters import reportlab_tables
from scripts.corpus.typesetters.fonts import FILES, FONTS
from scripts.corpus.typesetters.reportlab_tables import Setter, wrapped

_NAMES: dict[Encoding, tuple[str, str]] = {
    "tcvn3": (".VnTime", ".VnTime-Bold"),
    "tcvn3_capitals": (".VnTimeH", ".VnTimeH-Bold"),
    "vni": ("VNI-Times", "VNI-Times-Bold"),
}


@cache
def _register(family: str, encoding: Encoding, bold: bool) -> str:
    """Name of the face in ReportLab."""
    stem, faces = FILES[family]
    name = _NAMES[encoding][int(bold)]
    face = f"{family} {name}"
    pdfmetrics.registerFont(TTFont(face, str(font_file(FONTS / f"{stem}{faces[int(bold)]}.ttf", name, encoding))))
    return face


class Lines(Flowable):
    """Lines drawn sign by sign: a paragraph would take TCVN3's ư (U+00AD) for a soft hyphen."""

    def __init__(self, text: str, face: str, size: float, align: Literal["start", "center", "end"], note: str = "") -> None:
        super().__init__()
        self.text, self.face, self.size, self.align, self.note = text, face, size, align, note
        self.lines: list[str] = []

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803 (ReportLab's names)
        self.width = aW
        self.lines = wrapped(self.text, self.face, self.size, aW)
        self.height = len(self.lines) * self.size * 1.22
        return self.width, self.height

    def split(self, aW: float, aH: float) -> list[Any]:  # noqa: N803
        return []

    def draw(self) -> None:
        canvas = self.canv
        canvas.setFont(self.face, self.size)
        for number, line in enumerate(self.lines):
            y = self.height - (number * 1.22 + 0.95) * self.size
            left = {"start": 0.0, "center": 0.5, "end": 1.0}[self.align]
            x = (self.width - pdfmetrics.stringWidth(line, self.face, self.size)) * left
            canvas.drawString(x, y, line)
            if self.note and number == len(self.lines) - 1:
                canvas.setFont(self.face, self.size * 0.62)
                canvas.drawString(x + pdfmetrics.stringWidth(line, self.face, self.size), y + self.size * 0.4, self.note)


class OldSetter(Setter):
    """Every text in an old encoding; text in capitals in a font of capitals where there is one."""

    def __init__(self, document: Document, encoding: Encoding) -> None:
        super().__init__(document)
        self.encoding: Encoding = encoding

    def lines(
        self, text: str, size: float, align: Literal["start", "center", "end"], *, bold: int = False, note: str = ""
    ) -> Lines:
        encoding: Encoding = self.encoding
        if encoding == "tcvn3" and text == text.upper() and not text.isascii():
            encoding = "tcvn3_capitals"
        return Lines(encode(text, encoding), _register(self.sheet.font, encoding, bool(bold)), size, align, note)

    def cell(self, cell: Cell, table: Table) -> Flowable:
        return self.lines(cell.text, table.points, cell.align, bold=cell.bold, note=cell.note)

    def check_width(self, cell: Cell, table: Table, column: int) -> None:
        return None

    def notice(self) -> list[Flowable]:
        return [self.lines(NOTICE, 8, "end")]

    def pair(self, left: tuple[str, ...], right: tuple[str, ...]) -> Flowable:
        size = self.sheet.points
        sides = [[self.lines(line, size, "center", bold=bold) for line in side] for bold, side in enumerate((left, right))]
        return PlatypusTable([sides], colWidths=["50%", "50%"], style=TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP")]))

    def text(self, block: Text) -> list[Flowable]:
        size = self.sheet.points * {"title": 1.15, "note": 0.8}.get(block.style, 1.0)
        align = "start" if block.style in ("body", "note", "heading") else "end" if block.style == "right" else "center"
        bold = block.style in ("title", "heading")
        return [Spacer(1, 2 * mm), self.lines(block.text, size, align, bold=bold), Spacer(1, 1.5 * mm)]


def set_document(document: Document) -> bytes:
    if not document.sheet.legacy:
        return reportlab_tables.set_document(document)
    return reportlab_tables.build(document, OldSetter(document, document.sheet.legacy))

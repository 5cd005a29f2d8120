"""Blocks -> ReportLab platypus -> PDF."""

from __future__ import annotations

import io
import unicodedata
from functools import cache
from html import escape
from typing import Any, Literal

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    TableStyle,
)
from reportlab.platypus import PageBreak as NewPage
from reportlab.platypus import Table as PlatypusTable

from scripts.corpus.model import (
    NOTICE,
    BarChart,
    Block,
    Cell,
    Document,
    Letterhead,
    PageBreak,
    SideBySide,
    Signature,
    Table,
    Text,
)
from scripts.corpus.typesetters.fonts import FILES, FONTS

ALIGN = {"start": TA_LEFT, "center": TA_CENTER, "end": TA_RIGHT}


@cache
def register(font: str) -> str:
    """Registers the four faces of a family once; returns its name. Raises KeyError for a family that is not listed above."""
    stem, faces = FILES[font]
    names = [font + suffix for suffix in ("", " B", " I", " BI")]
    for name, face in zip(names, faces, strict=True):
        pdfmetrics.registerFont(TTFont(name, str(FONTS / f"{stem}{face}.ttf")))
    pdfmetrics.registerFontFamily(font, *names)
    return font


class TurnedText(Flowable):
    """Lines that run from bottom to top, centred in the height of their cell."""

    def __init__(self, lines: list[str], font: str, size: float, height: float) -> None:
        super().__init__()
        self.lines, self.font, self.size, self.height = lines, font, size, height
        self.width = len(lines) * size * 1.2

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803 (ReportLab's names)
        return self.width, self.height

    def draw(self) -> None:
        canvas: Any = self.canv
        canvas.saveState()
        canvas.rotate(90)
        canvas.setFont(self.font, self.size)
        for number, line in enumerate(self.lines):
            canvas.drawCentredString(self.height / 2, -(number * 1.2 + 0.95) * self.size, line)
        canvas.restoreState()


class Bars(Flowable):
    """A bar chart of vectors and figures."""

    def __init__(self, chart: BarChart, font: str) -> None:
        super().__init__()
        self.chart, self.font = chart, font

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803
        return self.chart.width * mm, self.chart.height * mm

    def draw(self) -> None:
        chart, canvas = self.chart, self.canv
        base, scale = 8.0, (chart.height - 12) / 100
        canvas.setLineWidth(0.4)
        canvas.setFont(self.font, 7)
        for level in range(0, 101, 20):
            y = (base + level * scale) * mm
            canvas.line(10 * mm, y, chart.width * mm, y)
            canvas.drawRightString(9 * mm, y - 2, str(level))
        step = (chart.width - 10) / len(chart.values)
        for index, (label, value) in enumerate(zip(chart.labels, chart.values, strict=True)):
            x = 10 + index * step + step * 0.2
            canvas.setFillColorRGB(0.3, 0.5, 0.73)
            canvas.rect(x * mm, base * mm, step * 0.6 * mm, value * scale * mm, fill=1)
            canvas.setFillColorRGB(0, 0, 0)
            canvas.drawCentredString((x + step * 0.3) * mm, (base + value * scale + 1) * mm, f"{value:.1f}".replace(".", ","))
            canvas.drawCentredString((x + step * 0.3) * mm, 4 * mm, label)


def wrapped(text: str, font: str, size: float, width: float) -> list[str]:
    """Lines of at most `width` points, cut at blanks."""
    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for word in part.split(" "):
            longer = f"{line} {word}".strip()
            if line and pdfmetrics.stringWidth(longer, font, size) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines


class Setter:
    """Sets the blocks of one document; holds its sheet."""

    def __init__(self, document: Document) -> None:
        self.sheet = document.sheet
        self.font = register(document.sheet.font)

    def normal(self, text: str) -> str:
        return unicodedata.normalize(self.sheet.normal_form, text)

    def style(self, points: float, align: Any, **options: Any) -> ParagraphStyle:
        return ParagraphStyle("corpus", fontName=self.font, fontSize=points, leading=points * 1.22, alignment=align, **options)

    def check_width(self, cell: Cell, table: Table, column: int) -> None:
        """Raises ValueError if a word is wider than its cell: ReportLab would cut it anywhere, even inside a number."""
        width = (sum(table.widths[column - 1 : column - 1 + cell.columns]) - 2.4) * mm
        font = self.font + (" B" if cell.bold else "")
        for word in self.normal(cell.text).split():
            if not cell.turned and pdfmetrics.stringWidth(word, font, table.points) > width:
                raise ValueError(
                    f"{table.title!r}, column {column}: expected words of at most {width:.0f} points, found {word!r}"
                )

    def cell(self, cell: Cell, table: Table) -> Flowable:
        text = escape(self.normal(cell.text)).replace("\n", "<br/>")
        if cell.turned and table.head_height:
            font = self.font + (" B" if cell.bold else "")
            height = (table.head_height - 2) * mm
            return TurnedText(wrapped(self.normal(cell.text), font, table.points, height), font, table.points, height)
        if cell.bold:
            text = f"<b>{text}</b>"
        if cell.italic:
            text = f"<i>{text}</i>"
        if cell.note:
            text += f'<super rise="{table.points * 0.4:g}" size="{table.points * 0.62:g}">{escape(cell.note)}</super>'
        return Paragraph(text, self.style(table.points, ALIGN[cell.align]))

    def table(self, table: Table, side: Literal["CENTER", "LEFT"] = "CENTER") -> Flowable:
        grid: list[list[Any]] = [[""] * len(table.widths) for _ in table.rows]
        commands: list[tuple[Any, ...]] = [
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (0, 0), (-1, -1), table.padding * mm * 0.8),
            ("BOTTOMPADDING", (0, 0), (-1, -1), table.padding * mm),
            ("LEFTPADDING", (0, 0), (-1, -1), 1.2 * mm),
            ("RIGHTPADDING", (0, 0), (-1, -1), 1.2 * mm),
        ]
        for row, column, cell in table.anchors():
            self.check_width(cell, table, column)
            grid[row - 1][column - 1] = self.cell(cell, table)
            if cell.turned:
                commands.append(("ALIGN", (column - 1, row - 1), (column - 1, row - 1), "CENTER"))
            if cell.rows > 1 or cell.columns > 1:
                commands.append(("SPAN", (column - 1, row - 1), (column + cell.columns - 2, row + cell.rows - 2)))
        lines = {
            "full": [("GRID", (0, 0), (-1, -1), 0.6, "black")],
            "horizontal": [("LINEABOVE", (0, 0), (-1, -1), 0.5, "black"), ("LINEBELOW", (0, 0), (-1, -1), 0.5, "black")],
            "booktabs": [
                ("LINEABOVE", (0, 0), (-1, 0), 1.1, "black"),
                ("LINEBELOW", (0, table.header_rows - 1), (-1, table.header_rows - 1), 0.5, "black"),
                ("LINEBELOW", (0, -1), (-1, -1), 1.1, "black"),
            ],
            "none": [],
        }[table.ruling]
        made = PlatypusTable(
            grid,
            colWidths=[width * mm for width in table.widths],
            repeatRows=table.header_rows if table.header_repeats else 0,
            splitInRow=int(table.rows_may_break),
            style=TableStyle([*commands, *lines]),
            hAlign=side,
        )
        return KeepTogether([made]) if table.keep and side == "CENTER" else made

    def pair(self, left: tuple[str, ...], right: tuple[str, ...]) -> Flowable:
        style = self.style(self.sheet.points, TA_CENTER)
        sides = [Paragraph(self.normal("<br/>".join(map(escape, left))), style)]
        sides.append(Paragraph(self.normal("<b>" + "<br/>".join(map(escape, right)) + "</b>"), style))
        return PlatypusTable([sides], colWidths=["50%", "50%"], style=TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP")]))

    def notice(self) -> list[Flowable]:
        return [Paragraph(self.normal(NOTICE), self.style(8, TA_RIGHT))]

    def text(self, block: Text) -> list[Flowable]:
        text, size = self.normal(escape(block.text).replace("\n", "<br/>")), self.sheet.points
        match block.style:
            case "title":
                return [Paragraph(f"<b>{text}</b>", self.style(size * 1.15, TA_CENTER, spaceBefore=8, spaceAfter=3))]
            case "subtitle" | "caption":
                return [
                    CondPageBreak(45 * mm),
                    Paragraph(f"<i>{text}</i>", self.style(size, TA_CENTER, spaceBefore=5, spaceAfter=6)),
                ]
            case "heading":
                return [
                    CondPageBreak(25 * mm),
                    Paragraph(f"<b>{text}</b>", self.style(size, TA_LEFT, spaceBefore=9, spaceAfter=5)),
                ]
            case "note":
                return [Paragraph(text, self.style(size * 0.8, TA_LEFT, spaceBefore=4))]
            case "right":
                return [Paragraph(f"<i>{text}</i>", self.style(size, TA_RIGHT, spaceBefore=3))]
            case "body":
                return [Paragraph(text, self.style(size, TA_JUSTIFY, firstLineIndent=10 * mm, spaceBefore=5, spaceAfter=3))]

    def block(self, block: Block) -> list[Flowable]:
        match block:
            case Text():
                return self.text(block)
            case Table():
                return [self.table(block), Spacer(1, 2 * mm)]
            case SideBySide():
                widths = [sum(block.left.widths) * mm, block.gap * mm, sum(block.right.widths) * mm]
                zero = [
                    ("LEFTPADDING", (0, 0), (-1, -1), 0),
                    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ]
                cells = [[self.table(block.left, "LEFT"), "", self.table(block.right, "LEFT")]]
                return [PlatypusTable(cells, colWidths=widths, style=TableStyle(zero))]
            case Letterhead() | Signature():
                return [CondPageBreak(30 * mm), self.pair(block.left, block.right), Spacer(1, 4 * mm)]
            case BarChart():
                caption = Paragraph(self.normal(f"<i>{escape(block.title)}</i>"), self.style(self.sheet.points, TA_CENTER))
                return [KeepTogether([Bars(block, self.font), caption])]
            case PageBreak():
                return [NewPage()]

    def on_page(self, canvas: Any, _template: object) -> None:
        width, height = canvas._pagesize
        sheet = self.sheet
        canvas.saveState()
        if sheet.watermark:
            canvas.saveState()
            canvas.translate(width / 2, height / 2)
            canvas.rotate(45)
            canvas.setFont(self.font, 58)
            canvas.setFillGray(0.87)
            canvas.drawCentredString(0, 0, self.normal(sheet.watermark))
            canvas.restoreState()
        canvas.setFont(self.font, 8.5)
        if sheet.header:
            canvas.drawCentredString(width / 2, height - 12 * mm, self.normal(sheet.header))
        if sheet.footer:
            canvas.drawCentredString(width / 2, 10 * mm, self.normal(f"{sheet.footer} {canvas.getPageNumber()}"))
        canvas.restoreState()


def set_document(document: Document) -> bytes:
    return build(document, Setter(document))


def build(document: Document, setter: Setter) -> bytes:
    """Lays the blocks out on pages."""
    sheet = document.sheet
    width, height = (297 * mm, 210 * mm) if sheet.landscape else (210 * mm, 297 * mm)
    top, right, bottom, left = (side * mm for side in sheet.margins)
    out = io.BytesIO()
    template = BaseDocTemplate(out, pagesize=(width, height), title=f"{document.id} ({NOTICE})", author="", invariant=1)
    frame = Frame(
        left, bottom, width - left - right, height - top - bottom, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0
    )
    template.addPageTemplates([PageTemplate(frames=[frame], onPage=setter.on_page)])
    template.build([*setter.notice(), *(flowable for block in document.blocks for flowable in setter.block(block))])
    return out.getvalue()

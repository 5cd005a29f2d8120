"""Blocks -> Typst markup -> PDF by the `typst` wheel."""

from __future__ import annotations

import tempfile
import unicodedata
from pathlib import Path

import typst

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

FONT_FOLDERS = ("/usr/share/fonts/truetype",)


def quoted(text: str) -> str:
    """A Typst string; a line feed becomes a printed line break."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _cell(cell: Cell) -> str:
    text = f"#{quoted(cell.text)}"
    if cell.bold:
        text = f"#strong[{text}]"
    if cell.italic:
        text = f"#emph[{text}]"
    if cell.note:
        text += f"#super(typographic: false, baseline: -0.45em, size: 0.62em)[#{quoted(cell.note)}]"
    if cell.turned:
        text = f"#rotate(-90deg, reflow: true)[{text}]"
    options = f"align: {cell.align} + horizon"
    options += f", colspan: {cell.columns}" if cell.columns > 1 else ""
    options += f", rowspan: {cell.rows}" if cell.rows > 1 else ""
    return f"table.cell({options})[{text}]"


def _lines(table: Table) -> list[str]:
    if table.ruling != "booktabs":
        return []
    end = len(table.rows)
    return [
        "table.hline(y: 0, stroke: 1pt)",
        f"table.hline(y: {table.header_rows}, stroke: 0.5pt)",
        f"table.hline(y: {end}, stroke: 1pt)",
    ]


def _table(table: Table) -> str:
    columns = ", ".join(f"{width:g}mm" for width in table.widths)
    heights = [
        f"{table.head_height:g}mm" if table.head_height and any(cell.turned for cell in cells) else "auto"
        for cells in table.rows
    ]
    stroke = {"full": "0.5pt", "horizontal": "(x, y) => (top: 0.5pt, bottom: 0.5pt)", "booktabs": "none", "none": "none"}
    head = ",\n".join(_cell(cell) for cells in table.rows[: table.header_rows] for cell in cells)
    body = ",\n".join(_cell(cell) for cells in table.rows[table.header_rows :] for cell in cells)
    if table.header_repeats:
        head = f"table.header({head})"
    lines = "".join(f"{line},\n" for line in _lines(table))
    markup = (
        f"table(columns: ({columns},), rows: ({', '.join(heights)},), stroke: {stroke[table.ruling]}, "
        f"inset: (x: 1.2mm, y: {table.padding + 0.4:g}mm),\n{lines}{head},\n{body})"
    )
    breakable = str(not table.keep).lower()
    # Rows that stay whole: the cells' content is one unbreakable block.
    whole = "" if table.rows_may_break else "#show table.cell: set block(breakable: false)\n"
    text = f"#set text(size: {table.points:g}pt)\n#set par(justify: false, leading: 0.5em)"
    return f"[\n{whole}{text}\n#block(breakable: {breakable}, {markup})\n]"


def _text(block: Text) -> str:
    text = f"#{quoted(block.text)}"
    match block.style:
        case "title":
            return f"#align(center)[#text(size: 1.15em)[#strong[{text}]]]"
        case "subtitle" | "caption":
            return f"#block(sticky: true, width: 100%)[#align(center)[#emph[{text}]]]"
        case "heading":
            return f"#block(sticky: true)[#strong[{text}]]"
        case "note":
            return f"#text(size: 0.8em)[{text}]"
        case "right":
            return f"#block(sticky: true, width: 100%)[#align(right)[#emph[{text}]]]"
        case "body":
            return f"#par(justify: true, first-line-indent: (amount: 10mm, all: true))[{text}]"


def _pair(left: tuple[str, ...], right: tuple[str, ...]) -> str:
    sides = [f"align(center)[#{quoted(chr(10).join(side))}]" for side in (left, right)]
    return f'#grid(columns: (1fr, 1fr), {sides[0]}, [#set text(weight: "bold")\n#{sides[1]}])'


def _chart(chart: BarChart) -> str:
    bottom = chart.height - 8
    scale = (bottom - 4) / 100
    step = (chart.width - 10) / len(chart.values)
    parts = [
        f"#place(dx: 10mm, dy: {bottom - level * scale:g}mm, line(length: {chart.width - 10:g}mm, stroke: 0.3pt + gray))"
        f"#place(dx: 3mm, dy: {bottom - level * scale - 1.5:g}mm, text(size: 7pt)[{level}])"
        for level in range(0, 101, 20)
    ]
    for index, (label, value) in enumerate(zip(chart.labels, chart.values, strict=True)):
        x = 10 + index * step + step * 0.2
        y = bottom - value * scale
        figure = f"{value:.1f}".replace(".", ",")
        parts.append(
            f'#place(dx: {x:g}mm, dy: {y:g}mm, rect(width: {step * 0.6:g}mm, height: {value * scale:g}mm, fill: rgb("#4a7ebb"), '
            f"stroke: 0.3pt))#place(dx: {x:g}mm, dy: {y - 3:g}mm, text(size: 7pt)[{figure}])"
            f"#place(dx: {x:g}mm, dy: {bottom + 1:g}mm, text(size: 7pt)[#{quoted(label)}])"
        )
    block = f"#block(width: {chart.width:g}mm, height: {chart.height:g}mm, breakable: false)[{''.join(parts)}]"
    return f"{block}\n#align(center)[#emph[#{quoted(chart.title)}]]"


def _block(block: Block) -> str:
    match block:
        case Text():
            return _text(block)
        case Table():
            return f"#align(center, {_table(block)})"
        case SideBySide():
            return f"#grid(columns: 2, column-gutter: {block.gap:g}mm, {_table(block.left)}, {_table(block.right)})"
        case Letterhead() | Signature():
            return _pair(block.left, block.right)
        case BarChart():
            return _chart(block)
        case PageBreak():
            return "#pagebreak()"


def markup(document: Document) -> str:
    """The whole document."""
    sheet = document.sheet
    top, right, bottom, left = sheet.margins
    width, height = ("297mm", "210mm") if sheet.landscape else ("210mm", "297mm")
    header = f"align(center, text(size: 8.5pt)[#{quoted(sheet.header)}])" if sheet.header else "none"
    footer = (
        f"context align(center, text(size: 8.5pt)[#{quoted(sheet.footer)} #counter(page).display()])"
        if sheet.footer
        else "none"
    )
    mark = (
        f"place(center + horizon, rotate(-45deg, text(size: 58pt, fill: luma(220))[#{quoted(sheet.watermark)}]))"
        if sheet.watermark
        else "none"
    )
    body = "\n\n".join(_block(block) for block in document.blocks)
    text = f"""#set document(title: {quoted(f"{document.id} ({NOTICE})")}, date: none)
#set page(width: {width}, height: {height}, margin: (top: {top}mm, right: {right}mm, bottom: {bottom}mm, left: {left}mm),
  header: {header}, footer: {footer}, background: {mark})
#set text(font: "{sheet.font}", size: {sheet.points:g}pt, lang: "vi", hyphenate: false)
#align(right, text(size: 8pt)[{NOTICE}])

{body}
"""
    return unicodedata.normalize(sheet.normal_form, text)


def set_document(document: Document) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "document.typ")
        source.write_text(markup(document), encoding="utf-8")
        return typst.compile(str(source), font_paths=list(FONT_FOLDERS), pdf_tags=False)

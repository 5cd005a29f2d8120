"""Blocks -> HTML -> PDF by WeasyPrint or by Chromium."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import unicodedata
from html import escape
from pathlib import Path
from typing import cast

import weasyprint

from scripts.corpus.legacy import encode, font_file
from scripts.corpus.model import (
    NOTICE,
    BarChart,
    Block,
    Cell,
    Document,
    Letterhead,
    PageBreak,
    Sheet,
    SideBySide,
    Signature,
    Table,
    Text,
)
from scripts.corpus.typesetters.errors import TypesettingError
from scripts.corpus.typesetters.fonts import FILES, FONTS

_STYLES = {
    "title": "text-align:center;font-weight:bold;font-size:1.15em;margin:4mm 0 1mm",
    "subtitle": "text-align:center;font-style:italic;margin:0 0 4mm",
    "heading": "font-weight:bold;margin:4mm 0 2mm;break-after:avoid",
    "body": "text-align:justify;text-indent:10mm;margin:2mm 0 1mm;line-height:1.35",
    "caption": "text-align:center;font-style:italic;margin:3mm 0 1.5mm;break-after:avoid",
    "note": "font-size:0.8em;margin:1.5mm 0",
    "right": "text-align:right;font-style:italic;margin:1mm 0;break-after:avoid",
}


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.split("\n"))


def _cell(cell: Cell, table: Table, row: int, tag: str) -> str:
    spans = (f' colspan="{cell.columns}"' if cell.columns > 1 else "") + (f' rowspan="{cell.rows}"' if cell.rows > 1 else "")
    style = f"text-align:{cell.align};"
    style += "font-weight:bold;" if cell.bold else "font-weight:normal;"
    style += "font-style:italic;" if cell.italic else ""
    mark = f"<sup>{escape(cell.note)}</sup>" if cell.note else ""
    inner = _lines(cell.text) + mark
    if cell.turned and table.head_height:
        style += f"height:{table.head_height:g}mm;padding:0;"
        inner = f'<div style="width:{table.head_height - 2:g}mm">{inner}</div>'
        inner = f'<div class="turned" style="height:{table.head_height:g}mm">{inner}</div>'
    if table.ruling == "booktabs" and row + cell.rows - 1 == table.header_rows:
        style += "border-bottom:0.5pt solid black;"
    return f'<{tag}{spans} style="{style}">{inner}</{tag}>'


def _table(table: Table) -> str:
    columns = "".join(f'<col style="width:{width:g}mm">' for width in table.widths)
    parts: list[str] = []
    for number, cells in enumerate(table.rows, start=1):
        tag = "th" if number <= table.header_rows else "td"
        parts.append("<tr>" + "".join(_cell(cell, table, number, tag) for cell in cells) + "</tr>")
    head, body = "".join(parts[: table.header_rows]), "".join(parts[table.header_rows :])
    group = "thead" if table.header_repeats else "tbody"
    style = f"width:{sum(table.widths):g}mm;font-size:{table.points:g}pt;--pad:{table.padding:g}mm;"
    style += "break-inside:avoid;" if table.keep else ""
    classes = f"{table.ruling} {'breaks' if table.rows_may_break else 'whole'}"
    head = f"<{group}>{head}</{group}>"
    return f'<table class="{classes}" style="{style}"><colgroup>{columns}</colgroup>{head}<tbody>{body}</tbody></table>'


def _chart(chart: BarChart) -> str:
    """SVG in user units of 1 mm."""
    top, left, bottom = 4.0, 10.0, chart.height - 8
    scale = (bottom - top) / 100
    parts = [
        f'<svg viewBox="0 0 {chart.width:g} {chart.height:g}" style="width:{chart.width:g}mm;height:{chart.height:g}mm;'
        'display:block;margin:2mm auto">'
    ]
    for level in range(0, 101, 20):
        y = bottom - level * scale
        parts.append(f'<path d="M{left} {y:g}H{chart.width:g}" stroke="#999" stroke-width="0.2"/>')
        parts.append(f'<text x="{left - 1}" y="{y + 1:g}" font-size="3" text-anchor="end">{level}</text>')
    step = (chart.width - left) / len(chart.values)
    for index, (label, value) in enumerate(zip(chart.labels, chart.values, strict=True)):
        x = left + index * step + step * 0.2
        figure = f"{value:.1f}".replace(".", ",")
        parts.append(
            f'<rect x="{x:g}" y="{bottom - value * scale:g}" width="{step * 0.6:g}" height="{value * scale:g}" '
            'fill="#4a7ebb" stroke="black" stroke-width="0.2"/>'
            f'<text x="{x + step * 0.3:g}" y="{bottom - value * scale - 1:g}" font-size="3" text-anchor="middle">'
            f"{figure}</text>"
            f'<text x="{x + step * 0.3:g}" y="{bottom + 4:g}" font-size="3" text-anchor="middle">{escape(label)}</text>'
        )
    return "".join([*parts, "</svg>", f'<p style="{_STYLES["caption"]}">{escape(chart.title)}</p>'])


def _pair(left: tuple[str, ...], right: tuple[str, ...]) -> str:
    return (
        f'<div class="pair"><div>{"<br>".join(map(escape, left))}</div>'
        f'<div style="font-weight:bold">{"<br>".join(map(escape, right))}</div></div>'
    )


def _block(block: Block) -> str:
    match block:
        case Text():
            return f'<p style="{_STYLES[block.style]}">{_lines(block.text)}</p>'
        case Table():
            return _table(block)
        case SideBySide():
            gap = f'<div style="width:{block.gap:g}mm"></div>'
            return f'<div class="beside">{_table(block.left)}{gap}{_table(block.right)}</div>'
        case Letterhead() | Signature():
            return _pair(block.left, block.right)
        case BarChart():
            return _chart(block)
        case PageBreak():
            return '<div style="break-before:page"></div>'


def html(document: Document) -> str:
    """The whole document. Running header, footer and watermark stand on every page."""
    sheet = document.sheet
    top, right, bottom, left = sheet.margins
    size = "297mm 210mm" if sheet.landscape else "210mm 297mm"
    boxes = ""
    if sheet.header:
        boxes += f'@top-center {{ content: "{sheet.header}"; font-size: 8.5pt; font-family: "{sheet.font}"; }}'
    if sheet.footer:
        boxes += (
            f'@bottom-center {{ content: "{sheet.footer} " counter(page); font-size: 8.5pt; font-family: "{sheet.font}"; }}'
        )
    mark = f'<div class="watermark">{escape(sheet.watermark)}</div>' if sheet.watermark else ""
    body = f'<p class="notice">{NOTICE}</p>' + "".join(map(_block, document.blocks))
    page = f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{document.id} ({NOTICE})</title><style>
@page {{ size: {size}; margin: {top}mm {right}mm {bottom}mm {left}mm; {boxes} }}
body {{ font-family: "{sheet.font}"; font-size: {sheet.points:g}pt; margin: 0; hyphens: manual; }}
.notice {{ font-size: 8pt; text-align: right; margin: 0 0 2mm; }}
table {{ border-collapse: collapse; table-layout: fixed; margin: 1.5mm auto; line-height: 1.2; }}
th, td {{ padding: var(--pad) 1.2mm; vertical-align: middle; overflow-wrap: normal; }}
table.full th, table.full td {{ border: 0.6pt solid black; }}
table.horizontal th, table.horizontal td {{ border-top: 0.6pt solid black; border-bottom: 0.6pt solid black; }}
table.booktabs {{ border-top: 1.1pt solid black; border-bottom: 1.1pt solid black; }}
table.whole tr {{ break-inside: avoid; }}
sup {{ font-size: 62%; line-height: 0; }}
.turned {{ position: relative; }}
.turned > div {{ position: absolute; left: 50%; top: 50%; transform: translate(-50%, -50%) rotate(-90deg); }}
.pair, .beside {{ display: flex; break-inside: avoid; align-items: flex-start; }}
.pair > div {{ flex: 1; text-align: center; font-size: 0.95em; margin: 1mm 0 4mm; }}
.beside > table {{ margin: 1.5mm 0; flex: none; }}
.watermark {{ position: fixed; left: 10%; top: 40%; width: 80%; text-align: center; transform: rotate(-45deg);
  font-size: 58pt; color: #dddddd; z-index: -1; }}
</style></head><body>{mark}{body}</body></html>"""
    return unicodedata.normalize(sheet.normal_form, page) if not sheet.legacy else _in_old_font(page, sheet)


def _in_old_font(page: str, sheet: Sheet) -> str:
    """The page as it was typed before Unicode. Markup is ASCII, which no old encoding touches."""
    if sheet.legacy != "vni":
        raise ValueError("a browser drops the soft hyphen that is TCVN3's ư: let ReportLab set the document")
    faces = ""
    for weight, face in (("normal", 0), ("bold", 1)):
        stem, files = FILES[sheet.font]
        file = font_file(FONTS / f"{stem}{files[face]}.ttf", ("VNI-Helve", "VNI-Helve-Bold")[face], "vni")
        faces += f'@font-face {{ font-family: "old"; font-weight: {weight}; src: url("{file.as_uri()}"); }}\n'
    typed = encode(page, "vni").replace(f'font-family: "{sheet.font}"', 'font-family: "old"')
    return typed.replace("<style>", f"<style>{faces}", 1)


def set_with_weasyprint(document: Document) -> bytes:
    return cast(bytes, weasyprint.HTML(string=html(document)).write_pdf())


def set_with_chromium(document: Document) -> bytes:
    """Raises TypesettingError if Chromium is not installed or prints nothing."""
    browser = shutil.which("chromium")
    if browser is None:
        raise TypesettingError("Chromium was not found: install chromium to set the corpus anew")
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder, "document.html"), Path(folder, "document.pdf")
        source.write_text(html(document), encoding="utf-8")
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--disable-pdf-tagging"]
        command.append(f"--user-data-dir={folder}/profile")
        run = subprocess.run(
            [*command, f"--print-to-pdf={made}", source.as_uri()], capture_output=True, text=True, timeout=120, check=False
        )
        if not made.exists():
            raise TypesettingError(f"Chromium printed no PDF for {document.id}: {run.stderr.strip()[-300:]}")
        return made.read_bytes()

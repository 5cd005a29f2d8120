"""Sets ruled tables and prose as PDF: blocks -> flat OpenDocument text -> LibreOffice (headless) -> PDF with embedded fonts.

Flat OpenDocument is used because it says exactly what a table is: column widths, cells that span rows and columns, page breaks.
Nothing here knows of an index; the modules beside it hold the figures.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

DOCUMENTS = Path(__file__).resolve().parents[2] / "extractors" / "documents"
# Has every Vietnamese letter; a font without them is patched letter by letter from another one.
FONT = "DejaVu Serif Condensed"

Style = Literal[
    "title",
    "subtitle",
    "h1",
    "h2",
    "h3",
    "body",
    "item",
    "claims",
    "note",
    "caption",
    "notice",
    "notice_head",
    "notice_foot",
    "space",
]


@dataclass(frozen=True, slots=True)
class TextCell:
    """A cell at the place where it begins; positions that it covers are left out of the rows below and beside it."""

    text: str
    columns: int = 1
    rows: int = 1
    bold: bool = False
    italic: bool = False
    align: Literal["start", "center"] = "start"


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A table with every border drawn. `rows` list the cells that begin in each row; `widths` and `padding` in mm.

    `on_new_page`: the table begins at the top of a page, whether or not there was room (how a cut table goes on).
    """

    widths: tuple[float, ...]
    rows: tuple[tuple[TextCell, ...], ...]
    points: float = 10.5
    padding: float = 1.1
    on_new_page: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. `space_before` in mm replaces the style's own."""

    text: str
    style: Style = "body"
    on_new_page: bool = False
    space_before: float | None = None


Block = Text | RuledTable


@dataclass(frozen=True, slots=True)
class Page:
    """Page geometry in mm, and the footer that stands on every page, followed by the page number."""

    footer: str
    title: str
    landscape: bool = False
    margins: tuple[float, float, float, float] = (18, 15, 15, 30)
    """top, right, bottom, left"""


class TypesettingError(RuntimeError):
    """LibreOffice is missing or gave no PDF; the message says what to do."""


_PARAGRAPHS: dict[Style, str] = {
    # style: paragraph properties | text properties
    "title": 'fo:text-align="center" fo:margin-top="4mm" fo:margin-bottom="2mm"|fo:font-size="14pt" fo:font-weight="bold"',
    "subtitle": 'fo:text-align="center" fo:margin-bottom="4mm"|fo:font-size="10.5pt" fo:font-style="italic"',
    "h1": 'fo:margin-top="5mm" fo:margin-bottom="2mm" fo:keep-with-next="always"|fo:font-size="12.5pt" fo:font-weight="bold"',
    "h2": 'fo:margin-top="4mm" fo:margin-bottom="2mm" fo:keep-with-next="always"|fo:font-size="11.5pt" fo:font-weight="bold"',
    "h3": 'fo:margin-top="4mm" fo:margin-bottom="2mm" fo:keep-with-next="always"|'
    'fo:font-size="11.5pt" fo:font-weight="bold" fo:font-style="italic"',
    "body": 'fo:text-align="justify" fo:margin-top="2mm" fo:margin-bottom="1mm" fo:text-indent="10mm" fo:line-height="125%"|'
    'fo:font-size="12pt"',
    "claims": 'fo:text-align="justify" fo:margin-top="2mm" fo:margin-bottom="1mm" fo:text-indent="10mm" '
    'fo:keep-together="always" fo:line-height="125%"|fo:font-size="12pt"',
    "item": 'fo:text-align="justify" fo:margin-left="15mm" fo:text-indent="-5mm" fo:margin-top="0.5mm" fo:line-height="120%"|'
    'fo:font-size="12pt"',
    "note": 'fo:text-align="justify" fo:margin-top="2mm" fo:margin-bottom="2mm"|fo:font-size="10pt" fo:font-style="italic"',
    "caption": 'fo:text-align="center" fo:margin-top="3mm" fo:margin-bottom="1mm"|fo:font-size="10.5pt" fo:font-style="italic"',
    "notice_head": 'fo:text-align="center" fo:border-top="2pt solid #000000" fo:padding-top="2mm" fo:margin-top="3mm" '
    'fo:keep-with-next="always" style:join-border="false"|fo:font-size="12pt" fo:font-weight="bold"',
    "notice": 'fo:text-align="justify" fo:margin-top="1.5mm" fo:margin-bottom="1mm"|fo:font-size="10.5pt"',
    "notice_foot": 'fo:border-bottom="2pt solid #000000" fo:margin-bottom="4mm"|fo:font-size="3pt"',
    "space": 'fo:margin-top="0mm"|fo:font-size="4pt"',
}

_NAMESPACES = (
    " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (
            ("office", "office"),
            ("style", "style"),
            ("text", "text"),
            ("table", "table"),
            ("fo", "xsl-fo-compatible"),
            ("svg", "svg-compatible"),
        )
    )
    + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def _xml(text: str) -> str:
    return escape(unicodedata.normalize("NFC", text))


def _paragraph_style(name: str, properties: str, parent: str | None = None) -> str:
    paragraph, _, text = properties.partition("|")
    inherits = f' style:parent-style-name="{parent}"' if parent else ""
    run = f"<style:text-properties {text}/>" if text else ""
    return (
        f'<style:style style:name="{name}" style:family="paragraph"{inherits}>'
        f"<style:paragraph-properties {paragraph}/>{run}</style:style>"
    )


def _text(block: Text, number: int) -> tuple[str, str]:
    """Automatic style (if the paragraph needs one) and body of a paragraph."""
    own: list[str] = []
    if block.on_new_page:
        own.append('fo:break-before="page"')
    if block.space_before is not None:
        own.append(f'fo:margin-top="{block.space_before:g}mm"')
    name = f"P{number}" if own else block.style
    style = _paragraph_style(name, " ".join(own), block.style) if own else ""
    return style, f'<text:p text:style-name="{name}">{_xml(block.text)}</text:p>'


def _cell(cell: TextCell, table_name: str, points: str) -> str:
    face = ("b" if cell.bold else "") + ("i" if cell.italic else "") or "r"
    span = f' table:number-columns-spanned="{cell.columns}"' if cell.columns > 1 else ""
    span += f' table:number-rows-spanned="{cell.rows}"' if cell.rows > 1 else ""
    paragraph = f'<text:p text:style-name="T{points}{cell.align[0]}{face}">{_xml(cell.text)}</text:p>'
    return f'<table:table-cell table:style-name="{table_name}.cell" office:value-type="string"{span}>{paragraph}</table:table-cell>'


def _table_rows(table: RuledTable, name: str, points: str) -> Iterable[str]:
    open_below = [0] * len(table.widths)
    for number, row in enumerate(table.rows, start=1):
        cells = iter(row)
        parts: list[str] = []
        column = 0
        while column < len(table.widths):
            if open_below[column]:
                open_below[column] -= 1
                parts.append("<table:covered-table-cell/>")
                column += 1
                continue
            cell = next(cells, None)
            if cell is None:
                raise ValueError(f"row {number}: expected a cell for column {column + 1} of {len(table.widths)}, found none")
            parts.append(_cell(cell, name, points))
            parts.extend("<table:covered-table-cell/>" for _ in range(cell.columns - 1))
            for covered in range(column, column + cell.columns):
                open_below[covered] = cell.rows - 1
            column += cell.columns
        if (left := next(cells, None)) is not None:
            raise ValueError(f"row {number}: one cell too many, {left.text!r}")
        yield f'<table:table-row table:style-name="whole">{"".join(parts)}</table:table-row>'
    if any(open_below):
        raise ValueError(f"a cell spans {max(open_below)} row(s) more than the table has")


def _table(table: RuledTable, number: int) -> tuple[str, str]:
    """Automatic styles and body of a table."""
    points = f"{table.points:g}".replace(".", "_")
    breaks = ' fo:break-before="page"' if table.on_new_page else ""
    styles = (
        f'<style:style style:name="Tab{number}" style:family="table"><style:table-properties style:width="{sum(table.widths):g}mm" '
        f'table:align="center" table:border-model="collapsing" fo:margin-top="1mm" fo:margin-bottom="1mm" '
        f'style:may-break-between-rows="false"{breaks}/></style:style>'
    )
    styles += (
        f'<style:style style:name="Tab{number}.cell" style:family="table-cell"><style:table-cell-properties '
        f'fo:border="0.5pt solid #000000" fo:padding="{table.padding:g}mm" style:vertical-align="middle"/></style:style>'
    )
    columns = ""
    for index, width in enumerate(table.widths):
        styles += (
            f'<style:style style:name="Tab{number}.{index}" style:family="table-column">'
            f'<style:table-column-properties style:column-width="{width:g}mm"/></style:style>'
        )
        columns += f'<table:table-column table:style-name="Tab{number}.{index}"/>'
    rows = "".join(_table_rows(table, f"Tab{number}", points))
    return styles, f'<table:table table:name="Table{number}" table:style-name="Tab{number}">{columns}{rows}</table:table>'


def _cell_text_styles(points: float) -> str:
    name = f"{points:g}".replace(".", "_")
    styles = ""
    for align, value in (("s", "start"), ("c", "center")):
        for face, properties in (
            ("r", ""),
            ("b", 'fo:font-weight="bold"'),
            ("i", 'fo:font-style="italic"'),
            ("bi", 'fo:font-weight="bold" fo:font-style="italic"'),
        ):
            styles += _paragraph_style(
                f"T{name}{align}{face}", f'fo:text-align="{value}"|fo:font-size="{points:g}pt" {properties}'
            )
    return styles


def flat_odt(blocks: Sequence[Block], page: Page) -> str:
    """The whole document as flat OpenDocument text. Raises ValueError if the cells of a table do not fill its grid."""
    automatic: list[str] = []
    body: list[str] = []
    for number, block in enumerate(blocks, start=1):
        style, content = _text(block, number) if isinstance(block, Text) else _table(block, number)
        automatic.append(style)
        body.append(content)
    automatic += [_cell_text_styles(points) for points in sorted({b.points for b in blocks if isinstance(b, RuledTable)})]
    top, right, bottom, left = page.margins
    width, height, orientation = (297, 210, "landscape") if page.landscape else (210, 297, "portrait")
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document {_NAMESPACES} office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:meta><dc:title>{_xml(page.title)}</dc:title></office:meta>
<office:font-face-decls>
<style:font-face style:name="{FONT}" svg:font-family="'{FONT}'" style:font-family-generic="roman" style:font-pitch="variable"/>
</office:font-face-decls>
<office:styles>
<style:default-style style:family="paragraph">
<style:paragraph-properties fo:orphans="2" fo:widows="2"/>
<style:text-properties style:font-name="{FONT}" fo:font-size="11.5pt" fo:language="vi" fo:country="VN" fo:hyphenate="false"/>
</style:default-style>
{"".join(_paragraph_style(name, properties) for name, properties in _PARAGRAPHS.items())}
{_paragraph_style("footer", 'fo:text-align="center"|fo:font-size="9pt" fo:font-style="italic"')}
</office:styles>
<office:automatic-styles>
<style:page-layout style:name="sheet">
<style:page-layout-properties fo:page-width="{width}mm" fo:page-height="{height}mm" style:print-orientation="{orientation}"
 fo:margin-top="{top}mm" fo:margin-right="{right}mm" fo:margin-bottom="{bottom}mm" fo:margin-left="{left}mm"/>
<style:footer-style><style:header-footer-properties fo:min-height="8mm" fo:margin-top="4mm"/></style:footer-style>
</style:page-layout>
<style:style style:name="whole" style:family="table-row"><style:table-row-properties fo:keep-together="always"/></style:style>
{"".join(automatic)}
</office:automatic-styles>
<office:master-styles>
<style:master-page style:name="Standard" style:page-layout-name="sheet">
<style:footer><text:p text:style-name="footer">{_xml(page.footer)} – trang <text:page-number/></text:p></style:footer>
</style:master-page>
</office:master-styles>
<office:body><office:text>{"".join(body)}</office:text></office:body>
</office:document>
"""


def to_pdf(blocks: Sequence[Block], page: Page, target: Path) -> None:
    """Typesets the blocks into `target`. Raises TypesettingError if LibreOffice is not installed or makes no PDF."""
    office = shutil.which("soffice")
    if office is None:
        raise TypesettingError(
            "LibreOffice (soffice) was not found; it is needed only to make the documents anew: install libreoffice-writer"
        )
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"{target.stem}.fodt"
        source.write_text(flat_odt(blocks, page), encoding="utf-8")
        command = [office, f"-env:UserInstallation={Path(folder, 'profile').as_uri()}", "--headless"]
        command += ["--convert-to", "pdf:writer_pdf_Export", "--outdir", folder, str(source)]
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
        except subprocess.TimeoutExpired as error:
            raise TypesettingError(f"LibreOffice did not finish {target.name} within {error.timeout:g} seconds") from error
        made = source.with_suffix(".pdf")
        if run.returncode != 0 or not made.exists():
            raise TypesettingError(f"LibreOffice made no PDF for {target.name}: {run.stderr.strip() or run.stdout.strip()}")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(made.read_bytes())

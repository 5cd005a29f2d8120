"""Blocks -> flat OpenDocument text -> PDF by LibreOffice."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import unicodedata
from pathlib import Path
from xml.sax.saxutils import escape

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
from scripts.corpus.typesetters.errors import TypesettingError

_NAMES = ["office", "style", "text", "table", "draw"]
_NAMESPACES = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in _NAMES) + (
    ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
    ' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
)
_PARAGRAPHS = {
    "title": 'fo:text-align="center" fo:margin-top="4mm"|fo:font-size="14pt" fo:font-weight="bold"',
    "subtitle": 'fo:text-align="center" fo:margin-bottom="4mm"|fo:font-style="italic"',
    "heading": 'fo:margin-top="4mm" fo:margin-bottom="2mm" fo:keep-with-next="always"|fo:font-weight="bold"',
    "body": 'fo:text-align="justify" fo:margin-top="2mm" fo:margin-bottom="1mm" fo:text-indent="10mm" fo:line-height="125%"|',
    "caption": 'fo:text-align="center" fo:margin-top="3mm" fo:margin-bottom="1mm" fo:keep-with-next="always"|fo:font-style="italic"',
    "note": 'fo:margin-top="1.5mm"|fo:font-size="9.5pt"',
    "right": 'fo:text-align="end" fo:keep-with-next="always"|fo:font-style="italic"',
    "centre": 'fo:text-align="center"|',
    "centrebold": 'fo:text-align="center"|fo:font-weight="bold"',
    "small": 'fo:text-align="center"|fo:font-size="8.5pt"',
    "notice": 'fo:text-align="end"|fo:font-size="8pt"',
    "page": 'fo:break-before="page"|fo:font-size="2pt"',
}
_ALIGN = {"start": "start", "center": "center", "end": "end"}


def _xml(text: str) -> str:
    return "<text:line-break/>".join(escape(line) for line in text.split("\n"))


def _style(name: str, properties: str) -> str:
    paragraph, _, text = properties.partition("|")
    run = f"<style:text-properties {text}/>" if text else ""
    return f'<style:style style:name="{name}" style:family="paragraph"><style:paragraph-properties {paragraph}/>{run}</style:style>'


def _cell_style(name: str, table: Table, row: int, cell: Cell) -> str:
    last_head = row + cell.rows - 1 == table.header_rows
    line = {
        "full": 'fo:border="0.5pt solid #000000"',
        "horizontal": 'fo:border-left="none" fo:border-right="none" fo:border-top="0.5pt solid #000000" '
        'fo:border-bottom="0.5pt solid #000000"',
        "none": 'fo:border="none"',
        "booktabs": "",
    }[table.ruling]
    if table.ruling == "booktabs":
        top = "1pt solid #000000" if row == 1 else "none"
        bottom = (
            "1pt solid #000000" if row + cell.rows - 1 == len(table.rows) else "0.5pt solid #000000" if last_head else "none"
        )
        line = f'fo:border-left="none" fo:border-right="none" fo:border-top="{top}" fo:border-bottom="{bottom}"'
    turned = ' style:writing-mode="bt-lr" loext:writing-mode="bt-lr"' if cell.turned else ""
    return (
        f'<style:style style:name="{name}" style:family="table-cell"><style:table-cell-properties {line} '
        f'fo:padding="{table.padding:g}mm" style:vertical-align="middle"{turned}/></style:style>'
    )


def _paragraph_name(table: Table, cell: Cell) -> str:
    return f"T{table.points:g}{cell.align[0]}{'b' * cell.bold}{'i' * cell.italic}".replace(".", "_")


class _Styles:
    """The automatic styles gathered while the body is written."""

    def __init__(self) -> None:
        self.parts: dict[str, str] = {}
        self.tables = 0

    def table(self, table: Table, sized: str = 'table:align="center"') -> str:
        self.tables += 1
        name = f"Tab{self.tables}"
        breaks = str(not table.keep).lower()
        self.parts[name] = (
            f'<style:style style:name="{name}" style:family="table"><style:table-properties style:width="{sum(table.widths):g}mm" '
            f'{sized} table:border-model="collapsing" fo:margin-top="1mm" fo:margin-bottom="1mm" '
            f'style:may-break-between-rows="{breaks}"/></style:style>'
        )
        for index, width in enumerate(table.widths):
            self.parts[f"{name}.{index}"] = (
                f'<style:style style:name="{name}.{index}" style:family="table-column">'
                f'<style:table-column-properties style:column-width="{width:g}mm"/></style:style>'
            )
        return name

    def paragraph(self, table: Table, cell: Cell) -> str:
        name = _paragraph_name(table, cell)
        face = ('fo:font-weight="bold" ' if cell.bold else "") + ('fo:font-style="italic"' if cell.italic else "")
        self.parts[name] = _style(name, f'fo:text-align="{_ALIGN[cell.align]}"|fo:font-size="{table.points:g}pt" {face}')
        return name


def _row(table: Table, name: str, number: int, cells: list[Cell | None], styles: _Styles) -> str:
    """One row; None stands for a covered position."""
    parts: list[str] = []
    for column, cell in enumerate(cells):
        if cell is None:
            parts.append("<table:covered-table-cell/>")
            continue
        style = f"{name}.c{number}.{column}"
        styles.parts[style] = _cell_style(style, table, number, cell)
        spans = f' table:number-columns-spanned="{cell.columns}"' if cell.columns > 1 else ""
        spans += f' table:number-rows-spanned="{cell.rows}"' if cell.rows > 1 else ""
        note = f'<text:span text:style-name="raised">{_xml(cell.note)}</text:span>' if cell.note else ""
        parts.append(
            f'<table:table-cell table:style-name="{style}" office:value-type="string"{spans}>'
            f'<text:p text:style-name="{styles.paragraph(table, cell)}">{_xml(cell.text)}{note}</text:p></table:table-cell>'
        )
    kind = "breaks" if table.rows_may_break else "whole"
    if table.head_height and any(cell is not None and cell.turned for cell in cells):
        kind = f"{name}.head"
        styles.parts[kind] = (
            f'<style:style style:name="{kind}" style:family="table-row"><style:table-row-properties '
            f'style:row-height="{table.head_height:g}mm" fo:keep-together="always"/></style:style>'
        )
    return f'<table:table-row table:style-name="{kind}">{"".join(parts)}</table:table-row>'


def _table(table: Table, styles: _Styles) -> str:
    name = styles.table(table)
    grid: list[list[Cell | None]] = [[None] * len(table.widths) for _ in table.rows]
    for row, column, cell in table.anchors():
        grid[row - 1][column - 1] = cell
    rows = [_row(table, name, number, cells, styles) for number, cells in enumerate(grid, start=1)]
    columns = "".join(f'<table:table-column table:style-name="{name}.{index}"/>' for index in range(len(table.widths)))
    head, body = "".join(rows[: table.header_rows]), "".join(rows[table.header_rows :])
    if table.header_repeats:
        head = f"<table:table-header-rows>{head}</table:table-header-rows>"
    return f'<table:table table:name="{name}" table:style-name="{name}">{columns}{head}{body}</table:table>'


def _pair(left: tuple[str, ...], right: tuple[str, ...], styles: _Styles) -> str:
    """Two columns of lines in a table without borders, as offices set a letterhead."""
    sides = zip(
        [*left, *[""] * (len(right) - len(left))],
        [*right, *[""] * (len(left) - len(right))],
        strict=True,
    )
    lines = list(sides)
    cell = Cell("")
    table = Table(widths=(82, 82), rows=((cell, cell),), ruling="none", padding=0.5, keep=True)
    name = styles.table(table)
    parts: list[str] = []
    for index, style in ((0, "centre"), (1, "centrebold")):
        cell_name = f"{name}.c{index}"
        styles.parts[cell_name] = _cell_style(cell_name, table, 1, cell)
        texts = "".join(f'<text:p text:style-name="{style}">{_xml(pair[index])}</text:p>' for pair in lines)
        parts.append(f'<table:table-cell table:style-name="{cell_name}" office:value-type="string">{texts}</table:table-cell>')
    columns = "".join(f'<table:table-column table:style-name="{name}.{index}"/>' for index in (0, 1))
    return (
        f'<table:table table:name="{name}" table:style-name="{name}">{columns}'
        f'<table:table-row table:style-name="whole">{"".join(parts)}</table:table-row></table:table>'
    )


def _block(block: Block, styles: _Styles) -> str:
    match block:
        case Text():
            return f'<text:p text:style-name="{block.style}">{_xml(block.text)}</text:p>'
        case Table():
            return _table(block, styles)
        case Letterhead() | Signature():
            return _pair(block.left, block.right, styles) + '<text:p text:style-name="body"/>'
        case PageBreak():
            return '<text:p text:style-name="page"/>'
        case BarChart() | SideBySide():
            raise ValueError(
                f"the LibreOffice typesetter does not set {type(block).__name__}; give the document to another producer"
            )


def flat_odt(document: Document) -> str:
    """The whole document. Raises ValueError for a block that this typesetter does not know."""
    sheet = document.sheet
    styles = _Styles()
    body = "".join(_block(block, styles) for block in document.blocks)
    top, right, bottom, left = sheet.margins
    width, height, orientation = (297, 210, "landscape") if sheet.landscape else (210, 297, "portrait")
    header = (
        f'<style:header><text:p text:style-name="small">{_xml(sheet.header)}</text:p></style:header>' if sheet.header else ""
    )
    footer = (
        f'<style:footer><text:p text:style-name="small">{_xml(sheet.footer)} <text:page-number/></text:p></style:footer>'
        if sheet.footer
        else ""
    )
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document {_NAMESPACES} office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:meta><dc:title>{_xml(f"{document.id} ({NOTICE})")}</dc:title></office:meta>
<office:font-face-decls><style:font-face style:name="{sheet.font}" svg:font-family="'{sheet.font}'"/></office:font-face-decls>
<office:styles>
<style:default-style style:family="paragraph"><style:paragraph-properties fo:orphans="2" fo:widows="2"/>
<style:text-properties style:font-name="{sheet.font}" fo:font-size="{sheet.points:g}pt" fo:language="vi" fo:country="VN"
 fo:hyphenate="false"/>
</style:default-style>
{"".join(_style(name, properties) for name, properties in _PARAGRAPHS.items())}
<style:style style:name="raised" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>
</office:styles>
<office:automatic-styles>
<style:page-layout style:name="sheet"><style:page-layout-properties fo:page-width="{width}mm" fo:page-height="{height}mm"
 style:print-orientation="{orientation}" fo:margin-top="{top}mm" fo:margin-right="{right}mm" fo:margin-bottom="{bottom}mm"
 fo:margin-left="{left}mm"/>
<style:header-style><style:header-footer-properties fo:min-height="6mm" fo:margin-bottom="3mm"/></style:header-style>
<style:footer-style><style:header-footer-properties fo:min-height="6mm" fo:margin-top="3mm"/></style:footer-style>
</style:page-layout>
<style:style style:name="whole" style:family="table-row"><style:table-row-properties fo:keep-together="always"/></style:style>
<style:style style:name="breaks" style:family="table-row"><style:table-row-properties fo:keep-together="auto"/></style:style>
{"".join(styles.parts.values())}
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="sheet">{header}{footer}</style:master-page>
</office:master-styles>
<office:body><office:text><text:p text:style-name="notice">{NOTICE}</text:p>{body}</office:text></office:body>
</office:document>
"""
    return unicodedata.normalize(sheet.normal_form, text)


def set_document(document: Document) -> bytes:
    """Raises TypesettingError if LibreOffice is not installed or makes no PDF."""
    office = shutil.which("soffice")
    if office is None:
        raise TypesettingError("LibreOffice (soffice) was not found: install libreoffice-writer to set the corpus anew")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "document.fodt")
        source.write_text(flat_odt(document), encoding="utf-8")
        profile = Path(tempfile.gettempdir(), "cchc-corpus-office-profile")
        command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "pdf:writer_pdf_Export"]
        run = subprocess.run(
            [*command, "--outdir", folder, str(source)], capture_output=True, text=True, timeout=180, check=False
        )
        made = source.with_suffix(".pdf")
        if not made.exists():
            raise TypesettingError(f"LibreOffice made no PDF for {document.id}: {run.stderr.strip() or run.stdout.strip()}")
        return made.read_bytes()

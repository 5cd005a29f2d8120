"""What `cchc extract --json` prints has one closed shape, whatever the kind of the file, and docs/reading.md lists all of it."""

from __future__ import annotations

import hashlib
import io
import os
import re
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from pydantic import TypeAdapter, ValidationError

from dagster_project.extract_json import DocumentJson, ExtractedFile, IssueJson, PageCellJson, SheetCellJson, TableJson
from dagster_project.extraction import FileExtraction
from extractors.pdf.scan.reader import can_read
from extractors.pdf.scan.status import missing_hint
from extractors.readers import READERS, read_file
from extractors.records import Kind
from tests.conftest import REPOSITORY

FIXTURES = REPOSITORY / "tests" / "fixtures"
SHAPE = TypeAdapter(ExtractedFile)
GRID = FIXTURES / "pdf" / "plain_grid.pdf"


def _picture() -> bytes:
    file = io.BytesIO()
    pdfium.PdfDocument(GRID)[0].render(scale=2).to_pil().save(file, "PNG", dpi=(144, 144))
    return file.getvalue()


_WRITTEN: dict[Kind, str] = {
    "csv": "Tỉnh;Điểm\nHuế;82,28\n",
    "txt": "Bảng 1. Kết quả\nTỉnh\tĐiểm\nHuế\t82,28\nHà Nội\t80,10\n",
    "html": "<html><body><table><tr><th>Tỉnh<th>Điểm<tr><td>Huế<td>82,28</table>",
}


def bytes_of(kind: Kind) -> bytes:
    """A small file of each kind with one table; what is written here is synthetic."""
    if kind in _WRITTEN:
        return _WRITTEN[kind].encode()
    if kind == "image":
        return _picture()
    if kind == "pdf":
        return GRID.read_bytes()
    if kind == "docx":
        return (REPOSITORY / "extractors" / "documents" / "sipas_2022_quang_nam_so_noi_vu.docx").read_bytes()
    return (FIXTURES / "sheets" / f"synthetic_workbook.{kind}").read_bytes()


def output_of(kind: Kind) -> ExtractedFile:
    data = bytes_of(kind)
    sha256 = hashlib.sha256(data).hexdigest()
    reading = read_file(data, kind, sha256, "synthetic")
    return FileExtraction(Path("synthetic"), sha256, kind, reading.pages, reading=reading).as_dict()


@pytest.mark.parametrize("kind", READERS)
def test_every_kind_has_the_published_shape_and_the_places_of_its_kind(kind: Kind) -> None:
    if kind == "image" and not can_read() and os.environ.get("CI") != "true":
        pytest.skip(f"no engine to read pictures: {missing_hint()}")
    found = SHAPE.validate_python(output_of(kind))
    assert found["tables"]
    assert (found["document"]["pages"] is not None) == (kind in ("pdf", "image"))
    for table in found["tables"]:
        assert bool(table["pages"]) == (kind in ("pdf", "image"))
        assert (table["sheet"] is not None) == (kind in ("xlsx", "xls", "ods"))
        for cell in table["cells"]:
            if kind in ("xlsx", "xls", "ods", "csv"):
                assert set(cell) == set(SheetCellJson.__annotations__)
                assert cell.get("sheet") == table["sheet"]
            else:
                assert set(cell) == set(PageCellJson.__annotations__)
                is_on_page = kind in ("pdf", "image")
                assert ((cell.get("page") is not None), (cell.get("bbox") is not None)) == (is_on_page, is_on_page)


def test_a_key_that_is_not_published_is_an_error() -> None:
    found = output_of("csv")
    with pytest.raises(ValidationError):
        SHAPE.validate_python(found | {"more": 1})


def test_the_documentation_lists_every_field() -> None:
    text = (REPOSITORY / "docs" / "reading.md").read_text(encoding="utf-8")
    said = set(re.findall(r"`(\w+)`", "\n".join(row.split("|")[1] for row in text.splitlines() if row.startswith("| `"))))
    for shape in (DocumentJson, TableJson, PageCellJson, SheetCellJson, IssueJson):
        assert set(shape.__annotations__) <= said | {"cells"}, shape.__name__

"""`cchc extract` as a person runs it: on any file, with or without a catalogue entry."""

from __future__ import annotations

import os
import re
from dataclasses import fields
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from openpyxl import Workbook
from PIL import Image
from pydantic import TypeAdapter

from dagster_project.extract_json import ExtractedFile
from extractors.isolation import LIMITS, limits_of
from extractors.pdf.scan.reader import can_read
from extractors.pdf.scan.status import missing_hint
from extractors.records import Claim
from tests.conftest import REPOSITORY, Instance

DOCUMENTS = REPOSITORY / "extractors" / "documents"
HUE = DOCUMENTS / "sipas_2023_thua_thien_hue_ubnd.pdf"
FIXTURES = REPOSITORY / "tests" / "fixtures"
GRID = FIXTURES / "pdf" / "plain_grid.pdf"
_SHAPE = TypeAdapter(ExtractedFile)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    return Instance(tmp_path_factory.mktemp("home"))


def extracted(instance: Instance, *arguments: str | Path, expect: int = 0, **environment: str) -> ExtractedFile:
    """What `--json` prints, held against its published shape."""
    done = instance.run("extract", *map(str, arguments), "--json", environment=environment)
    assert done.returncode == expect, done.stdout[-2000:] + done.stderr
    assert "Traceback" not in done.stderr
    return _SHAPE.validate_json(done.stdout)


def texts(found: ExtractedFile, number: int) -> dict[tuple[int, int], str]:
    table = found["tables"][number - 1]
    return {(cell["row"], cell["column"]): cell["text"] for cell in table["cells"]}


def codes(found: ExtractedFile) -> list[str]:
    return [issue["code"] for issue in found["issues"]]


def test_a_pdf_of_the_catalogue(instance: Instance) -> None:
    found = extracted(instance, HUE)
    document = found["document"]
    assert (document["kind"], document["document_id"], document["text_health"]) == (
        "pdf",
        "sipas_2023_thua_thien_hue_ubnd",
        1.0,
    )
    assert document["producer"].startswith("LibreOffice")
    table, cell = next((table, cell) for table in found["tables"] for cell in table["cells"] if cell["text"] == "82,28")
    assert "page" in cell
    assert "bbox" in cell
    assert cell["page"] in table["pages"]
    assert cell["bbox"] is not None
    x0, top, x1, bottom = cell["bbox"]
    assert 0 < x0 < x1 < 842
    assert 0 < top < bottom < 842
    assert (cell["confidence"], cell["source"]) == (1.0, "text")
    claim = next(claim for claim in found["claims"] if claim["criterion_code"] == "S" and claim["measure"] == "score")
    assert (claim["value"], claim["raw_text"]) == ("82.28", "82,28")
    assert set(claim) == {"claim_id", *(field.name for field in fields(Claim))}


def test_chosen_pages_of_a_pdf_and_one_reading(instance: Instance) -> None:
    whole, part = extracted(instance, HUE), extracted(instance, HUE, "--pages", "2-3", "--fast")
    assert {page for table in part["tables"] for page in table["pages"]} == {2, 3}
    assert part["document"]["pages"] == whole["document"]["pages"]
    assert part["claims"] == []
    assert codes(part)[-2:] == ["single_reading", "pages_chosen"]
    assert {"single_reading", "pages_chosen"} & set(codes(whole)) == set()


def test_a_workbook_gives_sheet_and_cell_in_place_of_page_and_box(instance: Instance) -> None:
    found = extracted(instance, DOCUMENTS / "papi_2011_2024_dimensions.xlsx")
    assert (found["document"]["kind"], found["document"]["pages"]) == ("xlsx", None)
    cell = found["tables"][0]["cells"][0]
    assert "a1" in cell
    assert (cell["a1"], cell["sheet"]) == ("A1", found["tables"][0]["sheet"])
    assert "bbox" not in cell


def test_a_csv_without_an_entry(instance: Instance, tmp_path: Path) -> None:
    """Synthetic figures."""
    path = tmp_path / "synthetic.csv"
    path.write_text("Tỉnh;Chỉ số\nHải Phòng;91,87\nHuế;\n", encoding="utf-8")
    found = extracted(instance, path)
    assert (found["document"]["kind"], found["document"]["document_id"], found["claims"]) == ("csv", None, [])
    assert texts(found, 1) == {
        (1, 1): "Tỉnh",
        (1, 2): "Chỉ số",
        (2, 1): "Hải Phòng",
        (2, 2): "91,87",
        (3, 1): "Huế",
        (3, 2): "",
    }


def test_pictures_of_the_chosen_pages(instance: Instance, tmp_path: Path) -> None:
    extracted(instance, HUE, "--pages", "2", "--picture", tmp_path / "a" / "b")
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["page_002.png"]
    with Image.open(tmp_path / "a" / "b" / "page_002.png") as picture:
        colours = {colour for _, colour in picture.getcolors(1 << 24) or []}
    assert {(200, 30, 30), (30, 60, 200)} <= colours, "cells red, header cells blue"


@pytest.mark.skipif(not can_read() and os.environ.get("CI") != "true", reason=f"no engine to read pictures: {missing_hint()}")
def test_a_picture_file_is_drawn_too(instance: Instance, tmp_path: Path) -> None:
    """Synthetic: a page of text without a table; the note says what was seen in the place of tables."""
    path = tmp_path / "synthetic.png"
    page = pdfium.PdfDocument(FIXTURES / "bad" / "no_tables.pdf")[0]
    page.render(scale=2).to_pil().save(path, dpi=(144, 144))
    found = extracted(instance, path, "--picture", tmp_path / "pages")
    with Image.open(tmp_path / "pages" / "page_001.png") as picture:
        colours = {colour for _, colour in picture.getcolors(1 << 24) or []}
    assert (30, 140, 60) in colours, "paragraphs green"
    assert "paragraph" in found["issues"][-1]["message"]
    assert codes(found)[-1] == "no_tables"


def test_without_tables_it_says_what_is_there(instance: Instance) -> None:
    done = instance.run("extract", str(FIXTURES / "bad" / "no_tables.pdf"))
    assert done.returncode == 0
    assert "info no_tables: expected a table, found none: 1 paragraph of running text on 1 page ->" in done.stdout


def test_what_many_cells_of_a_column_share_is_said_once(instance: Instance, tmp_path: Path) -> None:
    """Synthetic figures: five cells of one column hold an error, three of another."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Tỉnh", "Điểm", "Hạng"])
    for number in range(5):
        sheet.append([f"synthetic {number}", "#REF!", "#REF!" if number < 3 else number])
    for row in sheet.iter_rows(min_row=2, min_col=2):
        for cell in row:
            if cell.value == "#REF!":
                cell.data_type = "e"
    book.save(tmp_path / "synthetic.xlsx")
    lines = instance.run("extract", str(tmp_path / "synthetic.xlsx")).stdout.splitlines()
    said = [line for line in lines if line.startswith("warning cell_is_error")]
    assert len(said) == 4
    assert said[0].startswith("warning cell_is_error: sheet Sheet, table 1, column 2, 5 cells: B2, B3, B4 …: expected text or")
    assert [line.partition("cell ")[2][:2] for line in said[1:]] == ["C2", "C3", "C4"]
    assert codes(extracted(instance, tmp_path / "synthetic.xlsx")).count("cell_is_error") == 8


def test_what_a_person_sees(instance: Instance) -> None:
    done = instance.run("extract", str(GRID))
    assert done.returncode == 0, done.stderr
    first, second, *rest = done.stdout.splitlines()
    assert first.startswith("plain_grid.pdf: a PDF, 1 page, sha256 ")
    assert second == "not in the catalogue: tables only, no claims"
    assert any(line.startswith("table 1: ") for line in rest)
    assert "1 table" in rest


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        ("9-3", "expected the smaller page first, as in 3-9, found '9-3'"),
        ("0", "expected pages from 1 on, found page 0"),
        ("two", "expected page numbers and ranges such as 3-9,12, found 'two'"),
        ("", "expected page numbers and ranges such as 3-9,12, found ''"),
        ("1-999999999", "expected pages between 1 and 1, the last of this file, found 999999999"),
        ("2", "expected pages between 1 and 1, the last of this file, found 2"),
    ],
)
def test_pages_that_are_none(instance: Instance, pages: str, said: str) -> None:
    found = extracted(instance, GRID, "--pages", pages, expect=2)
    (issue,) = found["issues"]
    assert issue["code"] == "bad_pages"
    assert said in issue["message"]
    assert (found["tables"], found["claims"]) == ([], [])


def test_pages_of_a_workbook(instance: Instance) -> None:
    found = extracted(instance, DOCUMENTS / "papi_2011_2024_dimensions.xlsx", "--pages", "1", expect=2)
    assert found["issues"][0]["message"] == "expected a PDF to choose pages from, found an Excel workbook (xlsx)"


def test_a_file_that_cannot_be_read_is_one_line_and_one_document(instance: Instance, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(b"")
    found = extracted(instance, path, expect=2)
    assert codes(found) == ["empty_file"]
    assert found["document"]["kind"] == "empty"
    assert found["document"]["sha256"] == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    done = instance.run("extract", str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "cchc: report.pdf: empty_file: expected a PDF, found an empty file -> "
        "Fetch or copy the file again; the transfer was probably cut off."
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nothing.pdf", "found nothing"),
        (".", "found a folder"),
        ("/dev/zero", "found a device"),
        ("pipe", "found a named pipe"),
    ],
)
def test_no_file(instance: Instance, tmp_path: Path, name: str, said: str) -> None:
    """Nothing waits for a pipe that nobody writes into."""
    os.mkfifo(tmp_path / "pipe")
    found = extracted(instance, tmp_path / name, expect=2)
    assert codes(found) == ["no_such_file"]
    assert said in found["issues"][0]["message"]
    assert found["document"]["sha256"] is None


def test_a_folder_for_pictures_that_cannot_be_made(instance: Instance, tmp_path: Path) -> None:
    (tmp_path / "occupied").write_text("a file")
    found = extracted(instance, GRID, "--picture", tmp_path / "occupied", expect=2)
    assert codes(found) == ["picture_folder"]


def test_a_limit_of_the_environment_holds_and_is_named(instance: Instance) -> None:
    found = extracted(instance, HUE, expect=2, CCHC_READ_MEMORY_MB="1")
    (issue,) = found["issues"]
    assert (issue["code"], issue["expected"]) == ("reader_out_of_memory", "a file that is read within 1 MB of memory")
    assert "CCHC_READ_MEMORY_MB" in issue["hint"]
    wrong = extracted(instance, HUE, expect=2, CCHC_READ_SECONDS="soon")
    assert wrong["issues"][0]["message"].startswith("expected CCHC_READ_SECONDS to be a whole number above 0, found 'soon'")


def test_a_terminal_is_not_given_signs_that_move_its_cursor(instance: Instance, tmp_path: Path) -> None:
    """Synthetic figures."""
    path = tmp_path / "synthetic.csv"
    path.write_text("Tỉnh,\x1b[2JChỉ số\nHuế,82\u202e28\n", encoding="utf-8")
    done = instance.run("extract", str(path))
    assert "\x1b" not in done.stdout + done.stderr
    assert "\u202e" not in done.stdout + done.stderr


def test_the_readmes_json_has_the_published_shape() -> None:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    assert _SHAPE.validate_json(example)["tables"][0]["cells"][0]["text"] == "82,28"


def test_the_readme_names_each_limit_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(CCHC_READ_\w+)` \| (\d+) \|", (REPOSITORY / "README.md").read_text(encoding="utf-8"), re.M))
    assert limits_of(rows) == LIMITS
    assert len(rows) == 3


def test_help_says_the_exit_codes_and_the_limits(instance: Instance) -> None:
    text = " ".join(instance.run("extract", "--help").stdout.split())
    for words in ("0 read; 1 read, but", "2 not read", "CCHC_READ_SECONDS", "--pages", "--fast", "--picture", "--json"):
        assert words in text
    seconds, more, memory = LIMITS.seconds, LIMITS.seconds_per_scanned_page, LIMITS.memory_bytes >> 20
    assert f"A file may take {seconds} seconds (and {more} more for each scanned page) and {memory} MB of memory" in text

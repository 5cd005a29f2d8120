"""The workbooks that ship with the repository say what the cited figures say, and their scripts make the same bytes."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from extractors.catalogue.lock import read_lock
from scripts.documents import compilations, papi_dimensions, par_quang_nam
from scripts.documents.workbook import DOCUMENTS, decimal_comma, new_workbook, read_rows, save

PAR_FILE = DOCUMENTS / compilations.PAR.file
SIPAS_FILE = DOCUMENTS / compilations.SIPAS.file
PRESS_PAPI_FILE = DOCUMENTS / compilations.PAPI.file
PCI_FILE = DOCUMENTS / compilations.PCI.file
QUANG_NAM_FILE = DOCUMENTS / par_quang_nam.FILE
PAPI_FILE = DOCUMENTS / papi_dimensions.FILE

HUE_FILE = DOCUMENTS / compilations.HUE.file

ALL_FILES = (PAR_FILE, SIPAS_FILE, PRESS_PAPI_FILE, PCI_FILE, HUE_FILE, QUANG_NAM_FILE, PAPI_FILE)


def rows_of(path: Path, sheet: str) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))


@pytest.mark.parametrize("path", ALL_FILES, ids=lambda path: path.stem)
def test_committed_bytes_are_the_locked_bytes(path: Path) -> None:
    entry = read_lock().get(path.stem)
    assert entry is not None
    assert hashlib.sha256(path.read_bytes()).hexdigest() == entry.sha256


def test_scripts_make_the_committed_bytes(reference_data: Path, tmp_path: Path) -> None:
    figures = read_rows(reference_data / "published_figures.csv")
    listed = [*figures, *compilations.HUE_ROWS]
    books = {
        **{DOCUMENTS / one.file: compilations.build(listed, one) for one in compilations.ALL},
        QUANG_NAM_FILE: par_quang_nam.build(figures),
        PAPI_FILE: papi_dimensions.build(
            read_rows(reference_data / "papi" / "derived_dimensions.csv"), read_rows(reference_data / "provinces.csv")
        ),
    }
    for path, book in books.items():
        made = tmp_path / path.name
        save(book, made)
        assert made.read_bytes() == path.read_bytes(), f"{path.name} differs from what its script makes"


def test_save_gives_equal_bytes_for_equal_contents_only(tmp_path: Path) -> None:
    digests: list[str] = []
    for name, value in (("a", "82,28"), ("b", "82,28"), ("c", "82,29")):
        book = new_workbook("Thử", "Thử")
        book.create_sheet("Trang").cell(row=1, column=1).value = value
        save(book, tmp_path / f"{name}.xlsx")
        digests.append(hashlib.sha256((tmp_path / f"{name}.xlsx").read_bytes()).hexdigest())
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize(("path", "index"), [(DOCUMENTS / one.file, one.index) for one in compilations.ALL])
def test_every_published_row_stands_in_the_compilation_once(reference_data: Path, path: Path, index: str) -> None:
    cited = Counter(
        (int(row["year"]), decimal_comma(row["score"]), row["rank"], row["source_url"])
        for row in [*read_rows(reference_data / "published_figures.csv"), *compilations.HUE_ROWS]
        if row["index"] == index
    )
    book = openpyxl.load_workbook(path)
    found = Counter(
        (row[0], str(row[4] or ""), str(row[7] or ""), row[12])
        for sheet in book.worksheets[1:]
        for row in sheet.iter_rows(min_row=3, values_only=True)
    )
    assert found == cited


def test_three_addresses_disagree_on_quang_ninh_2018_and_all_stay() -> None:
    found = {str(row[4]) for row in rows_of(PAR_FILE, "Tỉnh") if row[0] == 2018 and row[1] == "Quảng Ninh" and row[4]}
    assert found == {"89,06", "89,6", "81"}


def test_only_da_nang_2018_has_an_unconfirmed_instrument() -> None:
    book = openpyxl.load_workbook(SIPAS_FILE)
    rows = [row for sheet in book.worksheets[1:] for row in sheet.iter_rows(min_row=3, values_only=True)]
    assert [(row[0], row[1], row[4]) for row in rows if row[11] != "moha"] == [(2018, "Đà Nẵng", "87,43")]


@pytest.mark.parametrize(
    ("note", "rank", "expected"),
    [
        ("+3.69, up 1", "56", "+3,69; tăng 1 bậc"),
        ("+1.59 on 2020, down 7 places", "", "+1,59 so với năm 2020; giảm 7 bậc"),
        ("+1.28 on 2023", "", "+1,28 so với năm 2023"),
        ("up 13 on 2020", "35", "tăng 13 bậc so với năm 2020"),
        ('ranks 2-5 implied by "followed by" in source', "3", compilations.RANK_IMPLIED),
        ('ranks 2-5 implied by "followed by" in source', "19", ""),
    ],
)
def test_notes_are_worded_in_vietnamese(note: str, rank: str, expected: str) -> None:
    assert compilations.note_of({"note": note, "rank": rank}) == expected


@pytest.mark.parametrize(
    ("year", "note", "expected"),
    [
        ("2023", "+3.69, up 1", ("+3.69", "+1")),
        ("2021", "+1.59 on 2020, down 7 places", ("+1.59", "-7")),
        ("2021", "up 13 on 2020", ("", "+13")),
        ("2024", "+2.99 on 2022", ("", "")),
        ("2015", "8.39 higher than 2014", ("+8.39", "")),
        ("2018", "rounded", ("", "")),
        ("2018", "", ("", "")),
    ],
)
def test_printed_changes_against_the_year_before_are_told_apart(year: str, note: str, expected: tuple[str, str]) -> None:
    assert compilations.changes_of({"year": year, "note": note}) == expected


def test_a_note_without_wording_stops_the_script() -> None:
    with pytest.raises(SystemExit, match="expected a wording"):
        compilations.note_of({"note": "a note nobody has worded", "rank": ""})


def test_quang_nam_holds_only_what_the_article_prints() -> None:
    rows = rows_of(QUANG_NAM_FILE, "PAR INDEX Quảng Nam")
    body = rows[7:16]
    assert [row[2] for row in body] == [None] * 9, "no source gives maximum points"
    assert body[7][3:] == (None,) * 6, "the article has nothing on field 8"
    assert [row[7:] for row in body[:8]] == [(None, None)] * 8, "only differences of the total are printed"
    assert body[8][1:] == ("Tổng điểm", None, "80,91", 57, 84.6, 56, "+3,69", "+1")
    assert body[2][3:7] == ("9,66", 63, 10.68, 62)


def test_papi_sheets_have_the_shapes_of_their_years() -> None:
    book = openpyxl.load_workbook(PAPI_FILE)
    assert len(book.worksheets) == 15
    assert [book.worksheets[1].cell(3, column).value for column in (1, 2, 3)] == [
        "Mã tỉnh",
        "Tỉnh/Thành phố",
        "Tham gia của người dân ở cấp cơ sở",
    ]
    assert book["2018_ProvincialIndicators_VIE"]["A3"].value == "Chỉ số nội dung 1"
    assert book["2020_VIE_ENG"]["A3"].value == "Dimension 1"


def test_papi_withheld_cells_are_blank_or_zero_as_in_the_files_of_their_year() -> None:
    book = openpyxl.load_workbook(PAPI_FILE)

    def column(sheet: str, header: int, name: str) -> list[object]:
        found = next(cell.column for cell in book[sheet][header] if cell.value == name)
        assert found is not None
        return [book[sheet].cell(header + offset, found).value for offset in range(1, 10)]

    assert column("2021_VIE_ENG", 2, "Bac Giang") == [None] * 9
    bac_giang = column("2022_VIE_ENG", 2, "Bac Giang")
    assert bac_giang == [0, 0, 4.396727, 0, 0, 8.084984, 4.202124, 3.434273, 0]
    assert column("2024_PAPI_VIE_ENG", 3, "Vinh Phuc") == [0] * 9
    assert column("2023_VIE_ENG", 2, "Thua Thien-Hue")[-1] == 46.04154

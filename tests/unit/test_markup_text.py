"""Text of a word processor: tables set by tabs, headers over several lines, marks of setting taken off."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from extractors.archive.sniff import sniff
from extractors.markup import read_text
from extractors.records import DocumentError, Reading


def _read(text: str) -> Reading:
    return read_text(text.encode(), "0" * 64, "synthetic_text")


@pytest.fixture
def seeds(reference_data: Path) -> Path:
    folder = reference_data.parent / "seeds"
    if not folder.is_dir():
        pytest.skip(f"the folder of texts {folder} is absent")
    return folder


def test_a_table_of_tabs_with_a_header_of_two_lines() -> None:
    reading = _read(
        "KẾ HOẠCH\n\n2.1 Kết quả\n\n"
        "Nội dung\tNăm 2023\t\tNăm 2022\t\n"
        "\tChỉ số\tVị thứ\tChỉ số\tVị thứ\n"
        "<i>1.1. Trách nhiệm</i>\t81,53\t31\t80,17<sup>2</sup>\t29\n"
        "**1.2. Cơ hội**[bookmark: _GoBack]\t80,36\t40\t\t\n\n"
        "1.3. Chất lượng\t81,74\t34\t77,79\t37\n\nBiểu đồ 1\n"
    )
    (table,) = reading.tables
    assert (table.title, table.n_rows, table.n_columns, table.header_rows) == ("2.1 Kết quả", 5, 5, 2)
    assert table.header_paths() == [
        ("Nội dung",),
        ("Năm 2023", "Chỉ số"),
        ("Năm 2023", "Vị thứ"),
        ("Năm 2022", "Chỉ số"),
        ("Năm 2022", "Vị thứ"),
    ]
    assert [[cell.text if cell else None for cell in row] for row in table.grid()[2:]] == [
        ["1.1. Trách nhiệm", "81,53", "31", "80,17", "29"],
        ["1.2. Cơ hội", "80,36", "40", "", ""],
        ["1.3. Chất lượng", "81,74", "34", "77,79", "37"],
    ]
    assert [paragraph.text for paragraph in reading.paragraphs] == ["KẾ HOẠCH", "2.1 Kết quả", "Biểu đồ 1"]


def test_a_second_header_begins_a_second_table() -> None:
    tables = _read("A\tĐiểm\nx\t1,5\n\nB\tĐiểm\ny\t2,5\n").tables
    assert [(table.title, table.header_paths()) for table in tables] == [
        ("", [("A",), ("Điểm",)]),
        ("", [("B",), ("Điểm",)]),
    ]


def test_an_indented_line_is_no_table() -> None:
    reading = _read("Nơi nhận:\n\tNhư trên\nKết thúc\n")
    assert (reading.tables, len(reading.paragraphs)) == ((), 3)


def test_every_table_figure_of_the_plan_of_thua_thien_hue_is_in_its_row(seeds: Path) -> None:
    """The plan as text: 18 tables; each figure that was read off it by hand stands in the row of its line."""
    (path,) = seeds.glob("004_*.txt")
    data = path.read_bytes()
    assert sniff(data) == "txt"
    tables = read_text(data, "0" * 64, "sipas_2023_thua_thien_hue").tables
    assert len(tables) == 18
    assert tables[7].header_paths()[1] == ("Năm 2023", "Chỉ số của tỉnh")
    rows = {tuple(cell.text if cell else "" for cell in row) for table in tables for row in table.grid()}
    lines = data.decode().split("\n")
    with (seeds.parent / "data" / "seed_claims.csv").open(encoding="utf-8") as file:
        claims = [row for row in csv.DictReader(file) if row["seed_file"] == path.name and row["location"].startswith("table")]
    assert len(claims) == 395
    for claim in claims:
        place = re.search(r"line (\d+)", claim["location"])
        assert place is not None
        fields = tuple(re.sub(r"</?i>|\*\*", "", field).strip() for field in lines[int(place[1]) - 1].split("\t"))
        assert len(fields) > 1, claim
        printed = re.search(r"raw '([^']*)'", claim["note"])
        figures = {printed[1]} if printed else {claim["value"], claim["value"].replace(".", ",")}
        matching = [
            row for row in rows if [text for text in row if text] == [" ".join(text.split()) for text in fields if text]
        ]
        assert matching, fields
        assert any(figures & set(row) for row in matching), claim


def test_a_text_without_tables_is_paragraphs(seeds: Path) -> None:
    (path,) = seeds.glob("003_*.txt")
    data = path.read_bytes()
    assert sniff(data) == "txt"
    reading = read_text(data, "0" * 64, "sipas_2022_quang_nam")
    assert reading.tables == ()
    assert reading.paragraphs[2].text == "Nội dung giải trình:"


def test_nothing_is_refused() -> None:
    with pytest.raises(DocumentError, match="expected text, found none"):
        _read("\n\n")

"""Tables in a sheet: cut only where both sides are tables, and nothing that stands in a sheet is lost."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.records import Table
from extractors.spreadsheet.blocks import tables_of
from extractors.spreadsheet.sheet import Entry, Sheet, a1_of

TEXTS = st.sampled_from(["", "", "", "Huế", "Điểm", "80.91", "12", "82,28%", "Nguồn: x", "Đơn vị tính: %", "2023"])


def _sheet(*rows: str, spans: dict[tuple[int, int], tuple[int, int]] | None = None) -> Sheet:
    """A sheet from lines with fields set apart by bars."""
    entries = {
        (row, column): Entry(text.strip())
        for row, line in enumerate(rows, start=1)
        for column, text in enumerate(line.split("|"), start=1)
        if text.strip()
    }
    return Sheet("Trang", entries, spans or {})


def _tables(*rows: str, spans: dict[tuple[int, int], tuple[int, int]] | None = None) -> list[Table]:
    return tables_of(_sheet(*rows, spans=spans), 1, "synthetic")


def test_codes_below_a_blank_row_and_statistics_at_the_foot_stay_with_their_table() -> None:
    """As the PCI workbooks have it: names, a blank row, codes, figures, a blank row, minimum and maximum."""
    (table,) = _tables(
        "STT|Tỉnh|Chỉ số 1|Chỉ số 2",
        "",
        "|pci_id|sub1|sub2",
        "1|Hà Nội|8.9|4.1",
        "2|Hải Phòng|8.1|5.6",
        "",
        "|Min|8.1|4.1",
        "|Max|8.9|5.6",
    )
    assert (table.n_rows, table.header_rows, table.title) == (8, 3, "")
    assert table.header_paths()[2] == ("Chỉ số 1", "sub1")


def test_a_blank_column_between_groups_of_provinces_parts_nothing() -> None:
    """As the PAPI workbooks have it: provinces in columns, set apart by regions."""
    (table,) = _tables(
        "PAPI 2023 - Bảng tổng hợp",
        "Chỉ số|Tên|Hà Nội|Hà Giang||Huế|Đà Nẵng",
        "Dimension 1|Participation|5.1|5.2||5.3|5.4",
        "Dimension 2|Transparency|6.1|6.2||6.3|6.4",
    )
    assert (table.title, table.n_columns, table.header_rows) == ("PAPI 2023 - Bảng tổng hợp", 7, 1)


def test_a_region_below_the_header_heads_its_rows_not_the_columns() -> None:
    for region in ("I|Đồng bằng sông Hồng", "|Đồng bằng sông Hồng"):
        (table,) = _tables("STT|Tỉnh|Điểm", region, "1|Hà Nội|80.9", "2|Hải Phòng|81.5")
        assert (table.header_rows, table.header_paths()[2]) == (1, ("Điểm",))


def test_a_letterhead_and_a_note_between_tables_find_their_place() -> None:
    first, second = _tables(
        "BỘ TÀI CHÍNH|||||Mẫu số 06",
        "",
        "Bảng 1",
        "Tỉnh|A|B|C|D|E",
        "Huế|1|2|3|4|5",
        "Hà Nội|1|2|3|4|5",
        "",
        "Ghi chú: làm tròn",
        "",
        "Bảng 2",
        "Tỉnh|A|B|C|D|E",
        "Huế|6|7|8|9|10",
        "Hà Nội|6|7|8|9|10",
    )
    assert (first.title, second.title) == ("BỘ TÀI CHÍNH Mẫu số 06 Bảng 1", "Bảng 2")
    assert next(cell.text for cell in first.cells if cell.row == first.n_rows) == "Ghi chú: làm tròn"


def test_a_sheet_of_words_is_one_table_from_a1_without_header() -> None:
    (table,) = _tables("", "|Nguồn|http://example.org", "|Giấy phép|CC BY")
    assert (table.n_rows, table.n_columns, table.header_rows, table.title) == (3, 3, 0, "Nguồn")


def test_a_merged_header_resolves_to_paths() -> None:
    (table,) = _tables(
        "Tỉnh|Năm 2023||Năm 2022",
        "|Điểm|Hạng|Điểm|Hạng",
        "Huế|80.9|1|79.1|2",
        "Hà Nội|80.1|2|79.9|1",
        spans={(1, 1): (2, 1), (1, 2): (1, 2), (1, 4): (1, 2)},
    )
    assert table.header_paths() == [
        ("Tỉnh",),
        ("Năm 2023", "Điểm"),
        ("Năm 2023", "Hạng"),
        ("Năm 2022", "Điểm"),
        ("Năm 2022", "Hạng"),
    ]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(TEXTS, min_size=1, max_size=7), min_size=1, max_size=14))
def test_every_filled_cell_is_in_one_table_or_in_a_title(rows: list[list[str]]) -> None:
    sheet = _sheet(*("|".join(row) for row in rows))
    tables = tables_of(sheet, 1, "synthetic")
    seen = Counter(cell.a1 for table in tables for cell in table.cells)
    assert not seen or max(seen.values()) == 1
    titles = " ".join(table.title for table in tables)
    for position, entry in sheet.entries.items():
        assert a1_of(position) in seen or entry.text in titles
    texts = {cell.a1: cell.text for table in tables for cell in table.cells}
    assert all(texts[a1_of(p)] == entry.text for p, entry in sheet.entries.items() if a1_of(p) in texts)
    assert all(cell is not None for table in tables for row in table.grid() for cell in row)
    assert [table.number for table in tables] == list(range(1, len(tables) + 1))

"""The embedded plan of Thừa Thiên Huế, read cell by cell: fifteen pages set by LibreOffice."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path

import pytest

from extractors.pdf import read_pdf
from extractors.records import Cell, Reading, Table

DOCUMENTS = Path(__file__).parents[2] / "extractors" / "documents"


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read_pdf((DOCUMENTS / "sipas_2023_thua_thien_hue_ubnd.pdf").read_bytes(), "0" * 64, "sipas_2023_thua_thien_hue_ubnd")


def one(table: Table, text: str) -> Cell:
    (cell,) = [cell for cell in table.cells if cell.text == text]
    return cell


def table_titled(reading: Reading, start: str) -> Table:
    (table,) = [table for table in reading.tables if table.title.startswith(start)]
    return table


def column(table: Table, number: int) -> list[str]:
    return [cell.text if cell else "<none>" for cell in (row[number - 1] for row in table.grid())]


def test_every_table_is_found_once(reading: Reading) -> None:
    assert (reading.kind, reading.pages, reading.text_health) == ("pdf", 15, 1.0)
    assert [table.number for table in reading.tables] == list(range(1, 19))
    assert [(table.n_rows, table.n_columns) for table in reading.tables] == [
        *((10, 4), (8, 4), (8, 4), (5, 3), (4, 4), (4, 4), (4, 4)),
        (14, 8),
        *((5, 7), (5, 7), (12, 7), (14, 7), (6, 7), (7, 7), (6, 7), (6, 7), (6, 7)),
        (20, 7),
    ]
    assert [table.header_rows for table in reading.tables] == [*[1] * 7, *[2] * 10, 1]


def test_both_engines_agree_on_every_cell_and_nothing_is_doubtful(reading: Reading) -> None:
    assert reading.issues == ()


def test_every_position_of_every_table_is_covered(reading: Reading) -> None:
    for table in reading.tables:
        assert all(cell is not None for row in table.grid() for cell in row)
        assert sum(cell.row_span * cell.column_span for cell in table.cells) == table.n_rows * table.n_columns


def test_summary_table(reading: Reading) -> None:
    table = reading.tables[7]
    assert table.header_paths() == [
        ("Nội dung",),
        ("Năm 2023", "Chỉ số của tỉnh"),
        ("Năm 2023", "Vị thứ"),
        ("Năm 2022", "Chỉ số của tỉnh"),
        ("Năm 2022", "Vị thứ"),
        ("Năm 2023/2022", "Tăng/giảm tỷ lệ"),
        ("Năm 2023/2022", "Tăng/giảm vị thứ"),
        ("Cơ quan chủ trì",),
    ]
    root = one(table, "82,28")
    assert (root.row, root.column, root.page, table.number) == (3, 2, 6, 8)
    assert root.bbox == pytest.approx((205.7, 109.25, 245.7, 182.85), abs=1.0)
    assert column(table, 2)[2:] == [
        *("82,28", "81,91", "81,53", "80,36", "81,74", "82,44"),
        *("82,82", "83,36", "82,72", "83,36", "82,64", "82,04"),
    ]
    assert column(table, 7)[2:] == ["8", "6", "-2", "1", "3", "19", "14", "0", "6", "24", "14", "14"]


def test_the_responsible_units_span_their_rows(reading: Reading) -> None:
    table = reading.tables[7]
    many = "Các sở, ban, ngành; UBND các huyện, thị xã, thành phố; UBND các xã, phường, thị trấn"
    merged = [cell for cell in table.cells if cell.text == many]
    assert [(cell.row, cell.row_span) for cell in merged] == [(4, 5), (13, 1), (14, 1)]
    assert column(table, 8)[2:] == ["", *[many] * 5, "", *["Bộ phận Một cửa các cấp"] * 3, many, many]


def test_the_block_of_new_criteria_spans_nine_rows_and_four_columns(reading: Reading) -> None:
    table = table_titled(reading, "2.1.4")
    block = one(table, "Những tiêu chí mới của năm 2023 so với năm 2022")
    assert (block.row, block.column, block.row_span, block.column_span, block.page) == (5, 4, 9, 4, 9)
    assert [cell.text for cell in table.cells if cell.row == 14 and cell.column > 1] == [""] * 6


@pytest.mark.parametrize(
    ("number", "pages", "figures"),
    [
        (3, (3, 4), ["73,64%", "78,61%", "74,77%", "69,22%", "79,96%", "77,75%", "69,45%"]),
        (6, (4, 5), ["85,90%", "12,48%", "1,63%"]),
        (15, (11, 12), ["83,36", "83,86", "82,90", "83,33"]),
    ],
)
def test_tables_cut_by_a_page_are_one_table(reading: Reading, number: int, pages: tuple[int, int], figures: list[str]) -> None:
    table = reading.tables[number - 1]
    assert table.pages == pages
    first = 3 if number < 15 else 2
    cells = [cell for cell in table.cells if cell.column == first and cell.row > table.header_rows]
    assert [cell.text for cell in cells] == figures
    assert [cell.row for cell in cells] == list(range(table.header_rows + 1, table.n_rows + 1))
    assert (cells[0].page, cells[-1].page) == pages
    # The part on the second page stands at its top, not below the part on the first.
    assert cells[-1].bbox is not None
    assert cells[-1].bbox[1] < 200


def test_labels_over_rows_keep_their_whole_text_over_the_page(reading: Reading) -> None:
    suitability, money = reading.tables[2], reading.tables[5]
    label = one(suitability, "Mức độ phù hợp của các hình thức cung cấp thông tin về chính sách")
    assert (label.row, label.row_span, label.page) == (2, 7, 3)
    label = one(
        money,
        "Suy nghĩ của người dân về tình trạng phải đưa tiền ngoài quy định cho công chức để công việc được giải quyết",
    )
    assert (label.row, label.row_span, label.page) == (2, 3, 4)


def test_every_text_is_nfc_without_line_breaks(reading: Reading) -> None:
    texts = [cell.text for table in reading.tables for cell in table.cells] + [p.text for p in reading.paragraphs]
    assert len(texts) > 700
    for text in texts:
        assert text == unicodedata.normalize("NFC", text)
        assert text == " ".join(text.split())


def test_prose_stands_in_whole_sentences_and_tables_and_running_feet_do_not(reading: Reading) -> None:
    prose = [paragraph.text for paragraph in reading.paragraphs]
    assert any("xếp thứ 39 toàn quốc, tăng 7,5% so với năm 2022" in text for text in prose)
    assert not any("trang " in text and text.startswith("Chế bản lại từ Kế hoạch") and "– trang" in text for text in prose)
    assert not any("78,61%" in text for text in prose)
    ends = [text for text in prose if len(text) > 120]
    assert len(ends) > 25
    assert all(text.endswith((".", ")", "%", ":")) or text.isupper() for text in ends)


def test_the_press_table_has_its_components_under_one_heading() -> None:
    name = "par_index_2020_press_top10"
    reading = read_pdf((DOCUMENTS / f"{name}.pdf").read_bytes(), "0" * 64, name)
    (table,) = reading.tables
    assert reading.issues == ()
    assert (table.n_rows, table.header_rows) == (12, 2)
    assert table.header_paths()[3] == ("Tác động của CCHC", "Chỉ số hài lòng (SIPAS)")
    assert [row[1].text for row in table.grid()[2:4] if row[1]] == ["Quảng Ninh", "Hải Phòng"]


def test_fifteen_pages_take_less_than_three_seconds() -> None:
    data = (DOCUMENTS / "sipas_2023_thua_thien_hue_ubnd.pdf").read_bytes()
    started = time.process_time()
    read_pdf(data, "0" * 64, "doc", second_reading=False)
    assert time.process_time() - started < 3.0


def test_turned_pages_are_read_upright(reference_data: Path) -> None:
    """The words of landscape pages (/Rotate) run from left to right, in the table and above it."""
    path = reference_data / "pdf" / "gso_unfpa_projection_by_province.pdf"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    reading = read_pdf(path.read_bytes(), "0" * 64, "doc", pages=frozenset({1}))
    years = [str(year) for year in range(2014, 2035)]
    assert [path[0] for path in reading.tables[0].header_paths()[1:]] == years
    assert any(paragraph.text == "Unit: Thousand persons" for paragraph in reading.paragraphs)

"""The workbook of a province as somebody in a Sở Nội vụ opens it: the right figures, printable, and nothing that Excel would run."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest
import yaml
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from tests.conftest import REPOSITORY, Instance
from warehouse.formats.texts import IN_VIETNAMESE
from warehouse.release_facts import ReleaseFacts
from warehouse.workbooks import read_provinces, write_workbook
from warehouse.workbooks.layout import lines_of, sheet_name

ENGLISH = {"the", "of", "by", "several", "not", "each", "data", "panel", "facts"}


def test_publishers_and_licences_are_said_in_vietnamese() -> None:
    """Whatever the catalogue says of them in English words has a Vietnamese form."""
    said = {
        str(value)
        for path in (REPOSITORY / "extractors/catalogue/entries").glob("*.yml")
        for entry in [yaml.safe_load(path.read_text(encoding="utf-8"))]
        for value in (entry["cited_source"].get("publisher"), entry["licence"]["name"])
        if value
    }
    english = {text for text in said if ENGLISH & set(re.findall(r"[a-z]+", text.lower()))}
    assert english
    assert english <= set(IN_VIETNAMESE)


FACTS = ReleaseFacts("v2026.11.0", datetime(2026, 11, 23, tzinfo=UTC), "a", "b", "c")


@pytest.fixture(scope="module")
def folder(refreshed: Instance) -> Path:
    return refreshed.release / "xlsx"


@pytest.fixture(scope="module")
def hue(folder: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(folder / "thua-thien-hue.xlsx")


def _table(sheet: Worksheet, header: int) -> list[dict[str, object]]:
    titles = [str(cell.value) for cell in sheet[header]]
    return [dict(zip(titles, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=header + 1)]


def _width(dimension: ColumnDimension) -> float:
    """Of all columns that a run of equal columns stands for."""
    return dimension.width * ((dimension.max or 1) - (dimension.min or 1) + 1)


def _header(sheet: Worksheet, title: str) -> int:
    return next(number for number, row in enumerate(sheet.iter_rows(), start=1) for cell in row if cell.value == title)


def test_every_province_of_both_maps_has_a_workbook_of_its_own(folder: Path) -> None:
    names = {path.stem for path in folder.iterdir()}
    assert len(names) == 64 + 34, "Thừa Thiên Huế and, from 2025, Huế are two of the map of 63"
    assert {"thua-thien-hue", "hue", "hue-34", "bac-ninh", "bac-ninh-34"} <= names


def test_the_profile_has_score_rank_of_n_gaps_and_why_a_change_is_empty(hue: openpyxl.Workbook) -> None:
    sheet = hue["Hồ sơ"]
    rows = _table(sheet, _header(sheet, "Chỉ số"))
    sipas = next(row for row in rows if row["Chỉ số"] == "SIPAS" and row["Năm"] == 2023)
    assert (sipas["Điểm"], sipas["Hạng"], sipas["Trên"]) == (82.28, 32, 63)
    assert (sipas["Kỳ trước"], sipas["Thay đổi"]) == (78.55, "không so sánh được")
    assert (sipas["Trung bình cả nước"], sipas["Chênh so trung bình"], sipas["Chênh so cao nhất"]) == (82.66, -0.38, -8.33)
    papi = next(row for row in rows if row["Chỉ số"] == "PAPI" and row["Năm"] == 2023)
    assert (papi["Điểm"], papi["Hạng"], papi["Trên"], papi["Loại hạng"]) == (46.0415, 1, 61, "hạng tự tính từ điểm")
    texts = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert any("Giấy phép CC-BY-4.0" in text for text in texts)
    assert "Bắc Trung Bộ và Duyên hải miền Trung" in texts


def test_criteria_have_change_rank_unit_in_charge_and_the_cell_they_were_read_from(hue: openpyxl.Workbook) -> None:
    rows = {(row["Năm"], row["Mã"]): row for row in _table(hue["SIPAS"], 3)}
    fell = rows[2023, "S.2.1.1"]
    assert (fell["Điểm"], fell["Kỳ trước"], fell["Thay đổi"]) == (82.83, 85.25, -2.42)
    road = rows[2023, "S.1.3.5"]
    assert (road["Điểm"], road["Thay đổi"], road["Hạng"], road["Trên"]) == (80.14, 12.02, 40, 63)
    assert (road["Nguyên văn"], road["Nguồn"], road["Chỗ trong nguồn"]) == (
        "80,14",
        "216/KH-UBND",
        "trang 8, bảng 11, dòng 8, cột 2",
    )
    assert str(rows[2023, "S.1.2"]["Cơ quan chủ trì"]).startswith("Các sở, ban, ngành")
    assert rows[2023, "S.1.1.1"]["Lưu ý"] == "mâu thuẫn"


def test_figures_are_numbers_with_printed_decimals_and_signs(hue: openpyxl.Workbook) -> None:
    sheet = hue["SIPAS"]
    titles = {str(cell.value): number for number, cell in enumerate(sheet[3])}
    row = next(row for row in sheet.iter_rows(min_row=4) if row[1].value == "S.2.1.1")
    formats = {title: row[column].number_format for title, column in titles.items()}
    assert (formats["Điểm"], formats["Thay đổi"], formats["Hạng"]) == ("0.00_-", "+0.00_-;-0.00_-;0.00_-", "0")
    profile = hue["Hồ sơ"]
    papi = next(row for row in profile.iter_rows() if row[0].value == "PAPI")
    assert papi[3].number_format == "0.0000_-"


def test_what_is_said_of_a_rank_is_not_said_of_a_score_that_is_not_there(folder: Path) -> None:
    """SIPAS 2024 of Quảng Nam is a rank of the press without a score, and of 2022 there are two surveys."""
    sheet = openpyxl.load_workbook(folder / "quang-nam.xlsx")["SIPAS"]
    rows = _table(sheet, 3)
    newest = next(row for row in rows if row["Năm"] == 2024)
    assert (newest["Điểm"], newest["Hạng"], newest["Lưu ý"]) == (None, 61, "hạng do bên thứ ba tính")
    both = {(str(row["Điểm"]), str(row["Công cụ"])) for row in rows if row["Năm"] == 2022 and row["Mã"] == "S"}
    assert both == {("74.56", "Khảo sát hài lòng của Bộ Nội vụ"), ("85.5", "Khảo sát hài lòng do tỉnh tự thực hiện")}
    papi = openpyxl.load_workbook(folder / "thua-thien-hue.xlsx")["PAPI"]
    assert "Công cụ" not in [cell.value for cell in papi[3]], "where there is one instrument no column is spent on it"
    withheld = openpyxl.load_workbook(folder / "bac-giang.xlsx")["PAPI"]
    assert "nơi công bố giữ lại" in {str(cell.value) for row in withheld.iter_rows() for cell in row}


def test_a_figure_of_one_decimal_does_not_round_those_beside_it(folder: Path) -> None:
    """PAR INDEX of Quảng Nam: 84.6 in 2023 after 80,91 in 2022, which is no 80,9; the mean is 86,98 and no 87,0."""
    profile = openpyxl.load_workbook(folder / "quang-nam.xlsx")["Hồ sơ"]
    row = next(row for row in profile.iter_rows() if row[0].value == "PAR INDEX (tỉnh)" and row[1].value == 2023)
    titles = [str(cell.value) for cell in profile[_header(profile, "Chỉ số")]]
    shown = {title: (cell.value, cell.number_format) for title, cell in zip(titles, row, strict=True)}
    assert shown["Điểm"] == (84.6, "0.0_-")
    assert shown["Kỳ trước"] == (80.91, "0.00_-")
    assert shown["Trung bình cả nước"] == (86.98, "0.00_-")


def test_sheets_are_set_up_to_be_printed_and_scrolled(hue: openpyxl.Workbook) -> None:
    for name in ("Hồ sơ", "SIPAS", "PAPI", "Nguồn", "Mâu thuẫn"):
        sheet = hue[name]
        assert sheet.freeze_panes == "A4", name
        assert sheet.print_title_rows == "$3:$3", name
        assert sheet.auto_filter.ref.startswith("A3:"), name
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0), name
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage, name
        assert (sheet.page_setup.fitToWidth or 1) == (2 if name in ("SIPAS", "PAPI") else 1), (
            f"{name}: no letter is too small to read"
        )
    assert hue["SIPAS"].print_title_cols == "$A:$C", "year, code and criterion stand on the second page of a row too"
    for sheet in (hue["Hồ sơ"], hue["Nguồn"], hue["Mâu thuẫn"]):
        wide = sum(_width(dimension) for dimension in sheet.column_dimensions.values())
        assert wide < 180, "7 points on A4"
        assert "Trang &P/&N" in str(sheet.HeaderFooter.oddFooter), name
    widths = [hue["SIPAS"].column_dimensions[letter].width for letter in "ABC"]
    assert widths[0] < widths[1] < widths[2]
    assert hue.properties.title == "Thừa Thiên Huế: các chỉ số hành chính công"


def test_conflicts_show_both_statements_and_sources_say_which_are_re_set(hue: openpyxl.Workbook) -> None:
    conflicts = {row["Mã"]: row for row in _table(hue["Mâu thuẫn"], 3)}
    assert (conflicts["S.1.4"]["Được dùng"], conflicts["S.1.4"]["Nói khác"]) == ("32", "xếp thứ 39 toàn quốc")
    assert (conflicts["S.1.4"]["Loại"], conflicts["S.1.4"]["So sánh gì với gì"]) == ("nói khác nhau", "Hai phát biểu về một ô")
    sources = {row["Mã tài liệu"]: row for row in _table(hue["Nguồn"], 3)}
    assert sources["papi_2015_2024_published"]["Nơi ban hành"] == "nhiều nơi, nêu ở địa chỉ của từng dòng"
    assert str(sources["sipas_2023_thua_thien_hue_ubnd"]["Giấy phép"]).startswith("Dữ kiện; văn bản của cơ quan nhà nước")
    plan = sources["sipas_2023_thua_thien_hue_ubnd"]
    assert plan["Số, ký hiệu"] == "216/KH-UBND"
    assert "dựng lại" in str(plan["Bản đã đọc"])


def test_a_figure_of_another_index_another_year_or_another_unit_is_never_shown_as_one_of_the_same(folder: Path) -> None:
    """SIPAS points within PAR INDEX against SIPAS; a part against its whole; a printed change; two units of one rank."""

    def conflicts(name: str) -> list[tuple[object, ...]]:
        rows = _table(openpyxl.load_workbook(folder / f"{name}.xlsx")["Mâu thuẫn"], 3)
        titles = ("Năm", "Tiêu chí", "Được dùng", "Nói khác", "Loại", "So sánh gì với gì")
        return [tuple(row[title] for title in titles) for row in rows]

    (converted,) = (row for row in conflicts("quang-nam") if row[2] == "7.58/10 điểm")
    assert converted[0] == 2022
    assert str(converted[1]).endswith("(phần lấy từ chỉ số hài lòng)")
    assert converted[3:] == (
        "74,56 (SIPAS)",
        "chưa rõ cách quy đổi",
        "Điểm SIPAS quy đổi trong PAR INDEX so với SIPAS: 7.58/10 điểm ≠ 74,56 / 10",
    )
    (part,) = (row for row in conflicts("quang-nam") if row[3] == "73,87 (tiêu chí S.1)")
    assert part[5] == "Tổng thể so với các phần: 74,56 ≠ trung bình của các tiêu chí con (73,87, ...)"
    assert ("+2", "8 (năm 2020)") in {(row[2], row[3]) for row in conflicts("ha-noi")}
    assert ("7", "Long An: 7") in {(row[2], row[3]) for row in conflicts("lao-cai") + conflicts("long-an")} or (
        "7",
        "Lào Cai: 7",
    ) in {(row[2], row[3]) for row in conflicts("lao-cai") + conflicts("long-an")}


def test_a_province_without_figures_says_so_and_where_those_of_before_are(folder: Path) -> None:
    workbook = openpyxl.load_workbook(folder / "lam-dong-34.xlsx")
    assert workbook.sheetnames == ["Hồ sơ", "Ghi chú"]
    texts = [str(cell.value) for row in workbook["Hồ sơ"].iter_rows() for cell in row if cell.value]
    assert "Chưa có con số nào của Lâm Đồng trên bản đồ này trong các nguồn đã đọc." in texts
    assert {text.partition(" (")[0] for text in texts if ".xlsx" in text} == {"Lâm Đồng", "Bình Thuận", "Đắk Nông"}
    hue = openpyxl.load_workbook(folder / "hue-34.xlsx")
    named = [str(cell.value) for row in hue["Hồ sơ"].iter_rows() for cell in row if cell.value and ".xlsx" in str(cell.value)]
    assert len(named) == 1
    assert named[0].startswith("Thừa Thiên Huế (mã 46, tệp thua-thien-hue.xlsx)"), (
        "not the file of six months of 2025, which is empty"
    )


def test_no_text_becomes_a_formula_and_quotes_and_commas_stay(refreshed: Instance, tmp_path: Path) -> None:
    """A criterion text that begins with "=", a name with quotes and commas, an address that is none."""
    database = tmp_path / "cchc.duckdb"
    shutil.copyfile(refreshed.release / "cchc.duckdb", database)
    evil, quoted = '=HYPERLINK("http://example.invalid","xem")', 'Thừa "Thiên", Huế & <b>'
    with duckdb.connect(str(database)) as connection:
        connection.execute("update rpt_scores set criterion_name_vi = ? where criterion_code = 'S.2.1.1'", [evil])
        connection.execute(
            "update rpt_scores set responsible_unit = '+1+1', raw_text = '@SUM(A1)' where criterion_code = 'S.2.1.1'"
        )
        connection.execute("update dim_province set name_vi = ? where province_slug = 'thua-thien-hue'", [quoted])
    (data,) = (one for one in read_provinces(database) if one.slug == "thua-thien-hue")
    write_workbook(data, tmp_path / "hue.xlsx", FACTS)
    workbook = openpyxl.load_workbook(tmp_path / "hue.xlsx")
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    texts = {str(cell.value) for cell in cells if cell.data_type == "s"}
    assert {evil, "+1+1", "@SUM(A1)"} <= texts
    assert f"{quoted}: các chỉ số hành chính công" in texts


def test_equal_data_give_equal_bytes(refreshed: Instance, tmp_path: Path) -> None:
    (data,) = (one for one in read_provinces(refreshed.release / "cchc.duckdb") if one.slug == "quang-nam")
    for name in ("one", "two"):
        write_workbook(replace(data), tmp_path / f"{name}.xlsx", FACTS)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_names_of_sheets_and_lines_of_cells_are_what_excel_allows() -> None:
    assert sheet_name("PAR INDEX [tỉnh]: 2023/2024") == "PAR INDEX -tỉnh-- 2023-2024"
    assert len(sheet_name("x" * 40)) == 31
    assert lines_of("", 10) == 1
    assert lines_of("một hai ba bốn năm sáu", 8) == 3
    assert lines_of("x" * 50, 8) == 5

"""Make `papi_2011_2024_dimensions.xlsx`: dimension scores and totals of 63 provinces and 14 years in the shapes UNDP's files have.

The figures are sums that this project computed from the cited panel of sub-dimensions (`papi/derived_dimensions.csv`); they are
not UNDP's own file and the first sheet says so. To 2017 provinces stand in rows; since 2018 the sheet is transposed (indicators
in rows, provinces in columns; "Chỉ số nội dung n" in 2018-2019, "Dimension n" from 2020), with the mean and the maximum as
statistics after the provinces. A dimension that UNDP withheld is blank, in 2022 and 2024 it holds 0, as in UNDP's files; the same
holds for the total of a province without all dimensions. Mean and maximum are taken over the complete provinces only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from scripts.documents.workbook import (
    DOCUMENTS,
    Value,
    merge,
    new_workbook,
    read_rows,
    reference_directory,
    save,
    set_widths,
    write_cell,
    write_header,
    write_line,
)

FILE = "papi_2011_2024_dimensions.xlsx"
SIX = Decimal("0.000001")
FORMAT = "0.000000"
FIRST_TRANSPOSED = 2018
ZERO_FOR_WITHHELD = {2022, 2024}
TOTAL = "total"

VIETNAMESE = (
    "Tham gia của người dân ở cấp cơ sở",
    "Công khai, minh bạch trong việc ra quyết định",
    "Trách nhiệm giải trình với người dân",
    "Kiểm soát tham nhũng trong khu vực công",
    "Thủ tục hành chính công",
    "Cung ứng dịch vụ công",
    "Quản trị môi trường",
    "Quản trị điện tử",
)
ENGLISH = (
    "Participation at Local Levels",
    "Transparency of Local Decision-making",
    "Vertical Accountability",
    "Control of Corruption in the Public Sector",
    "Public Administrative Procedures",
    "Public Service Delivery",
    "Environmental Governance",
    "E-Governance",
)
TOTAL_VIETNAMESE = "Chỉ số PAPI (không có trọng số)"
TOTAL_ENGLISH = "Un-weighted PAPI"
MEAN = ("Trung bình (không trọng số)", "Unweighted mean")
HIGHEST = ("Cao nhất", "Highest")

UNDP_ENGLISH: Mapping[str, str] = {
    "Thừa Thiên Huế": "Thua Thien-Hue",
    "Bà Rịa - Vũng Tàu": "Ba Ria-Vung Tau",
    "Hồ Chí Minh": "TP. Ho Chi Minh",
}
UNDP_VIETNAMESE: Mapping[str, str] = {
    "Thừa Thiên Huế": "Thừa Thiên-Huế",
    "Bà Rịa - Vũng Tàu": "Bà Rịa-Vũng Tàu",
    "Hồ Chí Minh": "TP. Hồ Chí Minh",
}
ENGLISH_SHEETS = {2011, 2012, 2013, 2014, 2020, 2021, 2022, 2023, 2024}
"""Years whose sheet names provinces without diacritics; the others name them in Vietnamese."""

SHEET_NAMES: Mapping[int, str] = {
    **{year: f"{year}PAPI- Bảng tổng hợp kết quả" for year in range(2011, FIRST_TRANSPOSED)},
    2018: "2018_ProvincialIndicators_VIE",
    2019: "2019PAPI_Indicators_VIE",
    **{year: f"{year}_VIE_ENG" for year in range(2020, 2024)},
    2024: "2024_PAPI_VIE_ENG",
}

PROJECT = "https://github.com/hnks-gh/ml-mcdm"
COMMIT = "d165721"

Row = Mapping[str, str]


def _provinces(rows: Sequence[Row]) -> list[Row]:
    """The 63 provinces of 2008-2024 in the order of the official codes, which is the order of the panel (P01..P63)."""
    found = sorted((row for row in rows if row["valid_from"] == "2008-08-01"), key=lambda row: row["gso_code"])
    if len(found) != 63:
        raise SystemExit(f"expected 63 provinces valid from 2008-08-01 in provinces.csv, found {len(found)}")
    return found


def _name(province: Row, year: int) -> str:
    if year in ENGLISH_SHEETS:
        return UNDP_ENGLISH.get(province["name_vi"], province["name_en"])
    return UNDP_VIETNAMESE.get(province["name_vi"], province["name_vi"])


def _columns(year: int) -> tuple[str, ...]:
    count = 6 if year < FIRST_TRANSPOSED else 8
    return (*(f"D{number}" for number in range(1, count + 1)), TOTAL)


def _value(row: Row, column: str, year: int) -> Value:
    text = row[column]
    if text:
        return float(text)
    return 0 if year in ZERO_FOR_WITHHELD else None


def _statistics(rows: Sequence[Row], column: str) -> tuple[Value, Value]:
    """Unweighted mean (six decimals) and maximum over the complete provinces."""
    values = [Decimal(row[column]) for row in rows if row["complete"] == "1"]
    mean = (sum(values, Decimal(0)) / len(values)).quantize(SIX, ROUND_HALF_EVEN)
    return float(mean), float(max(values))


def _write_rows(sheet: Worksheet, year: int, rows: Sequence[Row], provinces: Sequence[Row]) -> None:
    """To 2017: one province per row under an English and a Vietnamese header, statistics in the last two rows."""
    columns = _columns(year)
    write_header(sheet, 2, ("Province code", "Province", *ENGLISH[: len(columns) - 1], TOTAL_ENGLISH))
    write_header(sheet, 3, ("Mã tỉnh", "Tỉnh/Thành phố", *VIETNAMESE[: len(columns) - 1], TOTAL_VIETNAMESE))
    for line, (row, province) in enumerate(zip(rows, provinces, strict=True), start=4):
        write_cell(sheet, line, 1, int(province["gso_code"]), align="center")
        write_cell(sheet, line, 2, _name(province, year))
        for position, column in enumerate(columns, start=3):
            write_cell(sheet, line, position, _value(row, column, year), align="right", number_format=FORMAT)
    language = 1 if year in ENGLISH_SHEETS else 0
    for offset, label in enumerate((MEAN[language], HIGHEST[language])):
        line = 4 + len(rows) + offset
        write_cell(sheet, line, 1, None)
        write_cell(sheet, line, 2, label, bold=True)
        for position, column in enumerate(columns, start=3):
            write_cell(sheet, line, position, _statistics(rows, column)[offset], bold=True, align="right", number_format=FORMAT)
    set_widths(sheet, (9, 26, *(16 for _ in columns)))
    sheet.freeze_panes = "C4"


def _write_columns(
    sheet: Worksheet, year: int, rows: Sequence[Row], provinces: Sequence[Row], successors: Mapping[str, str]
) -> None:
    """Since 2018: one indicator per row, one province per column; in 2024 a row of the 34 units above, and a blank column."""
    english = year in ENGLISH_SHEETS
    header = 2
    if year == 2024:
        write_cell(sheet, header, 1, "Tỉnh, thành phố từ 01/7/2025", header=True)
        merge(sheet, header, 1, header, 2)
        for column, province in enumerate(provinces, start=3):
            write_cell(sheet, header, column, successors[province["successor_code"]], header=True)
        header += 1
    gap = 1 if year == 2024 else 0
    statistics = (MEAN[english], HIGHEST[english])
    labels = ("Dimension", "Indicator") if english else ("Chỉ số", "Tên chỉ số")
    names = tuple(_name(province, year) for province in provinces)
    write_header(sheet, header, (*labels, *names))
    for offset, label in enumerate(statistics):
        write_cell(sheet, header, 3 + len(names) + gap + offset, label, header=True)
    for number, column in enumerate(_columns(year), start=1):
        line = header + number
        is_total = column == TOTAL
        kind = "PAPI" if is_total else (f"Dimension {number}" if english else f"Chỉ số nội dung {number}")
        if is_total:
            name = TOTAL_ENGLISH if english else TOTAL_VIETNAMESE
        else:
            name = ENGLISH[number - 1] if english else VIETNAMESE[number - 1]
        write_cell(sheet, line, 1, kind, bold=is_total)
        write_cell(sheet, line, 2, name, bold=is_total)
        for position, row in enumerate(rows, start=3):
            write_cell(sheet, line, position, _value(row, column, year), align="right", number_format=FORMAT)
        for offset, value in enumerate(_statistics(rows, column)):
            write_cell(sheet, line, 3 + len(names) + gap + offset, value, bold=True, align="right", number_format=FORMAT)
    set_widths(sheet, (20, 44, *(13 for _ in range(len(names) + gap + 2))))
    sheet.freeze_panes = sheet.cell(row=header + 1, column=3).coordinate


def _information(book: Workbook) -> None:
    sheet = book.create_sheet("Thông tin")
    lines = (
        "PAPI 2011-2024: tám chỉ số nội dung và chỉ số chung của 63 tỉnh, thành phố",
        "Bảng do dự án cchc tính: mỗi chỉ số nội dung là tổng các nội dung thành phần, chỉ số chung là tổng các chỉ số nội dung.",
        "Đây không phải tệp của UNDP. Nguồn của các nội dung thành phần: bảng PAPI 2011-2024 (UNDP, CECODES, VFF-CRT, RTA)",
        f"trong kho {PROJECT}, phiên bản {COMMIT}, giấy phép MIT.",
        "Năm 2011-2017 có sáu chỉ số nội dung; chỉ số nội dung 7 và 8 có từ năm 2018.",
        "Ô trống (năm 2022 và 2024: số 0) là chỉ số không được UNDP công bố của tỉnh đó; không phải điểm 0.",
        "Tỉnh thiếu một chỉ số nội dung thì không có chỉ số chung.",
        "Trung bình và cao nhất chỉ tính trên các tỉnh có đủ chỉ số nội dung.",
        "Cách làm: scripts/documents/papi_dimensions.py.",
        "PAPI 2011-2024, dimension scores and totals: sums computed by this project from the cited panel, not UNDP's own file.",
    )
    for number, text in enumerate(lines, start=1):
        write_line(sheet, number, text, 2, bold=number == 1)
    set_widths(sheet, (70, 70))


def build(figures: Sequence[Row], province_rows: Sequence[Row]) -> Workbook:
    provinces = _provinces(province_rows)
    successors = {row["gso_code"]: row["name_vi"] for row in province_rows if row["valid_from"] == "2025-07-01"}
    book = new_workbook("PAPI 2011-2024: chỉ số nội dung và chỉ số chung", f"Tính từ {PROJECT} @ {COMMIT} (MIT)")
    _information(book)
    for year, name in SHEET_NAMES.items():
        rows = [row for row in figures if int(row["year"]) == year]
        sheet = book.create_sheet(name)
        write_line(sheet, 1, f"PAPI {year} - Bảng tổng hợp kết quả (tính từ nội dung thành phần)", 9, bold=True)
        if year < FIRST_TRANSPOSED:
            _write_rows(sheet, year, rows, provinces)
        else:
            _write_columns(sheet, year, rows, provinces, successors)
    return book


def main() -> None:
    directory = reference_directory()
    book = build(read_rows(directory / "papi" / "derived_dimensions.csv"), read_rows(directory / "provinces.csv"))
    save(book, DOCUMENTS / FILE)


if __name__ == "__main__":
    main()

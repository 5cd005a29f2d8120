"""Make `par_index_2022_2023_quang_nam_press.xlsx`: Quảng Nam's PAR INDEX by field, 2022 and 2023, as one article prints it.

The figures are the field rows and totals that cite the article in `published_figures.csv`; the total of 2022 (80.91, rank 57)
stands in the same article and is not in that file, so it is written here. The sheet has the form of a provincial scoring
workbook. Only differences that the article prints are written (total: +3,69 points, +1 place); maximum points stay blank,
since no source gives them, and so does field 8, for which the article has no figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from openpyxl import Workbook

from scripts.documents.workbook import (
    DOCUMENTS,
    Value,
    decimal_comma,
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

FILE = "par_index_2022_2023_quang_nam_press.xlsx"
ADDRESS = "https://www.vietnam.vn/ja/quang-nam-tang-diem-thang-hang-par-index-va-sipas"

TOTAL_2022 = {"score": "80.91", "rank": "57"}
"""Printed in the article at ADDRESS; `published_figures.csv` has the total of 2023 only."""

CHANGE = {"score": "+3,69", "rank": "+1"}
"""Differences of the total as the article prints them."""

FIELDS: Mapping[str, str] = {
    "1": "Công tác chỉ đạo, điều hành cải cách hành chính",
    "2": "Xây dựng và tổ chức thực hiện văn bản quy phạm pháp luật tại tỉnh",
    "3": "Cải cách thủ tục hành chính",
    "4": "Cải cách tổ chức bộ máy hành chính",
    "5": "Xây dựng và nâng cao chất lượng đội ngũ cán bộ, công chức, viên chức",
    "6": "Cải cách tài chính công",
    "7": "Hiện đại hóa hành chính",
    "8": "Tác động của cải cách hành chính đến người dân, tổ chức và phát triển kinh tế - xã hội của tỉnh",
}
"""Names of the fields under Decision 2948/QĐ-BNV (2017), which the article uses for 2022 and 2023."""

COLUMNS = 9
LABEL_WIDTH = 62
"""Characters of the column of field names; a longer name takes two lines."""
NOTES = (
    "Ghi chú:",
    "1. Bài báo ghi dấu % sau các con số của lĩnh vực năm 2023; đó là điểm, không phải tỷ lệ phần trăm.",
    "2. Cột Điểm tối đa để trống: không nguồn nào trong số đã xem cho biết điểm tối đa của từng lĩnh vực.",
    "3. Bài báo gọi các lĩnh vực theo bộ tiêu chí năm 2017, bảng này ghi tên đầy đủ của bộ đó; hai năm áp dụng QĐ 876/QĐ-BNV.",
    "4. Lĩnh vực 8 để trống: bài báo không nêu điểm và vị thứ.",
    "5. Cột Năm 2023/2022 chỉ ghi mức tăng, giảm mà bài báo nêu.",
)


def _figures(rows: list[dict[str, str]]) -> dict[tuple[int, str], dict[str, str]]:
    """(year, field number or "TOTAL") -> row, for Quảng Nam in this article."""
    found: dict[tuple[int, str], dict[str, str]] = {}
    for row in rows:
        if row["source_url"] != ADDRESS or row["index"] != "PAR INDEX" or row["entity"] != "Quảng Nam":
            continue
        found[int(row["year"]), row["criterion"].split(" ", 1)[0]] = row
    found[2022, "TOTAL"] = TOTAL_2022
    return found


def build(rows: list[dict[str, str]]) -> Workbook:
    figures = _figures(rows)
    book = new_workbook("Chỉ số PAR INDEX tỉnh Quảng Nam năm 2022 và 2023 theo lĩnh vực", f"Đặt lại từ {ADDRESS}")
    sheet = book.create_sheet("PAR INDEX Quảng Nam")
    write_line(sheet, 1, "BẢNG TỔNG HỢP ĐIỂM CHỈ SỐ CẢI CÁCH HÀNH CHÍNH (PAR INDEX)", COLUMNS, bold=True, centre=True)
    write_line(sheet, 2, "TỈNH QUẢNG NAM, NĂM 2022 VÀ NĂM 2023", COLUMNS, bold=True, centre=True)
    write_line(
        sheet,
        3,
        "(Bảng đặt lại từ nguồn dẫn dưới đây, không phải bản gốc của cơ quan ban hành)",
        COLUMNS,
        italic=True,
        centre=True,
    )
    write_line(sheet, 4, f"Nguồn: {ADDRESS}", COLUMNS)
    top, sub = 6, 7
    write_header(sheet, top, ("STT", "Lĩnh vực", "Điểm tối đa", "Năm 2022", "", "Năm 2023", "", "Năm 2023/2022", ""))
    write_header(
        sheet,
        sub,
        ("", "", "", "Điểm đạt được", "Vị thứ", "Điểm đạt được", "Vị thứ", "Tăng/giảm điểm", "Tăng/giảm vị thứ"),
    )
    for column in (1, 2, 3):
        merge(sheet, top, column, sub, column)
    for column in (4, 6, 8):
        merge(sheet, top, column, top, column + 1)
    line = sub
    for key, name in (*FIELDS.items(), ("TOTAL", "Tổng điểm")):
        line += 1
        old, new = figures.get((2022, key)), figures.get((2023, key))
        total = key == "TOTAL"
        cells: tuple[Value, ...] = (
            None if total else int(key),
            name,
            None,
            # The figures of 2022 are typed as text with a decimal comma, those of 2023 as numbers: both occur in real sheets.
            decimal_comma(old["score"]) if old else None,
            int(old["rank"]) if old else None,
            float(new["score"]) if new else None,
            int(new["rank"]) if new else None,
            CHANGE["score"] if total else None,
            CHANGE["rank"] if total else None,
        )
        if len(name) > LABEL_WIDTH:
            sheet.row_dimensions[line].height = 32
        for column, value in enumerate(cells, start=1):
            write_cell(sheet, line, column, value, bold=total, align="left" if column == 2 else "center")
    for note in NOTES:
        line += 1
        write_line(sheet, line, note, COLUMNS, italic=True)
    set_widths(sheet, (6, LABEL_WIDTH, 11, 13, 9, 13, 9, 13, 13))
    return book


def main() -> None:
    directory: Path = reference_directory()
    save(build(read_rows(directory / "published_figures.csv")), DOCUMENTS / FILE)


if __name__ == "__main__":
    main()

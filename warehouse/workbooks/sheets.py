"""The sheets of a province's workbook, each from what `data` read."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from warehouse.formats.licences import DATA
from warehouse.release_facts import ReleaseFacts
from warehouse.workbooks.columns import CONFLICTS, CRITERIA, PROFILE, SOURCES
from warehouse.workbooks.data import ProvinceData, Row
from warehouse.workbooks.layout import (
    LINE_HEIGHT,
    TITLE_HEIGHT,
    Column,
    Formats,
    lines_of,
    set_up_page,
    sheet_name,
    write_table,
)

MAPS = {
    "vn34": "Bản đồ 34 tỉnh, thành phố (từ 1/7/2025)",
    "vn63": "Bản đồ 63 tỉnh, thành phố (đến 30/6/2025)",
    "vn64": "Bản đồ 64 tỉnh, thành phố (đến 31/7/2008)",
}

PLACES_NOTE = (
    "Trang, bảng, dòng, cột là của bản đã đọc; bản nào do dự án dựng lại từ văn bản được dẫn thì trang “Nguồn” nói rõ. "
    "Cách đọc các cột: trang “Ghi chú”."
)

HOW_TO_READ = (
    "Điểm SIPAS là điểm trung bình trên thang 100, không phải tỷ lệ người dân; đọc cột “Đơn vị tính” trước khi so sánh.",
    "Hạng luôn đọc kèm “trên n”: n là số đơn vị được xếp hạng trong kỳ đó, không phải năm nào cũng là 63.",
    "“Thay đổi” chỉ có số khi hai kỳ so sánh được; phương pháp đổi hoặc chưa ai đối chiếu hai năm thì ghi “không so sánh được”. "
    "Xin không tự trừ hai điểm trong trường hợp đó.",
    "Ô trống nghĩa là không có trong các nguồn đã đọc; không phải bằng 0.",
    "“Mâu thuẫn”: các nguồn nói khác nhau; trang “Mâu thuẫn” ghi cả hai và chỗ của chúng.",
    "“Nguồn in sai”: chính bảng in mâu thuẫn với phép tính của nó; số được giữ như đã in.",
    "“Tự tính từ số liệu đã dẫn”, “hạng tự tính từ điểm”: do dự án tính, nơi công bố không in.",
    "“Trang của bản dựng lại”: số trang, bảng, dòng là của bản do dự án dựng lại từ văn bản được dẫn, không phải trang của bản gốc.",
    "Khi dùng số liệu, xin dẫn văn bản gốc ở trang “Nguồn” và bản công bố này.",
)


class Book:
    """The workbook of one province while it is being written."""

    def __init__(self, workbook: Workbook, data: ProvinceData, facts: ReleaseFacts) -> None:
        self._workbook, self._data, self._facts = workbook, data, facts
        self._formats = Formats(workbook)
        self._name = str(data.province["name"])

    def write(self) -> None:
        """All sheets, the profile first."""
        self._profile()
        for code in dict.fromkeys(row["index_code"] for row in self._data.scores):
            rows = [row for row in self._data.scores if row["index_code"] == code]
            label = str(rows[0]["index_label"])
            self._table(label, f"{label}: {self._name}", CRITERIA, rows, note=PLACES_NOTE, pages_wide=2)
        if self._data.conflicts:
            self._table("Mâu thuẫn", f"Chỗ các nguồn nói khác nhau: {self._name}", CONFLICTS, self._data.conflicts)
        if self._data.documents:
            self._table("Nguồn", "Văn bản mà các con số được đọc từ đó", SOURCES, self._data.documents)
        self._notes()

    def _sheet(self, name: str, title: str, pages_wide: int = 1) -> Worksheet:
        sheet = self._workbook.add_worksheet(sheet_name(name))
        set_up_page(sheet, self._name, self._facts.release_id, pages_wide=pages_wide)
        sheet.hide_gridlines(2)
        sheet.set_row(0, TITLE_HEIGHT)
        sheet.write_string(0, 0, title, self._formats.title)
        return sheet

    def _table(
        self, name: str, title: str, columns: Sequence[Column], rows: Sequence[Row], *, note: str = "", pages_wide: int = 1
    ) -> None:
        sheet = self._sheet(name, title, pages_wide)
        if note:
            sheet.write_string(1, 0, note, self._formats.note)
        write_table(sheet, 2, columns, rows, self._formats)

    def _facts_of_place(self) -> list[tuple[str, str]]:
        place = self._data.province
        since, until = place["valid_from"], place["valid_to"]
        names = " | ".join(dict.fromkeys(str(place["aliases"]).split(" | "))) if place["aliases"] else ""
        return [
            ("Mã đơn vị hành chính", str(place["code"])),
            ("Vùng", str(place["region"] or "")),
            ("Bản đồ", MAPS[str(place["geography"])]),
            ("Có hiệu lực", f"từ {since:%d/%m/%Y}" + (f" đến {until:%d/%m/%Y}" if until else "")),
            ("Cách viết khác", names),
            ("Căn cứ", str(place["succession"] or "")),
        ]

    def _profile(self) -> None:
        sheet = self._sheet("Hồ sơ", f"{self._name}: các chỉ số hành chính công")
        plain, bold, row = self._formats.get(), self._formats.get(bold=True), 2
        if self._data.profile:
            row = write_table(sheet, row, PROFILE, self._data.profile, self._formats) + 1
        else:
            for column, width in enumerate((18.0, 6.0, 100.0)):
                sheet.set_column(column, column, width)
            for words in self._why_empty():
                sheet.write_string(row, 0, words, plain)
                row += 1
            row += 1
        for label, value in self._facts_of_place():
            if value:
                sheet.write_string(row, 0, label, bold)
                sheet.write_string(row, 2, value, plain)
                row += 1
        for one in self._data.constituents:
            sheet.write_string(row, 0, "Hợp thành từ", bold)
            sheet.write_string(row, 2, f"{one['name']} (mã {one['code']}, tệp {one['file']}.xlsx), {one['decree']}", plain)
            row += 1
        for words in (
            f"Bản công bố {self._facts.release_id}, {self._facts.published_at:%d/%m/%Y}. Giấy phép {DATA.spdx} ({DATA.title}).",
            f"Trích dẫn: {self._facts.citation}.",
        ):
            row += 1
            sheet.write_string(row, 0, words, self._formats.note)

    def _why_empty(self) -> list[str]:
        found = [f"Chưa có con số nào của {self._name} trên bản đồ này trong các nguồn đã đọc."]
        if self._data.constituents:
            found.append(
                "Số liệu trước khi sắp xếp nằm ở tệp của các đơn vị hợp thành nêu dưới đây; điểm của chúng không được cộng hay lấy "
                "trung bình thành điểm của đơn vị mới."
            )
        return found

    def _notes(self) -> None:
        sheet = self._sheet("Ghi chú", "Cách đọc")
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 120)
        wrapped, bold = self._formats.get(text_wrap=True), self._formats.get(bold=True)
        row = 2
        for words in HOW_TO_READ:
            sheet.write_string(row, 0, "•", self._formats.get(align="right"))
            sheet.write_string(row, 1, words, wrapped)
            sheet.set_row(row, LINE_HEIGHT * lines_of(words, 120) + 2)
            row += 1
        row += 1
        licence = (
            f"{DATA.spdx} áp dụng cho phần biên soạn của dự án ({DATA.url}). Từng con số là dữ kiện; văn bản của bên thứ ba theo điều "
            "khoản của nơi ban hành, nêu ở trang “Nguồn”."
        )
        sheet.write_string(row, 0, "Giấy phép", bold)
        sheet.write_string(row, 1, licence, wrapped)
        sheet.set_row(row, LINE_HEIGHT * lines_of(licence, 120) + 2)
        row += 1
        if self._data.breaks:
            row += 1
            sheet.write_string(row, 0, "So sánh giữa các năm (toàn chỉ số)", bold)
            row += 1
        for one in self._data.breaks:
            before = f"{one['previous_year']} → " if one["previous_year"] else ""
            decided = f" ({one['decision_number']})" if one["decision_number"] else ""
            sheet.write_string(row, 0, f"{one['index_label']} {before}{one['year']}", self._formats.get())
            sheet.write_string(row, 1, f"{one['note']}{decided}", wrapped)
            row += 1

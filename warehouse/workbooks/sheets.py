"""The sheets of a province's workbook, each from what `data` read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from warehouse.dictionary.texts import code_list_of
from warehouse.formats.licences import DATA
from warehouse.release_facts import ReleaseFacts
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


def _change(row: Row) -> Any:
    """The change; where two years may not be compared the words that say so, and nothing where there is no earlier figure."""
    if row["change_is_comparable"] and row["change"] is not None:
        return row["change"]
    return "không so sánh được" if row["previous_score"] is not None and row["score"] is not None else None


def _meaning(column: str, code: str) -> str:
    """The Vietnamese words for a code, from the one list of codes."""
    codes = code_list_of(column)
    return codes.codes[code].vi if codes is not None and code in codes.codes else code


def _part(row: Row) -> str:
    """The criterion, and which part of its score is meant where it is not all of it."""
    part = "" if row["score_source"] == "total" else f" ({_meaning('score_source', row['score_source']).lower()})"
    return f"{row['criterion'] or row['criterion_code']}{part}"


def _reckoning(row: Row) -> str:
    """What was compared, and the reckoning in the figures of the sources where there was one."""
    found = _meaning("found_by", row["found_by"])
    if not row["relation_text"]:
        return found
    figures = _CODE.sub(lambda one: _meaning("rollup_rule", one[0]).lower(), row["relation_text"].replace("<>", "≠"))
    return f"{found}: {figures}"


def _flags(row: Row) -> str:
    found = (
        ("mâu thuẫn", row["has_conflict"]),
        ("nguồn in sai", row["is_known_failure"]),
        (row["status_note"], row["status_note"] is not None),
        (row["rank_note"], row["rank"] is not None and row["rank_note"] not in (None, "hạng công bố")),
    )
    return "; ".join(str(words) for words, is_so in found if is_so)


_CODE = re.compile(r"[a-z]+(?:_[a-z]+)+")

PROFILE: Sequence[Column] = (
    Column("Chỉ số", lambda row: row["index_label"], width=17),
    Column("Năm", lambda row: row["year"], "whole", 6),
    Column("Công cụ", lambda row: row["instrument"], width=24),
    Column("Điểm", lambda row: row["score"] if row["score"] is not None else row["status_note"], "figure", 9),
    Column("Đơn vị tính", lambda row: row["unit"], "word", 11),
    Column("Hạng", lambda row: row["rank"], "whole", 6),
    Column("Trên", lambda row: row["rank_out_of"], "whole", 6),
    Column("Loại hạng", lambda row: row["rank_note"] if row["rank"] is not None else None, "word", 15),
    Column("Kỳ trước", lambda row: row["previous_score"], "beside", 9),
    Column("Thay đổi", _change, "signed", 11),
    Column("Trung bình cả nước", lambda row: row["national_mean"], "beside", 10),
    Column("Chênh so trung bình", lambda row: row["gap_to_mean"], "signed", 10),
    Column("Chênh so cao nhất", lambda row: row["gap_to_best"], "signed", 10),
    Column("Chênh so hạng 10", lambda row: row["gap_to_rank_10"], "signed", 10),
    Column("So với kỳ trước", lambda row: row["comparability"], width=34),
)

CRITERIA: Sequence[Column] = (
    Column("Năm", lambda row: row["year"], "whole", 6),
    Column("Mã", lambda row: row["criterion_code"], width=8),
    Column("Tiêu chí", lambda row: row["criterion"], width=42, is_indented=True),
    Column("Nhóm", lambda row: row["facet"], "word", 8),
    Column("Điểm", lambda row: row["score"] if row["score"] is not None else row["status_note"], "figure", 8),
    Column("Đơn vị tính", lambda row: row["unit"], "word", 10),
    Column("Điểm tối đa", lambda row: row["max_points"], "number", 7),
    Column("Hạng", lambda row: row["rank"], "whole", 6),
    Column("Trên", lambda row: row["rank_out_of"], "whole", 6),
    Column("Kỳ trước", lambda row: row["previous_score"], "beside", 8),
    Column("Thay đổi", _change, "signed", 10),
    Column("Trung bình cả nước", lambda row: row["national_mean"], "beside", 8),
    Column("Chênh so trung bình", lambda row: row["gap_to_mean"], "signed", 8),
    Column("Cao nhất", lambda row: row["best"], "beside", 8),
    Column("Chênh so cao nhất", lambda row: row["gap_to_best"], "signed", 8),
    Column("Cơ quan chủ trì", lambda row: row["responsible_unit"], width=20),
    Column("Lưu ý", _flags, width=16),
    Column("Nguyên văn", lambda row: row["raw_text"], "word", 11),
    Column("Nguồn", lambda row: row["source"], width=17),
    Column("Chỗ trong nguồn", lambda row: row["place"], width=19),
)

CONFLICTS: Sequence[Column] = (
    Column("Chỉ số", lambda row: row["index_label"], width=14),
    Column("Năm", lambda row: row["year"], "whole", 6),
    Column("Mã", lambda row: row["criterion_code"], width=7),
    Column("Tiêu chí", _part, width=28),
    Column("Đại lượng", lambda row: row["measure"], width=9),
    Column("Được dùng", lambda row: row["chosen_raw_text"], width=14),
    Column("Nói khác", lambda row: row["other_text"], width=18),
    Column("Loại", lambda row: row["kind"], width=13),
    Column("So sánh gì với gì", _reckoning, width=28),
    Column("Chỗ được dùng", lambda row: f"{row['chosen_document_id']}, {row['chosen_place']}", width=24),
    Column("Chỗ nói khác", lambda row: f"{row['other_document_id']}, {row['other_place']}", width=24),
)

IN_VIETNAMESE = {
    "not stated": "nguồn không nêu",
    "several, named by the address of each row": "nhiều nơi, nêu ở địa chỉ của từng dòng",
    "UNDP, CECODES, VFF-CRT, RTA (data); hnks-gh (panel)": "UNDP, CECODES, VFF-CRT, RTA (số liệu); hnks-gh (bảng ghép)",
    "Facts; official documents of the state are not subject to copyright (Luật Sở hữu trí tuệ, Điều 15)": (
        "Dữ kiện; văn bản của cơ quan nhà nước không thuộc đối tượng bảo hộ quyền tác giả (Luật Sở hữu trí tuệ, Điều 15)"
    ),
}
"""What the catalogue says in English of publishers and licences that have no name of their own."""

SOURCES: Sequence[Column] = (
    Column("Mã tài liệu", lambda row: row["document_id"], width=34),
    Column("Tên văn bản", lambda row: row["title"], width=44),
    Column("Nơi ban hành", lambda row: IN_VIETNAMESE.get(row["publisher"], row["publisher"]), width=24),
    Column("Số, ký hiệu", lambda row: row["decision"], width=16),
    Column("Ngày", lambda row: f"{row['published_on']:%d/%m/%Y}" if row["published_on"] else None, width=11),
    Column("Địa chỉ", lambda row: row["url"], width=36),
    Column("Giấy phép", lambda row: IN_VIETNAMESE.get(row["licence"], row["licence"]), width=28),
    Column(
        "Bản đã đọc",
        lambda row: "dựng lại từ số liệu đã dẫn; số trang là của bản dựng lại" if row["is_reset"] else "bản gốc",
        width=24,
    ),
    Column("sha256", lambda row: row["sha256"], width=20),
)

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
            self._table(label, f"{label}: {self._name}", CRITERIA, rows, note=PLACES_NOTE)
        if self._data.conflicts:
            self._table("Mâu thuẫn", f"Chỗ các nguồn nói khác nhau: {self._name}", CONFLICTS, self._data.conflicts)
        if self._data.documents:
            self._table("Nguồn", "Văn bản mà các con số được đọc từ đó", SOURCES, self._data.documents)
        self._notes()

    def _sheet(self, name: str, title: str) -> Worksheet:
        sheet = self._workbook.add_worksheet(sheet_name(name))
        set_up_page(sheet, self._name, self._facts.release_id)
        sheet.hide_gridlines(2)
        sheet.set_row(0, TITLE_HEIGHT)
        sheet.write_string(0, 0, title, self._formats.title)
        return sheet

    def _table(self, name: str, title: str, columns: Sequence[Column], rows: Sequence[Row], *, note: str = "") -> None:
        sheet = self._sheet(name, title)
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

"""The columns of a province's sheets, in Vietnamese: what stands in each, how wide it is, which format it has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from warehouse.dictionary.texts import code_list_of
from warehouse.formats.texts import IN_VIETNAMESE
from warehouse.workbooks.data import Row
from warehouse.workbooks.layout import Column


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
    Column("Chỉ số", lambda row: row["index_label"], width=13),
    Column("Năm", lambda row: row["year"], "whole", 6),
    Column("Công cụ", lambda row: row["instrument"], width=17),
    Column("Điểm", lambda row: row["score"] if row["score"] is not None else row["status_note"], "figure", 9),
    Column("Đơn vị tính", lambda row: row["unit"], "word", 9),
    Column("Hạng", lambda row: row["rank"], "whole", 5.5),
    Column("Trên", lambda row: row["rank_out_of"], "whole", 5.5),
    Column("Loại hạng", lambda row: row["rank_note"] if row["rank"] is not None else None, "word", 11),
    Column("Kỳ trước", lambda row: row["previous_score"], "beside", 8),
    Column("Thay đổi", _change, "signed", 9),
    Column("Trung bình cả nước", lambda row: row["national_mean"], "beside", 8.5),
    Column("Chênh so trung bình", lambda row: row["gap_to_mean"], "signed", 8.5),
    Column("Chênh so cao nhất", lambda row: row["gap_to_best"], "signed", 8.5),
    Column("Chênh so hạng 10", lambda row: row["gap_to_rank_10"], "signed", 8.5),
    Column("So với kỳ trước", lambda row: row["comparability"], width=24),
)

CRITERIA: Sequence[Column] = (
    Column("Năm", lambda row: row["year"], "whole", 6),
    Column("Mã", lambda row: row["criterion_code"], width=8),
    Column("Tiêu chí", lambda row: row["criterion"], width=42, is_indented=True),
    Column("Công cụ", lambda row: row["instrument"] if row["has_other_instruments"] else None, width=16),
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
    Column("Cơ quan chủ trì", lambda row: row["responsible_unit"], width=28),
    Column("Lưu ý", _flags, width=16),
    Column("Nguyên văn", lambda row: row["raw_text"], "word", 11),
    Column("Nguồn", lambda row: row["source"], width=17),
    Column("Chỗ trong nguồn", lambda row: row["place"], width=21),
)

CONFLICTS: Sequence[Column] = (
    Column("Chỉ số", lambda row: row["index_label"], width=12),
    Column("Năm", lambda row: row["year"], "whole", 6),
    Column("Mã", lambda row: row["criterion_code"], width=7),
    Column("Tiêu chí", _part, width=22),
    Column("Đại lượng", lambda row: row["measure"], width=8),
    Column("Được dùng", lambda row: row["chosen_raw_text"], width=12),
    Column("Nói khác", lambda row: row["other_text"], width=16),
    Column("Loại", lambda row: row["kind"], width=12),
    Column("So sánh gì với gì", _reckoning, width=22),
    Column("Chỗ được dùng", lambda row: f"{row['chosen_document_id']}, {row['chosen_place']}", width=19),
    Column("Chỗ nói khác", lambda row: f"{row['other_document_id']}, {row['other_place']}", width=19),
)

SOURCES: Sequence[Column] = (
    Column("Mã tài liệu", lambda row: row["document_id"], width=22),
    Column("Tên văn bản", lambda row: row["title"], width=32),
    Column("Nơi ban hành", lambda row: IN_VIETNAMESE.get(row["publisher"], row["publisher"]), width=16),
    Column("Số, ký hiệu", lambda row: row["decision"], width=12),
    Column("Ngày", lambda row: f"{row['published_on']:%d/%m/%Y}" if row["published_on"] else None, width=11),
    Column("Địa chỉ", lambda row: row["url"], width=24),
    Column("Giấy phép", lambda row: IN_VIETNAMESE.get(row["licence"], row["licence"]), width=18),
    Column(
        "Bản đã đọc",
        lambda row: "dựng lại từ số liệu đã dẫn; số trang là của bản dựng lại" if row["is_reset"] else "bản gốc",
        width=16,
    ),
    Column("sha256", lambda row: row["sha256"], width=15),
)

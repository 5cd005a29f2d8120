"""Words for codes, in Vietnamese and English: what a reader hears instead of `stronger_modality` or `provincial_prose`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Words(NamedTuple):
    """The same said twice."""

    vi: str
    en: str


PRECEDENCE: Mapping[str, Words] = {
    "only_claim": Words("chỉ có một phát biểu", "there is but one statement"),
    "all_agree": Words("mọi phát biểu như nhau", "all statements agree"),
    "nothing_published": Words("không có số nào được công bố", "no figure is published"),
    "known_failure_last": Words("số đã biết là sai xếp cuối", "a figure known to be wrong comes last"),
    "printed_before_implied": Words("số in trước số suy ra", "a printed figure comes before an implied one"),
    "unit_of_criterion": Words("đúng đơn vị của tiêu chí", "it is in the unit of the criterion"),
    "stronger_source": Words("loại nguồn mạnh hơn", "its class of source is stronger"),
    "stronger_modality": Words("bảng được tin hơn lời văn", "a table is believed before prose"),
    "more_decimals": Words("in chi tiết hơn", "it is printed more exactly"),
    "more_originals": Words("nhiều bản gốc cùng nói", "more originals state it"),
    "newer_publication": Words("công bố sau", "it was published later"),
    "undecided": Words(
        "không quy tắc nào phân định, đừng coi là chắc chắn", "no rule tells them apart: take neither for certain"
    ),
    "both_published": Words("cả hai đều được giữ", "both stay"),
}

CONFLICT: Mapping[str, Words] = {
    "contradiction": Words("mâu thuẫn", "contradicts it"),
    "rounding": Words("khác do làm tròn", "differs by rounding"),
    "truncation": Words("khác do cắt số lẻ", "differs by cut-off decimals"),
    "unreconciled": Words("chưa đối chiếu được", "cannot be reconciled with it"),
    "rank_against_score": Words("hạng không khớp điểm", "ranks do not follow the scores"),
    "shared_rank": Words("nhiều nơi cùng một hạng", "several units have this rank"),
}

VERDICT: Mapping[str, Words] = {
    "pass": Words("đạt", "holds"),
    "fail": Words("không đạt", "does not hold"),
    "incomplete": Words("chưa đủ số để xét", "cannot be judged"),
}

MEASURE: Mapping[str, Words] = {
    "score": Words("điểm", "score"),
    "rank": Words("hạng", "rank"),
    "change": Words("thay đổi", "change"),
    "change_rank": Words("thay đổi hạng", "change of rank"),
    "responsible_unit": Words("đơn vị phụ trách", "unit in charge"),
    "evidence": Words("bằng chứng", "evidence"),
}

MODALITY: Mapping[str, Words] = {
    "table": Words("bảng", "table"),
    "prose": Words("lời văn", "prose"),
    "chart": Words("biểu đồ", "chart"),
    "title": Words("tiêu đề", "title"),
    "compilation": Words("bản tổng hợp", "compilation"),
}

UNIT: Mapping[str, Words] = {
    "index_points": Words("trên thang 100", "on a scale of 100"),
    "points": Words("điểm", "points"),
    "percent": Words("% người trả lời", "% of respondents"),
    "percent_of_maximum": Words("% điểm tối đa", "% of the maximum"),
    "percent_unspecified": Words("% (nguồn không nói của gì)", "% (of what, the source does not say)"),
    "ratio": Words("tỷ lệ", "ratio"),
    "places": Words("bậc", "places"),
    "count": Words("số lượng", "count"),
}

RANK_KIND: Mapping[str, Words] = {
    "official": Words("hạng công bố", "official"),
    "derived_by_us": Words("hạng tự tính từ điểm", "derived by us from the scores"),
    "derived_by_third_party": Words("hạng do bên thứ ba tính", "derived by a third party"),
    "publisher_group": Words("nhóm do nơi công bố xếp", "group of the publisher"),
}

ACTION: Mapping[str, Words] = {
    "accept": Words("chấp nhận: nguồn in như vậy", "accepted: the source prints it so"),
    "reject": Words("loại: không bao giờ công bố ô này", "rejected: this cell is never published"),
    "correct": Words("sửa theo trang in", "corrected to what the page prints"),
    "repair": Words("sửa theo số học", "repaired by arithmetic"),
}

CAUSE: Mapping[str, Words] = {
    "document": Words("văn bản nói về nó đã khác", "the documents that speak of it changed"),
    "decision": Words("có người quyết định", "a person decided about it"),
    "withheld": Words("nơi công bố giữ lại", "its publisher withholds it"),
    "code": Words("mã nguồn đã khác", "the code changed"),
    "none": Words("không rõ vì sao", "nothing that it is made of changed"),
}

STATUS: Mapping[str, Words] = {
    "passed": Words("Đạt", "Passed"),
    "passed_with_listed_failures": Words("Đạt, có lỗi đã ghi nhận", "Passed, with listed failures"),
    "failed": Words("Số liệu không đạt", "The data failed"),
    "crashed": Words("Phép kiểm tra không chạy được", "The check did not run"),
    "nothing_to_judge": Words("Không có gì để xét", "Nothing to judge"),
}


def shown_status(status: str, checked: int) -> str:
    """The status of a rule as a person should hear it: a rule that had nothing to judge has not passed anything."""
    return "nothing_to_judge" if status == "passed" and not checked else status


MISSING: Mapping[str, Words] = {
    "withheld_by_publisher": Words(
        "nơi công bố giữ lại, không phải điểm thấp", "its publisher withholds it; that is no low score"
    ),
}


def words_for(table: Mapping[str, Words], code: object) -> Words:
    """The words for a code; a code without words speaks for itself, nothing is invented."""
    text = "" if code is None else str(code)
    return table.get(text, Words(text, text))

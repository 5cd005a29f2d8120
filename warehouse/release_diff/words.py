"""Why a figure of a release is another than in the release before, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from warehouse.descriptions import Described

Reason = Literal["new_document", "new_vintage", "document_gone", "correction", "withheld", "entry", "code", "none"]

REASONS: Mapping[Reason, Described] = {
    "new_document": Described("tài liệu mới nói về ô này", "a new document speaks of it"),
    "new_vintage": Described("tài liệu có bản mới", "a document has a newer vintage"),
    "document_gone": Described("một tài liệu nói về ô này không còn", "a document that spoke of it is gone"),
    "correction": Described("người phụ trách đã quyết định", "a person decided about it"),
    "withheld": Described("nơi công bố giữ lại số này", "its publisher withholds it now"),
    "entry": Described(
        "mô tả hoặc cách đọc tài liệu đã đổi", "the catalogue entry of its document, or how it is read, changed"
    ),
    "code": Described("mã nguồn hoặc dữ liệu tham chiếu đã đổi", "the code or the reference data changed"),
    "none": Described("không có gì làm nên số này thay đổi", "nothing that it is made of changed"),
}

STATES: Mapping[str, Described] = {
    "gone": Described("Không còn", "Gone"),
    "changed": Described("Thay đổi", "Changed"),
    "new": Described("Mới", "New"),
}

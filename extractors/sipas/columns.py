"""Meaning of the columns of SIPAS tables, read from their header paths; a header nobody has described is an error, never skipped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from extractors.records import Table

Role = Literal[
    "label",
    "group",
    "score",
    "rank",
    "change",
    "change_rank",
    "responsible_unit",
    "national_score",
    "gap_to_mean",
    "best_score",
    "gap_to_best",
]
TableKind = Literal["satisfaction", "perception", "sample", "answer"]

_YEAR = re.compile(r"^Năm (?P<year>\d{4})$")
_PAIR = re.compile(r"^Năm (?P<year>\d{4})/(?P<previous>\d{4})$")
_BEST = re.compile(r"^Đơn vị dẫn đầu \((?P<entity>[^)]+)\)$")

_UNDER_YEAR: dict[str, Role] = {"Chỉ số của tỉnh": "score", "Vị thứ": "rank"}
_UNDER_PAIR: dict[str, Role] = {"Tăng/giảm tỷ lệ": "change", "Tăng/giảm vị thứ": "change_rank"}
_ANSWER: dict[str, Role] = {
    "Vị thứ": "rank",
    "Trung bình toàn quốc": "national_score",
    "Chênh lệch so với trung bình": "gap_to_mean",
    "Chênh lệch so với đơn vị dẫn đầu": "gap_to_best",
}
_SAMPLE_HEADER = {"TT", "Huyện", "Xã", "Thôn", "Số lượng khảo sát (người)"}


@dataclass(frozen=True, slots=True)
class Column:
    """`number` counts from 1; `year` is the reference year its figures belong to; `entity_label` names another unit (the first)."""

    number: int
    role: Role
    year: int | None = None
    entity_label: str | None = None


class UnknownHeaderError(ValueError):
    """A header path that no SIPAS table is known to have."""

    def __init__(self, column: int, path: Sequence[str]) -> None:
        super().__init__(
            f"column {column}: expected a known SIPAS column heading, found {' › '.join(path) or 'an empty heading'!r}"
        )
        self.column = column


def _satisfaction_column(number: int, path: tuple[str, ...]) -> Column | None:
    if path == ("Nội dung",):
        return Column(number, "label")
    if path == ("Cơ quan chủ trì",):
        return Column(number, "responsible_unit")
    if len(path) != 2:
        return None
    if (match := _YEAR.match(path[0])) and (role := _UNDER_YEAR.get(path[1])):
        return Column(number, role, int(match["year"]))
    if (match := _PAIR.match(path[0])) and (role := _UNDER_PAIR.get(path[1])):
        return Column(number, role, int(match["year"]))
    return None


def _perception_columns(paths: Sequence[tuple[str, ...]]) -> list[Column | None]:
    columns: list[Column | None] = []
    for number, path in enumerate(paths, start=1):
        if path == ("Nhận định của người dân",):
            columns.append(Column(number, "group" if number == 1 else "label"))
        elif len(path) == 1 and (match := _YEAR.match(path[0])):
            columns.append(Column(number, "score", int(match["year"])))
        else:
            columns.append(None)
    return columns


def _answer_column(number: int, path: tuple[str, ...], province: str) -> Column | None:
    if path and path[0] == "Nội dung":
        return Column(number, "label")
    if len(path) != 2 or not (match := _YEAR.match(path[0])):
        return None
    year = int(match["year"])
    if path[1] == f"Chỉ số của tỉnh {province}":
        return Column(number, "score", year)
    if best := _BEST.match(path[1]):
        return Column(number, "best_score", year, best["entity"])
    role = _ANSWER.get(path[1])
    return Column(number, role, year) if role else None


def classify(table: Table, province: str) -> tuple[TableKind, tuple[Column, ...]]:
    """Kind of the table and the role of each column, or UnknownHeaderError naming the first column that is not known."""
    paths = table.header_paths()
    texts = {text for path in paths for text in path}
    if texts and texts <= _SAMPLE_HEADER:
        return "sample", ()
    kind: TableKind
    if paths[0] == ("Nhận định của người dân",):
        kind, columns = "perception", _perception_columns(paths)
    elif any(path[-1:] == (f"Chỉ số của tỉnh {province}",) for path in paths):
        kind, columns = "answer", [_answer_column(n, path, province) for n, path in enumerate(paths, start=1)]
    else:
        kind, columns = "satisfaction", [_satisfaction_column(n, path) for n, path in enumerate(paths, start=1)]
    for number, (column, path) in enumerate(zip(columns, paths, strict=True), start=1):
        if column is None:
            raise UnknownHeaderError(number, path)
    return kind, tuple(column for column in columns if column is not None)

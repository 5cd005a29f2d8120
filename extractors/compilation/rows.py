"""One row of a compilation: what its cells may hold, and the claims it makes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Criterion, Edition, Reference
from extractors.compilation.hosts import source_class_of
from extractors.findings import figure_in, text_of
from extractors.records import UNSETTLED, Cell, Claim, EntityType, ScoreSource, Table, Unit, ValueStatus
from extractors.statements import Source, Subject, state
from extractors.text.numbers import NumberError, PrintedNumber

YEAR, ENTITY, KIND, CRITERION = "Năm", "Đối tượng", "Loại", "Tiêu chí"
VALUE, UNIT, MAXIMUM, RANK, OUT_OF = "Giá trị", "Đơn vị", "Điểm tối đa", "Xếp hạng", "Trên tổng số"
CHANGE, CHANGE_RANK = "Tăng giảm điểm", "Tăng giảm hạng"
INSTRUMENT, ADDRESS, NOTE = "Công cụ đo", "Địa chỉ nguồn", "Ghi chú"
COLUMNS = (
    *(YEAR, ENTITY, KIND, CRITERION, VALUE, UNIT, MAXIMUM, RANK, OUT_OF),
    *(CHANGE, CHANGE_RANK, INSTRUMENT, ADDRESS, NOTE),
)

KINDS: Mapping[str, EntityType] = {"Tỉnh": "province", "Bộ": "ministry", "Cả nước": "nation", "Vùng": "region"}

TOTAL = "Toàn bộ chỉ số"
SCORE_SOURCES: Mapping[str, ScoreSource] = {
    TOTAL: "total",
    "Điểm thẩm định": "appraised",
    "Tác động: chỉ số hài lòng": "sipas",
    "Tác động: khảo sát lãnh đạo, quản lý": "leaders_survey",
    "Tác động: phát triển kinh tế - xã hội": "socio_economic",
}
"""Labels that speak of the whole index: its total, or one of the four parts that the total of PAR INDEX is the sum of."""

RANK_IMPLIED = "hạng suy ra từ thứ tự liệt kê"
"""In a note: the source lists the units in order and prints no rank. The rank is implied, not published."""

VALUE_IMPLIED = "suy ra từ mức tăng giảm đã in"
"""In a note: the source prints the figures of the year after and by how much they rose. Figure and rank are implied, not published."""

SIPAS = "SIPAS"
PAR_PROVINCE = "PAR_PROVINCE"
PAR_MINISTRY = "PAR_MINISTRY"

_NUMBERED = re.compile(r"^D?(?P<number>\d)\s+(?P<name>\S.*)$")
"""A field of PAR INDEX ("3 Cải cách thủ tục hành chính") or a dimension of PAPI ("D3 Trách nhiệm giải trình")."""

_MINISTRIES = re.compile(r"\bbộ\b", re.IGNORECASE)

PERCENT = "%"
POINTS = "điểm"


class RowError(ValueError):
    """A cell that does not hold what its column promises."""

    def __init__(self, cell: Cell | None, message: str, hint: str) -> None:
        super().__init__(message)
        self.cell = cell
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row by their column's header."""

    cells: Mapping[str, Cell | None]

    def text(self, column: str) -> str:
        return text_of(self.cells[column])

    def settled(self, column: str) -> str:
        """The text of a cell that decides what the others mean, so that the row fails if it is not settled."""
        text = self.text(column)
        if UNSETTLED in text:
            message = f"{column}: expected a text that can be read, found {text!r}"
            raise RowError(self.cells[column], message, "write the text of the cell as Unicode")
        return text

    def number(self, column: str) -> PrintedNumber | None:
        """None for a blank and for a cell that is not settled."""
        cell = self.cells[column]
        if cell is None or not cell.text:
            return None
        try:
            return figure_in(cell, decimal_mark=",")
        except NumberError as error:
            raise RowError(cell, f"{column}: {error}", "write one number with a decimal comma") from error

    def whole(self, column: str) -> int | None:
        number = self.number(column)
        if number is None:
            return None
        if number.decimals or number.value < 1:
            raise RowError(
                self.cells[column], f"{column}: expected a whole number from 1, found {number.raw!r}", "mend the cell"
            )
        return int(number.value)

    def choice(self, column: str, allowed: Mapping[str, str]) -> str:
        text = self.text(column)
        if text not in allowed:
            message = f"{column}: expected one of {', '.join(allowed)}, found {text!r}"
            raise RowError(self.cells[column], message, "mend the cell, or teach extractors/compilation/rows.py the word")
        return allowed[text]

    def places(self, column: str) -> PrintedNumber | None:
        """A difference of ranks as printed, > 0 for places gained: a whole number with its sign."""
        number = self.number(column)
        if number is not None and number.decimals:
            raise RowError(self.cells[column], f"{column}: expected whole places, found {number.raw!r}", "mend the cell")
        return number

    @property
    def has_figure(self) -> bool:
        return any(self.text(column) for column in (VALUE, RANK, CHANGE, CHANGE_RANK))


def _index_code(entry: CatalogueEntry, kind: EntityType, label: str) -> str:
    """PAR INDEX has two indices under one name: ministries, and means over ministries, are of the second."""
    if entry.index_code == PAR_PROVINCE and (kind == "ministry" or (kind == "nation" and _MINISTRIES.search(label))):
        return PAR_MINISTRY
    return entry.index_code


def _criterion(reference: Reference, edition: Edition, root: str, label: str) -> Criterion:
    """A number before the name picks the field, and the name must be that field's; without a number the name decides alone."""
    index, method = edition.index_code, edition.methodology_code
    where = f"{index} {edition.reference_year} ({method})"
    if label in SCORE_SOURCES:
        return reference.criterion(index, method, root)
    numbered = _NUMBERED.match(label)
    if numbered is not None:
        candidates = [reference.criterion(index, method, f"{root}.{numbered['number']}")]
        return reference.match_criterion(numbered["name"], candidates, where)
    candidates = [
        c
        for c in reference.criteria
        if c.index_code == index and c.methodology_code == method and c.is_in_year(edition.reference_year)
    ]
    return reference.match_criterion(label, candidates, where)


def subject_of(row: Row, entry: CatalogueEntry, reference: Reference) -> Subject:
    """Resolve year, instrument, entity and criterion; UnknownNameError or RowError says which cell is not understood."""
    kind: EntityType = KINDS[row.choice(KIND, {word: word for word in KINDS})]
    year = row.whole(YEAR)
    if year is None or year not in entry.reference_years:
        raise RowError(
            row.cells[YEAR],
            f"expected a year of {entry.reference_years}, found {row.text(YEAR)!r}",
            "mend the cell or the entry",
        )
    label = row.text(ENTITY)
    edition = reference.edition(_index_code(entry, kind, label), row.text(INSTRUMENT), year)
    root = next(index.root_criterion_code for index in reference.indices if index.index_code == edition.index_code)
    criterion_label = row.text(CRITERION)
    return Subject(
        edition=edition,
        entity=reference.entity(label, edition, (kind,)),
        entity_label=label,
        criterion=_criterion(reference, edition, root, criterion_label),
        criterion_label=criterion_label,
        score_source=SCORE_SOURCES.get(criterion_label, "total"),
    )


def _unit(row: Row, subject: Subject, root: str) -> Unit:
    """Unit of the score.

    SIPAS: the unit of the criterion (an index from a mean, or a share of respondents), printed as % either way. PAR INDEX: points
    stay points; % of the whole index is points, since its maximum is 100 points; % of a field is the share of the field's maximum.
    Points of an index from 0 to 1 are its ratio.
    """
    printed = row.choice(UNIT, {PERCENT: PERCENT, POINTS: POINTS})
    if printed == POINTS:
        return "ratio" if subject.criterion.unit == "ratio" else "points"
    if subject.edition.index_code == SIPAS:
        # The press does not say what an expectation's % is of: the nation's 85,12 and a province's 55,32 are no one scale.
        return "percent_unspecified" if subject.criterion.facet == "expectation" else subject.criterion.unit
    return "points" if subject.criterion.criterion_code == root else "percent_of_maximum"


def claims_of(row: Row, subject: Subject, table: Table, entry: CatalogueEntry, reference: Reference) -> Iterator[Claim]:
    """Claims of one row: score, rank, their printed changes against the year before, and a maximum that the tree does not say."""
    address, note = row.settled(ADDRESS), row.settled(NOTE)
    source = Source(entry.id, address, source_class_of(address, entry.source_class), "compilation", address)
    root = reference.criterion(subject.edition.index_code, subject.edition.methodology_code, _root(subject.criterion))

    cell, value = row.cells[VALUE], row.number(VALUE)
    if cell is not None and cell.text:
        unit = _unit(row, subject, root.criterion_code)
        score_status: ValueStatus = "implied" if VALUE_IMPLIED in note else "published"
        place = table.locator(cell)
        yield state(source, subject, "score", cell.text, place, value, unit=unit, value_status=score_status, note=note)
    cell, maximum = row.cells[MAXIMUM], row.number(MAXIMUM)
    # The maximum of a percentage is 100 by definition and says nothing of the criterion; nor does the scale of the index itself.
    is_scale = maximum is not None and subject.criterion.scale_max == float(maximum.value)
    if cell is not None and cell.text and row.text(UNIT) == POINTS and not is_scale:
        yield state(source, subject, "max_points", cell.text, table.locator(cell), maximum, unit="points", note=note)
    cell, rank = row.cells[RANK], row.whole(RANK)
    if cell is not None and cell.text:
        status: ValueStatus = "implied" if RANK_IMPLIED in note or VALUE_IMPLIED in note else "published"
        row.settled(OUT_OF)
        number, out_of = None if rank is None else PrintedNumber(Decimal(rank), 0, False, cell.text), row.whole(OUT_OF)
        place = table.locator(cell)
        yield state(source, subject, "rank", cell.text, place, number, out_of=out_of, value_status=status, note=note)
    cell, change = row.cells[CHANGE], row.number(CHANGE)
    if cell is not None and cell.text:
        unit = _unit(row, subject, root.criterion_code) if row.text(UNIT) else None
        yield state(source, subject, "change", cell.text, table.locator(cell), change, unit=unit, note=note)
    cell, places = row.cells[CHANGE_RANK], row.places(CHANGE_RANK)
    if cell is not None and cell.text:
        yield state(source, subject, "change_rank", cell.text, table.locator(cell), places, note=note)


def _root(criterion: Criterion) -> str:
    return criterion.criterion_code.split(".", 1)[0]

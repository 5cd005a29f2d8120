"""What reference rows must be to one another: trees without cycles, ranges without overlap, codes that exist where they are named.

Pure and linear in the number of rows, since every start of the program reads them. A fault stops the start, with the file, the row,
what was expected and what was found: data that contradict themselves would contradict every figure loaded under them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TypeVar

from extractors.catalogue.models import Strict
from extractors.catalogue.rows import (
    Comparability,
    Criterion,
    Edition,
    Entity,
    EntitySet,
    Index,
    Methodology,
    ReferenceDataError,
    Succession,
)
from extractors.catalogue.trees import tree_faults
from extractors.records import Geography
from extractors.text.fold import fold_name

MAPS: dict[Geography, tuple[date, date]] = {
    "vn64": (date(2004, 1, 1), date(2008, 7, 31)),
    "vn63": (date(2008, 8, 1), date(2025, 6, 30)),
    "vn34": (date(2025, 7, 1), date.max),
}
"""First and last day of each map of provinces."""

Method = tuple[str, str]
R = TypeVar("R", bound=Strict)


@dataclass(frozen=True, slots=True)
class Rows:
    """All reference rows, and where a row stands: "criteria_pci.yml, row 3"."""

    indices: Sequence[Index]
    methodologies: Sequence[Methodology]
    criteria: Sequence[Criterion]
    entities: Sequence[Entity]
    successions: Sequence[Succession]
    editions: Sequence[Edition]
    comparability: Sequence[Comparability]
    entity_sets: Sequence[EntitySet]
    place: Callable[[Strict], str]


def _repeated(
    rows: Iterable[R], key: Callable[[R], tuple[object, ...]], what: str, place: Callable[[Strict], str]
) -> Iterator[str]:
    first: dict[tuple[object, ...], R] = {}
    for row in rows:
        seen = first.setdefault(key(row), row)
        if seen is not row:
            words = " ".join("none" if part is None else str(part) for part in key(row))
            yield f"{place(row)}: expected each {what} once, found {words} also in {place(seen)}; delete one"


def _duplicates(rows: Rows) -> Iterator[str]:
    place = rows.place
    yield from _repeated(rows.indices, lambda r: (r.index_code,), "index", place)
    yield from _repeated(rows.methodologies, lambda r: (r.index_code, r.methodology_code), "version of a method", place)
    yield from _repeated(rows.criteria, lambda r: (r.index_code, r.methodology_code, r.criterion_code), "criterion", place)
    yield from _repeated(rows.entities, lambda r: (r.entity_type, r.entity_code, r.valid_from), "version of an entity", place)
    yield from _repeated(
        rows.successions,
        lambda r: (r.predecessor_code, "of", r.predecessor_valid_from, "to", r.successor_code, "of", r.successor_valid_from),
        "succession of provinces",
        place,
    )
    yield from _repeated(rows.editions, lambda r: (r.edition_id,), "edition", place)
    yield from _repeated(
        rows.editions, lambda r: (r.index_code, r.instrument_code, r.period_start), "period of an instrument", place
    )
    yield from _repeated(rows.entity_sets, lambda r: (r.edition_id, r.entity_set_code), "set of an edition", place)
    yield from _repeated(
        rows.comparability,
        lambda r: (r.index_code, r.from_year, "to", r.to_year, r.from_code, "to", r.to_code),
        "pair of criteria",
        place,
    )


def _methods(rows: Rows, methods: dict[Method, Methodology], criteria: dict[tuple[str, str, str], Criterion]) -> Iterator[str]:
    roots = {index.index_code: index.root_criterion_code for index in rows.indices}
    for method in rows.methodologies:
        root = roots.get(method.index_code)
        if root is None:
            yield f"{rows.place(method)}: expected an index of indices.yml, found {method.index_code!r}"
        elif (method.index_code, method.methodology_code, root) not in criteria:
            yield f"{rows.place(method)}: expected the root {root!r} of {method.methodology_code} in criteria_*.yml, found none"
        if method.comparable_with_previous != "unknown" and method.comparable_source is None:
            yield f"{rows.place(method)}: expected `comparable_source` beside comparable_with_previous, found none"
    for criterion in rows.criteria:
        if (criterion.index_code, criterion.methodology_code) not in methods:
            found = f"{criterion.index_code} {criterion.methodology_code}"
            yield f"{rows.place(criterion)}: expected a version of methodologies.yml, found {found!r}"


def _entities(rows: Rows) -> Iterator[str]:
    versions: dict[tuple[str, str], list[Entity]] = {}
    for entity in rows.entities:
        versions.setdefault((entity.entity_type, entity.entity_code), []).append(entity)
        if entity.valid_to is not None and entity.valid_to < entity.valid_from:
            yield f"{rows.place(entity)}: expected valid_to after {entity.valid_from}, found {entity.valid_to}"
    for same in versions.values():
        for older, newer in pairwise(sorted(same, key=lambda e: e.valid_from)):
            if older.valid_to is None or older.valid_to >= newer.valid_from:
                yield (
                    f"{rows.place(newer)}: expected {newer.name_vi} ({newer.entity_type} {newer.entity_code}) to begin after "
                    f"the version before it ends, found {newer.valid_from} inside {older.valid_from} to {older.valid_to or 'now'} "
                    f"of {rows.place(older)}; mend valid_from or valid_to"
                )
    known = {(e.entity_code, e.valid_from) for e in rows.entities if e.entity_type == "province"}
    codes = {entity.entity_code for entity in rows.entities}
    for link in rows.successions:
        for code, since in (
            (link.predecessor_code, link.predecessor_valid_from),
            (link.successor_code, link.successor_valid_from),
        ):
            if (code, since) not in known:
                yield f"{rows.place(link)}: expected a version of entities_provinces*.yml, found province {code} from {since}"
    for entity in rows.entities:
        if entity.parent_entity_code is not None and entity.parent_entity_code not in codes:
            yield f"{rows.place(entity)}: expected a parent of entities_*.yml, found {entity.parent_entity_code!r}"


def _names(rows: Rows) -> Iterator[str]:
    """A name leads to one unit of its type (and of the unit it belongs to) on any one day, or it could not be resolved."""
    bearers: dict[tuple[str, str | None, str], list[tuple[Entity, str]]] = {}
    for entity in rows.entities:
        labels = {fold_name(name): name for name in (*entity.aliases, entity.name_en, entity.name_vi)}
        for key, label in labels.items():
            bearers.setdefault((entity.entity_type, entity.parent_entity_code, key), []).append((entity, label))
    told: set[tuple[int, int]] = set()
    for same in bearers.values():
        ordered = sorted(same, key=lambda one: one[0].valid_from)
        longest = ordered[0][0]
        for entity, label in ordered[1:]:
            end = longest.valid_to or date.max
            pair = (id(longest), id(entity))
            if entity.entity_code != longest.entity_code and entity.valid_from <= end and pair not in told:
                told.add(pair)
                yield (
                    f"{rows.place(entity)}: expected each name on one {entity.entity_type} at a time, found {label!r} on "
                    f"{entity.name_vi} ({entity.entity_code}) and on {longest.name_vi} ({longest.entity_code}) of "
                    f"{rows.place(longest)}; delete one"
                )
            if (entity.valid_to or date.max) > end:
                longest = entity


def _editions(rows: Rows, methods: dict[Method, Methodology]) -> Iterator[str]:
    for edition in rows.editions:
        where = rows.place(edition)
        method = methods.get((edition.index_code, edition.methodology_code))
        if method is None:
            found = f"{edition.index_code} {edition.methodology_code}"
            yield f"{where}: expected a version of methodologies.yml, found {found!r}"
        elif not (method.first_year or 0) <= edition.reference_year <= (method.last_year or 9999):
            span = f"{method.first_year} to {method.last_year or 'now'}"
            yield f"{where}: expected a year of {method.methodology_code} ({span}), found {edition.reference_year}"
        if edition.period_end < edition.period_start:
            yield f"{where}: expected period_end after {edition.period_start}, found {edition.period_end}"
        first, last = MAPS[edition.geography]
        if not first <= edition.as_of_date <= last:
            yield f"{where}: expected an as_of_date of {edition.geography} ({first} to {last}), found {edition.as_of_date}"
        if (edition.publication_policy == "top_only") != (edition.published_cutoff is not None):
            yield f"{where}: expected published_cutoff with publication_policy top_only and only then, found the one alone"


def _comparability(rows: Rows, criteria: dict[tuple[str, str, str], Criterion]) -> Iterator[str]:
    for row in rows.comparability:
        for side, method, code, absent_if in (
            ("from", row.from_methodology_code, row.from_code, "new"),
            ("to", row.to_methodology_code, row.to_code, "dropped"),
        ):
            if (code is None) != (row.relation == absent_if):
                yield f"{rows.place(row)}: expected {side}_code to be empty for `{absent_if}` and only then, found {code!r}"
            elif code is not None and (row.index_code, method, code) not in criteria:
                yield (
                    f"{rows.place(row)}: expected a criterion of {row.index_code} {method}, found {code!r}; "
                    "a code belongs to one version of the method"
                )


def _sets(rows: Rows) -> Iterator[str]:
    editions = {edition.edition_id: edition for edition in rows.editions}
    by_code: dict[tuple[str, str], list[Entity]] = {}
    for entity in rows.entities:
        by_code.setdefault((entity.entity_type, entity.entity_code), []).append(entity)
    ranked: dict[tuple[str, str, str], EntitySet] = {}
    for group in rows.entity_sets:
        where, edition = rows.place(group), editions.get(group.edition_id)
        if edition is None:
            yield f"{where}: expected an edition of editions.yml, found {group.edition_id!r}"
            continue
        members = group.members or ()
        if group.members is not None and group.unit_count != len(members):
            yield f"{where}: expected {group.unit_count} members, found {len(members)}"
        for code in members:
            if not any(e.is_valid_on(edition.as_of_date) for e in by_code.get((group.entity_type, code), ())):
                yield f"{where}: expected a {group.entity_type} valid on {edition.as_of_date}, found {code!r}"
            first = ranked.setdefault((group.edition_id, group.entity_type, code), group)
            if first is not group:
                yield f"{where}: expected each unit in one set of an edition, found {code} also in {first.entity_set_code}"


def check_reference(rows: Rows) -> None:
    """Raises ReferenceDataError that lists every fault (the first ten of them) with its file and row."""
    methods = {(m.index_code, m.methodology_code): m for m in rows.methodologies}
    criteria = {(c.index_code, c.methodology_code, c.criterion_code): c for c in rows.criteria}
    faults = [
        *_duplicates(rows),
        *_methods(rows, methods, criteria),
        *tree_faults(criteria, rows.place),
        *_entities(rows),
        *_names(rows),
        *_editions(rows, methods),
        *_comparability(rows, criteria),
        *_sets(rows),
    ]
    if faults:
        raise ReferenceDataError.listing(faults)

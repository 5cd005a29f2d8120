"""Reference data: indices, methodology versions, criterion trees, entities that live and die, editions, comparability.

The YAML files in `extractors/catalogue/reference/` are the one home of these facts. Extractors resolve names against them; the
warehouse loads them unchanged into schema `raw`. Every row names its source; what no source states is null, never a guess.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from extractors.catalogue.checks import Rows, check_reference
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
from extractors.catalogue.yaml_files import YamlFileError, read_yaml, shown, shown_path, validation_problems
from extractors.records import EntityType
from extractors.text.fold import fold_name, fold_text

REFERENCE_DIR = Path(__file__).parent / "reference"

S = TypeVar("S", bound=Strict)

__all__ = [
    "REFERENCE_DIR",
    "Comparability",
    "Criterion",
    "Edition",
    "Entity",
    "EntitySet",
    "Index",
    "Methodology",
    "Reference",
    "ReferenceDataError",
    "Succession",
    "UnknownNameError",
    "load_reference",
]


class UnknownNameError(LookupError):
    """A printed name that the reference data do not know. `candidates` are near names for a person; they never decide."""

    def __init__(self, label: str, expected: str, candidates: tuple[str, ...] = ()) -> None:
        near = f"; near: {', '.join(candidates)}" if candidates else ""
        super().__init__(f"expected {expected}, found {label!r}{near}")
        self.label = label
        self.candidates = candidates


@dataclass(frozen=True)
class Reference:
    indices: tuple[Index, ...]
    methodologies: tuple[Methodology, ...]
    criteria: tuple[Criterion, ...]
    entities: tuple[Entity, ...]
    successions: tuple[Succession, ...]
    editions: tuple[Edition, ...]
    comparability: tuple[Comparability, ...]
    entity_sets: tuple[EntitySet, ...] = ()

    @cached_property
    def _editions(self) -> dict[tuple[str, str, date], Edition]:
        return {(e.index_code, e.instrument_code, e.period_start): e for e in self.editions}

    @cached_property
    def _criteria(self) -> dict[tuple[str, str, str], Criterion]:
        return {(c.index_code, c.methodology_code, c.criterion_code): c for c in self.criteria}

    @cached_property
    def _children(self) -> dict[tuple[str, str, str | None], list[Criterion]]:
        found: dict[tuple[str, str, str | None], list[Criterion]] = {}
        for criterion in sorted(self.criteria, key=lambda c: c.sort_order):
            found.setdefault((criterion.index_code, criterion.methodology_code, criterion.parent_code), []).append(criterion)
        return found

    @cached_property
    def _entity_labels(self) -> dict[str, list[Entity]]:
        found: dict[str, list[Entity]] = {}
        for entity in self.entities:
            for key in {fold_name(name) for name in (entity.name_vi, entity.name_en, *entity.aliases)}:
                found.setdefault(key, []).append(entity)
        return found

    def edition(self, index_code: str, instrument_code: str, year: int, month: int = 1) -> Edition:
        """The edition whose period begins with `month` (yearly ones: January), or UnknownNameError.

        A period nobody has described is never loaded under a neighbour's method.
        """
        try:
            return self._editions[index_code, instrument_code, date(year, month, 1)]
        except KeyError:
            period = f"{year}" if month == 1 else f"{year}-{month:02}"
            raise UnknownNameError(
                f"{index_code} {period} {instrument_code}", "an edition listed in extractors/catalogue/reference/editions.yml"
            ) from None

    def criterion(self, index_code: str, methodology_code: str, code: str) -> Criterion:
        try:
            return self._criteria[index_code, methodology_code, code]
        except KeyError:
            raise UnknownNameError(
                f"{index_code} {methodology_code} {code}", "a criterion listed in extractors/catalogue/reference/criteria_*.yml"
            ) from None

    def children(self, index_code: str, methodology_code: str, parent_code: str | None) -> tuple[Criterion, ...]:
        return tuple(self._children.get((index_code, methodology_code, parent_code), ()))

    def match_criterion(self, label: str, candidates: Iterable[Criterion], where: str) -> Criterion:
        """The one candidate whose name or alias equals `label` after folding.

        Position picks the candidates, text decides; a near match never does.
        """
        candidates = tuple(candidates)
        key = fold_text(label)
        found = [c for c in candidates if key in {fold_text(name) for name in (c.name_vi or "", *c.aliases) if name}]
        if len(found) == 1:
            return found[0]
        names = tuple(f"{c.criterion_code} {c.name_vi}" for c in candidates)
        raise UnknownNameError(label, f"one criterion of {where}", names[:4])

    def entity(
        self, label: str, edition: Edition, types: tuple[EntityType, ...] = ("province",), parent: str | None = None
    ) -> Entity:
        """The entity version valid on the edition's `as_of_date` whose name or alias equals `label` after folding.

        `parent`: code of the unit that the entity must belong to; every province has a department of justice.
        """
        versions = [e for e in self._entity_labels.get(fold_name(label), []) if parent in (None, e.parent_entity_code)]
        found = [e for e in versions if e.entity_type in types and e.is_valid_on(edition.as_of_date)]
        if len(found) == 1:
            return found[0]
        elsewhere = tuple(f"{e.name_vi} ({e.entity_code}, {e.valid_from} to {e.valid_to or 'now'})" for e in versions)
        raise UnknownNameError(
            label,
            f"a {' or '.join(types)} valid on {edition.as_of_date} (alias lists: extractors/catalogue/reference/entities_*.yml)",
            elsewhere,
        )


def _load_rows(directory: Path, pattern: str, model: type[S], places: dict[int, str]) -> tuple[S, ...]:
    """The rows of the files, in order; `places` learns where each row stands."""
    rows: list[S] = []
    faults: list[str] = []
    for path in sorted(directory.glob(pattern)):
        name = shown_path(path)
        try:
            document, lines = read_yaml(path, name)
        except YamlFileError as error:
            raise ReferenceDataError(str(error)) from error
        if not isinstance(document, dict) or not isinstance(document.get("rows"), list):
            raise ReferenceDataError(f"{name}: expected a mapping with `rows:` and, if wanted, `defaults:`")
        defaults = document.get("defaults") or {}
        if not isinstance(defaults, dict):
            raise ReferenceDataError(f"{name}: expected fields below `defaults:`, found {shown(defaults)}")
        for number, (row, line) in enumerate(zip(document["rows"], lines, strict=True), start=1):
            place = f"{name}, row {number} (line {line})"
            if not isinstance(row, dict):
                faults.append(f"{place}: expected fields such as 'source: …', found {shown(row)}; fill the row or delete it")
                continue
            try:
                rows.append(model.model_validate({**defaults, **row}))
            except ValidationError as error:
                faults += validation_problems(place, error)
                continue
            places[id(rows[-1])] = place
    if faults:
        raise ReferenceDataError.listing(faults)
    return tuple(rows)


def load_reference(directory: Path = REFERENCE_DIR) -> Reference:
    """Read and validate every reference file. Files hold `defaults:` (fields shared by all rows) and `rows:`."""
    places: dict[int, str] = {}
    reference = Reference(
        indices=_load_rows(directory, "indices*.yml", Index, places),
        methodologies=_load_rows(directory, "methodologies*.yml", Methodology, places),
        criteria=_load_rows(directory, "criteria_*.yml", Criterion, places),
        entities=_load_rows(directory, "entities_*.yml", Entity, places),
        successions=_load_rows(directory, "successions.yml", Succession, places),
        editions=_load_rows(directory, "editions*.yml", Edition, places),
        comparability=_load_rows(directory, "comparability*.yml", Comparability, places),
        entity_sets=_load_rows(directory, "sets*.yml", EntitySet, places),
    )
    check_reference(
        Rows(
            indices=reference.indices,
            methodologies=reference.methodologies,
            criteria=reference.criteria,
            entities=reference.entities,
            successions=reference.successions,
            editions=reference.editions,
            comparability=reference.comparability,
            entity_sets=reference.entity_sets,
            place=lambda row: places[id(row)],
        )
    )
    return reference

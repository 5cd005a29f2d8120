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
from typing import Literal, TypeVar

import yaml
from pydantic import Field, ValidationError

from extractors.catalogue.models import Strict
from extractors.records import EntityType, Facet, Geography, RankKind, Unit
from extractors.text.fold import fold_name, fold_text

REFERENCE_DIR = Path(__file__).parent / "reference"

# The C loader reads the same safe subset, about ten times faster; a platform without it is slower, not wrong.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

RollupRule = Literal["mean_of_leaves", "mean_of_children", "sum_points", "sum_of_children", "weighted_sum", "none"]
S = TypeVar("S", bound=Strict)
YesNoUnknown = Literal["yes", "no", "unknown"]


class Index(Strict):
    index_code: str
    name_vi: str
    name_en: str
    publisher_vi: str
    publisher_en: str
    direction: Literal["higher_is_better", "lower_is_better"] = "higher_is_better"
    native_unit: Unit
    root_criterion_code: str


class Methodology(Strict):
    """One version of an index's method.

    `comparable_with_previous`: whether whole-index scores may be compared with the version before.
    """

    index_code: str
    methodology_code: str
    decision_number: str | None
    decision_date: date | None
    first_year: int
    last_year: int | None
    rollup_rule: RollupRule
    rollup_source: str
    comparable_with_previous: YesNoUnknown
    comparable_within: YesNoUnknown = Field(
        description="Whether two years under this version may be compared, criterion by criterion"
    )
    source: str
    note: str = ""


class Criterion(Strict):
    """A node of a criterion tree. `is_expected`: it is part of the tree; its name may still be unpublished (`name_vi: null`)."""

    index_code: str
    methodology_code: str
    criterion_code: str
    parent_code: str | None
    level: int
    sort_order: int
    facet: Facet
    is_scored_leaf: bool
    takes_part_in_rollup: bool = True
    name_vi: str | None
    name_en: str | None
    max_points: float | None = None
    unit: Unit
    scale_min: float | None = None
    scale_max: float | None = None
    answer_type: Literal["scale_mean", "single_choice", "multiple_choice", "none"] = "none"
    first_year: int | None = None
    last_year: int | None = None
    aliases: tuple[str, ...] = ()
    source: str
    note: str = ""

    def is_in_year(self, year: int) -> bool:
        """Whether the criterion was part of the index in `year`; a label re-used inside a version is decided by this."""
        return (self.first_year is None or self.first_year <= year) and (self.last_year is None or year <= self.last_year)


class Entity(Strict):
    """One version of a province, ministry, region or the nation, valid from `valid_from` to `valid_to` (both inclusive)."""

    entity_type: EntityType
    entity_code: str
    valid_from: date
    valid_to: date | None
    name_vi: str
    name_en: str
    region_vi: str | None = None
    region_code: str | None = None
    region_scheme: str | None = None
    geography: Geography | None = None
    unit_type: Literal["province", "city", "ministry", "nation", "region"]
    succession: str | None = Field(default=None, description="Resolution that made this version")
    successor_code: str | None = None
    aliases: tuple[str, ...] = ()
    source: str

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Succession(Strict):
    """Predecessor and successor province and the resolution that joined them."""

    predecessor_code: str
    predecessor_valid_from: date
    successor_code: str
    successor_valid_from: date
    relation: Literal["merged", "continued", "renamed"]
    effective_date: date
    decree: str


class Edition(Strict):
    """One release of an index for one reference period and instrument. `as_of_date`: the day whose map of provinces it ranks."""

    edition_id: str
    index_code: str
    instrument_code: str
    reference_year: int
    methodology_code: str
    geography: Geography
    as_of_date: date
    n_units: int | None
    rank_kind: RankKind
    published_on: date | None = None
    instrument_name_vi: str
    instrument_name_en: str
    source: str
    note: str = ""


class Comparability(Strict):
    """Relation of one criterion over a pair of years. `relation` same + same unit and scale is the only comparable one."""

    index_code: str
    from_year: int
    to_year: int
    from_methodology_code: str
    to_methodology_code: str
    from_code: str | None
    to_code: str | None
    relation: Literal[
        "same", "reworded", "split", "merged", "dropped", "new", "changed_family", "changed_rollup", "changed_unit", "unknown"
    ]
    source: str


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

    @cached_property
    def _editions(self) -> dict[tuple[str, str, int], Edition]:
        return {(e.index_code, e.instrument_code, e.reference_year): e for e in self.editions}

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

    def edition(self, index_code: str, instrument_code: str, year: int) -> Edition:
        """The edition, or UnknownNameError: a year nobody has described is never loaded under a neighbour's method."""
        try:
            return self._editions[index_code, instrument_code, year]
        except KeyError:
            raise UnknownNameError(
                f"{index_code} {year} {instrument_code}", "an edition listed in extractors/catalogue/reference/editions.yml"
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

    def entity(self, label: str, edition: Edition, types: tuple[EntityType, ...] = ("province",)) -> Entity:
        """The entity version valid on the edition's `as_of_date` whose name or alias equals `label` after folding."""
        versions = self._entity_labels.get(fold_name(label), [])
        found = [e for e in versions if e.entity_type in types and e.is_valid_on(edition.as_of_date)]
        if len(found) == 1:
            return found[0]
        elsewhere = tuple(f"{e.name_vi} ({e.entity_code}, {e.valid_from} to {e.valid_to or 'now'})" for e in versions)
        raise UnknownNameError(
            label,
            f"a {' or '.join(types)} valid on {edition.as_of_date} (alias lists: extractors/catalogue/reference/entities_*.yml)",
            elsewhere,
        )


class ReferenceDataError(ValueError):
    """A reference file that does not have its shape; the message names the file."""


def _load_rows(directory: Path, pattern: str, model: type[S]) -> tuple[S, ...]:
    rows: list[S] = []
    for path in sorted(directory.glob(pattern)):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a SafeLoader
        if not isinstance(document, dict) or not isinstance(document.get("rows"), list):
            raise ReferenceDataError(f"{path.name}: expected a mapping with `rows:` and, if wanted, `defaults:`")
        defaults = document.get("defaults") or {}
        for number, row in enumerate(document["rows"], start=1):
            try:
                rows.append(model.model_validate({**defaults, **row}))
            except (ValidationError, TypeError) as error:
                raise ReferenceDataError(f"{path.name}, row {number}: {error}") from error
    return tuple(rows)


def load_reference(directory: Path = REFERENCE_DIR) -> Reference:
    """Read and validate every reference file. Files hold `defaults:` (fields shared by all rows) and `rows:`."""
    return Reference(
        indices=_load_rows(directory, "indices.yml", Index),
        methodologies=_load_rows(directory, "methodologies.yml", Methodology),
        criteria=_load_rows(directory, "criteria_*.yml", Criterion),
        entities=_load_rows(directory, "entities_*.yml", Entity),
        successions=_load_rows(directory, "successions.yml", Succession),
        editions=_load_rows(directory, "editions*.yml", Edition),
        comparability=_load_rows(directory, "comparability*.yml", Comparability),
    )

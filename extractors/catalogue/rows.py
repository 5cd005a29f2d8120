"""Shapes of the reference data: what one row of each file in `extractors/catalogue/reference/` holds.

Every row names its source; what no source states is null, never a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from extractors.catalogue.models import Strict
from extractors.records import EntityType, Facet, Geography, RankKind, Unit

RollupRule = Literal["mean_of_leaves", "mean_of_children", "sum_points", "sum_of_children", "weighted_sum", "none"]
YesNoUnknown = Literal["yes", "no", "unknown"]

SHOWN = 10
"""Faults that one message lists; the rest are counted."""


class ReferenceDataError(ValueError):
    """Reference data that do not have their shape or contradict one another; the message names file, row and what to edit."""

    @classmethod
    def listing(cls, faults: Sequence[str]) -> ReferenceDataError:
        """One error for many faults, a line each: the first ten of them, the rest counted."""
        more = f"\n... and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        return cls("\n".join(faults[:SHOWN]) + more)


class Index(Strict):
    index_code: str
    name_vi: str
    name_en: str
    publisher_vi: str
    publisher_en: str
    direction: Literal["higher_is_better", "lower_is_better"] = "higher_is_better"
    native_unit: Unit
    root_criterion_code: str
    ranked_entity_type: EntityType = "province"


class Methodology(Strict):
    """One version of an index's method.

    `comparable_with_previous`: whether whole-index scores may be compared with the version before.
    """

    index_code: str
    methodology_code: str
    decision_number: str | None
    decision_date: date | None
    decision_date_as_printed: date | None = Field(
        default=None, description="Day that a source prints and another account denies; `decision_date` stays empty then"
    )
    decision_date_note: str = ""
    first_year: int | None = Field(description="First reference year; null where no source at hand names one")
    last_year: int | None
    rollup_rule: RollupRule
    rollup_source: str
    field_count: int | None = None
    criterion_count: int | None = None
    component_count: int | None = None
    survey_component_count: int | None = Field(default=None, description="Components that are scored by survey")
    survey_points: float | None = Field(default=None, description="Points of the maximum that come from surveys")
    counts_note: str = ""
    comparable_source: str | None = Field(
        default=None, description="Who says whether versions may be compared, where it is known"
    )
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
    criterion_count: int | None = Field(default=None, description="Criteria below a field, where only their number is printed")
    component_count: int | None = Field(
        default=None, description="Components below a field, where only their number is printed"
    )
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
    """One version of a unit that is scored or a level above it, valid from `valid_from` to `valid_to` (both inclusive).

    `parent_entity_code`: the province of a department, district or commune, the ministry of a vertical agency.
    `region_membership`, of a region: whether a source lists its provinces or they are what the other lists leave.
    """

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
    region_membership: Literal["stated", "derived"] | None = None
    unit_type: Literal[
        "province", "city", "ministry", "nation", "region", "department", "district", "town", "commune", "vertical_agency"
    ]
    parent_entity_code: str | None = None
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
    """One release of an index for one reference period and instrument. `as_of_date`: the day whose map of provinces it ranks.

    The period is the year unless the row says otherwise (a month). `publication_policy` says why units may be missing:
    `all_units`, `withholds_units` (the publisher keeps some back), `top_only` (only the first `published_cutoff`), or `not_stated`.
    """

    edition_id: str
    index_code: str
    instrument_code: str
    reference_year: int
    period_start: date
    period_end: date
    methodology_code: str
    geography: Geography
    as_of_date: date
    n_units: int | None
    rank_kind: RankKind
    published_on: date | None = None
    publication_policy: Literal["all_units", "withholds_units", "top_only", "not_stated"] = "not_stated"
    published_cutoff: int | None = None
    instrument_name_vi: str
    instrument_name_en: str
    source: str
    note: str = ""

    @model_validator(mode="before")
    @classmethod
    def _whole_year(cls, row: dict[str, object]) -> dict[str, object]:
        year = row.get("reference_year")
        if isinstance(year, int) and "period_start" not in row and "period_end" not in row:
            return {**row, "period_start": date(year, 1, 1), "period_end": date(year, 12, 31)}
        return row


class EntitySet(Strict):
    """Units of one edition that are ranked with one another, and with nobody else.

    `members`: null where a source counts the units without naming them. `applicable_max_points`: the maximum that applies to the
    set where some criteria do not (a department that no survey covers). `is_ranked: false`: scored, but in no ranking.
    """

    edition_id: str
    entity_set_code: str
    name_vi: str
    name_en: str
    entity_type: EntityType
    parent_entity_code: str | None = None
    is_ranked: bool = True
    unit_count: int | None
    applicable_max_points: float | None = None
    members: tuple[str, ...] | None = None
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

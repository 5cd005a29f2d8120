"""Builds claims about SIPAS figures: one place that knows edition, methodology, unit and source of a statement."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Criterion, Edition, Entity, Reference, UnknownNameError
from extractors.records import (
    Claim,
    Locator,
    Measure,
    MissingReason,
    Modality,
    ScoreSource,
    SourceClass,
    Unit,
)
from extractors.text.numbers import PrintedNumber

INDEX = "SIPAS"
MINISTRY_SURVEY = "moha"


@dataclass(frozen=True)
class Speaker:
    """The document that speaks: its entry, the reference data, and the province it speaks about."""

    entry: CatalogueEntry
    reference: Reference
    province: str

    def edition(self, year: int, *, index_code: str = INDEX, instrument: str = MINISTRY_SURVEY) -> Edition:
        return self.reference.edition(index_code, instrument, year)

    def province_in(self, edition: Edition) -> Entity:
        return self.reference.entity(self.province, edition)

    def criterion_in(self, edition: Edition, code: str) -> Criterion | None:
        """The criterion under the edition's own methodology, or None if that version has no such criterion."""
        try:
            return self.reference.criterion(edition.index_code, edition.methodology_code, code)
        except UnknownNameError:
            return None


@dataclass(frozen=True)
class Subject:
    """What a statement is about."""

    edition: Edition
    entity: Entity
    entity_label: str
    criterion: Criterion
    criterion_label: str


@dataclass(frozen=True)
class Place:
    """Where a statement stands, and whose original it is."""

    locator: Locator
    modality: Modality
    original_id: str
    source_class: SourceClass
    source_url: str | None = None
    published_on: str | None = None


def unit_of(measure: Measure, criterion: Criterion, *, points: bool = False) -> Unit:
    if measure in ("rank", "change_rank", "target_rank"):
        return "places"
    return "points" if points else criterion.unit


def claim(
    speaker: Speaker,
    subject: Subject,
    place: Place,
    measure: Measure,
    raw_text: str,
    number: PrintedNumber | None,
    *,
    unit: Unit | None = None,
    value_text: str | None = None,
    missing: MissingReason | None = None,
    score_source: ScoreSource = "total",
    negative: bool = False,
    out_of: int | None = None,
    note: str = "",
) -> Claim:
    """One claim. `negative` turns "giảm 0,28" into -0.28; the raw text stays as printed. `out_of` is a printed "/63"."""
    value = None if number is None else (-number.value if negative else number.value)
    is_rank = measure == "rank"
    return Claim(
        document_id=speaker.entry.id,
        original_id=place.original_id,
        source_class=place.source_class,
        index_code=subject.edition.index_code,
        instrument_code=subject.edition.instrument_code,
        edition_id=subject.edition.edition_id,
        reference_year=subject.edition.reference_year,
        # The criterion's own version: a blank of a criterion that is new names the version that has the criterion.
        methodology_code=subject.criterion.methodology_code,
        entity_type=subject.entity.entity_type,
        entity_code=subject.entity.entity_code,
        entity_label_raw=subject.entity_label,
        criterion_code=subject.criterion.criterion_code,
        criterion_label_raw=subject.criterion_label,
        measure=measure,
        unit=unit or unit_of(measure, subject.criterion),
        modality=place.modality,
        raw_text=raw_text,
        locator=place.locator,
        value=value,
        value_text=value_text,
        printed_decimals=None if number is None else number.decimals,
        score_source=score_source,
        value_status="not_published" if missing else "published",
        missing_reason=missing,
        rank_out_of=(out_of or subject.edition.n_units) if is_rank else None,
        rank_kind="official" if is_rank else None,
        source_url=place.source_url,
        published_on=place.published_on,
        note=note,
    )

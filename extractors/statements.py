"""The one place where a figure becomes a claim: it knows edition, methodology, unit, rank fields, original and source."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal

from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Criterion, Edition, Entity
from extractors.records import (
    UNSETTLED,
    Claim,
    Locator,
    Measure,
    MissingReason,
    Modality,
    RankKind,
    ScoreSource,
    SourceClass,
    Unit,
    ValueStatus,
)
from extractors.text.numbers import PrintedNumber

DECIMALS = 6
"""Digits behind the mark that the warehouse holds of a figure."""

_PLACES: frozenset[Measure] = frozenset({"rank", "change_rank", "target_rank"})


@dataclass(frozen=True, slots=True)
class Source:
    """Who says it: the document, the original that it cites, and in what form."""

    document_id: str
    original_id: str
    source_class: SourceClass
    modality: Modality
    url: str | None = None

    @classmethod
    def own_table(cls, entry: CatalogueEntry) -> Source:
        """A table of a document that is its own original."""
        url = entry.cited_source.url
        return cls(entry.id, entry.id, entry.source_class, "table", None if url is None else str(url))


@dataclass(frozen=True, slots=True)
class Subject:
    """What a statement is about. The labels are as printed."""

    edition: Edition
    entity: Entity
    entity_label: str
    criterion: Criterion
    criterion_label: str
    score_source: ScoreSource = "total"


def stored(number: PrintedNumber) -> PrintedNumber:
    """The number with as many decimals as the warehouse holds: workbooks store binary fractions of fifteen digits."""
    if number.decimals <= DECIMALS:
        return number
    return replace(number, value=number.value.quantize(Decimal(1).scaleb(-DECIMALS), ROUND_HALF_EVEN), decimals=DECIMALS)


def _rank_kind(edition: Edition, status: ValueStatus) -> RankKind:
    """A rank read off the order in which somebody lists the units is theirs, not the publisher's.

    So is every printed rank of an index whose publisher ranks nobody: ours are computed later, and never claimed.
    """
    if status == "implied" or edition.rank_kind == "derived_by_us":
        return "derived_by_third_party"
    return edition.rank_kind


def state(
    source: Source,
    subject: Subject,
    measure: Measure,
    raw_text: str,
    locator: Locator,
    number: PrintedNumber | None,
    *,
    unit: Unit | None = None,
    out_of: int | None = None,
    value_text: str | None = None,
    value_status: ValueStatus = "published",
    missing: MissingReason | None = None,
    note: str = "",
) -> Claim:
    """One claim.

    Args:
        number: the figure; None where `missing` says why there is none, or where the statement is text (`value_text`).
        unit: where it is not the criterion's own. Ranks and their changes are places, whatever is given.
        out_of: among how many units a rank is counted; None if that is not known. Other measures have none.
        value_status: of the figure; a missing one is `withheld` or `not_published`, as its reason says.

    A cell that is not settled is none of these: its claim is `illegible`, whatever else is given.
    """
    is_rank = measure == "rank"
    claim = Claim(
        document_id=source.document_id,
        original_id=source.original_id,
        source_class=source.source_class,
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
        unit="places" if measure in _PLACES else unit or subject.criterion.unit,
        modality=source.modality,
        raw_text=raw_text,
        locator=locator,
        value=None if number is None else number.value,
        value_text=value_text,
        printed_decimals=None if number is None else number.decimals,
        score_source=subject.score_source,
        value_status=value_status,
        rank_out_of=out_of if is_rank else None,
        rank_kind=_rank_kind(subject.edition, value_status) if is_rank else None,
        source_url=source.url,
        note=note,
    )
    if UNSETTLED in raw_text:
        return replace(claim, value_text=None).with_missing("illegible", "not_published")
    if missing is None:
        return claim
    return claim.with_missing(missing, "withheld" if missing == "withheld_by_publisher" else "not_published")

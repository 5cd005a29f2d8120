"""What was decided about single cells: items with their status, and the corrections of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dagster_project.outcomes import Extracted
from extractors.quarantine import Correction, ItemStatus, QuarantineItem, item_id_of_claim
from extractors.records import Outcome

STATUS: Mapping[str, ItemStatus] = {"accept": "accepted", "reject": "rejected", "correct": "corrected", "repair": "corrected"}


def decided_items(accepted: Iterable[Extracted], standing: Iterable[str]) -> tuple[QuarantineItem, ...]:
    """One item per correction that took effect. Items that are open in this run (`standing`: their ids) stay open."""
    open_ids = set(standing)
    items: dict[str, QuarantineItem] = {}
    for extracted in accepted:
        for correction in extracted.corrections:
            if correction.item_id not in open_ids:
                items.setdefault(correction.item_id, decided_item(correction, extracted.outcome))
    return tuple(items.values())


def decided_item(correction: Correction, outcome: Outcome | None) -> QuarantineItem:
    claims = outcome.claims if outcome else ()
    claim = next((claim for claim in claims if item_id_of_claim(claim) == correction.item_id), None)
    return QuarantineItem(
        item_id=correction.item_id,
        document_id=correction.document_id,
        kind="cell" if correction.edition_id else "row",
        code=correction.action,
        locator=correction.locator,
        message=f"{STATUS[correction.action]}: {correction.why}",
        original_id=correction.original_id,
        index_code=claim.index_code if claim else "",
        edition_id=correction.edition_id,
        entity_type=claim.entity_type if claim else "",
        entity_code=correction.entity_code,
        entity_label=claim.entity_label_raw if claim else "",
        criterion_code=correction.criterion_code,
        criterion_label=claim.criterion_label_raw if claim else "",
        measure=correction.measure,
        raw_text=correction.raw_text,
        found=correction.value or "",
        status=STATUS[correction.action],
        correction_id=correction.correction_id,
        decided_by=correction.decided_by,
        decided_at=correction.decided_at,
        decided_why=correction.why,
    )


def corrections_of(accepted: Iterable[Extracted], read: Iterable[Extracted]) -> tuple[Correction, ...]:
    """Every correction of this run once: those of what is loaded (which may be older) before those of what was read."""
    found: dict[str, Correction] = {}
    for extracted in (*accepted, *read):
        for correction in extracted.corrections:
            found.setdefault(correction.correction_id, correction)
    return tuple(found[key] for key in sorted(found))

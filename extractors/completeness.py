"""Rows that a document should have and does not: a family of criteria without one of its children, a full table without a unit.

A row that is lost says nothing wrong, so nobody would see it; what stays is loaded, with a warning. Only what the tree and the edition
expect is asked for: a province that is printed with a blank or as withheld is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from extractors.catalogue.reference import Edition, Reference
from extractors.findings import Findings
from extractors.records import Claim, Issue

HINT = "compare with the page: a row or a column may have been lost, at a page break or by hand"
TABLE_SHARE = 0.8
"""A table with fewer of the units, or of the places down to its last, is a selection and no table that lost a row."""


@dataclass(frozen=True, slots=True)
class _Family:
    """The children of one node that should be printed for a unit in one edition."""

    edition_id: str
    parent_code: str
    codes: frozenset[str]


def _stated(claims: list[Claim]) -> dict[tuple[str, str, str, str], set[str]]:
    """(edition, method, entity type, entity) -> criteria that tables say something of, a figure or that there is none."""
    found: dict[tuple[str, str, str, str], set[str]] = {}
    for claim in claims:
        if claim.modality == "table":
            key = (claim.edition_id, claim.methodology_code, claim.entity_type, claim.entity_code)
            found.setdefault(key, set()).add(claim.criterion_code)
    return found


def _families(reference: Reference, edition: Edition, method: str, codes: set[str]) -> Iterator[_Family]:
    """The families of which a part is stated."""
    if edition.methodology_code != method:
        return
    parents = {code.rpartition(".")[0] for code in codes} - {""}
    for parent in sorted(parents):
        children = reference.children(edition.index_code, method, parent)
        due = frozenset(
            child.criterion_code
            for child in children
            # A criterion that no source names is known to the tree from its parent's arithmetic alone. Answers of a question are
            # never added up into it; a bonus or a penalty, which is not either, may be left out where nobody has one.
            if child.name_vi
            and (child.takes_part_in_rollup or child.facet == "perception")
            and child.is_in_year(edition.reference_year)
        )
        if due & codes:
            yield _Family(edition.edition_id, parent, due)


def _warn_criteria(findings: Findings, reference: Reference) -> None:
    """A warning for each family of which a table of this document prints some children and not others."""
    editions = {edition.edition_id: edition for edition in reference.editions}
    labels = {(claim.entity_type, claim.entity_code): claim.entity_label_raw for claim in findings.claims}
    lacking: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for (edition_id, method, entity_type, entity_code), codes in _stated(findings.claims).items():
        for family in _families(reference, editions[edition_id], method, codes):
            missing = tuple(sorted(family.codes - codes))
            if missing:
                lacking.setdefault((edition_id, family.parent_code, missing), []).append(labels[entity_type, entity_code])
    for (edition_id, parent, missing), units in sorted(lacking.items()):
        who = units[0] if len(units) == 1 else f"{len(units)} units"
        message = f"{edition_id}, {who}: expected every criterion below {parent}, found none of {', '.join(missing)}"
        findings.issues.append(Issue("criterion_missing", "warning", findings.document_id, message, HINT))


def _warn_units(findings: Findings, reference: Reference) -> None:
    """A warning for each edition of which tables print most of the ranked units, but not all."""
    editions = {edition.edition_id: edition for edition in reference.editions}
    printed: dict[tuple[str, str], set[str]] = {}
    for claim in findings.claims:
        if claim.modality == "table" and claim.entity_type in ("province", "ministry"):
            printed.setdefault((claim.edition_id, claim.criterion_code), set()).add(claim.entity_code)
    lacking: dict[tuple[str, frozenset[str]], list[str]] = {}
    for (edition_id, criterion_code), codes in printed.items():
        due = editions[edition_id].n_units
        if due is not None and TABLE_SHARE * due <= len(codes) < due:
            lacking.setdefault((edition_id, frozenset(codes)), []).append(criterion_code)
    for (edition_id, codes), criteria in sorted(lacking.items(), key=lambda item: (item[0][0], item[1])):
        edition = editions[edition_id]
        names = sorted(
            entity.name_vi
            for entity in reference.entities
            if entity.entity_type == "province" and entity.is_valid_on(edition.as_of_date) and entity.entity_code not in codes
        )
        message = (
            f"{edition_id}, {min(criteria)}: expected {edition.n_units} units, found {len(codes)}: none of {', '.join(names)}"
        )
        findings.issues.append(Issue("unit_missing", "warning", findings.document_id, message, HINT))


def _warn_ranks(findings: Findings) -> None:
    """A warning for a list that runs from rank 1 to its last rank and leaves one out that no tie explains."""
    ranks: dict[tuple[str, str, str], dict[str, int]] = {}
    for claim in findings.claims:
        if claim.modality == "table" and claim.measure == "rank" and claim.value is not None:
            key = (claim.edition_id, claim.entity_type, claim.criterion_code)
            ranks.setdefault(key, {})[claim.entity_code] = int(claim.value)
    for (edition_id, _, criterion_code), places in sorted(ranks.items()):
        last = max(places.values())
        if len(places) < 3 or len(places) < TABLE_SHARE * last:
            continue
        due: set[int] = set(range(1, last + 1))
        for place in places.values():
            ties = sum(other == place for other in places.values())
            due -= set(range(place, place + ties))
        if due:
            said = ", ".join(map(str, sorted(due)))
            message = f"{edition_id}, {criterion_code}: expected each rank from 1 to {last}, found nobody on {said}"
            findings.issues.append(Issue("rank_missing", "warning", findings.document_id, message, HINT))


def warn_missing(findings: Findings, reference: Reference) -> None:
    """Add the warnings of a document whose reading is done; one with an error is looked at anyway, and its rows are told there."""
    if any(issue.severity == "error" for issue in findings.issues):
        return
    _warn_criteria(findings, reference)
    _warn_units(findings, reference)
    _warn_ranks(findings)

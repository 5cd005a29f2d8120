"""Which criterion a row of a SIPAS table is: position in the tree picks the candidates, the wording decides between them.

Numbering as printed (domain of 2022 and 2023 reports): `1.` and `1.1.` in summary tables, `(1)` or `1)` inside a factor, `1.` inside a
perception block. Numbering restarts in every family, so a printed number alone is never a code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.catalogue.reference import Criterion, Edition, Reference, UnknownNameError
from extractors.sipas.speaker import INDEX

_SUMMARY_NUMBER = re.compile(r"^(?P<number>\d(?:\.\d+)*)\.\s*(?P<label>.+)$")
_CHILD_NUMBER = re.compile(r"^\(?(?P<number>\d{1,2})\)\s*(?P<label>.+)$")
_ITEM_NUMBER = re.compile(r"^(?P<number>\d{1,2})\.\s*(?P<label>.+)$")


@dataclass(frozen=True, slots=True)
class Family:
    """Where a table stands in the tree: `parent` is the factor of a detail table or the block of a perception table; else None."""

    parent: Criterion | None


def _checked(reference: Reference, edition: Edition, code: str, label: str) -> Criterion:
    """The criterion with that code, if its wording is the printed one. A wrong number beside a known wording is an error."""
    criterion = reference.criterion(INDEX, edition.methodology_code, code)
    return reference.match_criterion(label, (criterion,), f"{edition.methodology_code} {code}, which its number says it is")


def _descendants(reference: Reference, edition: Edition, parent: str | None, depth: int) -> list[Criterion]:
    children = reference.children(INDEX, edition.methodology_code, parent)
    if depth == 1:
        return list(children)
    return [node for child in children for node in _descendants(reference, edition, child.criterion_code, depth - 1)]


def factors(reference: Reference, edition: Edition) -> list[Criterion]:
    """The nine factors S.1.1 … S.2.5."""
    return _descendants(reference, edition, "S", 2)


def blocks(reference: Reference, edition: Edition) -> list[Criterion]:
    """The perception blocks N.1 … N.7."""
    return _descendants(reference, edition, "N", 1)


def summary_row(reference: Reference, edition: Edition, text: str) -> Criterion:
    """A row of the summary table: `1.2. Cơ hội …` is S.1.2; the row without a number is the whole index."""
    match = _SUMMARY_NUMBER.match(text)
    if match is None:
        return _checked(reference, edition, "S", text)
    return _checked(reference, edition, f"S.{match['number']}", match["label"])


def child_row(
    reference: Reference, edition: Edition, earlier: Sequence[Edition], family: Family, text: str
) -> tuple[Criterion, Edition]:
    """A row of a detail table under `family.parent`; a row without a number is a criterion that an earlier version had."""
    parent = family.parent
    if parent is None:
        raise UnknownNameError(text, "a row under a factor named in the first row of the table")
    match = _CHILD_NUMBER.match(text)
    if match is not None:
        return _checked(reference, edition, f"{parent.criterion_code}.{match['number']}", match["label"]), edition
    for version in earlier:
        children = reference.children(INDEX, version.methodology_code, parent.criterion_code)
        named = [child for child in children if child.name_vi]
        try:
            return reference.match_criterion(text, named, f"{version.methodology_code} {parent.criterion_code}"), version
        except UnknownNameError:
            continue
    raise UnknownNameError(text, f"a numbered criterion of {parent.criterion_code}, or one that an earlier version had")


def item_row(reference: Reference, edition: Edition, family: Family, text: str) -> Criterion:
    """A row of a perception table: `3. CS giáo dục …` in block N.1 is N.1.3."""
    match = _ITEM_NUMBER.match(text)
    if match is None or family.parent is None:
        raise UnknownNameError(text, "a numbered item of a perception block (N.1 to N.7)")
    return _checked(reference, edition, f"{family.parent.criterion_code}.{match['number']}", match["label"])

"""What a person should hear of the addresses of documents: those that give nothing any more, and clocks that disagree."""

from __future__ import annotations

from collections.abc import Iterable

from dagster_project.notices import Notice
from dagster_project.settings import Settings
from extractors.archive.asked import Asked, read_asked
from extractors.archive.asking import clock_issue, failure_issue


def last_answers(settings: Settings) -> tuple[Asked, ...]:
    """What the address of each document of the catalogue answered last, by id; documents that were never asked are left out."""
    ids = sorted(path.stem for path in settings.entries.glob("*.yml"))
    return tuple(asked for one in ids if (asked := read_asked(settings.asked, one)) is not None)


def address_notices(answers: Iterable[Asked]) -> tuple[Notice, ...]:
    """One notice per address that gave nothing while the archive still has the document, and per clock that is off.

    A document that never came is held back, and told as such.
    """
    found: list[Notice] = []
    for asked in answers:
        issues = [failure_issue(asked) if asked.answer == "failed" and asked.seen is not None else None, clock_issue(asked)]
        found += [Notice(one.code, "warning", one.document_id, one.message, one.hint) for one in issues if one is not None]
    return tuple(found)

"""What a person should know of a PDF's pages, tables and paragraphs, as issues with their place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractors.pdf.cells import PlacedCell
from extractors.pdf.guard import unreadable_count
from extractors.pdf.scan.status import missing_hint
from extractors.pdf.stitch import StitchedTable
from extractors.records import Box, CellSource, Issue, Locator, Paragraph
from extractors.text.health import Health


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What of one page can call for an issue: lines of numbers outside tables, on a typeset page or on a scan."""

    page: int
    has_loose_numbers: bool
    is_scan: bool


def rounded(box: Box) -> Box:
    return round(box[0], 2), round(box[1], 2), round(box[2], 2), round(box[3], 2)


def _at(number: int, cell: PlacedCell) -> Locator:
    part = cell.parts[0]
    return Locator(
        page=part.page,
        table_number=number,
        row_number=cell.row + 1,
        column_number=cell.column + 1,
        bbox=rounded(part.box),
    )


def _unsettled(readings: Sequence[str], source: CellSource, where: Locator, document_id: str) -> Issue:
    """A cell that the readers do not agree on, with all that they made of it."""
    what = "of a scan" if source == "ocr" else "in a font without a proper letter table"
    first, others = readings[0], [reading for reading in readings[1:] if reading != readings[0]]
    missing = missing_hint()
    return Issue(
        code="readings_differ",
        severity="error",
        document_id=document_id,
        message=f"expected two readers to agree on one cell {what}, found {first!r}"
        + (f" and {', '.join(map(repr, others))}" if others else " from one reading that nothing confirms"),
        hint=f"install what reads pictures, then read the file again: {missing}"
        if missing
        else "look at the cell on the page and type it into a correction",
        expected=first,
        found=" | ".join(others),
        locator=where,
    )


def table_issues(tables: Sequence[StitchedTable], document_id: str) -> list[Issue]:
    issues: list[Issue] = []
    for number, table in enumerate(tables, start=1):
        if table.is_irregular:
            issues.append(
                Issue(
                    code="irregular_grid",
                    severity="error",
                    document_id=document_id,
                    message="expected every cell to be a rectangle, found rules that leave a cell of another shape",
                    hint="look at the table on its page: a missing or broken rule is the usual cause",
                    locator=Locator(page=table.pages[0], table_number=number),
                )
            )
        for doubt in table.doubts:
            issues.append(Issue(doubt.code, "warning", document_id, doubt.message, doubt.hint, locator=_at(number, doubt.cell)))
        for cell in table.cells:
            marks = [mark for part in cell.parts for mark in part.read.marks]
            if marks:
                issues.append(
                    Issue(
                        code="footnote_mark",
                        severity="info",
                        document_id=document_id,
                        message=f"the cell {cell.text!r} bears the footnote mark {', '.join(marks)}, which is not part of its text",
                        hint="read the note under the table",
                        found=", ".join(marks),
                        locator=_at(number, cell),
                    )
                )
            readings = tuple(reading for part in cell.parts for reading in part.readings)
            if readings:
                issues.append(_unsettled(readings, cell.source, _at(number, cell), document_id))
                continue
            bad = unreadable_count(cell.text)
            if bad:
                issues.append(
                    Issue(
                        code="unreadable_text",
                        severity="error",
                        document_id=document_id,
                        message=f"expected letters and figures, found {bad} sign(s) that the font does not decode: {cell.text!r}",
                        hint="ask the publisher for a file with embedded letter tables, or type the cell into a correction",
                        found=cell.text,
                        locator=_at(number, cell),
                    )
                )
    return issues


def _ranges(pages: Iterable[int]) -> list[tuple[int, int]]:
    """Page numbers as ranges: 3, 4, 5, 9 -> (3, 5), (9, 9)."""
    numbers = sorted(pages)
    starts = [n for previous, n in pairwise([-1, *numbers]) if n != previous + 1]
    ends = [n for n, following in pairwise([*numbers, -1]) if following != n + 1]
    return list(zip(starts, ends, strict=True))


def _page_words(first: int, last: int) -> str:
    return f"page {first}" if first == last else f"pages {first} to {last}"


def page_issues(pages: Sequence[PageFacts], document_id: str) -> list[Issue]:
    issues: list[Issue] = []
    for first, last in _ranges(p.page for p in pages if p.has_loose_numbers and not p.is_scan):
        issues.append(
            Issue(
                code="table_without_grid",
                severity="info",
                document_id=document_id,
                message=f"{_page_words(first, last)}: lines of numbers that no table holds; expected rules, or columns and rows "
                "that the white between the numbers parts in one way only",
                hint="look at the page: figures whose row or column is not certain are not in the data",
                locator=Locator(page=first),
            )
        )
    for first, last in _ranges(p.page for p in pages if p.has_loose_numbers and p.is_scan):
        issues.append(
            Issue(
                code="scan_without_grid",
                severity="warning",
                document_id=document_id,
                message=f"{_page_words(first, last)}: a scan with lines of numbers and without a grid of rules; expected a ruled table",
                hint="tables without rules are not guessed from a scan: give the typeset original, or type the figures",
                locator=Locator(page=first),
            )
        )
    return issues


def damage_issues(pages: Mapping[int, tuple[Health, Iterable[str]]], document_id: str) -> list[Issue]:
    """One issue for each range of pages whose words look wrongly decoded, with the fonts that are to blame where they are known."""
    issues: list[Issue] = []
    for first, last in _ranges(page for page, (health, _) in pages.items() if health.is_damaged):
        here = [pages[page] for page in pages if first <= page <= last]
        health = sum((health for health, _ in here), Health())
        fonts = sorted({font for _, fonts in here for font in fonts})
        issues.append(
            Issue(
                code="damaged_text",
                severity="warning",
                document_id=document_id,
                message=f"{_page_words(first, last)}: expected words, found {health.damaged} of {health.words} that look wrongly "
                f"decoded, such as {', '.join(map(repr, health.examples))}"
                + (f", in the font {', '.join(map(repr, fonts))}" if fonts else ""),
                hint="a font without a proper letter table is the usual cause: compare with the page, or give another copy",
                expected="words",
                found=" ".join(health.examples),
                locator=Locator(page=first),
            )
        )
    return issues


def paragraph_issues(paragraphs: Sequence[Paragraph], document_id: str) -> list[Issue]:
    """One issue for each range of pages with undecoded signs in the running text."""
    bad = [paragraph for paragraph in paragraphs if unreadable_count(paragraph.text)]
    issues: list[Issue] = []
    for first, last in _ranges({paragraph.page for paragraph in bad if paragraph.page is not None}):
        here = [p for p in bad if p.page is not None and first <= p.page <= last]
        issues.append(
            Issue(
                code="unreadable_text",
                severity="warning",
                document_id=document_id,
                message=f"{_page_words(first, last)}: {len(here)} paragraph(s) with signs that the font does not decode, "
                f"the first is {here[0].text[:60]!r}",
                hint="figures in these paragraphs may be incomplete: ask the publisher for a file with embedded letter tables",
                expected="letters and figures",
                found=here[0].text[:60],
                locator=here[0].locator(),
            )
        )
    return issues

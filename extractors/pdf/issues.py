"""What a person should know of a PDF's pages, tables and paragraphs, as issues with their place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractors.pdf.cells import PlacedCell
from extractors.pdf.guard import unreadable_count
from extractors.pdf.left_over import LeftOver
from extractors.pdf.scan.status import missing_hint
from extractors.pdf.stitch import StitchedTable
from extractors.records import UNSETTLED, Box, CellSource, Issue, Locator, Paragraph
from extractors.text.health import Health


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What of one page can call for an issue: lines of numbers outside tables, a picture in which nothing is read."""

    page: int
    left_over: LeftOver
    is_scan: bool
    has_text: bool


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


LOOK_AT_CELL = "look at the cell on the page (`cchc extract --picture FOLDER` marks it) and take its text from there"
NOT_READ, NO_SECOND = "(nothing)", "(no second reading)"
"""In `found`: a reading without text, and no reading to compare with. An empty `found` would say neither."""


def _unsettled(readings: Sequence[str], source: CellSource, where: Locator, document_id: str) -> Issue:
    """A cell that the readers do not agree on, with all that they made of it."""
    what = "of a scan" if source == "ocr" else "in a font without a proper letter table"
    first, others = readings[0], [reading for reading in readings[1:] if reading != readings[0]]
    said = [repr(reading) if reading else "nothing" for reading in (first, *others)]
    missing = missing_hint()
    return Issue(
        code="readings_differ",
        severity="error",
        document_id=document_id,
        message=f"expected two readers to agree on one cell {what}, found ink that none of them can read"
        if not any(readings)
        else f"expected two readers to agree on one cell {what}, found {said[0]}"
        + (f" and {', '.join(said[1:])}" if others else " from one reading that nothing confirms"),
        hint=f"install what reads pictures, then read the file again: {missing}" if missing else LOOK_AT_CELL,
        expected=first,
        found=" | ".join(reading or NOT_READ for reading in others) or NO_SECOND,
        locator=where,
    )


_OTHER_FILE = "ask the publisher for a file whose text can be copied"


def _undecoded(count: int, *, is_scan: bool) -> str:
    """What signs that cannot be decoded are, in words."""
    what = "figure or word on the scan that is not certain" if is_scan else "sign that the font does not decode"
    many = "figures or words on the scan that are not certain" if is_scan else "signs that the font does not decode"
    return f"{count} {what if count == 1 else many}"


LOW_CONFIDENCE = 0.7
"""Words of a scan below this are counted in a warning. They are read by one engine, and this is what that engine says of itself."""


def _unsure_words(number: int, table: StitchedTable, document_id: str) -> list[Issue]:
    """One issue for a table with words of a scan that the engine is not sure of; cells that are not settled have their own."""
    scanned = [cell for cell in table.cells if not any(part.doubted_fonts for part in cell.parts)]
    words = [cell for cell in scanned if cell.source == "ocr" and cell.text and UNSETTLED not in cell.text]
    low = sorted((cell for cell in words if cell.confidence < LOW_CONFIDENCE), key=lambda cell: cell.confidence)
    if not low:
        return []
    worst = low[0]
    return [
        Issue(
            code="low_confidence",
            severity="warning",
            document_id=document_id,
            message=f"expected words of a scan that are read with a confidence of at least {LOW_CONFIDENCE:.2f}, found {len(low)} of "
            f"{len(words)} cells below, the least sure {worst.text!r} ({worst.confidence:.2f})",
            hint="compare these words with the page: `confidence` of each cell is in the output of --json",
            expected=f"{LOW_CONFIDENCE:.2f}",
            found=f"{worst.confidence:.2f}",
            locator=_at(number, worst),
        )
    ]


def table_issues(tables: Sequence[StitchedTable], document_id: str) -> list[Issue]:
    issues: list[Issue] = []
    for number, table in enumerate(tables, start=1):
        issues += _unsure_words(number, table, document_id)
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
                        message=f"expected letters and figures, found {_undecoded(bad, is_scan=cell.source == 'ocr')}: {cell.text!r}",
                        hint=LOOK_AT_CELL if cell.source == "ocr" else f"{_OTHER_FILE}, or {LOOK_AT_CELL}",
                        found=cell.text,
                        locator=_at(number, cell),
                    )
                )
    return issues


def title_issues(tables: Sequence[StitchedTable], document_id: str) -> list[Issue]:
    """One issue for each table whose title is not read whole: what it is about may stand in the very words that are missing."""
    return [
        Issue(
            code="unreadable_title",
            severity="warning",
            document_id=document_id,
            message=f"expected a title that can be read, found words in it that are not certain: {table.title!r}",
            hint="look at the title on the page; each \ufffd stands for words that the font or the scan does not give",
            expected="a title",
            found=table.title,
            locator=Locator(page=table.pages[0], table_number=number),
        )
        for number, table in enumerate(tables, start=1)
        if unreadable_count(table.title)
    ]


def _ranges(pages: Iterable[int]) -> list[tuple[int, int]]:
    """Page numbers as ranges: 3, 4, 5, 9 -> (3, 5), (9, 9)."""
    numbers = sorted(pages)
    starts = [n for previous, n in pairwise([-1, *numbers]) if n != previous + 1]
    ends = [n for n, following in pairwise([*numbers, -1]) if following != n + 1]
    return list(zip(starts, ends, strict=True))


def _on_pages(first: int, last: int) -> str:
    """For a message whose place is the first page: empty if that is all, else the range."""
    return "" if first == last else f" on pages {first} to {last}"


def page_issues(pages: Sequence[PageFacts], document_id: str) -> list[Issue]:
    issues: list[Issue] = []
    for first, last in _ranges(p.page for p in pages if p.left_over and not p.is_scan):
        numbers = sum(p.left_over.numbers for p in pages if first <= p.page <= last)
        issues.append(
            Issue(
                code="table_without_grid",
                severity="warning",
                document_id=document_id,
                message=f"expected rules, or columns and rows that the white between the numbers parts in one way only, "
                f"found {numbers} number(s) in lines{_on_pages(first, last)} that no table holds",
                hint="look at the page: figures whose row or column is not certain are not in the data",
                locator=Locator(page=first),
            )
        )
    for page in (p for p in pages if p.left_over and p.is_scan):
        lines, numbers = page.left_over.lines, page.left_over.numbers
        issues.append(
            Issue(
                code="scan_without_grid",
                severity="error",
                document_id=document_id,
                message=f"expected the numbers of a scan inside a ruled grid, found {lines} printed lines with {numbers} numbers "
                "outside any: they are in no table",
                hint="look at the page: the labels of a chart need nothing; a table without rules is not guessed from a scan: give the "
                "typeset original, or a scan whose rules show, or type the figures",
                expected="a ruled grid",
                found=f"{numbers} numbers in {lines} lines",
                locator=Locator(page=page.page),
            )
        )
    for first, last in _ranges(p.page for p in pages if p.is_scan and not p.has_text):
        issues.append(
            Issue(
                code="picture_without_text",
                severity="warning",
                document_id=document_id,
                message=f"expected text in the picture that is the page{_on_pages(first, last)}, found none",
                hint="look at the page: a blank page or a photograph needs nothing; else give a better scan",
                expected="text",
                found="a picture without text",
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
                message=f"expected words{_on_pages(first, last)}, found {health.damaged} of {health.words} that look wrongly "
                f"decoded, such as {', '.join(map(repr, health.examples))}"
                + (f", in the font {', '.join(map(repr, fonts))}" if fonts else ""),
                hint="a font without a proper letter table is the usual cause: compare with the page, or give another copy",
                expected="words",
                found=" ".join(health.examples),
                locator=Locator(page=first),
            )
        )
    return issues


def paragraph_issues(
    paragraphs: Sequence[Paragraph], document_id: str, scans: Collection[int] = (), titles: Collection[str] = ()
) -> list[Issue]:
    """One issue for each range of pages with undecoded signs in the running text.

    `scans`: pages read from their pictures. `titles`: of tables, which have issues of their own.
    """
    bad = [p for p in paragraphs if unreadable_count(p.text) and not any(p.text in title for title in titles)]
    pages = {paragraph.page for paragraph in bad if paragraph.page is not None}
    ranges = [(place, False) for place in _ranges(pages.difference(scans))] + [
        (place, True) for place in _ranges(pages.intersection(scans))
    ]
    issues: list[Issue] = []
    for (first, last), is_scan in sorted(ranges):
        here = [p for p in bad if p.page is not None and first <= p.page <= last]
        issues.append(
            Issue(
                code="unreadable_text",
                severity="warning",
                document_id=document_id,
                message=f"expected letters and figures in the running text{_on_pages(first, last)}, found "
                f"{_undecoded(sum(unreadable_count(p.text) for p in here), is_scan=is_scan)}, the first in {here[0].text[:60]!r}",
                hint="compare figures of the running text with the page"
                if is_scan
                else f"figures of the running text may be incomplete: {_OTHER_FILE}",
                expected="letters and figures",
                found=here[0].text[:60],
                locator=here[0].locator(),
            )
        )
    return issues

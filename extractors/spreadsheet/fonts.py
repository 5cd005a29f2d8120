"""Text whose meaning hangs on its font: runs of TCVN3, VNI or VPS become Unicode, once all text of the workbook is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from extractors.records import UNSETTLED
from extractors.spreadsheet.sheet import Entry, Position, Run, Sheet, SheetIssues
from extractors.text.fold import nfc
from extractors.text.legacy import decode, encoding_of_font, has_unicode_letters
from extractors.text.legacy_evidence import FontVerdict, judge_fonts

Verdicts = Mapping[str, FontVerdict]

_HINT = "Read the cell in the program that made the workbook, with its fonts, and give the workbook saved in Unicode."


def entry_of(runs: Sequence[Run]) -> Entry:
    """The text of a cell from its runs, as the file holds it."""
    return Entry(nfc("".join(text for text, _ in runs)), runs=tuple(runs))


def verdicts_of(sheets: Sequence[Sheet]) -> dict[str, FontVerdict]:
    """How to take the fonts of a workbook; those whose text stands as it is are left out."""
    texts: dict[str, list[str]] = {}
    for sheet in sheets:
        for entry in sheet.entries.values():
            for text, font in entry.runs:
                texts.setdefault(font, []).append(text)
    judged = judge_fonts({font: "\n".join(found) for font, found in texts.items()})
    return {font: verdict for font, verdict in judged.items() if verdict.encoding or verdict.doubt}


def _decoded_runs(runs: Sequence[Run], verdicts: Verdicts) -> str:
    """Neighbours under one verdict are decoded together: a letter and its mark may stand in two runs."""
    groups = groupby(runs, key=lambda run: verdicts.get(run[1]))
    joined = ((verdict, "".join(text for text, _ in group)) for verdict, group in groups)
    return "".join(text if verdict is None else verdict.decode(text) for verdict, text in joined)


def _in_doubt(runs: Sequence[Run], verdicts: Verdicts) -> Run | None:
    """The first run whose letters cannot be told; a text of plain ASCII is the same in every encoding."""
    return next(
        (run for run in runs if run[1] in verdicts and verdicts[run[1]].doubt and not run[0].isascii()),
        None,
    )


def _decoded(position: Position, entry: Entry, verdicts: Verdicts, issues: SheetIssues) -> Entry:
    doubtful = _in_doubt(entry.runs, verdicts)
    if doubtful is not None:
        encoding = encoding_of_font(doubtful[1])
        other = entry.text if encoding is None or has_unicode_letters(doubtful[0]) else nfc(decode(doubtful[0], encoding))
        message = f"expected text whose letters can be told, found one that cannot: {verdicts[doubtful[1]].doubt}"
        issues.add("font_not_decoded", "error", message, _HINT, position, expected=entry.text, found=other)
        return replace(entry, text=UNSETTLED, confidence=0.0)
    text = nfc(_decoded_runs(entry.runs, verdicts))
    return entry if text == entry.text else replace(entry, text=text, source="legacy")


def decoded(sheet: Sheet, verdicts: Verdicts, issues: SheetIssues) -> Sheet:
    """The sheet in Unicode. A cell whose letters cannot be told is unsettled, and an issue of severity error holds its readings."""
    if not verdicts:
        return sheet
    entries = {
        position: _decoded(position, entry, verdicts, issues) if any(font in verdicts for _, font in entry.runs) else entry
        for position, entry in sheet.entries.items()
    }
    return replace(sheet, entries=entries)

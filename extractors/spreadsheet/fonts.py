"""Texts of cells whose meaning hangs on their font: decoded once all text of the workbook is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extractors.records import UNSETTLED
from extractors.runs import Run, Verdicts, judge, plain_text, read_runs
from extractors.spreadsheet.sheet import Entry, Position, Sheet, SheetIssues
from extractors.text.legacy_evidence import FontVerdict

_HINT = "Read the cell in the program that made the workbook, with its fonts, and give the workbook saved in Unicode."


def entry_of(runs: Sequence[Run]) -> Entry:
    """The text of a cell from its runs, as the file holds it."""
    return Entry(plain_text(runs), runs=tuple(runs))


def verdicts_of(sheets: Sequence[Sheet]) -> dict[str, FontVerdict]:
    """How to take the fonts of a workbook."""
    return judge(run for sheet in sheets for entry in sheet.entries.values() for run in entry.runs)


def _decoded(position: Position, entry: Entry, verdicts: Verdicts, issues: SheetIssues) -> Entry:
    read = read_runs(entry.runs, verdicts)
    if read.doubt:
        message = f"expected text whose letters can be told, found one that cannot: {read.doubt}"
        issues.add("font_not_decoded", "error", message, _HINT, position, expected=read.text, found=read.other)
        return replace(entry, text=UNSETTLED, confidence=0.0)
    return replace(entry, text=read.text, source=read.source)


def decoded(sheet: Sheet, verdicts: Verdicts, issues: SheetIssues) -> Sheet:
    """The sheet in Unicode. A cell whose letters cannot be told is unsettled, and an issue of severity error holds its readings."""
    if not verdicts:
        return sheet
    entries = {
        position: _decoded(position, entry, verdicts, issues) if entry.runs else entry
        for position, entry in sheet.entries.items()
    }
    return replace(sheet, entries=entries)

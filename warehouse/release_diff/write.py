"""The comparison of two releases as JSON, as text, and as one page in Vietnamese and English."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from warehouse.descriptions import Described
from warehouse.figures import figure_text
from warehouse.html import page_environment
from warehouse.release_diff.records import ReleaseDiff, ScoreLine, TableChange
from warehouse.release_diff.words import REASONS, STATES

SHOWN_SCORES = 300
"""Scores of each state on the page and in the text; the JSON has all."""


def diff_json(diff: ReleaseDiff) -> dict[str, Any]:
    """Everything, for a program."""
    return {
        **asdict(diff),
        "states": diff.states,
        "reasons": diff.reasons,
        "is_same_for_readers": diff.is_same_for_readers,
    }


def place_of(line: ScoreLine) -> str:
    """Where the figure stands in its document: `page 6, table 8, row 3, column 6`, or `sheet X, C3`."""
    if line.sheet is not None:
        return f"sheet {line.sheet}" + (f", {line.a1}" if line.a1 else "")
    named = (("page", line.page), ("table", line.table_number), ("row", line.row_number), ("column", line.column_number))
    return ", ".join(f"{name} {number}" for name, number in named if number is not None)


def figure_of(score: float | None, rank: int | None, unit: str | None) -> str:
    """`82.28 index_points, rank 32`; a dash where there is neither."""
    parts = [
        f"{figure_text(score)} {unit or ''}".strip() if score is not None else "",
        f"rank {rank}" if rank is not None else "",
    ]
    return ", ".join(part for part in parts if part) or "–"


def changed_words(one: TableChange) -> str:
    """The columns in which the changed rows of a table differ: `score 3, rank 1`."""
    return ", ".join(f"{name} {count:,}" for name, count in one.changed_columns.items())


def _table_words(one: TableChange) -> str:
    if one.rows_before is None:
        return f"{one.rows_after:,} rows, a new table"
    if one.rows_after is None:
        return f"gone, with {one.rows_before:,} rows"
    parts = [
        f"{one.rows_before:,} → {one.rows_after:,} rows",
        *(
            f"{count:,} {word}"
            for word, count in (("added", one.added), ("removed", one.removed), ("changed", one.changed))
            if count
        ),
        *(f"what differs: {changed_words(one)}" for _ in list(one.changed_columns)[:1]),
        *(f"columns added: {', '.join(one.columns_added)}" for _ in one.columns_added[:1]),
        *(f"columns removed: {', '.join(one.columns_removed)}" for _ in one.columns_removed[:1]),
        *(f"column of another type: {', '.join(one.columns_retyped)}" for _ in one.columns_retyped[:1]),
    ]
    return ", ".join(parts)


def diff_text(diff: ReleaseDiff) -> str:
    """To be read at a terminal or in a mail."""
    return "\n".join(_lines(diff)) + "\n"


def _lines(diff: ReleaseDiff) -> Iterable[str]:
    after = diff.after.release_id
    if diff.before is None:
        yield f"{after} is the first release: there is nothing to compare it with."
        yield from (f"  {one.table}: {one.rows_after:,} rows" for one in diff.tables)
        return
    yield f"{diff.before.release_id} → {after}"
    yield f"  code       {_of_code(diff).en}"
    if diff.is_same_for_readers:
        yield "  Nothing that a reader sees differs: every table, score and document is as it was."
        return
    if diff.accepted_because:
        yield f"  accepted   {diff.accepted_because}"
    yield from (f"  not compared: {words}" for words in diff.not_compared)
    yield f"  scores     {', '.join(f'{n:,} {state}' for state, n in diff.states.items())}; {diff.unchanged_scores:,} as before"
    yield from (f"             {n:,}: {REASONS[reason].en}" for reason, n in diff.reasons.items())
    yield f"  documents  {len(diff.documents)} differ; {diff.unchanged_documents} as before"
    for one in diff.documents:
        by = f", superseded by {one.superseded_by}" if one.superseded_by else ""
        yield f"             {one.state}: {one.document_id}{by} – {one.title}"
    for state in STATES:
        found = [line for line in diff.scores if line.state == state]
        if found:
            yield f"{STATES[state].en} ({len(found):,})"
        for line in found[:SHOWN_SCORES]:
            before = figure_of(line.previous_score, line.previous_rank, line.previous_unit)
            now = figure_of(line.score, line.rank, line.unit)
            because = f": {', '.join(line.because)}" if line.because else ""
            yield f"  {line.edition_id} {line.province} {line.criterion_code}: {before} → {now}"
            yield f"      {REASONS[line.reason].en}{because}; {line.document_id or line.previous_document_id}, {place_of(line)}"
        if len(found) > SHOWN_SCORES:
            yield f"  … and {len(found) - SHOWN_SCORES:,} more in diff.json"
    differing = [one for one in diff.tables if not one.is_same]
    yield f"Tables ({len(differing)} of {len(diff.tables)} differ)"
    yield from (f"  {one.table}: {_table_words(one)}" for one in differing)


def _of_code(diff: ReleaseDiff) -> Described:
    before, now = (_short(side.git_revision) if side else "" for side in (diff.before, diff.after))
    if diff.is_code_changed:
        return Described(f"đã đổi, {before or 'không rõ'} → {now}", f"changed, {before or 'unknown'} → {now}")
    return Described(f"như cũ ({now})", f"the same ({now})")


def _short(revision: str) -> str:
    """Enough of a revision to find it; what is said behind it (changes that no revision has) stays."""
    name, sign, rest = revision.partition("+")
    return f"{name[:12]}{sign}{rest}"


def diff_page(diff: ReleaseDiff) -> str:
    """One HTML file."""
    by_state = {state: [line for line in diff.scores if line.state == state] for state in STATES}
    template = page_environment("warehouse.release_diff").get_template("page.html")
    return template.render(
        diff=diff,
        by_state=by_state,
        states=STATES,
        reasons=REASONS,
        limit=SHOWN_SCORES,
        place=place_of,
        changed_words=changed_words,
        differing=[one for one in diff.tables if not one.is_same],
        code=_of_code(diff),
    )


def write_diff(diff: ReleaseDiff, directory: Path) -> None:
    """`diff.json`, `diff.txt` and `diff.html` in `directory`, which is made.

    Raises:
        OSError: it cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    texts = {
        "diff.json": json.dumps(diff_json(diff), ensure_ascii=False, indent=2),
        "diff.txt": diff_text(diff),
        "diff.html": diff_page(diff),
    }
    for name, text in texts.items():
        (directory / name).write_text(text, encoding="utf-8")

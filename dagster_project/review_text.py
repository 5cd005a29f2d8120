"""Items of the quarantine in the words of a data steward."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from dagster_project.review import Reviewed, why_not
from extractors.quarantine import QuarantineItem
from extractors.records import UNSETTLED

MOST_TIES = 8


def state(one: Reviewed) -> str:
    if one.is_pending and one.decision is not None:
        return f"{one.decision.action} (with the next refresh)"
    return "stale" if one.is_stale else one.item.status


def printed(item: QuarantineItem) -> str:
    """What stands in the cell, as it was read."""
    if UNSETTLED in item.raw_text:
        return f"not settled: {' | '.join(item.readings) or 'nothing could be read'}"
    return repr(item.raw_text) if item.raw_text else "(nothing)"


def list_lines(found: Sequence[Reviewed], *, with_witnesses: bool) -> list[str]:
    """Grouped by document, one line per item and one for its reason; cells held back beside a suspect are counted, or listed too."""
    if not found:
        return ["Nothing waits for a decision."]
    lines: list[str] = []
    for document_id, items in groupby(found, key=lambda one: one.item.document_id):
        group = list(items)
        suspects = [one for one in group if one.item.is_suspect]
        witnesses = len(group) - len(suspects)
        beside = f", {witnesses} {'cell' if witnesses == 1 else 'cells'} held back with them" if witnesses else ""
        beside += " (--all lists them)" if witnesses and not with_witnesses else ""
        lines += ["", f"{document_id}: {len(suspects)} {'item' if len(suspects) == 1 else 'items'}{beside}"]
        shown = group if with_witnesses else suspects
        for one in sorted(shown, key=lambda one: not one.item.is_suspect):
            item = one.item
            mark = "" if item.is_suspect else " (held back with a suspect)"
            lines.append(
                f"  {item.item_id}  {state(one)}  {item.locator}: {item.statement or item.kind}, {printed(item)}{mark}"
            )
            if item.is_suspect:
                lines.append(f"              {_short(_why(item))}")
    return [*lines[1:], "", "One of them: cchc review show ITEM"]


def _why(item: QuarantineItem) -> str:
    return item.message.removesuffix(f" [{item.code}]")


def _short(text: str, most: int = 150) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def show_lines(one: Reviewed, others: Iterable[Reviewed], quarantine: Path, file: str) -> list[str]:
    """Everything there is to know of an item, what each decision would do, and the commands."""
    item = one.item
    by_id = {other.item.item_id: other.item for other in others}
    lines = [f"{item.item_id}  {state(one)}", f"  document    {item.document_id}", f"  place       {item.locator}"]
    if item.edition_id:
        unit = f"{item.entity_type or 'unit'} {item.entity_code}"
        entity = f"{item.entity_label} ({unit})" if item.entity_label else unit
        criterion = f"{item.criterion_label} ({item.criterion_code})" if item.criterion_label else item.criterion_code
        lines += [f"  statement   {item.measure} of {entity}", f"              {criterion}, edition {item.edition_id}"]
    if item.original_id not in ("", item.document_id):
        lines.append(f"  quoting     {item.original_id}")
    lines.append(f"  as read     {printed(item)}")
    if item.picture:
        lines.append(f"  picture     {quarantine / item.picture}")
    if item.row:
        lines += ["  the row     " + "\n              ".join(item.row)]
    lines.append(f"  why         [{item.code}] {_why(item)}")
    broken = [one for one in item.broken if one.message != item.message]
    lines += [f"  breaks      [{one.rule_id}] {one.message}" for one in broken]
    lines += _explanation_lines(item, by_id)
    if one.decision is not None:
        made = one.decision
        until = f", until {made.expires_on}" if made.expires_on else ""
        value = f" to {made.value!r}" if made.value else ""
        lines += [
            f"  decided     {made.action}{value} by {made.by} on {made.at}{until}: {made.why}",
            f"              in {file}",
        ]
    return [*lines, *_decision_lines(one, file)]


def _explanation_lines(item: QuarantineItem, by_id: dict[str, QuarantineItem]) -> list[str]:
    if not item.broken:
        return []
    if not item.explanations:
        return ["  explained   no small set of cells would explain what is broken"]
    count = len(item.explanations)
    head = (
        "one set of cells explains it all" if count == 1 else f"{count} sets of cells explain it as well as each other (a tie)"
    )
    more = "" if item.is_complete else "; the search stopped early, so there may be others"
    lines = [f"  explained   {head}{more}:"]
    for explanation in item.explanations[:MOST_TIES]:
        cells = [
            f"{'this cell' if cell == item.item_id else _named(cell, by_id)} would be {value}"
            for cell, value in zip(explanation.item_ids, explanation.proposals, strict=True)
        ]
        lines.append(f"              - {' and '.join(cells)}")
    if count > MOST_TIES:
        lines.append(f"              … and {count - MOST_TIES} more")
    return lines


def _named(item_id: str, by_id: dict[str, QuarantineItem]) -> str:
    other = by_id.get(item_id)
    return f"{item_id} ({other.locator}: {other.statement}, {printed(other)})" if other else item_id


def _decision_lines(one: Reviewed, file: str) -> list[str]:
    item = one.item
    if one.decision is not None:
        return ["", f"Take it back: cchc review undo {item.item_id}"]
    effects = {
        "correct": ('--value "…" --why "…"', "the figure is published as you give it; what was read stays beside it"),
        "accept": ('--why "…" [--until DATE]', "published as printed, with a flag, until that day (a year, if you give none)"),
        "reject": ('--why "…"', "never published; the rest of the document is judged without it"),
    }
    lines = ["", "What you can decide (it takes effect with the next `cchc refresh`, which judges the document again):"]
    for action, (options, effect) in effects.items():
        reason = why_not(action, one)  # pyright: ignore[reportArgumentType]
        if reason is None:
            lines += [f"  cchc review {action} {item.item_id} {options}", f"      {effect}"]
        else:
            lines.append(f"  not {action}: {reason}")
    if item.proposals and item.edition_id:
        lines.append(f"  proposed, by arithmetic or by a reader, and for you to judge by the page: {'; '.join(item.proposals)}")
    return [*lines, f"  By hand: {file}"]

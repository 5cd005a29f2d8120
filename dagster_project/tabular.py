"""Answers as text: tables, CSV, and the walk of one number back to its cell."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Sequence
from decimal import Decimal

from rich import box
from rich.console import Console
from rich.table import Table

from warehouse.explain import Explanation
from warehouse.query import Answer

FEW_ROWS, MANY_COLUMNS = 3, 12


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def csv_text(answer: Answer) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows([_shown(value) for value in row] for row in answer.rows)
    return stream.getvalue()


def _upright(answer: Answer) -> str:
    """Few rows with many columns: one line per column, as `column  value`."""
    width = max(len(name) for name in answer.columns)
    return "\n\n".join(
        "\n".join(f"{name:<{width}}  {_shown(value)}" for name, value in zip(answer.columns, row, strict=True))
        for row in answer.rows
    )


def table_text(answer: Answer) -> str:
    """A table for a terminal; on a pipe as wide as it needs to be, so that nothing is cut. Few very wide rows are shown upright."""
    count = len(answer.rows)
    total = f"({count} row{'' if count == 1 else 's'})"
    if 0 < count <= FEW_ROWS and len(answer.columns) > MANY_COLUMNS:
        return f"{_upright(answer)}\n{total}"
    numeric = [
        any(isinstance(row[i], int | float | Decimal) and not isinstance(row[i], bool) for row in answer.rows)
        for i in range(len(answer.columns))
    ]
    widths = [max((len(_shown(row[i])) for row in answer.rows), default=0) for i in range(len(answer.columns))]
    needed = sum(max(width, len(name)) + 3 for width, name in zip(widths, answer.columns, strict=True))
    table = Table(box=box.SIMPLE_HEAD)
    for name, is_numeric in zip(answer.columns, numeric, strict=True):
        table.add_column(name, justify="right" if is_numeric else "left", overflow="fold")
    for row in answer.rows:
        table.add_row(*[_shown(value) for value in row])
    stream = io.StringIO()
    terminal = shutil.get_terminal_size((0, 0)).columns
    Console(file=stream, width=terminal or max(needed + 2, 80), highlight=False, markup=False).print(table)
    return f"{stream.getvalue().rstrip()}\n{total}"


def _place(claim: dict[str, object]) -> str:
    names = ("page", "sheet", "table_number", "row_number", "column_number", "a1", "paragraph")
    parts = [f"{name.removesuffix('_number')} {claim[name]}" for name in names if claim.get(name) is not None]
    if claim.get("x0") is not None:
        box_text = ", ".join(f"{float(str(claim[name])):.1f}" for name in ("x0", "top", "x1", "bottom"))
        parts.append(f"box ({box_text}) pt")
    return ", ".join(parts)


def _claim_lines(claim: dict[str, object], mark: str) -> Iterable[str]:
    if claim["measure"] in ("responsible_unit", "evidence"):
        printed = f"printed {claim['raw_text']!r}"
    else:
        value = (
            f"{_shown(claim['value'])} {claim['unit']}" if claim["value"] is not None else f"none ({claim['missing_reason']})"
        )
        printed = f"printed {claim['raw_text']!r} = {value}"
    yield f"  {mark} {claim['measure']}: {printed}, {claim['modality']}, {claim['source_class']}"
    yield f"      {claim['document_id']}: {_place(claim)}"
    if claim["is_superseded"]:
        yield f"      SUPERSEDED: {claim['superseded_by']} took the place of this document; the statement is kept, never chosen"
    if claim.get("source_url"):
        yield f"      address: {claim['source_url']}"


def explanation_lines(found: Sequence[Explanation]) -> list[str]:
    lines: list[str] = []
    for item in found:
        score = item.score
        rank = f", rank {score['rank']} of {score['rank_out_of']} ({score['rank_kind']})" if score["rank"] is not None else ""
        lines += [
            f"{score['index_code']} {score['year']} {score['province']} {score['criterion_code']} {score['criterion_name_vi'] or ''}",
            f"  = {_shown(score['score']) or 'no score'} {score['unit']}{rank}",
            f"  edition {score['edition_id']}, methodology {score['methodology_code']}, status {score['value_status']}",
        ]
        if score.get("is_known_failure"):
            lines.append(
                f"  KNOWN FAILURE OF THE SOURCE, published as printed: {score.get('known_failure_evidence') or 'see qa_results'}"
            )
        if score.get("has_conflict"):
            lines.append("  CONFLICT: another statement contradicts this one; see below and rpt_conflicts")
        if score.get("source_note"):
            lines.append(f"  note       {score['source_note']}")
        chosen = item.chosen
        if chosen is not None:
            address = chosen["source_url"] or chosen["cited_url"] or "address unknown"
            lines += [
                "",
                "  document   " + f"{chosen['document_id']}: {chosen['title_vi']}",
                "  sha256     " + str(chosen["sha256"]),
                "  place      " + _place(chosen),
                "  raw text   " + repr(chosen["raw_text"]),
                "  re-set from" * bool(chosen["is_reset"])
                + "  cited     " * (not chosen["is_reset"])
                + f" {chosen['cited_title']}, {chosen['cited_publisher']} ({address})",
            ]
        others = [c for c in item.claims if chosen is None or c["claim_id"] != chosen["claim_id"]]
        if others:
            lines += ["", f"  {len(others)} other statements about this cell:"]
            for claim in others:
                lines += list(_claim_lines(claim, "-"))
        lines.append("")
    return lines[:-1]

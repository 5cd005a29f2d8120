"""The walk of one number back to its cell, as text: names before codes, the figure first, what a person asks next after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from dagster_project.wording import ACTION, CONFLICT, MISSING, MODALITY, PRECEDENCE, RANK_KIND, VERDICT, words_for
from warehouse.explain import Explanation
from warehouse.figures import figure_text as shown

Record = Mapping[str, object]

LOCATOR_FIELDS = ("page", "sheet", "table_number", "row_number", "column_number", "a1", "paragraph")
_MOST_RELATIONS = 3
"""Relations of one rule that are spelled out; a mean of 63 provinces is one, a rank stands against many."""


def place_text(claim: Record, prefix: str = "") -> str:
    """`page 6, table 8, row 8, column 2, box (…) pt`; `prefix` is that of the record's columns."""
    parts = [
        f"{name.removesuffix('_number')} {claim[prefix + name]}"
        for name in LOCATOR_FIELDS
        if claim.get(prefix + name) is not None
    ]
    if claim.get("x0") is not None and not prefix:
        box_text = ", ".join(f"{float(str(claim[name])):.1f}" for name in ("x0", "top", "x1", "bottom"))
        parts.append(f"box ({box_text}) pt")
    return ", ".join(parts) or "whole document"


def figure_text(record: Record, prefix: str = "") -> str:
    """`82.44 index_points, rank 32 of 63 (official)`, or that there is none and why."""
    score, rank = record[f"{prefix}score"], record[f"{prefix}rank"]
    parts = [
        f"{shown(score)} {record['unit']}"
        if score is not None
        else f"no score ({words_for(MISSING, record['missing_reason']).en or 'not published'})"
    ]
    if rank is not None:
        parts.append(f"rank {rank} of {record['rank_out_of'] or '?'} ({words_for(RANK_KIND, record['rank_kind']).en})")
    return ", ".join(parts)


def _heading(score: Record) -> list[str]:
    criterion = f"{score['criterion_name_vi'] or 'criterion'} ({score['criterion_code']})"
    return [
        f"{score['index_name_vi']} {score['year']}, {score['province']}, {criterion}",
        f"  = {figure_text(score)}",
        f"  edition {score['edition_id']}, methodology {score['methodology_code']}, status {score['value_status']}",
    ]


def _warnings(item: Explanation) -> Iterable[str]:
    score = item.score
    if score.get("is_known_failure"):
        yield f"  KNOWN FAILURE OF THE SOURCE, published as printed: {score.get('known_failure_evidence') or 'see qa_results'}"
    if score.get("has_conflict"):
        yield "  CONFLICT: another statement contradicts this one; see below and rpt_conflicts"
    if score.get("source_note"):
        yield f"  note       {score['source_note']}"


def _origin(chosen: Record) -> list[str]:
    address = chosen["source_url"] or chosen["cited_url"] or "address unknown"
    cited = "re-set from" if chosen["is_reset"] else "cited     "
    return [
        "",
        "Where it stands",
        f"  document   {chosen['title_vi']} ({chosen['document_id']})",
        f"  place      {place_text(chosen)}",
        f"  raw text   {chosen['raw_text']!r}",
        f"  {cited} {chosen['cited_title']}, {chosen['cited_publisher']} ({address})",
        f"  sha256     {chosen['sha256']}",
    ]


def _corrections(corrections: Sequence[Record]) -> Iterable[str]:
    if not corrections:
        return
    yield ""
    yield f"Decisions about it ({len(corrections)})"
    for found in corrections:
        yield f"  - {words_for(ACTION, found.get('action')).en} [{found.get('correction_id')}]"
        for label, name in (
            ("printed", "raw_text"),
            ("value", "corrected_value"),
            ("why", "decided_why"),
            ("proof", "proof"),
            ("by", "decided_by"),
            ("when", "decided_at"),
        ):
            if found.get(name) is not None:
                yield f"      {label}: {shown(found[name])}"


def _relations(relations: Sequence[Record]) -> Iterable[str]:
    counts = Counter(str(found["verdict"]) for found in relations)
    tally = ", ".join(f"{counts[verdict]} {words_for(VERDICT, verdict).en}" for verdict in VERDICT if counts[verdict])
    yield ""
    yield f"Rules that judged it ({tally})" if relations else "Rules that judged it: none compares it with another figure"
    by_rule: dict[tuple[str, str], list[Record]] = {}
    for found in relations:
        by_rule.setdefault((str(found["verdict"]), str(found["rule_id"])), []).append(found)
    for (verdict, rule_id), group in by_rule.items():
        yield f"  {words_for(VERDICT, verdict).en}: {group[0]['title_en'] or rule_id} [{rule_id}]"
        for found in group[:_MOST_RELATIONS]:
            tolerance = f" (tolerance {shown(found['tolerance'])})" if shown(found["tolerance"]) not in ("", "0") else ""
            detail = f"; {found['detail']}" if found["detail"] else ""
            yield f"      {found['measure']}: expected {shown(found['expected'])}{tolerance}, found {shown(found['found'])}{detail}"
        if len(group) > _MOST_RELATIONS:
            yield f"      … and {len(group) - _MOST_RELATIONS} more like these"


def _disagreements(disagreements: Sequence[Record]) -> Iterable[str]:
    yield ""
    yield f"Statements that disagree ({len(disagreements)})" if disagreements else "Statements that disagree: none"
    for found in disagreements:
        modality, why = words_for(MODALITY, found["other_modality"]).en, words_for(PRECEDENCE, found["precedence_rule"]).en
        where = f"{found['other_document_id']}: {place_text(found, 'other_')}" if found["other_document_id"] else ""
        yield (
            f"  - {found['measure']} {shown(found['other_value'])}, printed {found['other_raw_text']!r}, {modality}: "
            f"{words_for(CONFLICT, found['kind']).en}"
        )
        if found["relation_text"]:
            yield f"      {found['relation_text']}"
        if where:
            yield f"      {where}"
        if found["other_source_url"]:
            yield f"      address: {found['other_source_url']}"
        yield f"      {shown(found['chosen_value'])} stands, because {why}"


def _vintages(vintages: Sequence[Record]) -> Iterable[str]:
    if len(vintages) < 2:
        return
    yield ""
    yield f"Vintages ({len(vintages)})"
    for found in vintages:
        start = f"{found['known_from']}" + ("" if found["is_known_from_stated"] else " (day not stated)")
        until = f" to {found['known_to']}" if found["known_to"] else " until now"
        yield f"  {found['vintage']}. from {start}{until}: {figure_text(found)}, {found['document_id']}"


def _claim_lines(claim: Record) -> Iterable[str]:
    if claim["measure"] in ("responsible_unit", "evidence"):
        printed = f"printed {claim['raw_text']!r}"
    else:
        value = (
            f"{shown(claim['value'])} {claim['unit']}" if claim["value"] is not None else f"none ({claim['missing_reason']})"
        )
        printed = f"printed {claim['raw_text']!r} = {value}"
    yield f"  - {claim['measure']}: {printed}, {claim['modality']}, {claim['source_class']}"
    yield f"      {claim['document_id']}: {place_text(claim)}"
    if claim["is_superseded"]:
        yield f"      SUPERSEDED: {claim['superseded_by']} took the place of this document; the statement is kept, never chosen"
    if claim.get("source_url"):
        yield f"      address: {claim['source_url']}"


def explanation_lines(found: Sequence[Explanation]) -> list[str]:
    """The whole answer for a terminal, one block per edition."""
    lines: list[str] = []
    for item in found:
        lines += [*_heading(item.score), *_warnings(item)]
        chosen = item.chosen
        if chosen is not None:
            lines += _origin(chosen)
        lines += [*_corrections(item.corrections), *_relations(item.relations), *_disagreements(item.disagreements)]
        lines += _vintages(item.vintages)
        others = [c for c in item.claims if chosen is None or c["claim_id"] != chosen["claim_id"]]
        if others:
            lines += ["", f"{len(others)} other statements about this cell"]
            for claim in others:
                lines += _claim_lines(claim)
        lines.append("")
    return lines[:-1]

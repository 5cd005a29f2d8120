"""The end of a refresh as text, to be read aloud: the verdict, what differs, what is held back and why, what to do."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.diff import CAUSES

if TYPE_CHECKING:
    from dagster_project.summary import Summary

_REASONS, _CHANGES = 5, 5
"""Reasons of one document, and changed scores, that are spelled out here; the report has more, its files all."""


def _verdict(summary: Summary) -> Iterable[str]:
    if summary.blocked:
        yield f"NOTHING WAS PUBLISHED; {summary.release_id or 'no release'} stands. Why:"
        yield from (f"  - {reason}" for reason in summary.blocked)
    elif summary.withdrawn:
        yield f"Nothing was published; {summary.release_id or 'no release'} stands, {summary.published}"
        yield f"  withdrawn   what would be published is the same again: {summary.withdrawn}"
        yield "              mend what was wrong (a document, a decision, the code), or publish it all the same: cchc refresh --force"
    elif summary.is_unchanged:
        yield f"Nothing changed: release {summary.release_id} stands, {summary.published}"
    else:
        yield f"Published: release {summary.release_id}, {summary.published}"


def _figure(score: Any, rank: Any) -> str:
    return " ".join(part for part in (f"{score:g}" if score is not None else "none", f"(rank {rank})" if rank else "") if part)


def _changes(report: dict[str, Any]) -> Iterable[str]:
    if not report["is_compared"] or report["previous_release"] is None:
        return
    documents, scores = report["documents"], report["scores"]
    counted = ", ".join(f"{len(documents[state])} {state}" for state in ("new", "changed", "gone"))
    yield f"  documents   {counted} since {report['previous_release']}"
    counted = ", ".join(f"{scores[state]['count']} {state}" for state in ("new", "changed", "gone"))
    causes = "; ".join(f"{n}: {CAUSES[cause]}" for cause, n in report["causes"].items())
    yield f"  scores      {counted}" + (f" ({causes})" if causes else "")
    for state in ("gone", "changed"):
        for one in scores[state]["first"][:_CHANGES]:
            before, after = (_figure(one[f"{p}score"], one[f"{p}rank"]) for p in ("previous_", ""))
            place = f"{one['province']} {one['edition_id']} {one['criterion_code']}"
            yield f"    {state}: {place}: {before} -> {after}, {one['document_id'] or one['previous_document_id']}"
        if scores[state]["count"] > _CHANGES:
            yield f"    … and {scores[state]['count'] - _CHANGES} more {state}"
    if report["accepted_because"]:
        yield f"  accepted    {report['accepted_because']}"


def _held(summary: Summary) -> Iterable[str]:
    waiting = f", {summary.open_items} cells wait for a decision" if summary.open_items else ""
    yield f"  held back   {len(summary.held_back)} documents{waiting}"
    for key, reasons in summary.held_back.items():
        kept = " (its published figures stay)" if key in summary.kept_old else ""
        yield f"    {key}{kept}:"
        yield from (f"      - {reason}" for reason in reasons[:_REASONS])
        if len(reasons) > _REASONS:
            yield f"      … and {len(reasons) - _REASONS} more in {summary.quarantine}/{key}.json"


def _state(summary: Summary) -> Iterable[str]:
    passed = summary.checks.get("passed", 0) + summary.checks.get("passed_with_listed_failures", 0)
    failed, crashed = summary.checks.get("failed", 0), summary.checks.get("crashed", 0)
    anew = (
        f"{len(summary.documents_extracted)} extracted anew"
        if summary.documents_extracted
        else "nothing re-extracted: no document changed"
    )
    yield f"  read        {summary.documents_read} of {summary.documents_known} documents; {anew}"
    yield f"  claims      {summary.claims:,} printed statements"
    yield (
        f"  release     {summary.scores:,} scores ({summary.withheld} cells withheld by their publisher), "
        f"{summary.conflicts} statements contradict the chosen one (rpt_conflicts, kind = 'contradiction')"
    )
    yield (
        f"  checks      {passed} passed, {failed} failed{f', {crashed} DID NOT RUN' if crashed else ''}, "
        f"{summary.checks.get('nothing_to_judge', 0)} had nothing to judge; "
        f"{summary.listed_failures} failures accepted as printed, {summary.incomplete_families} could not be judged whole"
        + (" (gate 1; gate 2 stands as in the release)" if summary.is_unchanged else "")
    )
    yield from (f"  note        {note}" for note in summary.notes)


def summary_lines(summary: Summary) -> list[str]:
    """The most important first."""
    seconds = (summary.finished_at - summary.started_at).total_seconds() if summary.finished_at else 0.0
    todo = [": ".join(part for part in (one["en"], one["command"]) if part) for one in summary.report["todo"]]
    return [
        "",
        *_verdict(summary),
        *_held(summary),
        *_changes(summary.report),
        *_state(summary),
        *(f"  to do       {number}. {text}" for number, text in enumerate(todo, start=1)),
        f"  report      {summary.report_page}",
        f"  took        {seconds:.0f} s",
        "",
        f'Next:  {this_command()} explain SIPAS 2023 "Thừa Thiên Huế"      make reports (web pages)      {this_command()} status',
    ]


def this_command() -> str:
    """What a person types to reach this program on this home: a server's own command, or in an activated environment its name."""
    found, this = shutil.which("cchc"), Path(sys.executable).parent / "cchc"
    is_this = found is not None and Path(found).resolve() == this.resolve()
    return os.environ.get("CCHC_COMMAND") or ("cchc" if is_this else ".venv/bin/cchc")

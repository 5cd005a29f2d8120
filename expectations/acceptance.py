"""Letting differences from the last release pass: deliberate, with a reason, and visible in the results."""

from __future__ import annotations

from dataclasses import replace

from expectations.report import Failure, GateReport, RuleResult

ACCEPTABLE = frozenset({"gate2__release__changes_are_explained", "gate2__release__nothing_vanishes"})
"""Rules that a person may let pass for one refresh. Every other rule is about the figures themselves."""


def accept_changes(report: GateReport, because: str | None) -> GateReport:
    """The report with the failures of the comparison listed as accepted, each with the reason; as it was if nobody gave one."""
    if not because:
        return report
    return replace(report, results=tuple(_accepted(result, because) for result in report.results))


def _accepted(result: RuleResult, because: str) -> RuleResult:
    if result.rule.id not in ACCEPTABLE or result.status != "failed":
        return result
    listed = tuple(_with_reason(failure, because) for failure in result.failures)
    return replace(result, status="passed_with_listed_failures", failures=(), tolerated=(*result.tolerated, *listed))


def _with_reason(failure: Failure, because: str) -> Failure:
    return replace(failure, detail="; ".join(part for part in (failure.detail, f"accepted: {because}") if part))

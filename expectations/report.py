"""What a gate found: frozen records, the messages people read, and the rows of `raw.qa_result` and `raw.known_failure`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from expectations.listings import KnownFailure
from expectations.models import GateName, Rule
from extractors.quarantine import item_id_of_statement
from extractors.records import Issue, Locator

RuleStatus = Literal["passed", "passed_with_listed_failures", "failed", "crashed"]
Row = Mapping[str, object]

SAMPLE_SIZE = 5
"""Messages kept with each result in `raw.qa_result`; the counts stand beside them."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One judged thing that does not agree (`RuleResult.failures`, `.tolerated`) or cannot be judged (`.incomplete`)."""

    rule_id: str
    document_id: str
    original_id: str
    edition_id: str
    entity_code: str
    criterion_code: str
    measure: str
    locator: Locator
    raw_text: str
    expected: str
    found: str
    tolerance: str
    detail: str
    is_incomplete: bool = False

    @property
    def item_id(self) -> str:
        """The id of the cell in quarantine."""
        statement = (self.original_id, self.edition_id, self.entity_code, self.criterion_code, self.measure)
        return item_id_of_statement(self.document_id, self.locator, statement, self.raw_text)

    @property
    def hint(self) -> str:
        """What to do about it, and in which file."""
        if self.rule_id.startswith("gate2__release__"):
            return (
                "see what was taken out or what changed by itself; if it is meant, publish it with "
                '`cchc refresh --accept-changes "why"`, which is kept with the release'
            )
        decisions = f"extractors/catalogue/corrections/{self.document_id}.yml"
        if self.rule_id.startswith("gate2__"):
            return (
                "mend the model named above in dbt_project/models, or the document it comes from; "
                f"a fault of the source itself is accepted, with its reason, in {decisions}"
            )
        return (
            f"compare with the page (`cchc review show {self.item_id}`); if the file is the wrong one, mend its entry "
            f"extractors/catalogue/entries/{self.document_id}.yml; if the cell was misread, correct it; if the source prints it so, "
            f"accept it with its reason: both stand in {decisions}"
        )

    def verdict(self) -> str:
        """What was judged, expected, found, tolerance and why, without the place and without what to do."""
        subject = " ".join(part for part in (self.edition_id, self.entity_code, self.criterion_code, self.measure) if part)
        original = f" (quoting {self.original_id})" if self.original_id not in ("", self.document_id) else ""
        if self.is_incomplete:
            return f"{subject}{original}: cannot be judged: {self.detail} [{self.rule_id}]"
        tolerance = f" (tolerance {self.tolerance})" if self.tolerance not in ("", "0") else ""
        printed = f", printed {self.raw_text!r}" if self.raw_text else ""
        detail = f"; {self.detail}" if self.detail else ""
        said = f"expected {self.expected}{tolerance}, found {self.found}{printed}{detail} [{self.rule_id}]"
        return f"{subject}{original}: {said}" if subject or original else said

    def message(self) -> str:
        """One line: document, place, verdict and, for a failure, what to do."""
        text = f"{self.document_id}: {self.locator}: {self.verdict()}"
        return text if self.is_incomplete else f"{text} -> {self.hint}"

    def issue(self, severity: Literal["error", "warning"]) -> Issue:
        """The same as an issue of the document, for the list of issues and for quarantine."""
        return Issue(
            code=self.rule_id,
            severity=severity,
            document_id=self.document_id,
            message=self.verdict(),
            hint=self.hint,
            expected=self.expected,
            found=self.found,
            locator=self.locator,
        )


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule on one database. `crashed`: the check itself did not run (`error` says why) and says nothing about the data."""

    rule: Rule
    status: RuleStatus
    checked_count: int
    failures: tuple[Failure, ...] = ()
    tolerated: tuple[Failure, ...] = ()
    incomplete: tuple[Failure, ...] = ()
    error: str = ""

    @property
    def is_success(self) -> bool:
        """True if the check ran and nothing failed but what is listed as a fault of the source."""
        return self.status in ("passed", "passed_with_listed_failures")

    def message(self) -> str:
        if self.status == "crashed":
            return f"{self.rule.id}: the check itself crashed, the data were not judged: {self.error} -> mend its query"
        return (
            f"{self.rule.id}: {self.status}: {self.checked_count} checked, {len(self.failures)} failed, "
            f"{len(self.tolerated)} listed as known failures of the source, {len(self.incomplete)} incomplete"
        )


@dataclass(frozen=True, slots=True)
class GateReport:
    gate: GateName
    run_id: str
    checked_at: datetime
    results: tuple[RuleResult, ...]
    known_failures: tuple[KnownFailure, ...] = ()
    unmatched_listings: tuple[KnownFailure, ...] = ()
    """Listings in force that no failing row needed (information: the fault may be gone, or its document was not read)."""

    def result(self, rule_id: str) -> RuleResult:
        for result in self.results:
            if result.rule.id == rule_id:
                return result
        raise KeyError(f"{rule_id}: expected a rule of expectations/rules/{self.gate}.yml")

    def crashed(self) -> tuple[RuleResult, ...]:
        """Checks that did not run. Nothing may be loaded or published on their silence."""
        return tuple(result for result in self.results if result.status == "crashed")

    def failing_documents(self) -> Mapping[str, tuple[Failure, ...]]:
        """Documents with at least one failure of severity error that no listing covers, and those failures."""
        found: dict[str, list[Failure]] = {}
        for result in self.results:
            if result.rule.severity == "error":
                for failure in result.failures:
                    found.setdefault(failure.document_id, []).append(failure)
        return {document_id: tuple(failures) for document_id, failures in sorted(found.items())}

    def blocks_publish(self) -> bool:
        """True if a rule of severity error failed, or if any check did not run."""
        return any(r.status == "crashed" or (r.status == "failed" and r.rule.severity == "error") for r in self.results)

    def issues(self) -> tuple[Issue, ...]:
        """Every failure that counts, as issues of its document."""
        return tuple(failure.issue(result.rule.severity) for result in self.results for failure in result.failures)

    def qa_rows(self) -> tuple[Row, ...]:
        """One row per rule, in the columns of `raw.qa_result`; `sample` is a JSON list of messages."""
        return tuple(self._qa_row(result) for result in self.results)

    def _qa_row(self, result: RuleResult) -> Row:
        shown = (*result.failures, *result.tolerated, *result.incomplete)[:SAMPLE_SIZE]
        messages = [result.message()] if result.status == "crashed" else [failure.message() for failure in shown]
        return {
            "run_id": self.run_id,
            "gate": self.gate,
            "rule_id": result.rule.id,
            "severity": result.rule.severity,
            "owner": result.rule.owner,
            "title_vi": result.rule.title_vi,
            "title_en": result.rule.title_en,
            "rule_reason": result.rule.reason,
            "tolerance_source": result.rule.tolerance_source,
            "grain": result.rule.grain,
            "status": result.status,
            "is_success": result.is_success,
            "checked_count": result.checked_count,
            "failed_count": len(result.failures),
            "tolerated_count": len(result.tolerated),
            "incomplete_count": len(result.incomplete),
            "sample": json.dumps(messages, ensure_ascii=False),
            "checked_at": self.checked_at,
        }

    def known_failure_rows(self) -> tuple[Row, ...]:
        """One row per cell that a listing in force covers, in the columns of `raw.known_failure`."""
        rows: list[Row] = []
        for result in self.results:
            for failure in result.tolerated:
                listing = next(found for found in self.known_failures if covers(found, failure))
                rows.append(
                    {
                        "rule_id": failure.rule_id,
                        "document_id": failure.document_id,
                        "original_id": failure.original_id,
                        "edition_id": failure.edition_id,
                        "entity_code": failure.entity_code,
                        "criterion_code": failure.criterion_code,
                        "measure": failure.measure,
                        "raw_text": failure.raw_text,
                        "evidence": listing.evidence,
                        "expires_on": listing.expires_on,
                    }
                )
        return tuple(rows)


def covers(listing: KnownFailure, failure: Failure) -> bool:
    """True if the listing is about exactly this rule and statement. Whether it is still in force is asked elsewhere."""
    keys = ("rule_id", "document_id", "original_id", "edition_id", "entity_code", "criterion_code", "measure", "raw_text")
    return all(getattr(listing, key) == getattr(failure, key) for key in keys)

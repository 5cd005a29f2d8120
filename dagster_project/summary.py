"""What a refresh did, whoever drove it: a summary made of its state and written as a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from dagster_project.run_records import keep_event
from dagster_project.run_report import build_report, next_stamp, write_report
from dagster_project.runstate import RunState
from dagster_project.settings import Settings
from dagster_project.wording import shown_status
from warehouse.diff import read_comparison
from warehouse.query import ask
from warehouse.releases import DamagedReleaseError, Release, current_release


@dataclass(slots=True)
class Summary:
    """What a refresh did. `held_back` maps a document to the reasons; `blocked` lists checks that kept everything back.

    `withdrawn`: why what was built is not published: such a release, `withdrawn_release`, was taken back.
    """

    run_id: str
    started_at: datetime
    finished_at: datetime | None = None
    documents_read: int = 0
    documents_known: int = 0
    documents_extracted: list[str] = field(default_factory=list)
    claims: int = 0
    scores: int = 0
    checks: dict[str, int] = field(default_factory=dict)
    conflicts: int = 0
    withheld: int = 0
    listed_failures: int = 0
    incomplete_families: int = 0
    held_back: dict[str, list[str]] = field(default_factory=dict)
    kept_old: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_unchanged: bool = False
    withdrawn: str = ""
    withdrawn_release: str = ""
    release_id: str | None = None
    published: str = ""
    quarantine: str = ""
    open_items: int = 0
    report: dict[str, Any] = field(default_factory=dict)
    report_page: str = ""

    @property
    def exit_code(self) -> int:
        return 2 if self.blocked else 1 if self.held_back or self.open_items or self.withdrawn else 0

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "exit_code": self.exit_code}


def summarise(
    settings: Settings,
    state: RunState,
    *,
    run_id: str,
    started_at: datetime,
    titles: Mapping[str, str],
    failure: Sequence[str] | None = None,
) -> Summary:
    """Sum up one refresh and write its report. To be called once for each refresh, at its end.

    Args:
        titles: document id -> title of every entry of the catalogue.
        failure: why it ended early, if it did; messages of gates that stopped it come first.
    """
    found = state.state
    blocked = found.blocking or list(failure) if failure is not None else []
    summary = Summary(
        run_id=run_id,
        started_at=started_at,
        finished_at=datetime.now(UTC),
        documents_read=found.documents_read,
        documents_known=found.documents_known,
        documents_extracted=list(found.documents_extracted),
        claims=found.claims_count,
        held_back=dict(found.held_back),
        kept_old=list(found.kept_old),
        blocked=blocked,
        notes=list(found.notes),
        is_unchanged=found.is_unchanged and not blocked,
        withdrawn=found.withdrawn,
        withdrawn_release=found.withdrawn_release,
        published=str(settings.published / "current"),
        quarantine=str(settings.quarantine) if found.held_back else "",
        open_items=len(state.open_items),
    )
    for row in found.qa_rows:
        status = shown_status(row.status, row.checked_count)
        summary.checks[status] = summary.checks.get(status, 0) + 1
        summary.listed_failures += row.tolerated_count
        summary.incomplete_families += row.incomplete_count
    _count_published(settings, summary)
    comparison = None if summary.is_unchanged else read_comparison(settings.build_database, run_id)
    values = found.model_dump(mode="json")
    rules = [*values["qa_rows"], *(_gate2_of_release(settings) if summary.is_unchanged else ())]
    shown = {key: title for key, title in titles.items() if key in found.accepted or key in summary.held_back}
    stamp = next_stamp(settings.runs, started_at)
    summary.report = build_report(
        summary,
        comparison,
        rules=rules,
        items=values["quarantine"],
        corrections=values["corrections"],
        titles=shown,
        stamp=stamp,
    )
    summary.report_page = str(settings.runs / f"{stamp}.html")
    write_report(settings, summary, comparison, stamp)
    keep_event(settings, summary.as_dict(), stamp)
    return summary


def _whole_release(settings: Settings) -> Release | None:
    """The published release; None if there is none, or if it is damaged: a note of the summary says so."""
    try:
        return current_release(settings.published)
    except DamagedReleaseError:
        return None


def _gate2_of_release(settings: Settings) -> list[dict[str, object]]:
    """What gate 2 said of the release that stands: it is not judged again while nothing changes."""
    if _whole_release(settings) is None:
        return []
    return ask(settings.published, "select * from qa_results where gate = 'gate2' order by rule_id").records()


def _count_published(settings: Settings, summary: Summary) -> None:
    release = _whole_release(settings)
    if release is not None:
        summary.release_id = release.release_id
        summary.scores, summary.conflicts, summary.withheld = counted(settings)


def counted(settings: Settings) -> tuple[int, int, int]:
    """Of the published release: scores that have a figure, statements that contradict the chosen one, cells their publisher withheld.

    Raises:
        NotPublishedError, QueryError: there is no release, or it cannot be read.
    """
    rows = ask(
        settings.published,
        """select (select count(*) from fct_score where score is not null),
                  (select count(*) from rpt_conflicts where kind = 'contradiction'),
                  (select count(*) from fct_score where value_status = 'withheld')""",
    ).rows
    scores, contradictions, withheld = (int(str(value)) for value in rows[0])
    return scores, contradictions, withheld

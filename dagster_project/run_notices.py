"""What a person should hear of a refresh, from its report (`runs/<stamp>.json`)."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dagster_project.address_notices import address_notices, last_answers
from dagster_project.alerting import Told, tell
from dagster_project.notices import Notice
from dagster_project.outcomes import OutcomeStore
from dagster_project.run_records import outcome_of, run_event
from dagster_project.settings import Settings
from extractors.catalogue.corrections import Decisions, load_decisions
from extractors.catalogue.loader import CatalogueError
from extractors.records import NEW_VINTAGE, Issue

_LOG = logging.getLogger("cchc.alerts")

_OTHER_BYTES = frozenset({NEW_VINTAGE, "lock_mismatch"})
_ARCHIVE_DAMAGED = frozenset({"archive_damaged", "archive_missing"})
SOON = timedelta(days=30)
"""How long before an acceptance expires a person hears of it."""

_SHOWN = 5

Issues = Mapping[str, Sequence[Issue]]


def notices_of(
    report: Mapping[str, Any], issues: Issues | None = None, decisions: Decisions | None = None
) -> tuple[Notice, ...]:
    """Notices of one run.

    Args:
        report: the JSON of `runs/<stamp>.json`.
        issues: document id -> why it is held back, from the quarantine; they tell a new vintage from a misread page.
        decisions: what people decided about cells; acceptances end.
    """
    outcome = outcome_of(report)
    if outcome == "could_not_run":
        return () if report.get("is_expected") else (_could_not_run(report),)
    found: list[Notice] = []
    if outcome in ("blocked", "failed", "killed"):
        found.append(_stopped(report, outcome))
    if outcome == "published" and report.get("release_id"):
        found.append(_published(report))
    if report.get("withdrawn"):
        found.append(_withdrawn(report))
    held: Mapping[str, Sequence[str]] = report.get("held_back") or {}
    for document_id, messages in held.items():
        found += _held_back(report, document_id, messages, (issues or {}).get(document_id, ()))
    found += _open_items(report, held)
    found += _expiring(decisions or {}, _day(report))
    return tuple(found)


def _day(report: Mapping[str, Any]) -> date:
    return datetime.fromisoformat(str(report.get("finished_at") or report["started_at"])).date()


def _first(messages: Sequence[str]) -> str:
    more = f"\n… and {len(messages) - _SHOWN} more" if len(messages) > _SHOWN else ""
    return "\n".join(messages[:_SHOWN]) + more


def _could_not_run(report: Mapping[str, Any]) -> Notice:
    return Notice(
        "could_not_run",
        "error",
        "refresh",
        f"expected a refresh, but it could not start: {report.get('could_not_run') or _first(report['blocked'])}",
        "mend what the message names, then `cchc refresh`; the published release is untouched",
    )


def _stopped(report: Mapping[str, Any], outcome: str) -> Notice:
    facts: Mapping[str, Any] = report.get("report") or {}
    page = report.get("report_page") or "`cchc status`"
    stands = report.get("release_id")
    release = f"release {stands} stands" if stands else "nothing has been published yet"
    message = f"expected a release; {release}. Found:\n{_first(report['blocked'])}"
    if outcome != "blocked":
        code = "run_failed" if outcome == "failed" else "run_killed"
        return Notice(code, "error", "refresh", message, f"see {page}, then `cchc refresh`")
    rules = [row["rule_id"] for row in facts.get("rules") or () if row["status"] == "crashed"]
    rules += [row["rule_id"] for row in facts.get("rules") or () if row["status"] == "failed" and row["severity"] == "error"]
    commands = [one["command"] for one in facts.get("todo") or () if one.get("command")]
    hint = f"see {page}" + (f"; then {' or '.join(f'`{command}`' for command in commands)}" if commands else "")
    return Notice("release_blocked", "error", ", ".join(rules[:3]) or "refresh", message, hint)


def what_changed(event: Mapping[str, Any]) -> str:
    """A phrase such as `3 scores new, 1 changed; documents new: x`; `event`: of `run_event`."""
    scores: Mapping[str, int] = event.get("scores") or {}
    parts = [] if event.get("previous_release") else [f"{event.get('scores_count', 0):,} scores, no release before it"]
    parts += [f"{count} scores {state}" for state in ("new", "changed", "gone") if (count := scores.get(state))]
    documents: Mapping[str, Sequence[str]] = event.get("documents") or {}
    for state in ("new", "changed", "gone"):
        names = list(documents.get(state) or ())
        if names:
            rest = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            parts.append(f"documents {state}: {', '.join(names[:_SHOWN])}{rest}")
    if event.get("accepted_because"):
        parts.append(f"accepted because: {event['accepted_because']}")
    return "; ".join(parts) or "the same scores and documents"


def _published(report: Mapping[str, Any]) -> Notice:
    release = report["release_id"]
    return Notice(
        "release_published",
        "info",
        release,
        f"published {release}: {what_changed(run_event(report, ''))}",
        f"see {report.get('report_page') or '`cchc status`'}",
        release,
    )


def _withdrawn(report: Mapping[str, Any]) -> Notice:
    return Notice(
        "release_withdrawn",
        "warning",
        str(report.get("withdrawn_release") or report.get("release_id")),
        f"nothing was published: it would be the same again as what was taken back: {report['withdrawn']}",
        "mend what was wrong (a document, a decision, the code), or publish it all the same: `cchc refresh --force`",
    )


def _held_back(report: Mapping[str, Any], document_id: str, messages: Sequence[str], issues: Sequence[Issue]) -> list[Notice]:
    """New bytes that wait, damage of the archive, and the rest in one notice."""
    found: list[Notice] = []
    own: set[str] = set()
    for issue in issues:
        if issue.code in _OTHER_BYTES:
            message = f"{issue.message}; the reviewed ones stay in use until a person says that the new ones are right"
            found.append(Notice("new_vintage", "warning", document_id, message, issue.hint, issue.found[:64]))
        elif issue.code in _ARCHIVE_DAMAGED:
            found.append(Notice("archive_damaged", "error", document_id, issue.message, issue.hint))
        else:
            continue
        own.add(str(issue))
    rest = [message for message in messages if message not in own]
    if not rest:
        return found
    stays = document_id in (report.get("kept_old") or ())
    kept = "its published figures stay" if stays else "what could not be read with certainty is not published"
    counts = Counter(issue.code for issue in issues if str(issue) not in own)
    what = f" ({', '.join(f'{n} × {code}' for code, n in counts.most_common(3))})" if counts else ""
    message = f"expected a document without errors, found {len(rest)}{what}; {kept}\n{_first(rest)}"
    return [*found, Notice("held_back", "warning", document_id, message, "`cchc review list` shows each cell with its picture")]


def _open_items(report: Mapping[str, Any], held: Mapping[str, Sequence[str]]) -> list[Notice]:
    """One notice per document with items that wait for a decision, unless it is told as held back already."""
    items = (report.get("report") or {}).get("items") or ()
    counts = Counter(item["document_id"] for item in items if item.get("status", "open") == "open")
    return [
        Notice(
            "open_items",
            "warning",
            document_id,
            f"{count} items of quarantine wait for a decision",
            "`cchc review list`, then `cchc review correct`, `accept` or `reject`",
        )
        for document_id, count in sorted(counts.items())
        if document_id not in held
    ]


def _expiring(decisions: Decisions, today: date) -> list[Notice]:
    """Acceptances that ended, and those that end within a month: their cells are held back from then on."""
    found: list[Notice] = []
    for document_id, made in sorted(decisions.items()):
        for one in made:
            if one.expires_on is None or one.expires_on - today > SOON:
                continue
            is_past = today > one.expires_on
            found.append(
                Notice(
                    "acceptance_expired" if is_past else "acceptance_expires",
                    "warning",
                    one.correction_id(document_id),
                    f"accepted as printed until {one.expires_on}: {one.why}",
                    f"look at the source again: `cchc review show {one.item_id(document_id)}`, then accept it anew or undo it",
                    one.expires_on.isoformat(),
                )
            )
    return found


def tell_run(settings: Settings, report: Mapping[str, Any]) -> Told:
    """Tell what a refresh ended with; called once at the end of every refresh, also of one that could not run. Never raises.

    A run that broke off has not looked everywhere: what it does not say is not over.
    """
    issues: Issues = {}
    decisions: Decisions = {}
    try:
        issues = {one.document_id: one.issues for one in OutcomeStore(settings).quarantine()}
        decisions = load_decisions(settings.corrections)
    except (OSError, ValueError, CatalogueError) as error:
        _LOG.warning("the alerts of this run say less than they could: %s", error)
    outcome = outcome_of(report)
    is_whole = outcome in ("published", "unchanged", "blocked")
    found = (*notices_of(report, issues, decisions), *address_notices(last_answers(settings)))
    return tell(settings, "refresh", found, is_whole=is_whole, now=datetime.now(UTC))

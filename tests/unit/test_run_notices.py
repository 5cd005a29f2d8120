"""What a refresh has to say to a person, and what is known of one that could not start or was killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from dagster_project.history_file import history_path
from dagster_project.run_notices import notices_of, tell_run
from dagster_project.run_records import (
    is_locked,
    keep_event,
    marked_as_running,
    record_could_not_run,
    run_events,
    running_mark,
)
from dagster_project.settings import Settings, load_settings
from extractors.catalogue.corrections import Decision
from extractors.records import Issue

DOCUMENT = "sipas_2023_synthetic"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CCHC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CCHC_CATALOGUE", str(tmp_path / "catalogue"))
    return load_settings()


def report(**changed: Any) -> dict[str, Any]:
    """A run of the form of `runs/<stamp>.json` that published nothing new."""
    facts = {"rules": [], "todo": [], "items": [], "scores": {}, "documents": {}, **changed.pop("report", {})}
    return {
        "run_id": "synthetic",
        "started_at": "2026-11-22 09:00:00+00:00",
        "finished_at": "2026-11-22 09:02:00+00:00",
        "documents_extracted": [],
        "blocked": [],
        "held_back": {},
        "kept_old": [],
        "is_unchanged": True,
        "release_id": "v2026.11.0",
        "scores": 7509,
        "report": facts,
        "report_page": "/synthetic/runs/latest.html",
        **changed,
    }


def test_nothing_to_say() -> None:
    assert notices_of(report()) == ()


def test_a_gate_that_stopped_the_run_is_told_with_its_rule_and_rows() -> None:
    rules = [
        {"rule_id": "gate2__release__nothing_vanishes", "status": "failed", "severity": "error"},
        {"rule_id": "gate1__figure__warning", "status": "failed", "severity": "warning"},
    ]
    rows = [f"gate2__release__nothing_vanishes: row {number} of Thừa Thiên Huế" for number in range(8)]
    command = 'cchc refresh --accept-changes "why"'
    (found,) = notices_of(
        report(is_unchanged=False, blocked=rows, report={"rules": rules, "todo": [{"command": command}, {"command": None}]})
    )
    assert (found.code, found.severity, found.subject) == ("release_blocked", "error", "gate2__release__nothing_vanishes")
    assert "release v2026.11.0 stands" in found.message
    assert "row 0 of Thừa Thiên Huế" in found.message
    assert "and 3 more" in found.message
    assert found.hint == f"see /synthetic/runs/latest.html; then `{command}`"


def test_a_step_that_failed_is_no_gate() -> None:
    (found,) = notices_of(report(is_unchanged=False, blocked=["step dbt_models: a model failed"]))
    assert (found.code, found.severity) == ("run_failed", "error")
    assert "step dbt_models: a model failed" in found.message


def test_a_release_is_told_with_what_changed() -> None:
    facts = {
        "scores": {"new": {"count": 63}, "changed": {"count": 1}, "gone": {"count": 0}},
        "documents": {"new": [{"document_id": DOCUMENT}]},
        "previous_release": "v2026.10.0",
        "accepted_because": "the publisher withdrew one table",
    }
    (found,) = notices_of(report(is_unchanged=False, report=facts))
    assert (found.code, found.severity, found.mark) == ("release_published", "info", "v2026.11.0")
    assert found.message == (
        f"published v2026.11.0: 63 scores new; 1 scores changed; documents new: {DOCUMENT}; "
        "accepted because: the publisher withdrew one table"
    )


def test_the_first_release_is_told_as_such() -> None:
    (found,) = notices_of(report(is_unchanged=False))
    assert found.message == "published v2026.11.0: 7,509 scores, no release before it"


def test_a_document_that_is_held_back_is_one_notice() -> None:
    messages = [f"{DOCUMENT}: page {page}: expected 82.8, found 28.8" for page in range(7)]
    item = {"document_id": DOCUMENT, "status": "open"}
    (found,) = notices_of(report(held_back={DOCUMENT: messages}, kept_old=[DOCUMENT], report={"items": [item]}))
    assert (found.code, found.severity, found.subject) == ("held_back", "warning", DOCUMENT)
    assert "its published figures stay" in found.message
    assert "page 4" in found.message
    assert "page 5" not in found.message
    assert "and 2 more" in found.message


def test_new_bytes_wait_for_a_person() -> None:
    issue = Issue("lock_mismatch", "error", DOCUMENT, "expected A, found B", f"cchc lock --accept {DOCUMENT}", found="b" * 64)
    (found,) = notices_of(report(held_back={DOCUMENT: [str(issue)]}, kept_old=[DOCUMENT]), {DOCUMENT: [issue]})
    assert (found.code, found.mark, found.hint) == ("new_vintage", "b" * 64, f"cchc lock --accept {DOCUMENT}")


def test_new_bytes_and_a_misread_page_of_one_document_are_two_notices() -> None:
    issue = Issue("new_vintage", "error", DOCUMENT, "expected A, found B", "compare", found="b" * 64)
    other = Issue("synthetic_code", "error", DOCUMENT, "expected 82.8, found 28.8")
    found = notices_of(report(held_back={DOCUMENT: [str(issue), str(other)]}), {DOCUMENT: [issue, other]})
    assert [one.code for one in found] == ["new_vintage", "held_back"]
    assert "found 1 (1 × synthetic_code)" in found[1].message


def test_items_that_wait_are_one_notice_per_document() -> None:
    items = [{"document_id": DOCUMENT, "status": status} for status in ("open", "open", "rejected")]
    (found,) = notices_of(report(report={"items": items}))
    assert (found.code, found.subject, found.message) == ("open_items", DOCUMENT, "2 items of quarantine wait for a decision")


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (date(2026, 11, 21), "acceptance_expired"),
        (date(2026, 11, 22), "acceptance_expires"),
        (date(2026, 12, 22), "acceptance_expires"),
        (date(2026, 12, 23), None),
    ],
)
def test_an_acceptance_that_ends_is_told(until: date, code: str | None) -> None:
    decision = Decision.model_validate(
        {
            "id": "synthetic",
            "action": "accept",
            "cell": {"page": 1, "table": 1, "row": 1, "column": 1},
            "statement": {
                "original_id": "o",
                "edition_id": "e",
                "entity_code": "46",
                "criterion_code": "S",
                "measure": "score",
            },
            "expect": "82,28",
            "rules": ["gate1__score__mean_of_leaves"],
            "expires_on": until,
            "why": "the source prints it so",
            "by": "a steward",
            "at": "2026-01-01",
        }
    )
    found = notices_of(report(), decisions={DOCUMENT: (decision,)})
    assert [one.code for one in found] == ([code] if code else [])


def test_a_run_that_could_not_start_is_recorded_told_and_over_with_the_next(settings: Settings) -> None:
    tell_run(settings, report(held_back={DOCUMENT: ["expected, found"]}))
    started = datetime(2026, 11, 22, 10, tzinfo=UTC)
    kept = record_could_not_run(settings, "the catalogue has an unknown field", started_at=started)
    told = tell_run(settings, kept)
    assert [(one.code, one.severity) for one in told.new] == [("could_not_run", "error")]
    assert told.over == ()  # what was held back still is: this run has not looked
    assert json.loads((settings.runs / "20261122T100000Z.json").read_bytes())["could_not_run"].startswith("the catalogue")
    assert [one.code for one in tell_run(settings, report()).over] == ["held_back", "could_not_run"]


def test_a_refresh_that_meets_another_is_recorded_beside_it_and_not_told(settings: Settings) -> None:
    started = datetime(2026, 11, 22, 10, tzinfo=UTC)
    with marked_as_running(settings, started):
        kept = record_could_not_run(settings, "another refresh is running", started_at=started, is_expected=True)
    assert tell_run(settings, kept).new == ()
    assert [(event["stamp"], event["outcome"]) for event in run_events(settings)] == [("20261122T100000Z-2", "could_not_run")]


_KILLED = """
import os, sys
from datetime import UTC, datetime
from dagster_project.lockfile import only_one
from dagster_project.run_records import marked_as_running
from dagster_project.settings import load_settings
settings = load_settings()
with only_one(settings.lock_file), marked_as_running(settings, datetime(2026, 11, 22, 9, tzinfo=UTC)):
    print("running", flush=True)
    sys.stdin.read()
"""


def test_a_killed_refresh_is_known_and_recorded_by_the_next(settings: Settings) -> None:
    process = subprocess.Popen([sys.executable, "-c", _KILLED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "running\n"
    assert is_locked(settings)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert not is_locked(settings)
    mark = running_mark(settings)
    assert mark is not None
    assert mark["process"] == process.pid
    with marked_as_running(settings, datetime(2026, 11, 22, 10, tzinfo=UTC)):
        pass
    assert running_mark(settings) is None
    assert [(event["stamp"], event["outcome"]) for event in run_events(settings)] == [("20261122T090000Z", "killed")]


def test_the_history_outlives_the_reports_and_a_line_cut_off(settings: Settings) -> None:
    settings.runs.mkdir(parents=True)
    for hour in range(3):
        run = report(started_at=f"2026-11-22 0{hour}:00:00+00:00", finished_at=f"2026-11-22 0{hour}:01:00+00:00")
        stamp = f"20261122T0{hour}0000Z"
        (settings.runs / f"{stamp}.json").write_text(json.dumps(run), encoding="utf-8")
        if hour:
            keep_event(settings, run, stamp)
        if hour == 1:
            with history_path(settings).open("a") as stream:
                stream.write('{"kind": "run", "at"')  # the machine stopped here
    (settings.runs / "20261122T010000Z.json").unlink()
    (settings.runs / "20261122T020000Z.json").write_text("{", encoding="utf-8")
    assert [event["stamp"] for event in run_events(settings)] == [f"20261122T0{hour}0000Z" for hour in range(3)]

"""Somebody comes back after a year: one list of what happened, one page that tells whether all is well."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from dagster_project.alerting import tell
from dagster_project.archive_notices import tell_verified
from dagster_project.cli import app
from dagster_project.diskspace import needed_for
from dagster_project.history import history_lines, read_history
from dagster_project.lockfile import only_one
from dagster_project.notices import Notice
from dagster_project.run_records import keep_event, marked_as_running, record_could_not_run, run_event
from dagster_project.scheduler import next_season_day
from dagster_project.settings import Settings, load_settings
from dagster_project.status import read_status
from dagster_project.status_text import status_lines
from dagster_project.tidy import tidy_reports
from extractors.records import Issue

DOCUMENT = "sipas_2025_synthetic"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CCHC_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CCHC_CATALOGUE", raising=False)
    for name in ("CCHC_SMTP_HOST", "CCHC_ALERT_TO", "CCHC_ALERT_WEBHOOK"):
        monkeypatch.delenv(name, raising=False)
    found = load_settings()
    found.runs.mkdir(parents=True)
    return found


def run(settings: Settings, at: str, **changed: Any) -> None:
    """A refresh of the past, recorded as the refresh does it."""
    started = datetime.fromisoformat(at).replace(tzinfo=UTC)
    facts = {"rules": [], "scores": {}, "documents": {}, "previous_release": "v2026.01.0", **changed.pop("report", {})}
    report = {
        "run_id": f"synthetic {at}",
        "started_at": str(started),
        "finished_at": str(started + timedelta(minutes=2)),
        "documents_extracted": [],
        "blocked": [],
        "held_back": {},
        "is_unchanged": True,
        "release_id": "v2026.01.0",
        "report": facts,
        **changed,
    }
    stamp = f"{started:%Y%m%dT%H%M%SZ}"
    (settings.runs / f"{stamp}.json").write_text(json.dumps(report), encoding="utf-8")
    keep_event(settings, report, stamp)


def a_year(settings: Settings) -> None:
    """Nothing new for months, a document that is held back and let go, a release, a refresh that could not start, a killed one."""
    for day in range(2, 30, 7):
        run(settings, f"2026-03-{day:02}T06:00")
    why = f"{DOCUMENT}: page 4: expected 82.82, found 82.28 cho Thừa Thiên Huế"
    run(settings, "2026-04-06T06:00", documents_extracted=[DOCUMENT], held_back={DOCUMENT: [why]})
    run(settings, "2026-04-13T06:00", held_back={DOCUMENT: [why]})
    new = {"scores": {"new": {"count": 63}}, "documents": {"new": [{"document_id": DOCUMENT}]}}
    run(settings, "2026-04-20T06:00", is_unchanged=False, release_id="v2026.04.0", report=new)
    rules = [{"rule_id": "gate2__release__nothing_vanishes", "status": "failed", "severity": "error"}]
    run(
        settings,
        "2026-04-27T06:00",
        is_unchanged=False,
        release_id="v2026.04.0",
        blocked=["gate2__release__nothing_vanishes: failed: 2 of 7580"],
        report={"rules": rules},
    )
    for day in (4, 11):
        at = datetime(2026, 5, day, 6, tzinfo=UTC)
        record_could_not_run(settings, "cannot write /synthetic: no space left on device", started_at=at)


def lines_of(settings: Settings, **asked: Any) -> list[str]:
    return [line.text for line in read_history(settings, **asked).lines if line.kind not in ("accepted_bytes", "decision")]


def test_a_year_is_a_short_list(settings: Settings) -> None:
    a_year(settings)
    assert lines_of(settings) == [
        "nothing new: v2026.01.0 stands",
        f"read 1 document: {DOCUMENT}",
        f"held back {DOCUMENT}: {DOCUMENT}: page 4: expected 82.82, found 82.28 cho Thừa Thiên Huế",
        "nothing new: v2026.01.0 stands",
        f"no longer held back: {DOCUMENT}",
        f"published v2026.04.0: 63 scores new; documents new: {DOCUMENT}",
        "stopped by gate2__release__nothing_vanishes; v2026.04.0 stands: gate2__release__nothing_vanishes: failed: 2 of 7580",
        "could not run: cannot write /synthetic: no space left on device",
    ]
    first, *_, last = (line for line in read_history(settings).lines if line.kind in ("unchanged", "could_not_run"))
    assert (first.count, first.at.date(), first.until and first.until.date()) == (4, date(2026, 3, 2), date(2026, 3, 23))
    assert last.count == 2
    text = "\n".join(history_lines(read_history(settings)))
    assert "2026-03-02\n  06:02  nothing new: v2026.01.0 stands (4 times, last 2026-03-23 06:02)" in text


def test_the_list_of_one_document_and_since_a_day(settings: Settings) -> None:
    a_year(settings)
    assert [text.split(":")[0] for text in lines_of(settings, document=DOCUMENT)] == [
        "read 1 document",
        f"held back {DOCUMENT}",
        "no longer held back",
        "published v2026.04.0",
    ]
    assert [text.split(":")[0] for text in lines_of(settings, since=date(2026, 5, 1))] == ["could not run"]
    assert lines_of(settings, since=date(2026, 3, 23))[0].startswith("nothing new")  # the joined line reaches into it


def test_alerts_stand_in_the_list_with_whom_they_were_told(settings: Settings) -> None:
    late = Notice("edition_overdue", "warning", "PAPI 2025 (undp)", "expected by 2026-06-29, found none", "look")
    tell(settings, "freshness", [late], now=NOW)
    tell(settings, "freshness", [], now=NOW + timedelta(days=1))
    assert lines_of(settings) == [
        "alert: edition_overdue PAPI 2025 (undp): expected by 2026-06-29, found none",
        "over: edition_overdue PAPI 2025 (undp)",
    ]


def test_people_s_decisions_and_accepted_bytes_stand_in_the_list(settings: Settings) -> None:
    kinds = {line.kind: line for line in read_history(settings).lines}
    assert "decided: accept" in kinds["decision"].text
    assert "accepted of" in kinds["accepted_bytes"].text


def test_a_home_of_before_the_history_has_one(settings: Settings) -> None:
    run(settings, "2026-03-02T06:00")
    (settings.runs / "history.jsonl").unlink()
    assert lines_of(settings) == ["nothing new: v2026.01.0 stands"]


def test_an_empty_home(settings: Settings) -> None:
    found = read_status(settings, NOW)
    assert found["release"] is None
    assert found["last_refresh"] is None
    first, *rest = status_lines(found)
    assert first.split(maxsplit=1)[1] == "nothing is published yet: run `make refresh`", "not that editions are late"
    assert any("nothing yet" in line for line in rest)


def test_a_home_whose_first_refresh_is_going_on(settings: Settings) -> None:
    with only_one(settings.lock_file), marked_as_running(settings, NOW):
        first, *rest = status_lines(read_status(settings, NOW))
        asked = CliRunner().invoke(app, ["query", "select 1"])
    assert first.split(maxsplit=1)[1] == "nothing is published yet: the first refresh is going on"
    assert "make refresh" not in "\n".join(rest)
    assert (asked.exit_code, "a refresh is going on" in asked.stderr) == (2, True)
    asked = CliRunner().invoke(app, ["query", "select 1"])
    assert (asked.exit_code, "run `make refresh` first" in asked.stderr) == (2, True)


def status_text(settings: Settings) -> str:
    return "\n".join(status_lines(read_status(settings, NOW)))


def test_the_page_tells_how_the_last_refresh_ended(settings: Settings) -> None:
    a_year(settings)
    found = read_status(settings, NOW)
    assert found["last_refresh"]["outcome"] == "could_not_run"
    assert found["attention"][:2] == [
        "the last refresh could not run",
        "no refresh has come to its end for longer than the schedule explains",
    ]
    assert "because: cannot write /synthetic: no space left on device" in status_text(settings)


def test_a_start_that_another_refresh_was_in_the_way_of_is_not_the_last_refresh(settings: Settings) -> None:
    run(settings, "2026-11-20T06:00")
    at = NOW - timedelta(hours=1)
    record_could_not_run(settings, "another refresh is running (process 4)", started_at=at, is_expected=True)
    found = read_status(settings, NOW)
    assert found["last_refresh"]["outcome"] != "could_not_run"
    assert not any("could not run" in words for words in found["attention"])


def test_a_channel_that_is_set_wrongly_is_not_called_unset(settings: Settings) -> None:
    lines = status_lines(read_status(settings, NOW, {"CCHC_ALERT_WEBHOOK": "htp://x"}))
    assert any("nobody is told: what is set is wrong, see below" in line for line in lines)
    assert any(line.startswith("! no alert goes out by webhook") for line in lines)


def test_each_wrong_setting_of_releases_is_told_before_a_refresh_stumbles_over_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_KEEP_RELEASES", "0")
    monkeypatch.setenv("CCHC_RELEASE_PARTS", "xslx")
    facts = read_status(settings, NOW)
    assert not facts["is_well"]
    text = "\n".join(status_lines(facts))
    assert "! CCHC_KEEP_RELEASES: expected how many releases are kept, from 1 to 1000, found '0'" in text
    assert (
        "! CCHC_RELEASE_PARTS: expected all, none or names of xlsx, dictionary, dbt_docs, pages with commas, found 'xslx'"
        in text
    )


def test_the_page_names_the_folder_of_the_releases_wherever_it_is(settings: Settings, tmp_path: Path) -> None:
    elsewhere = replace(settings, published_elsewhere=tmp_path / "elsewhere")
    assert read_status(elsewhere, NOW)["published"] == str(tmp_path / "elsewhere")


def test_the_page_tells_of_a_killed_refresh(settings: Settings) -> None:
    run(settings, "2026-11-20T06:00")
    mark = {"process": 4, "started_at": "2026-11-21 06:00:00+00:00", "stamp": "20261121T060000Z"}
    (settings.runs / "running.json").write_text(json.dumps(mark), encoding="utf-8")
    found = read_status(settings, NOW)
    assert found["attention"][0] == "the last refresh died; `cchc refresh` starts where it was"
    assert "began 2026-11-21 06:00 UTC and DIED" in status_text(settings)


def test_the_page_tells_what_stands_and_that_nobody_hears_of_it(settings: Settings) -> None:
    tell(settings, "dagster", [Notice("run_failed", "error", "extract_document", "step failed", "see", "synthetic")], now=NOW)
    found = read_status(settings, NOW)
    assert not found["is_well"]
    assert [one["code"] for one in found["alerts"]] == ["run_failed"]
    text = status_text(settings)
    assert "1 stands, errors among them: 1" in text
    assert "nobody is told" in text


def test_a_damaged_file_is_named_and_breaks_nothing(settings: Settings) -> None:
    run(settings, "2026-11-20T06:00")
    settings.quarantine.mkdir()
    (settings.quarantine / f"{DOCUMENT}.json").write_text("{", encoding="utf-8")
    (settings.runs / "20261121T060000Z.json").write_text("{", encoding="utf-8")
    (settings.home / "alerts").mkdir()
    (settings.home / "alerts" / "refresh.json").write_text("{", encoding="utf-8")
    found = read_status(settings, NOW)
    assert found["last_refresh"]["stamp"] == "20261120T060000Z"
    assert len(found["problems"]) == 2
    assert f"{DOCUMENT}.json is damaged" in "\n".join(status_lines(found))


def test_too_little_room_on_the_disk_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    free = [needed_for(settings) - 1]

    def usage(_: Path) -> SimpleNamespace:
        return SimpleNamespace(free=free[0])

    monkeypatch.setattr("dagster_project.status.shutil.disk_usage", usage)
    assert "the disk has less room than a refresh may take" in read_status(settings, NOW)["attention"]
    assert "TOO LITTLE" in status_text(settings)
    free[0] += 1
    assert "TOO LITTLE" not in status_text(settings)


def test_the_next_refresh_is_a_monday_in_the_season_and_the_first_of_a_month_else() -> None:
    found = [
        next_season_day(datetime.fromisoformat(f"{day}T12:00:00+00:00"), 6)
        for day in ("2026-04-01", "2026-06-29", "2026-11-22")
    ]
    # 06:00 in Việt Nam is 23:00 UTC of the day before.
    assert [f"{one:%Y-%m-%d %H:%M}" for one in found] == ["2026-04-05 23:00", "2026-06-30 23:00", "2026-11-30 23:00"]


def test_the_commands_and_their_exit_codes(settings: Settings) -> None:
    run(settings, "2026-11-20T06:00")
    runner = CliRunner()
    listed = runner.invoke(app, ["history", "--since", "2026-11-20", "--json"])
    assert listed.exit_code == 0
    assert [line["text"] for line in json.loads(listed.stdout)["lines"] if line["kind"] == "unchanged"] == [
        "nothing new: v2026.01.0 stands"
    ]
    assert runner.invoke(app, ["history", "--since", "yesterday"]).exit_code == 2
    assert runner.invoke(app, ["alerts"]).exit_code == 0
    tell(settings, "refresh", [Notice("held_back", "warning", DOCUMENT, "m", "h")])
    stands = runner.invoke(app, ["alerts", "--json"])
    assert stands.exit_code == 1
    assert [one["subject"] for one in json.loads(stands.stdout)["standing"]] == [DOCUMENT]
    assert runner.invoke(app, ["alerts", "test"]).exit_code == 2
    page = runner.invoke(app, ["status", "--json"])
    assert page.exit_code == 1
    assert json.loads(page.stdout)["alerts"][0]["code"] == "held_back"


def test_the_line_of_a_run_is_small() -> None:
    messages = {f"synthetic_{number}": ["x" * 500] * 20 for number in range(3)}
    event = run_event({"started_at": "2026-11-22", "held_back": messages, "blocked": ["a"] * 50}, "20261122T000000Z")
    assert len(json.dumps(event)) < 3000


def test_old_reports_go_and_their_lines_stay(settings: Settings) -> None:
    for month in range(1, 13):
        for day in (1, 15):
            run(settings, f"2025-{month:02}-{day:02}T06:00")
    for stamp in ("20250101T060000Z", "20250115T060000Z"):
        (settings.runs / f"{stamp}.html").write_text("x", encoding="utf-8")
        (settings.runs / f"{stamp}_scores.csv").write_text("x", encoding="utf-8")
    (settings.runs / "history.jsonl").unlink()  # a home of before there was a history
    before = lines_of(settings)
    done = tidy_reports(settings, datetime(2026, 3, 1, tzinfo=UTC))
    assert (done.reports, done.files) == (2, 6)  # January 2025; the others are younger than 400 days
    assert lines_of(settings) == before
    assert tidy_reports(settings, datetime(2026, 3, 1, tzinfo=UTC)).reports == 0
    assert tidy_reports(settings, datetime(2036, 3, 1, tzinfo=UTC)).reports == 2  # the last twenty stay
    assert len(list(settings.runs.glob("2025*.json"))) == 20
    assert len(read_history(settings).lines) >= len(before)


def test_an_archive_that_was_looked_through_stands_on_the_page(settings: Settings) -> None:
    issue = Issue("archive_damaged", "error", DOCUMENT, "expected sha256 a, found b", "cchc refresh", found="b")
    assert [one.code for one in tell_verified(settings, [issue, Issue("archive_stray", "info", "archive", "x")], 3).new] == [
        "archive_damaged"
    ]
    assert "never looked through" not in status_text(settings)
    assert "archive looked through: 3 files hashed, 1 to be mended" in status_text(settings)
    assert [one.code for one in tell_verified(settings, [], 3).over] == ["archive_damaged"]
    assert any("archive looked through" in text for text in lines_of(settings))

"""The report of a refresh: what it says first, what it tells to do, and how a check that broke differs from data that failed."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dagster_project.run_report import SHOWN_SCORES, build_report, write_report
from dagster_project.runstate import RunState
from dagster_project.settings import Settings
from dagster_project.summary import Summary
from dagster_project.summary_text import summary_lines
from warehouse.diff import Comparison, DocumentChange, ScoreChange

HUE = "sipas_2023_thua_thien_hue_ubnd"
TITLES = {HUE: "Kế hoạch 216/KH-UBND", "papi_2011_2024_dimensions": "PAPI 2011-2024"}
PNG = b"\x89PNG\r\n\x1a\n"

CHANGE = ScoreChange(
    "changed", "code", "SIPAS", "sipas_2023_moha", "province", "46", "Thừa Thiên Huế", "S", "sipas-1001",
    82.28, 82.82, 32, 32, "index_points", "index_points", HUE, HUE,
)  # fmt: skip
GONE = replace(CHANGE, state="gone", cause="document", criterion_code="S.1.4", score=None, rank=None, document_id=None)
NO_DOCUMENT = DocumentChange("gone", "ict_index_2019_published", "ICT Index 2019", "ab", None, None)


def rule(rule_id: str, status: str, severity: str = "error", **more: object) -> dict[str, object]:
    counts = {"checked_count": 12, "failed_count": 0, "tolerated_count": 0, "incomplete_count": 0}
    words = {"title_vi": "Tên quy tắc", "title_en": "Title", "rule_reason": "Because", "tolerance_source": "exact"}
    gate = rule_id.partition("__")[0]
    return {"rule_id": rule_id, "gate": gate, "status": status, "severity": severity, "sample": "[]"} | counts | words | more


ITEM: dict[str, Any] = {
    "item_id": "024e613d49", "document_id": HUE, "kind": "cell", "code": "gate1__change__difference_of_scores",
    "locator": {"page": 12, "table_number": 16, "row_number": 5, "column_number": 6}, "message": "expected 3.81, found 2.81",
    "hint": "compare with the page", "entity_label": "Thừa Thiên Huế", "entity_code": "46", "criterion_code": "S.2.4.2",
    "criterion_label": "(2) <b>Kết quả</b>", "measure": "change", "raw_text": "2,81", "readings": [], "proposals": ["3,81"],
    "is_suspect": True, "picture": f"{HUE}/cell.png", "status": "open",
}  # fmt: skip


def summary(**more: object) -> Summary:
    found = Summary(run_id="run", started_at=datetime(2026, 11, 22, 17, 0, tzinfo=UTC), release_id="v2026.11.2", **more)  # pyright: ignore[reportArgumentType]
    found.finished_at = found.started_at
    return found


def reported(
    run: Summary,
    comparison: Comparison | None = None,
    rules: tuple[Mapping[str, Any], ...] = (),
    items: tuple[Mapping[str, Any], ...] = (),
) -> Summary:
    run.report = build_report(run, comparison, rules=rules, items=items, corrections=(), titles=TITLES, stamp="stamp")
    return run


def todo(run: Summary) -> list[str]:
    return [one["command"] or one["en"] for one in run.report["todo"]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(home=tmp_path, entries=tmp_path, documents=tmp_path, corrections=tmp_path, inbox=None)
    (found.quarantine / HUE).mkdir(parents=True)
    (found.quarantine / HUE / "cell.png").write_bytes(PNG)
    return found


def test_the_verdict_comes_first_and_counts_what_differs() -> None:
    run = reported(summary(), Comparison("v2026.11.1", True, None, (CHANGE, GONE), ()))
    assert run.report["verdict"]["en"] == "Published v2026.11.2: 0 scores new, 1 changed, 1 gone."
    lines = summary_lines(run)
    assert lines[1].startswith("Published: release v2026.11.2")
    assert "    changed: Thừa Thiên Huế sipas_2023_moha S: 82.28 (rank 32) -> 82.82 (rank 32), " + HUE in lines
    assert f"    gone: Thừa Thiên Huế sipas_2023_moha S.1.4: 82.28 (rank 32) -> none, {HUE}" in lines
    assert todo(run) == ["1 scores differ by a change of code alone: compare a few with their pages"]


def test_what_vanished_is_to_be_accepted_with_a_reason() -> None:
    stopped = rule("gate2__release__nothing_vanishes", "failed", failed_count=2)
    run = reported(
        summary(blocked=["it was in the last release"]),
        Comparison("v2026.11.1", False, None, (GONE,), (NO_DOCUMENT,)),
        (stopped,),
    )
    assert run.report["verdict"]["outcome"] == "blocked"
    assert todo(run) == ['cchc refresh --accept-changes "why"']
    assert "NOTHING WAS PUBLISHED; v2026.11.2 stands. Why:" in summary_lines(run)


def test_a_check_that_did_not_run_is_no_failure_of_the_data(settings: Settings) -> None:
    crashed = rule("gate1__score__mean_of_leaves", "crashed", checked_count=0, sample=json.dumps(["no such column"]))
    failed = rule("gate1__score__within_scale", "failed", failed_count=1)
    run = reported(summary(blocked=["…"], checks={"crashed": 1, "failed": 1}), None, (failed, crashed))
    assert [row["status"] for row in run.report["rules"]] == ["crashed", "failed"]
    assert todo(run)[0].startswith(
        "1 checks did not run, the data were not judged: mend the query of gate1__score__mean_of_leaves"
    )
    assert any("1 DID NOT RUN" in line for line in summary_lines(run))
    page = write_report(settings, run, None, "stamp").read_text(encoding="utf-8")
    assert '<span class="tag broken">Phép kiểm tra không chạy được | The check did not run</span>' in page
    assert '<span class="tag bad">Số liệu không đạt | The data failed</span>' in page


def test_a_held_cell_is_shown_with_its_picture_and_the_command_to_run(settings: Settings) -> None:
    run = reported(summary(held_back={HUE: ["expected 3.81"]}, kept_old=[HUE], open_items=1), None, (), (ITEM,))
    page = write_report(settings, run, None, "stamp").read_text(encoding="utf-8")
    assert base64.b64encode(PNG).decode() in page
    for expected in (
        "cchc review show 024e613d49",
        "page 12, table 16, row 5, column 6",
        "<mark>2,81</mark>",
        "<mark>3,81</mark>",
    ):
        assert expected in page
    assert "(2) &lt;b&gt;Kết quả&lt;/b&gt;" in page, "a text of a document is never a part of the page"
    assert (settings.runs / "latest.html").read_text(encoding="utf-8") == page
    assert "cchc review list" in todo(run)


def test_only_what_waits_is_listed_suspects_first() -> None:
    items = (
        {**ITEM, "item_id": "b", "is_suspect": False},
        {**ITEM, "item_id": "c", "status": "rejected"},
        {**ITEM, "item_id": "a"},
    )
    assert [item["item_id"] for item in reported(summary(), None, (), items).report["items"]] == ["a", "b"]


def test_all_scores_that_differ_stand_in_the_csv_and_the_first_on_the_page(settings: Settings) -> None:
    many = tuple(replace(CHANGE, criterion_code=f"S.{number}") for number in range(SHOWN_SCORES + 7))
    comparison = Comparison("v2026.11.1", True, None, many, ())
    run = reported(summary(), comparison)
    write_report(settings, run, comparison, "stamp")
    lines = (settings.runs / "stamp_scores.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + len(many)
    kept = json.loads((settings.runs / "stamp.json").read_text(encoding="utf-8"))["report"]
    assert (kept["scores"]["changed"]["count"], len(kept["scores"]["changed"]["first"])) == (len(many), SHOWN_SCORES)
    assert kept["scores_file"] == "stamp_scores.csv"


def test_a_first_release_is_not_a_flood_of_changes() -> None:
    new = replace(CHANGE, state="new", previous_score=None, previous_rank=None, cause="document")
    lines = summary_lines(reported(summary(), Comparison(None, True, None, (new,), ())))
    assert not any("since" in line for line in lines)
    assert not any(line.strip().startswith("to do") for line in lines)


def test_leave_to_let_figures_go_holds_for_the_refresh_that_was_given_it_alone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refresh that breaks off leaves its state on disk; the next scheduled run must not find the permission there."""
    assert RunState.start(settings, force=False, accept_changes="rút lại").accept_changes == "rút lại"
    assert RunState.of(settings).accept_changes == "rút lại"
    monkeypatch.setattr("os.getpid", lambda: -1)
    assert RunState.of(settings).accept_changes is None

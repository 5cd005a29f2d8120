"""What the checks found: on the command line, on the page of a refresh, and in the optional pages of Great Expectations."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from expectations import load_rule_book
from tests.conftest import Instance

LOADS_FROM_ELSEWHERE = re.compile(
    r"""<script|<link\b|<iframe|<object|<embed|http-equiv=["']?refresh|@import|url\(\s*['"]?\s*(?:https?:)?//"""
    r"""|\b(?:src|srcset|poster|background|data)\s*=\s*["']?\s*(?:https?:)?//""",
    re.IGNORECASE,
)


def newest(instance: Instance, pattern: str) -> Path:
    return max((instance.home / "runs").glob(pattern), key=lambda path: path.stat().st_mtime)


def test_the_checks_of_the_release_are_told_rule_by_rule(refreshed: Instance) -> None:
    rules = {rule.id: rule for gate in ("gate1", "gate2") for rule in load_rule_book(gate).rules}
    found = {row["rule_id"]: row for row in json.loads(refreshed.run("checks", "--json").stdout)}
    assert set(found) == set(rules)
    assert all(found[key]["rule_reason"].strip() == rule.reason.strip() for key, rule in rules.items())
    assert found["gate1__score__mean_of_leaves"]["checked_count"] == 12
    text = refreshed.run("checks").stdout
    assert "Passed: The score of a node is the mean of all scored leaves under it [gate1__score__mean_of_leaves, error]" in text


def test_every_refresh_leaves_a_page_that_shows_every_rule_and_loads_nothing(refreshed: Instance) -> None:
    page = (refreshed.home / "runs" / "latest.html").read_text(encoding="utf-8")
    assert LOADS_FROM_ELSEWHERE.findall(page) == []
    for gate in ("gate1", "gate2"):
        for rule in load_rule_book(gate).rules:
            assert rule.id in page
    assert "Việc cần làm" in page
    assert "What to do" in page


def test_the_page_the_json_and_the_terminal_say_the_same(
    refreshed: Instance, refreshed_again: subprocess.CompletedProcess[str]
) -> None:
    run = json.loads(newest(refreshed, "*.json").read_text(encoding="utf-8"))
    page = newest(refreshed, "2*.html")
    assert run["report"]["verdict"]["outcome"] == "unchanged"
    assert run["report_page"] == str(page)
    assert f"report      {page}" in refreshed_again.stdout
    assert run["report"]["verdict"]["vi"] in page.read_text(encoding="utf-8")
    assert {row["gate"] for row in run["report"]["rules"]} == {"gate1", "gate2"}


def test_the_optional_pages_of_great_expectations_ask_no_other_host(refreshed: Instance, tmp_path: Path) -> None:
    done = refreshed.run("checks", "--data-docs", str(tmp_path / "docs"))
    assert done.returncode == 0, done.stderr
    pages = list((tmp_path / "docs").rglob("*.html"))
    assert {path.relative_to(tmp_path / "docs").parts[0] for path in pages} == {"gate1", "gate2"}
    assert len(pages) >= 6
    for path in pages:
        assert LOADS_FROM_ELSEWHERE.findall(path.read_text(encoding="utf-8")) == [], path
    results = next(path.read_text(encoding="utf-8") for path in pages if path.name == "gate1_database-claim.html")
    assert "The score of a node is the mean of all scored leaves under it" in results


def test_without_a_build_the_optional_pages_say_what_is_missing(tmp_path: Path) -> None:
    done = Instance(tmp_path / "home").run("checks", "--data-docs", str(tmp_path / "docs"))
    assert done.returncode == 2
    assert "found no file" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_document_that_leaves_the_catalogue_takes_no_figure_away_until_a_person_says_why(copied: Instance) -> None:
    """ICT Index 2019 is one score with a rank: its entry is deleted, which nothing else would notice."""
    assert copied.catalogue is not None
    (copied.catalogue / "entries" / "ict_index_2019_published.yml").unlink()
    before = copied.release
    done = copied.run("refresh")
    assert done.returncode == 2, done.stdout + done.stderr
    assert copied.release == before
    for expected in ("NOTHING WAS PUBLISHED", "gate2__release__nothing_vanishes", "Quảng Ninh", "0.735 (rank 3) -> none"):
        assert expected in done.stdout
    assert 'cchc refresh --accept-changes "why"' in done.stdout
    why = "bảng này đã được nơi công bố rút lại"
    accepted = copied.run("refresh", "--accept-changes", why)
    assert accepted.returncode == 0, accepted.stdout + accepted.stderr
    assert copied.release != before
    assert json.loads((copied.release / "manifest.json").read_text(encoding="utf-8"))["accepted_changes"] == why
    (row,) = [
        row for row in json.loads(copied.run("checks", "--json").stdout) if row["rule_id"] == "gate2__release__nothing_vanishes"
    ]
    assert (row["status"], row["failed_count"], row["tolerated_count"]) == ("passed_with_listed_failures", 0, 2)
    assert all(why in message for message in row["sample"])
    assert why in (copied.home / "runs" / "latest.html").read_text(encoding="utf-8")

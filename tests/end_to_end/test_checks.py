"""What the checks found: on the command line, on the page of a refresh, and in the optional pages of Great Expectations."""

from __future__ import annotations

import json
import re
from pathlib import Path

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
    assert all(found[key]["reason"].strip() == rule.reason.strip() for key, rule in rules.items())
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


def test_the_page_the_json_and_the_terminal_say_the_same(refreshed: Instance) -> None:
    done = refreshed.run("refresh")
    assert done.returncode == 0, done.stdout + done.stderr
    run = json.loads(newest(refreshed, "*.json").read_text(encoding="utf-8"))
    page = newest(refreshed, "2*.html")
    assert run["report"]["verdict"]["outcome"] == "unchanged"
    assert run["report_page"] == str(page)
    assert f"report      {page}" in done.stdout
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

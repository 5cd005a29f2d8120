"""The build beside the last release: what differs, why, and what gate 2 says of it. Figures are those of the Huế plan and of PAPI."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from expectations import GateReport, run_gate
from expectations.acceptance import accept_changes
from expectations.models import RULES_DIR
from tests.integration.small_marts import HUE, MADE_OF, MARTS, PAPI
from warehouse.diff import CompareError, Comparison, Provenance, read_comparison, write_comparison

TODAY = date(2026, 11, 22)
HUE_S = "edition_id = 'sipas_2023_moha' and criterion_code = 'S'"
HUE_S14 = "edition_id = 'sipas_2023_moha' and criterion_code = 'S.1.4'"

Compared = tuple[Comparison, GateReport]


@dataclass(frozen=True)
class Bench:
    """A published release and a build that is its equal until `statements` change it."""

    folder: Path

    @property
    def build(self) -> Path:
        return self.folder / "build.duckdb"

    def compare(self, *statements: str, code: str = "code", because: str | None = None) -> Compared:
        with duckdb.connect(str(self.build)) as connection:
            for statement in statements:
                connection.execute(statement)
        made_of = Provenance(code, MADE_OF.readings)
        found = write_comparison(self.build, self.folder / "published", run_id="run", made_of=made_of, accepted_because=because)
        report = run_gate("gate2", self.build, today=TODAY, run_id="run", rules_dir=self.folder / "rules")
        return found, accept_changes(report, because)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    release = tmp_path / "published" / "releases" / "v2026.11.0"
    release.mkdir(parents=True)
    with duckdb.connect(str(release / "cchc.duckdb")) as connection:
        connection.execute(MARTS.format(schema="main").replace("create schema main;", ""))
    facts = {
        "release_id": "v2026.11.0",
        "fingerprint": "f",
        "row_counts": {},
        "code": "code",
        "readings": dict(MADE_OF.readings),
    }
    (release / "manifest.json").write_text(json.dumps(facts), encoding="utf-8")
    (tmp_path / "published" / "current").symlink_to(release)
    with duckdb.connect(str(tmp_path / "build.duckdb")) as connection:
        connection.execute(MARTS.format(schema="marts"))
    book = yaml.safe_load((RULES_DIR / "gate2.yml").read_text(encoding="utf-8"))
    book["rules"] = [rule for rule in book["rules"] if rule["id"].startswith("gate2__release__")]
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "gate2.yml").write_text(yaml.safe_dump(book, allow_unicode=True), encoding="utf-8")
    return Bench(tmp_path)


def statuses(report: GateReport) -> dict[str, tuple[str, int]]:
    """Claim of the rule about the release -> status and number of failures, listed ones included."""
    return {
        result.rule.id.removeprefix("gate2__release__"): (result.status, len(result.failures) + len(result.tolerated))
        for result in report.results
        if result.rule.id.startswith("gate2__release__")
    }


CLEAN = {"changes_are_explained": ("passed", 0), "changes_by_code_are_read": ("passed", 0), "nothing_vanishes": ("passed", 0)}


def test_an_equal_build_differs_in_nothing(bench: Bench) -> None:
    found, report = bench.compare()
    assert (found.previous_release, found.scores, found.documents) == ("v2026.11.0", (), ())
    assert statuses(report) == CLEAN
    assert report.result("gate2__release__nothing_vanishes").checked_count == 4 + 2


def test_a_release_whose_link_is_lost_is_still_what_a_build_is_compared_with(bench: Bench) -> None:
    (bench.folder / "published" / "current").unlink()
    found, report = bench.compare(GONE)
    assert found.previous_release == "v2026.11.0"
    assert [(change.state, change.criterion_code) for change in found.scores] == [("gone", "S.1.4")]
    assert report.result("gate2__release__nothing_vanishes").status == "failed"


def test_a_first_release_has_nothing_to_be_compared_with(bench: Bench) -> None:
    shutil.rmtree(bench.folder / "published")
    found, report = bench.compare()
    assert found == Comparison(None, True, None, (), ())
    assert statuses(report) == CLEAN
    assert report.result("gate2__release__nothing_vanishes").checked_count == 0


CHANGED = f"update marts.rpt_scores set score = 82.82 where {HUE_S}"
OTHER_BYTES = f"update marts.dim_document set sha256 = 'cc' where document_id = '{HUE}'"
GONE = f"delete from marts.rpt_scores where {HUE_S14}"


def decided(criterion: str, number: str = f"{HUE}:a") -> str:
    return f"insert into marts.dim_correction values ('{number}', '{HUE}', 'sipas_2023_moha', '46', '{criterion}')"


@pytest.mark.parametrize(
    ("statements", "code", "cause", "expected"),
    [
        ([CHANGED], "code", "none", {"changes_are_explained": ("failed", 1)}),
        ([CHANGED], "other code", "code", {"changes_by_code_are_read": ("failed", 1)}),
        ([CHANGED, OTHER_BYTES], "code", "document", {}),
        ([CHANGED, decided("S")], "code", "decision", {}),
        ([CHANGED, decided("S.1.4")], "code", "none", {"changes_are_explained": ("failed", 1)}),
        ([CHANGED, decided("S", "arithmetic:x")], "code", "none", {"changes_are_explained": ("failed", 1)}),
        ([CHANGED, "update marts.fct_claim set is_superseded = true where claim_id = '1'"], "code", "document", {}),
        (
            [f"update marts.rpt_scores set unit = 'points' where {HUE_S}"],
            "code",
            "none",
            {"changes_are_explained": ("failed", 1)},
        ),
    ],
    ids=["nothing", "code", "bytes", "decision", "decision_on_another_cell", "repair_alone", "precedence", "unit"],
)
def test_a_figure_that_differs_needs_a_cause(
    bench: Bench, statements: list[str], code: str, cause: str, expected: dict[str, tuple[str, int]]
) -> None:
    found, report = bench.compare(*statements, code=code)
    (change,) = found.scores
    assert (change.state, change.cause, change.province, change.previous_score) == ("changed", cause, "Thừa Thiên Huế", 82.28)
    assert statuses(report) == CLEAN | expected
    if cause == "none":
        (failure,) = report.result("gate2__release__changes_are_explained").failures
        assert (failure.document_id, failure.locator.page, failure.raw_text) == (HUE, 6, "82,28")
        assert "--accept-changes" in failure.hint


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([GONE], ("failed", 1)),
        ([GONE, OTHER_BYTES], ("failed", 1)),
        ([GONE, decided("S.1.4")], ("passed", 0)),
        ([f"update marts.rpt_scores set rank = null where {HUE_S}", OTHER_BYTES], ("failed", 1)),
        (
            [
                f"update marts.rpt_scores set score = null, missing_reason = 'withheld_by_publisher' where {HUE_S14}",
                OTHER_BYTES,
            ],
            ("passed", 0),
        ),
        ([f"delete from marts.dim_document where document_id = '{PAPI}'"], ("failed", 1)),
        (
            [f"update marts.dim_document set document_id = '{PAPI}_v2', supersedes = '{PAPI}' where document_id = '{PAPI}'"],
            ("passed", 0),
        ),
    ],
    ids=["gone", "gone_with_new_bytes", "rejected", "rank_gone", "withheld", "document_gone", "document_superseded"],
)
def test_nothing_of_the_last_release_vanishes_without_a_decision(
    bench: Bench, statements: list[str], expected: tuple[str, int]
) -> None:
    _, report = bench.compare(*statements, code="other code")
    assert statuses(report)["nothing_vanishes"] == expected


def test_a_rank_of_ours_follows_the_scores_of_its_list(bench: Bench) -> None:
    """New bytes swap the scores of Hà Nội and Huế: both ranks follow. Without new bytes a swapped rank has no cause."""
    swap: Callable[[str, int], str] = lambda code, rank: (  # noqa: E731 - a line of test data
        f"update marts.rpt_scores set rank = {rank} where edition_id = 'papi_2023_undp' and province_code = '{code}'"
    )
    _, report = bench.compare(swap("01", 2), swap("46", 1))
    assert statuses(report)["changes_are_explained"] == ("failed", 2)
    _, report = bench.compare(f"update marts.dim_document set sha256 = 'dd' where document_id = '{PAPI}'")
    assert statuses(report)["changes_are_explained"] == ("passed", 0)


def test_a_person_lets_figures_go_and_says_why(bench: Bench) -> None:
    why = "nơi công bố đã rút bảng này"
    found, report = bench.compare(GONE, because=why)
    assert found.accepted_because == why
    assert statuses(report)["nothing_vanishes"] == ("passed_with_listed_failures", 1)
    (row,) = [row for row in report.qa_rows() if row["rule_id"] == "gate2__release__nothing_vanishes"]
    assert (row["status"], row["failed_count"], row["tolerated_count"]) == ("passed_with_listed_failures", 0, 1)
    assert why in str(row["sample"])


def test_the_comparison_of_another_run_is_not_shown_as_that_of_this_one(bench: Bench) -> None:
    bench.compare(GONE)
    kept = read_comparison(bench.build, "run")
    assert kept is not None
    assert [change.state for change in kept.scores] == ["gone"]
    assert read_comparison(bench.build, "another run") is None


def test_a_release_that_cannot_be_read_is_said_in_words(bench: Bench) -> None:
    (bench.folder / "published" / "current" / "cchc.duckdb").write_bytes(b"not a database")
    with pytest.raises(CompareError, match="expected the release that is published"):
        bench.compare()

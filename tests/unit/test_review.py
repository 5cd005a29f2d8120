"""`cchc review`: what a steward sees, what can be decided, and what is refused in words. Made-up items on a real document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dagster_project.cli import app
from dagster_project.items import claim_item
from dagster_project.outcomes import QuarantineReport
from dagster_project.sweep import sweep
from dagster_project.workbench import Workbench, open_workbench
from extractors.catalogue.corrections import read_decisions
from extractors.quarantine import Broken, Explanation, QuarantineItem
from extractors.records import Locator
from tests.conftest import REPOSITORY

QUANG_NAM = "sipas_2022_quang_nam_so_noi_vu"
RULE = "gate1__score__mean_of_children"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue with the answer of Quảng Nam alone and without decisions."""
    root = tmp_path_factory.mktemp("review")
    for name in ("entries", "documents"):
        (root / "catalogue" / name).mkdir(parents=True)
    entry = f"{QUANG_NAM}.yml"
    (root / "catalogue/entries" / entry).write_bytes((REPOSITORY / "extractors/catalogue/entries" / entry).read_bytes())
    for path in (REPOSITORY / "extractors/documents").glob(f"{QUANG_NAM}*"):
        (root / "catalogue/documents" / path.name).write_bytes(path.read_bytes())
    return root


@pytest.fixture
def bench(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    """Its total 74,56 waits for a decision, beside a part and the whole of another document."""
    monkeypatch.setenv("CCHC_HOME", str(folder / "home"))
    monkeypatch.setenv("CCHC_CATALOGUE", str(folder / "catalogue"))
    monkeypatch.delenv("CCHC_INBOX", raising=False)
    found = open_workbench()
    total, part = (_item(found, code) for code in ("S", "S.1"))
    explanation = Explanation((total.item_id,), ("74.995",))
    total = _with(
        total, broken=(Broken(RULE, "the parts have the mean 74.995", is_judged_here=True),), explanations=(explanation,)
    )
    part = _with(part, is_suspect=False, broken=(Broken(RULE, "the parts have the mean 74.995"),))
    whole = QuarantineItem("0123456789", QUANG_NAM, "document", "unknown_header", Locator(), "made up", "mend the layout")
    found.store.write_quarantine([QuarantineReport(QUANG_NAM, ("made up",), (), (), (total, part, whole))])
    yield found
    (folder / "catalogue/corrections" / f"{QUANG_NAM}.yml").unlink(missing_ok=True)


def _item(bench: Workbench, code: str) -> QuarantineItem:
    outcome = sweep(bench).read[QUANG_NAM].outcome
    wanted = ("sipas_2022_moha", "49", code, "score")
    claim = next(c for c in outcome.claims if (c.edition_id, c.entity_code, c.criterion_code, c.measure) == wanted)
    return claim_item(claim, outcome, RULE, "expected 74.995, found 74.56", "look")


def _with(item: QuarantineItem, **changes: object) -> QuarantineItem:
    return replace(item, **changes)  # pyright: ignore[reportArgumentType]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["review", *arguments])


def ids(bench: Workbench) -> dict[str, str]:
    (report,) = bench.store.quarantine()
    return {item.criterion_code: item.item_id for item in report.items}


def test_the_list_shows_suspects_and_counts_witnesses(bench: Workbench) -> None:
    shown = run("list")
    assert shown.exit_code == 1
    assert ids(bench)["S"] in shown.output
    assert "'74,56'" in shown.output
    assert ids(bench)["S.1"] not in shown.output
    assert "1 cell held back with them" in shown.output
    assert ids(bench)["S.1"] in run("list", "--all").output
    assert {item["item_id"] for item in json.loads(run("list", "--json").output)} == set(ids(bench).values())


def test_an_item_is_shown_in_names_with_its_explanation_and_the_commands(bench: Workbench) -> None:
    shown = run("show", ids(bench)["S"]).output
    for text in (
        "Quảng Nam",
        "sipas_2022_moha",
        "'74,56'",
        "this cell would be 74.995",
        f"cchc review accept {ids(bench)['S']}",
    ):
        assert text in shown
    assert "not accept: no rule reports its failure at this cell" in run("show", ids(bench)["S.1"]).output


def test_a_correction_is_written_shown_as_pending_and_taken_back(bench: Workbench, folder: Path) -> None:
    item = ids(bench)["S"]
    done = run("correct", item, "--value", "75,00", "--why", "made up by a test", "--by", "Người kiểm thử")
    assert done.exit_code == 0, done.output
    assert "It takes effect with the next `cchc refresh`" in done.output
    (decision,) = read_decisions(folder / "catalogue/corrections" / f"{QUANG_NAM}.yml")
    assert (decision.action, decision.value, decision.expect, decision.by) == ("correct", "75,00", "74,56", "Người kiểm thử")
    assert decision.item_id(QUANG_NAM) == item
    assert item not in run("list").output
    assert "correct (with the next refresh)" in run("show", item).output
    again = run("reject", item, "--why", "no", "--by", "x")
    assert (again.exit_code, "it is decided already (correct by Người kiểm thử)" in again.output) == (2, True)
    assert sweep(open_workbench()).read[QUANG_NAM].corrections[0].value == "75.00"
    assert run("undo", item).exit_code == 0
    assert sweep(open_workbench()).read[QUANG_NAM].corrections == ()


def test_an_acceptance_names_the_rules_of_its_cell_and_a_day(bench: Workbench, folder: Path) -> None:
    item = ids(bench)["S"]
    done = run("accept", item, "--why", "made up", "--by", "x", "--until", "2099-12-31")
    assert "accept until 2099-12-31" in done.output
    (decision,) = read_decisions(folder / "catalogue/corrections" / f"{QUANG_NAM}.yml")
    assert (decision.rules, str(decision.expires_on)) == ((RULE,), "2099-12-31")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("show", "ffffffffff"), "expected the id of an item in quarantine, found 'ffffffffff'"),
        (("correct", "S", "--value", "điểm", "--why", "w", "--by", "x"), "expected one number"),
        (("correct", "S", "--value", "74.995", "--why", "w", "--by", "x"), "this document writes a decimal comma"),
        (("correct", "S", "--value", "74,56", "--why", "w", "--by", "x"), "is what was read"),
        (("accept", "S.1", "--why", "w", "--by", "x"), "no rule reports its failure at this cell"),
        (("accept", "S", "--why", "w", "--by", "x", "--until", "2001-01-01"), "expected a day that is to come"),
        (("accept", "S", "--why", "w", "--by", "x", "--until", "soon"), "expected a day such as 2027-12-31"),
        (("reject", "S", "--why", " ", "--by", "x"), "expected a reason"),
        (("reject", "", "--why", "w", "--by", "x"), "the whole document is held back, no single cell: mend the layout"),
        (("undo", "S"), "expected an item that somebody decided about"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    bench: Workbench, folder: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    command, item, *rest = arguments
    refused = run(command, ids(bench).get(item, item), *rest)
    assert refused.exit_code == 2
    assert complaint in refused.output
    assert "Traceback" not in refused.output
    assert not (folder / "catalogue/corrections" / f"{QUANG_NAM}.yml").exists()


def test_without_a_name_nobody_decides(bench: Workbench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.chdir(tmp_path)
    refused = run("reject", ids(bench)["S"], "--why", "w")
    assert (refused.exit_code, "--by" in refused.output) == (2, True)

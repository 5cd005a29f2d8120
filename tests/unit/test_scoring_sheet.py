"""The scoring sheet of one unit. No real one is at hand: the sheet here is synthetic and says so."""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from extractors.catalogue.reference import REFERENCE_DIR, Reference, load_reference
from extractors.par_index import read_scoring_sheet
from extractors.records import Outcome, Reading
from extractors.spreadsheet import read_workbook
from scripts.fixtures import scoring_sheet


class Bench:
    def __init__(self, folder: Path) -> None:
        references = folder / "reference"
        shutil.copytree(REFERENCE_DIR, references)
        scoring_sheet.write_reference(references)
        self.reference: Reference = load_reference(references)
        self.layouts = folder
        scoring_sheet.write_layout(folder)
        path = folder / "sheet.xlsx"
        scoring_sheet.write_sheet(path)
        self.reading: Reading = read_workbook(path.read_bytes(), "0" * 64, scoring_sheet.DOCUMENT_ID)

    def read(self, **texts: str) -> Outcome:
        """The sheet with the texts of some cells (by A1) changed."""
        cells = {cell.a1 for table in self.reading.tables for cell in table.cells}
        assert set(texts) <= cells
        tables = tuple(
            replace(table, cells=tuple(replace(c, text=texts.get(c.a1 or "", c.text)) for c in table.cells))
            for table in self.reading.tables
        )
        reading = replace(self.reading, tables=tables)
        return read_scoring_sheet(reading, scoring_sheet.entry(), self.reference, self.layouts)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("synthetic"))


def points(outcome: Outcome, code: str) -> dict[str, str]:
    """Stage or source -> points as text, or the reason why there are none."""
    return {
        claim.score_source if claim.stage == "published" else claim.stage: claim.missing_reason or str(claim.value)
        for claim in outcome.claims
        if claim.criterion_code == code and claim.measure == "score"
    }


def problems(outcome: Outcome) -> list[tuple[str, str, str]]:
    return [(issue.code, str(issue.locator), issue.message) for issue in outcome.issues]


def test_each_criterion_has_its_maximum_and_its_points_by_round(bench: Bench) -> None:
    outcome = bench.read()
    assert (outcome.is_held_back, outcome.issues) == (False, ())
    assert points(outcome, "P.1.1.1") == {"self": "4", "appraised_1": "3", "appraised_2": "3.5"}
    assert points(outcome, "P.2.1") == {"leaders_survey": "6.5"}
    said = {c.measure: c.value_text for c in outcome.claims if c.criterion_code == "P.1.1.1" and c.value_text}
    assert said == {"evidence": "Kế hoạch số 00/KH-THU", "responsible_unit": "Phòng thử nghiệm A"}
    maxima = {c.criterion_code: c.value for c in outcome.claims if c.measure == "max_points"}
    assert maxima["P.1.2"] == Decimal(4)
    # A ragged tree: 1.2 is scored at the second level, 1.1 has parts; options are no criteria.
    assert sorted(maxima) == ["P", "P.1", "P.1.1", "P.1.1.1", "P.1.1.2", "P.1.2", "P.2", "P.2.1", "P.2.2"]
    claim = next(c for c in outcome.claims if c.criterion_code == "P.1.1.1" and c.stage == "appraised_2")
    assert (claim.locator.sheet, claim.locator.a1, claim.raw_text) == ("Bang diem", "F6", "3.5")
    assert (claim.entity_type, claim.entity_code) == ("department", "46.synthetic")


def test_not_assessed_is_not_zero(bench: Bench) -> None:
    assert points(bench.read(), "P.2.2") == {"self": "not_applicable", "appraised_1": "not_applicable"}


def test_bonus_and_penalty_rows_stand_beside_the_maximum(bench: Bench) -> None:
    outcome = bench.read(E14="3")
    assert points(outcome, "P.BONUS") == {"self": "0.5", "appraised_1": "3"}
    assert points(outcome, "P.PENALTY") == {"appraised_1": "-0.25"}
    assert outcome.issues == ()


@pytest.mark.parametrize(
    ("texts", "code", "place", "message"),
    [
        ({"E6": "4.5"}, "points_not_understood", "cell E6", "row 6: expected at most 4 points, found 4.5"),
        ({"A9": "1.1.7"}, "unknown_criterion", "cell A9", "found 'PAR_LOCAL synthetic-scoring P.1.1.7'"),
        (
            {"B9": "Một tên khác"},
            "unknown_criterion",
            "cell A9",
            "expected one criterion of PAR_LOCAL synthetic-scoring, number 1.1.2",
        ),
        ({"C9": ""}, "points_not_understood", "cell A9", "expected the maximum of the scored criterion P.1.1.2, found a blank"),
        ({"D9": "hai"}, "points_not_understood", "cell D9", "row 9"),
        ({"A9": ""}, "unknown_criterion", "cell B9", "expected a numbered criterion, the total or a bonus row beside points"),
        ({"C9": "3"}, "maximum_differs", "cell C9", "expected the maximum 2 of P.1.1.2 in the tree, found 3"),
    ],
)
def test_a_row_that_is_not_understood_is_named_and_its_neighbours_stay(
    bench: Bench, texts: dict[str, str], code: str, place: str, message: str
) -> None:
    outcome = bench.read(**texts)
    ((found_code, found_place, found_message),) = problems(outcome)
    assert (found_code, outcome.is_held_back) == (code, False)
    assert place in found_place
    assert message in found_message
    assert points(outcome, "P.1.2") == {"self": "3.5", "appraised_1": "3.25"}
    assert len(outcome.quarantined_rows) == (0 if code == "maximum_differs" else 1)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"D3": "Điểm thẩm định"}, "D3: expected 'Điểm tự đánh giá', found 'Điểm thẩm định'"),
        ({"E3": ""}, "E3: expected 'Điểm thẩm định', found ''"),
    ],
)
def test_a_sheet_of_another_form_is_held_back_whole(bench: Bench, texts: dict[str, str], message: str) -> None:
    outcome = bench.read(**texts)
    assert (outcome.is_held_back, outcome.claims) == (True, ())
    assert message in outcome.issues[-1].message


def test_a_sheet_without_a_layout_says_which_file_to_write(bench: Bench, tmp_path: Path) -> None:
    outcome = read_scoring_sheet(bench.reading, scoring_sheet.entry(), bench.reference, tmp_path)
    assert outcome.is_held_back
    assert f"{scoring_sheet.DOCUMENT_ID}.yml, found no such file" in outcome.issues[0].message
    assert "extractors/par_index/layouts/" in outcome.issues[0].hint


def test_a_layout_names_each_role_once_and_explains_what_it_passes_over(bench: Bench, tmp_path: Path) -> None:
    faulty = scoring_sheet.LAYOUT.replace("reason: remarks of the unit that state no figure", "reason: x")
    (tmp_path / f"{scoring_sheet.DOCUMENT_ID}.yml").write_text(
        faulty.replace("role: appraised_2", "role: self"), encoding="utf-8"
    )
    outcome = read_scoring_sheet(bench.reading, scoring_sheet.entry(), bench.reference, tmp_path)
    assert "expected each role in one column" in outcome.issues[0].message

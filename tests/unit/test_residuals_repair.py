"""Choosing between readings: what is repaired, and what is left to a person."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.relations import Member, Relation
from expectations.residuals import Figure, figures_of, is_satisfied, provisional, repair, settle, steady
from expectations.residuals.candidates import disputed
from extractors.records import UNSETTLED, Claim, UnsettledClaim
from tests.benchmarks.residuals.errors import misread
from tests.benchmarks.residuals.tables import Table, outcome_of, table_of

HUE = "sipas_2023_thua_thien_hue_ubnd"


def linear(name: str, members: Mapping[str, int], low: str = "0", high: str = "0") -> Relation:
    cells = tuple(Member(claim_id, "term", Decimal(weight)) for claim_id, weight in members.items())
    return Relation(name, "gate1__synthetic__sum", "synthetic", "linear", cells, Decimal(low), Decimal(high), "a sum")


GRID = [
    linear(name, {name: 1, **dict.fromkeys(parts, -1)})
    for name, parts in {
        "row0": ("c00", "c01"),
        "row1": ("c10", "c11"),
        "column0": ("c00", "c10"),
        "column1": ("c01", "c11"),
    }.items()
]
CLEAN = {"c00": "82.28", "c01": "11.50", "c10": "7.25", "c11": "40.00", "row0": "93.78", "row1": "47.25"} | {
    "column0": "89.53",
    "column1": "51.50",
}
"""Two rows and two columns with their sums: each inner figure is bound twice, each sum once."""


def read(values: Mapping[str, str], **readings: Sequence[str]) -> list[Figure]:
    """Figures with two decimals; of a cell that is named, its readings (the first is its value)."""
    return [
        Figure(name, Decimal(readings[name][0] if name in readings else value), 2, tuple(readings.get(name, ())))
        for name, value in values.items()
    ]


def test_the_reading_that_both_sums_bear_out_is_taken_with_its_proof() -> None:
    for readings in (("82.28", "82.23"), ("82.23", "82.28"), ("32.28", "82.28", "82.23")):
        (one,) = repair(GRID, read(CLEAN, c00=readings))
        assert (one.claim_id, one.value, one.reading, one.proof) == ("c00", Decimal("82.28"), "82.28", ("column0", "row0"))
        assert one.words.startswith("82.28 and not ")
        assert "gate1__synthetic__sum (a sum)" in one.words


def test_a_reading_as_printed_is_kept_in_the_repair() -> None:
    (one,) = repair(GRID, read(CLEAN, c11=("40", "46")))
    assert (one.value, one.reading) == (Decimal("40.00"), "40")
    (lost,) = repair(GRID, [replace(f, readings=("8228", "82,28")) if f.claim_id == "c00" else f for f in read(CLEAN)])
    assert (lost.value, lost.reading) == (Decimal("82.28"), "82,28")


@pytest.mark.parametrize(
    ("why", "open_cells", "changed"),
    [
        ("one reading is never repaired", {"c00": ("82.23",)}, {}),
        ("one reading given twice is one reading", {"c00": ("82.28", "82.28")}, {}),
        ("a reading that is no number is none", {"c00": ("82.28", "B2.2B")}, {}),
        ("neither reading is right: the true value differs from both in the place in dispute", {"c00": ("82.23", "82.26")}, {}),
        ("both are wrong alike in another place", {"c00": ("32.28", "32.23")}, {}),
        ("the sum of its column is open, and follows from it", {"c00": ("82.28", "82.23"), "column0": ("89.5",)}, {}),
        ("a neighbour was misread and nobody saw it", {"c00": ("82.28", "82.23")}, {"c01": "11.55"}),
        ("a neighbour was misread so that the wrong reading fits one sum", {"c00": ("82.28", "82.23")}, {"row0": "93.73"}),
        ("a relation beside it is violated", {"c00": ("82.28", "82.23")}, {"c11": "49.00"}),
    ],
)
def test_what_is_not_certain_is_not_repaired(why: str, open_cells: dict[str, Sequence[str]], changed: dict[str, str]) -> None:
    assert repair(GRID, read(CLEAN | changed, **open_cells)) == (), why


def test_other_open_cells_are_variables_at_the_same_time() -> None:
    both = read(CLEAN, c00=("82.28", "82.23"), c11=("40.00", "46.00"))
    assert {one.claim_id: one.value for one in repair(GRID, both)} == {"c00": Decimal("82.28"), "c11": Decimal("40.00")}
    # Two open cells of one row may change places: 82.28 + 11.50 = 82.23 + 11.55, and the columns are open, too.
    swapped = {
        "c00": ("82.28", "82.23"),
        "c01": ("11.50", "11.55"),
        "column0": ("89.53", "89.48"),
        "column1": ("51.50", "51.55"),
    }
    assert repair(GRID, read(CLEAN, **swapped)) == ()


def test_one_relation_proves_a_repair_only_if_its_other_cells_are_vouched_for() -> None:
    """A sum is bound once. Each of its parts stands in a column, too, so that an error in one of them would be seen."""
    (one,) = repair(GRID, read(CLEAN, row0=("93.78", "93.73")))
    assert (one.value, one.proof) == (Decimal("93.78"), ("row0",))
    rows_only = [relation for relation in GRID if relation.relation_id.startswith("row")]
    assert repair(rows_only, read(CLEAN, row0=("93.78", "93.73"))) == ()


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ((8228, 8223), {8220 + n for n in range(10)}),
        ((8228, 3223), {1000 * a + 220 + b for a in range(10) for b in range(10)}),
        ((8228, 82280), None),
        ((-35, 35), None),
        ((-35, -30), {-30 - n for n in range(10)}),
    ],
)
def test_only_the_places_in_dispute_vary(readings: tuple[int, ...], expected: set[int] | None) -> None:
    assert disputed(readings, 1) == expected


def test_settling_a_document_repairs_first_and_diagnoses_what_stands() -> None:
    apart = [*GRID, linear("elsewhere", {"x": 1, "y": -1}), linear("open", {"z": 1, "y": -1})]
    values = CLEAN | {"x": "5.00", "y": "6.00", "z": "6.00"}
    found = settle(apart, read(values, c00=("82.23", "82.28"), z=("6.00", "8.00")))
    assert [one.claim_id for one in found.repairs] == ["c00"]
    assert (found.open_cells, found.diagnosis.violated) == ({"z"}, {"elsewhere"})
    assert found.diagnosis.suspects == {"x", "y"}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_what_is_repaired_was_read_and_satisfies_every_relation(seed: int, count: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    figures = {figure.claim_id: figure for figure in read(CLEAN)}
    for name in rng.sample(sorted(CLEAN), count):
        true = figures[name]
        wrong = misread(true.value, 2, "uniform", rng)
        other = rng.choice((true.value, true.value, misread(true.value, 2, "uniform", rng)))
        figures[name] = replace(true, value=wrong, readings=() if wrong == other else (wrong, other))
    given_figures = list(figures.values())
    repairs = repair(GRID, given_figures)
    values = {figure.claim_id: figure.value for figure in given_figures} | {one.claim_id: one.value for one in repairs}
    known = {f.claim_id for f in given_figures if f.is_settled} | {one.claim_id for one in repairs}
    for one in repairs:
        assert one.value in figures[one.claim_id].readings
        beside = [relation for relation in GRID if one.claim_id in relation.claim_ids and relation.claim_ids <= known]
        assert one.proof
        assert all(is_satisfied(relation, values) for relation in beside)


def scored(table: Table) -> list[Claim]:
    """Scores of 2023 in the summary table of Huế, which the tables of the factors repeat."""
    repeated = {c for r in table.relations if r.rule_id == "gate1__figure__table_repeats" for c in r.claim_ids}
    return [c for c in table.claims if c.claim_id in repeated and c.measure == "score" and c.reference_year == 2023]


def test_two_readings_of_the_plan_of_hue_are_settled_by_its_own_arithmetic() -> None:
    table = table_of("Huế", outcome_of(HUE).claims)
    settled_cells = 0
    for claim in scored(table):
        assert claim.value is not None
        wrong = misread(claim.value, 2, "confusable", random.Random(claim.claim_id))  # noqa: S311
        texts = (str(wrong).replace(".", ","), f"{claim.value:.2f}".replace(".", ","))
        lost = replace(claim, value=None, printed_decimals=None, raw_text=UNSETTLED, missing_reason="illegible")
        rest = [c for c in table.claims if c is not claim]
        unsettled = (UnsettledClaim(lost, texts),)
        (guess,) = provisional(rest, unsettled)
        assert (guess.value, guess.claim_id, guess.missing_reason) == (wrong, lost.claim_id, None)
        relations = [
            replace(
                r,
                members=tuple(
                    replace(m, claim_id=lost.claim_id if m.claim_id == claim.claim_id else m.claim_id) for m in r.members
                ),
            )
            for r in table.relations
        ]
        for one in repair(relations, figures_of(rest, unsettled)):
            assert (one.claim_id, one.value, one.reading) == (lost.claim_id, claim.value, texts[1])
            settled_cells += 1
    assert settled_cells >= 15


def test_a_reading_finer_than_its_column_is_no_candidate() -> None:
    table = table_of("Huế", outcome_of(HUE).claims)
    claim = scored(table)[0]
    lost = replace(claim, value=None, printed_decimals=None, raw_text=UNSETTLED, missing_reason="illegible")
    rest = [c for c in table.claims if c is not claim]
    (guess,) = provisional(rest, (UnsettledClaim(lost, ("82,2825", "82,28")),))
    assert (guess.value, guess.printed_decimals) == (Decimal("82.28"), 2)
    assert provisional(rest, (UnsettledClaim(lost, ("n/a", "")),)) == ()
    assert provisional(rest, (UnsettledClaim(replace(lost, measure="responsible_unit"), ("1", "2")),)) == ()


def test_a_relation_that_hangs_on_the_trial_value_proves_nothing() -> None:
    """Rank 1 or 4: only with the first reading is this the unit from which the gap to the best is counted."""
    gap = linear("gap", {"gap": 1, "own": -1, "best": 1})
    other = replace(gap, members=(*gap.members[:2], Member("other best", "term", Decimal(1))))
    assert steady([*GRID, gap], [*GRID, other]) == tuple(GRID)
    assert steady([*GRID, gap], GRID) == tuple(GRID)
    reworded = [replace(one, detail="another score") for one in GRID]
    assert steady(GRID, reworded) == tuple(GRID)

"""Locating errors: what the smallest explanations are, checked against every possibility on small systems and on real tables."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.relations import Member, Relation, RelationKind, Role
from expectations.residuals import Diagnosis, Figure, is_satisfied, locate
from tests.benchmarks.residuals.tables import outcome_of, table_of

HUE = "sipas_2023_thua_thien_hue_ubnd"


def relation(
    name: str, members: Sequence[tuple[str, int]], low: str = "0", high: str = "0", kind: RelationKind = "linear"
) -> Relation:
    """A linear relation; members are (claim id, coefficient)."""
    cells = tuple(Member(claim_id, "term", Decimal(weight)) for claim_id, weight in members)
    return Relation(name, "gate1__synthetic__rule", "synthetic", kind, cells, Decimal(low), Decimal(high))


def ranking(name: str, kind: RelationKind, units: Sequence[str], low: str, high: str) -> Relation:
    """Units with the rank `r<unit>` and the score `s<unit>`."""
    roles: tuple[tuple[str, Role], ...] = (("r", "rank"), ("s", "score"))
    cells = tuple(Member(f"{letter}{unit}", role, Decimal(1), unit) for unit in units for letter, role in roles)
    return Relation(name, "gate1__synthetic__rule", "synthetic", kind, cells, Decimal(low), Decimal(high))


def figures(values: Mapping[str, int | str], decimals: int = 0) -> list[Figure]:
    return [Figure(name, Decimal(value), decimals) for name, value in values.items()]


def sets(diagnosis: Diagnosis) -> set[frozenset[str]]:
    """The smallest sets of all parts taken together."""
    found = {frozenset[str]()}
    for part in diagnosis.parts:
        found = {one | explanation.claim_ids for one in found for explanation in part.explanations}
    return found


def test_a_cell_between_two_sums_is_located_and_its_value_is_proposed() -> None:
    """A table of 3 x 3 with its row and column sums; one figure is misread."""
    values = {f"c{row}{column}": 10 * row + column for row in range(3) for column in range(3)}
    sums = {f"row{n}": sum(values[f"c{n}{i}"] for i in range(3)) for n in range(3)} | {
        f"column{n}": sum(values[f"c{i}{n}"] for i in range(3)) for n in range(3)
    }
    relations = [relation(f"row{n}", [(f"row{n}", 1), *((f"c{n}{i}", -1) for i in range(3))]) for n in range(3)]
    relations += [relation(f"column{n}", [(f"column{n}", 1), *((f"c{i}{n}", -1) for i in range(3))]) for n in range(3)]
    clean = values | sums
    assert locate(relations, figures(clean)).is_clean
    diagnosis = locate(relations, figures(clean | {"c12": 72}))
    (part,) = diagnosis.parts
    assert (part.is_located, part.n_cells, set(part.violated)) == (True, 1, {"row1", "column2"})
    assert [(cell.claim_id, cell.value) for cell in part.explanations[0].cells] == [("c12", Decimal(12))]
    assert diagnosis.violated_cells >= {"c12", "row1", "column2"}
    assert (diagnosis.suspects, diagnosis.n_cells, str(diagnosis.proposals("c12")[0])) == ({"c12"}, 1, "12")

    tied = locate(relations, figures(clean | {"row0": 9}))
    assert sets(tied) == {frozenset({"row0"})}, "each of its parts is vouched for by a column"


def test_ties_are_said_to_be_ties_and_more_than_were_asked_for_too() -> None:
    relations = [relation("difference", [("change", 1), ("now", -1), ("before", 1)])]
    read = figures({"change": "0.35", "now": "82.28", "before": "81.98"}, 2)
    (part,) = locate(relations, read).parts
    assert {explanation.claim_ids for explanation in part.explanations} == {
        frozenset({"change"}),
        frozenset({"now"}),
        frozenset({"before"}),
    }
    assert (part.is_located, part.is_complete, part.has_more_ties) == (False, True, False)
    assert {(p.claim_id, str(p)) for e in part.explanations for p in e.cells} == {
        ("change", "0.30"),
        ("now", "82.33"),
        ("before", "81.93"),
    }
    (fewer,) = locate(relations, read, most_ties=2).parts
    assert (len(fewer.explanations), fewer.has_more_ties) == (2, True)
    assert not fewer.is_located


def test_an_interval_is_proposed_where_rounding_leaves_room_and_a_grid_is_kept() -> None:
    relations = [
        relation("mean", [("whole", 2), ("a", -1), ("b", -1)], "-0.02", "0.02"),
        relation("copy", [("whole", 1), ("whole again", -1)]),
        relation("copy of b", [("b", 1), ("b again", -1)]),
    ]
    read = figures({"whole": "80.00", "a": "70.50", "b": "79.50", "whole again": "80.00", "b again": "79.50"}, 2)
    (part,) = locate(relations, read).parts
    (cell,) = part.explanations[0].cells
    assert (part.is_located, cell.claim_id, str(cell), cell.value) == (True, "a", "80.48 to 80.52", None)
    coarse = [replace(one, decimals=1) if one.claim_id == "a" else one for one in read]
    assert str(locate(relations, coarse).parts[0].explanations[0].cells[0]) == "80.5"


def test_parts_that_no_relation_links_are_explained_each_by_itself() -> None:
    relations = [relation(name, [(f"{name}{i}", 1 if i else -2) for i in range(3)]) for name in "xyz"]
    values = {f"{name}{i}": 5 for name in "xyz" for i in range(3)}
    diagnosis = locate(relations, figures(values | {"x0": 8, "z1": 9}))
    assert (len(diagnosis.parts), diagnosis.n_cells) == (2, 2)
    assert all(part.n_cells == 1 for part in diagnosis.parts)


def test_what_is_not_explained_within_the_limits_is_not_called_located() -> None:
    relations = [relation(f"pair{n}", [(f"a{n}", 1), (f"b{n}", -1)]) for n in range(4)]
    relations.append(relation("all", [(f"a{n}", 1) for n in range(4)], "0", "1000"))
    read = figures({f"{letter}{n}": 10 + (letter == "b") for letter in "ab" for n in range(4)})
    (part,) = locate(relations, read).parts
    assert (part.explanations, part.n_cells, part.is_located, part.is_complete) == ((), None, False, True)
    diagnosis = locate(relations, read)
    assert (diagnosis.n_cells, diagnosis.suspects) == (None, diagnosis.violated_cells)
    (stopped,) = locate(relations, read, most_cells=4, seconds=0.0001).parts
    assert not stopped.is_complete
    assert len(sets(locate(relations, read, most_cells=4))) == 16


def test_a_rank_that_is_printed_twice_is_located_by_the_scores() -> None:
    units = ["A", "B", "C", "D", "E"]
    relations = [
        ranking("order", "ordering", units, "-0.01", "0.01"),
        ranking("places", "permutation", units, "0.005", "5"),
    ]
    values = {f"s{unit}": str(90 - 2 * place) for place, unit in enumerate(units)}
    ranks = {f"r{unit}": str(place) for place, unit in enumerate(units, start=1)}
    read = [*figures(values, 2), *figures(ranks)]
    assert locate(relations, read).is_clean
    twice = [replace(one, value=Decimal(2)) if one.claim_id == "rD" else one for one in read]
    diagnosis = locate(relations, twice)
    assert (sets(diagnosis), str(diagnosis.proposals("rD")[0])) == ({frozenset({"rD"})}, "4")
    low = [replace(one, value=Decimal("36.00")) if one.claim_id == "sB" else one for one in read]
    assert (sets(locate(relations, low)), str(locate(relations, low).proposals("sB")[0])) == (
        {frozenset({"sB"})},
        "85.99 to 90.01",
    )


DIGIT = st.integers(0, 4)
CELLS = ("a", "b", "c", "d", "e")


@st.composite
def systems(draw: st.DrawFn) -> tuple[list[Relation], dict[str, int]]:
    """Up to four random relations between five figures from 0 to 4, each bounded by a relation of its own."""
    relations = [relation(f"scale {cell}", [(cell, 1)], "0", "4") for cell in CELLS]
    for number in range(draw(st.integers(1, 4))):
        members = draw(st.lists(st.sampled_from(CELLS), min_size=2, max_size=4, unique=True))
        low = draw(st.integers(-2, 3))
        weights = [(cell, draw(st.sampled_from((1, 1, -1, 2)))) for cell in members]
        relations.append(relation(f"sum {number}", weights, str(low), str(low + draw(st.integers(0, 2)))))
    kind = draw(st.sampled_from(("none", "minimum", "maximum")))
    if kind != "none":
        cells = [Member("a", "end"), *(Member(cell, "unit") for cell in "bcd")]
        relations.append(Relation("end", "rule", "synthetic", kind, tuple(cells), Decimal(-1), Decimal(0)))  # type: ignore[arg-type]
    return relations, {cell: draw(DIGIT) for cell in CELLS}


@st.composite
def rankings(draw: st.DrawFn) -> tuple[list[Relation], dict[str, int]]:
    """Four units with ranks 1 to 4 and scores 0 to 4 in all kinds of disorder; the first score is the sum of two cells."""
    units = ("A", "B", "C", "D")
    slack = draw(st.integers(0, 1))
    relations = [relation(f"scale s{unit}", [(f"s{unit}", 1)], "0", "4") for unit in units]
    relations += [relation(f"scale r{unit}", [(f"r{unit}", 1)], "1", "4") for unit in units]
    relations.append(ranking("order", "ordering", units, str(-slack), str(slack)))
    if draw(st.booleans()):
        relations.append(ranking("places", "permutation", units, "0", "4"))
    relations.append(relation("sum", [("sA", 1), ("sB", -1)], "0", "2"))
    values = {f"s{unit}": draw(DIGIT) for unit in units} | {f"r{unit}": draw(st.integers(1, 4)) for unit in units}
    return relations, values


def smallest_sets(
    relations: Sequence[Relation], values: Mapping[str, int], domain: Sequence[int], most: int
) -> set[frozenset[str]] | None:
    """By trying everything; None if more than `most` cells are needed."""
    for size in range(most + 1):
        found: set[frozenset[str]] = set()
        for cells in combinations(sorted(values), size):
            for chosen in product(domain, repeat=size):
                tried = {k: Decimal(v) for k, v in (dict(values) | dict(zip(cells, chosen, strict=True))).items()}
                if all(is_satisfied(one, tried) for one in relations):
                    found.add(frozenset(cells))
                    break
        if found:
            return found
    return None


def test_parts_without_a_common_cell_may_need_more_cells_together_than_each_may() -> None:
    relations = [relation("one", [("a", 1), ("b", 1)]), relation("two", [("c", 1)]), relation("three", [("d", 1)])]
    values = {"a": 1, "b": 0, "c": 1, "d": 1}
    found = sets(locate(relations, figures(values), most_cells=2))
    assert found == smallest_sets(relations, values, range(-1, 2), 3) == {frozenset("acd"), frozenset("bcd")}


@settings(max_examples=60, deadline=None)
@given(systems())
def test_the_smallest_sets_are_those_that_trying_everything_finds(case: tuple[list[Relation], dict[str, int]]) -> None:
    relations, values = case
    diagnosis = locate(relations, figures(values), most_cells=2)
    assert diagnosis.is_complete
    found = sets(diagnosis)
    # Two cells are the limit of each part; parts that share no cell may need more together.
    most = max([2, *(len(one) for one in found)])
    assert (found or None) == smallest_sets(relations, values, range(5), most)


@settings(max_examples=40, deadline=None)
@given(rankings())
def test_the_smallest_sets_of_a_ranking_are_those_that_trying_everything_finds(
    case: tuple[list[Relation], dict[str, int]],
) -> None:
    relations, values = case
    diagnosis = locate(relations, figures(values), most_cells=2)
    assert diagnosis.is_complete
    found = sets(diagnosis)
    # Two cells are the limit of each part; parts that share no cell may need more together.
    most = max([2, *(len(one) for one in found)])
    assert (found or None) == smallest_sets(relations, values, range(5), most)


@settings(max_examples=30, deadline=None)
@given(systems(), st.randoms(use_true_random=False))
def test_the_order_of_what_is_given_changes_nothing(
    case: tuple[list[Relation], dict[str, int]], shuffle: random.Random
) -> None:
    relations, values = case
    first = locate(relations, figures(values))
    shuffle.shuffle(relations)
    mixed = figures(values)
    shuffle.shuffle(mixed)
    assert locate(relations, mixed) == first


def test_a_damaged_digit_of_the_plan_of_hue_is_located_to_its_cell() -> None:
    """Each score of 2023 of the nine factors is bound by its children, by its own difference and by the summary table."""
    table = table_of("Huế", outcome_of(HUE).claims)
    assert locate(table.relations, table.figures).is_clean
    by_id = {claim.claim_id: claim for claim in table.claims}
    exact = {cell for one in table.relations if one.low == one.high and len(one.members) > 1 for cell in one.claim_ids}
    factors = [
        figure
        for figure in table.figures
        if (claim := by_id[figure.claim_id]).measure == "score"
        and (claim.reference_year, claim.entity_type, claim.modality) == (2023, "province", "table")
        and claim.criterion_code.count(".") == 2
        and figure.claim_id in exact
    ]
    assert len(factors) >= 18, "nine factors, in the summary and in their own tables"
    for figure in factors:
        damaged = replace(figure, value=figure.value + 30)
        read = [damaged if one is figure else one for one in table.figures]
        diagnosis = locate(table.relations, read)
        assert sets(diagnosis) == {frozenset({figure.claim_id})}
        (proposal,) = diagnosis.proposals(figure.claim_id)
        assert proposal.value == figure.value


def test_two_damaged_cells_of_the_plan_of_hue_are_located_together() -> None:
    table = table_of("Huế", outcome_of(HUE).claims)
    rng = random.Random(5)  # noqa: S311
    relations = [one for one in table.relations if one.rule_id == "gate1__figure__table_repeats"]
    tied = sorted({claim_id for one in relations for claim_id in one.claim_ids})
    located = 0
    for _ in range(20):
        wrong = set(rng.sample(tied, 2))
        read = [replace(f, value=f.value + 3) if f.claim_id in wrong else f for f in table.figures]
        found = sets(locate(table.relations, read))
        assert frozenset(wrong) in found or any(one < wrong for one in found)
        located += found == {frozenset(wrong)}
    assert located >= 5


@pytest.mark.parametrize("missing", ["whole", "a"])
def test_a_relation_of_which_a_figure_is_missing_says_nothing(missing: str) -> None:
    relations = [relation("sum", [("whole", 1), ("a", -1), ("b", -1)])]
    read = [one for one in figures({"whole": 9, "a": 1, "b": 2}) if one.claim_id != missing]
    assert locate(relations, read).is_clean

"""Whether figures satisfy a relation, against the words of its definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.relations import Member, Relation, RelationKind
from expectations.residuals import is_satisfied

UNITS = ("A", "B", "C", "D")


def decimals(values: Mapping[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(value) for name, value in values.items()}


def ranked(kind: RelationKind, low: str, high: str, direction: int = 1, units: Sequence[str] = UNITS) -> Relation:
    members = [Member(f"r{unit}", "rank", Decimal(1), unit) for unit in units]
    members += [Member(f"s{unit}", "score", Decimal(direction), unit) for unit in units]
    return Relation("ranking", "rule", "synthetic", kind, tuple(members), Decimal(low), Decimal(high))


def of_units(ranks: Sequence[int], scores: Sequence[str]) -> dict[str, Decimal]:
    found = {f"r{unit}": Decimal(rank) for unit, rank in zip(UNITS, ranks, strict=True)}
    return found | {f"s{unit}": Decimal(score) for unit, score in zip(UNITS, scores, strict=True)}


@pytest.mark.parametrize(
    ("whole", "is_right"), [("82.28", True), ("82.29", True), ("82.27", True), ("82.30", False), ("82.26", False)]
)
def test_a_mean_agrees_within_the_half_units_of_its_print(whole: str, is_right: bool) -> None:
    """2 x whole - a - b within 2 x (0.005 + 0.005), given as binary fractions give it."""
    members = (Member("whole", "term", Decimal(2)), Member("a", "term", Decimal(-1)), Member("b", "term", Decimal(-1)))
    mean = Relation("mean", "rule", "synthetic", "linear", members, Decimal("-0.02"), Decimal("0.0199999999"))
    assert is_satisfied(mean, decimals({"whole": whole, "a": "80.06", "b": "84.5"})) is is_right


@pytest.mark.parametrize(
    ("ranks", "scores", "order", "places"),
    [
        ((1, 2, 3, 4), ("90", "88", "86", "84"), True, True),
        ((1, 3, 2, 4), ("90", "88", "86", "84"), False, True),
        ((1, 2, 2, 4), ("90", "88", "86", "84"), False, False),
        ((1, 2, 2, 4), ("90", "88", "88", "84"), True, True),
        ((1, 2, 2, 3), ("90", "88", "88", "84"), True, False),
        ((1, 2, 3, 4), ("90", "88", "88.01", "84"), True, True),
        ((1, 2, 3, 4), ("90", "88", "88.02", "84"), False, True),
        ((1, 2, 3, 5), ("90", "88", "86", "84"), True, False),
        ((2, 3, 4, 5), ("90", "88", "86", "84"), True, False),
    ],
)
def test_ranks_and_scores(ranks: Sequence[int], scores: Sequence[str], order: bool, places: bool) -> None:
    values = of_units(ranks, scores)
    assert is_satisfied(ranked("ordering", "-0.01", "0.01"), values) is order
    assert is_satisfied(ranked("permutation", "0.005", "4"), values) is places


def test_a_lower_score_is_the_better_one_where_the_relation_says_so() -> None:
    values = of_units((1, 2, 3, 4), ("1", "2", "3", "4"))
    assert is_satisfied(ranked("ordering", "0", "0", -1), values)
    assert not is_satisfied(ranked("ordering", "0", "0", 1), values)


def test_units_on_one_rank_without_a_score_are_no_tie() -> None:
    members = tuple(Member(f"r{unit}", "rank", Decimal(1), unit) for unit in UNITS)
    places = Relation("places", "rule", "synthetic", "permutation", members, Decimal(0), Decimal(4))
    assert is_satisfied(places, decimals({"rA": "4", "rB": "2", "rC": "1", "rD": "3"}))
    assert not is_satisfied(places, decimals({"rA": "2", "rB": "2", "rC": "1", "rD": "4"}))


FIGURE = st.integers(-300, 300).map(lambda number: Decimal(number).scaleb(-1))


@given(st.lists(st.tuples(FIGURE, st.integers(-3, 3)), min_size=1, max_size=6), FIGURE, FIGURE)
def test_a_sum_lies_between_its_bounds(terms: list[tuple[Decimal, int]], low: Decimal, high: Decimal) -> None:
    members = tuple(Member(f"c{n}", "term", Decimal(weight)) for n, (_, weight) in enumerate(terms))
    values = {f"c{n}": value for n, (value, _) in enumerate(terms)}
    total = sum((value * weight for value, weight in terms), Decimal(0))
    assert is_satisfied(Relation("sum", "rule", "synthetic", "linear", members, low, high), values) is (low <= total <= high)


@given(FIGURE, st.lists(FIGURE, min_size=1, max_size=5), st.booleans())
def test_an_end_is_reached_by_a_member(end: Decimal, members: list[Decimal], is_lowest: bool) -> None:
    cells = (Member("end", "end"), *(Member(f"m{n}", "unit", group=str(n)) for n in range(len(members))))
    kind: RelationKind = "minimum" if is_lowest else "maximum"
    values = {"end": end} | {f"m{n}": value for n, value in enumerate(members)}
    reached = min(members) if is_lowest else max(members)
    slack = Decimal("0.1")
    relation = Relation("end", "rule", "synthetic", kind, cells, -slack, slack)
    assert is_satisfied(relation, values) is (abs(end - reached) <= slack)


@given(st.lists(st.integers(1, 4), min_size=4, max_size=4), st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_a_permutation_is_the_ranking_of_somebody(ranks: list[int], scores: list[int]) -> None:
    """With equal scores allowed to share a rank, every unit has as many units before it as its rank says."""
    values = of_units(ranks, [str(score) for score in scores])
    counted = all(rank == 1 + sum(other < rank for other in ranks) for rank in ranks)
    tied = all(a != b or x == y for a, x in zip(ranks, scores, strict=True) for b, y in zip(ranks, scores, strict=True))
    assert is_satisfied(ranked("permutation", "0", "4"), values) is (counted and tied)


def test_a_relation_without_one_of_its_figures_is_refused() -> None:
    with pytest.raises(KeyError, match="rA"):
        is_satisfied(ranked("ordering", "0", "0"), {"sA": Decimal(1)})

"""Figures as the solver sees them: a value on the grid of its table's precision, and what the readers made of its cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from expectations.relations import Relation
from extractors.records import Claim, UnsettledClaim
from extractors.text.numbers import NumberError, parse_number

Grid = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """The figure of one claim.

    `value`: as read; of a cell that is not settled its first reading that is a number. `decimals`: of the grid on which the figure
    may lie, which is that of the most precise figure of its column, since tables strip zeros ("3,1", "6"). `readings`: of a cell that
    is not settled what each reader made of it, as text or as a number; empty where the text stands.
    """

    claim_id: str
    value: Decimal
    decimals: int
    readings: tuple[Decimal | str, ...] = ()

    @property
    def is_settled(self) -> bool:
        return not self.readings

    @property
    def numbers(self) -> tuple[Decimal, ...]:
        """The different numbers among the readings, in their order."""
        return tuple(dict.fromkeys(n for reading in self.readings if (n := number_of(reading)) is not None))


def number_of(reading: Decimal | str) -> Decimal | None:
    """The number that a reading is; None for one that is none, or that may be two (a comma that may be a thousands mark)."""
    if isinstance(reading, Decimal):
        return reading
    try:
        return parse_number(reading).value
    except NumberError:
        return None


def grid_of(claim: Claim) -> Grid:
    """What a figure shares its precision with: the figures of one kind in one table (`half_unit` in expectations/rules/gate1.yml)."""
    where = claim.locator
    if claim.modality != "table":
        return (claim.claim_id,)
    return claim.document_id, claim.original_id, where.table_number, where.sheet, claim.measure, claim.unit


def grids(claims: Iterable[Claim]) -> dict[Grid, int]:
    """Decimals of each grid, from the figures that are settled."""
    found: dict[Grid, int] = {}
    for claim in claims:
        if claim.value is not None:
            found[grid_of(claim)] = max(found.get(grid_of(claim), 0), claim.printed_decimals or 0)
    return found


def digits_of(value: Decimal) -> int:
    """Digits behind the mark that the value needs: 1 for 82.50. A figure is finite: NaN is none."""
    _, _, exponent = value.normalize().as_tuple()
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _readings_on(grid: int | None, readings: Iterable[str]) -> list[Decimal]:
    numbers = [n for reading in readings if (n := number_of(reading)) is not None]
    return [n for n in numbers if grid is None or digits_of(n) <= grid]


def provisional(claims: Iterable[Claim], unsettled: Iterable[UnsettledClaim], *, is_last: bool = False) -> tuple[Claim, ...]:
    """The unsettled statements with a figure each, so that the rules can say which relations they stand in; never to be published.

    The figure is the first (or the last) reading that is a number of the precision of its column. The claim keeps its raw text,
    so its id is that of the unsettled claim. Statements without such a reading, and those of text, are left out: no relation can
    bind them.
    """
    known = grids(claims)
    found: list[Claim] = []
    for one in unsettled:
        numbers = _readings_on(known.get(grid_of(one.claim)), one.readings)
        if numbers and one.claim.measure not in {"responsible_unit", "evidence"}:
            figure = numbers[-1 if is_last else 0]
            found.append(
                replace(
                    one.claim, value=figure, printed_decimals=digits_of(figure), missing_reason=None, value_status="published"
                )
            )
    return tuple(found)


def figures_of(claims: Iterable[Claim], unsettled: Iterable[UnsettledClaim] = ()) -> tuple[Figure, ...]:
    """Every figure of an outcome: those of its claims, and the provisional ones of its unsettled statements with their readings."""
    settled = [claim for claim in claims if claim.value is not None]
    unsettled = tuple(unsettled)
    readings: Mapping[str, tuple[str, ...]] = {one.claim.claim_id: one.readings for one in unsettled}
    open_ones = provisional(settled, unsettled)
    known = grids([*open_ones, *settled]) | grids(settled)
    return tuple(
        Figure(
            claim.claim_id,
            claim.value,
            max(known[grid_of(claim)], digits_of(claim.value)),
            readings.get(claim.claim_id, ()),
        )
        for claim in (*settled, *open_ones)
        if claim.value is not None
    )


def steady(first: Iterable[Relation], last: Iterable[Relation]) -> tuple[Relation, ...]:
    """The relations that stand whichever reading is taken: those of `first` that bind the same cells within the same bounds in `last`.

    Which cells a rule binds may hang on a figure (the gap to the best is that to the unit of rank 1); such a relation proves nothing
    about a cell that is not settled. `first`, `last`: the relations read with `provisional` figures of either kind.
    """
    bound = {(one.relation_id, one.kind, one.members, one.low, one.high) for one in last}
    return tuple(one for one in first if (one.relation_id, one.kind, one.members, one.low, one.high) in bound)

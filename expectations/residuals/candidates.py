"""What a cell that is not settled may hold: its readings, and all that differs from them only where they differ from each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from expectations.residuals.allowed import Span
from expectations.residuals.figures import Figure, digits_of, number_of
from expectations.residuals.system import System

MOST_VALUES = 10_000
"""More possible values than this are not tried one by one: the cell is then known by its bounds only."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`values`: what the cell may be, in finest digits; None if that is any value of its grid inside `span`.

    `readings`: the different numbers among its readings, in their order. `all_values`: `values` before any relation was asked.
    """

    span: Span
    values: frozenset[int] | None
    readings: tuple[int, ...] = ()
    all_values: frozenset[int] | None = None

    @property
    def only(self) -> int | None:
        """The one value that is left, or None."""
        if self.values is None:
            return self.span.low if self.span.low == self.span.high else None
        return next(iter(self.values)) if len(self.values) == 1 else None

    @property
    def is_empty(self) -> bool:
        return not self.span if self.values is None else not self.values


def readings_of(figure: Figure, system: System, step: int) -> tuple[int, ...]:
    """The readings that are numbers on the grid of the cell, each once."""
    found: dict[int, None] = {}
    for reading in figure.readings:
        number = number_of(reading)
        if number is not None and digits_of(number) <= system.digits:
            value = int(number.scaleb(system.digits))
            if value % step == 0:
                found[value] = None
    return tuple(found)


def disputed(readings: Sequence[int], step: int) -> frozenset[int] | None:
    """All values that agree with the readings wherever these agree with each other, digit by digit; None if that is no short list.

    Readings of two signs or of different length agree on nothing: one of them may have lost a digit, a mark or a sign anywhere.
    """
    texts = [str(abs(reading) // step) for reading in readings]
    if len({len(text) for text in texts}) != 1 or len({reading < 0 for reading in readings}) != 1:
        return None
    places = ["0123456789" if len({*signs}) > 1 else signs[0] for signs in zip(*texts, strict=True)]
    if 10 ** sum(len(place) > 1 for place in places) > MOST_VALUES:
        return None
    sign = -1 if readings[0] < 0 else 1
    return frozenset(sign * step * int("".join(signs)) for signs in product(*places))


def choice_of(figure: Figure, system: System, cell: int, reach: Span) -> Choice:
    """A cell with one reading, or none that is a number, may hold anything."""
    step = system.steps[cell]
    readings = readings_of(figure, system, step)
    values = disputed(readings, step) if len(readings) > 1 else None
    span = Span(min(values), max(values)) if values else reach.on(step)
    return Choice(span, values, readings, values)


def reading_text(figure: Figure, value: Decimal) -> str:
    """The reading, as it was given, that is this value."""
    return next(str(reading) for reading in figure.readings if number_of(reading) == value)

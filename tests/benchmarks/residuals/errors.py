"""Digits misread as an engine misreads them, and what two engines make of one cell."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from expectations.residuals import Figure

Kind = Literal["confusable", "uniform"]

LOOKS_LIKE = {
    "0": "689",
    "1": "74",
    "2": "7",
    "3": "85",
    "4": "19",
    "5": "368",
    "6": "580",
    "7": "12",
    "8": "369",
    "9": "480",
}
"""Digits that character recognition takes for each other on scans of these documents."""

OTHER_RIGHT, OTHER_WRONG = 0.70, 0.25
"""Of a cell that one engine misreads: how often the other reads it right, and how often it misreads it in another way. In the
remaining 5 % both misread it alike, so that the cell counts as settled and is wrong. On real scans with two engines both were wrong
alike in 10 of 2,271 cells; given a first misreading this is about one in ten to one in twenty."""


def misread(value: Decimal, decimals: int, kind: Kind, rng: random.Random) -> Decimal:
    """The figure with one digit, and only one, read as another."""
    text = format(value.quantize(Decimal(1).scaleb(-decimals)), "f")
    place = rng.choice([index for index, sign in enumerate(text) if sign.isdigit()])
    others = LOOKS_LIKE[text[place]] if kind == "confusable" else "0123456789".replace(text[place], "")
    return Decimal(text[:place] + rng.choice(others) + text[place + 1 :])


@dataclass(frozen=True, slots=True)
class TwoEngines:
    """What two engines made of a cell: `figure` with readings if they differ, with a wrong value if both are wrong alike."""

    figure: Figure
    is_right_among: bool
    is_silent: bool = False


def read_twice(figure: Figure, kind: Kind, rng: random.Random) -> TwoEngines:
    """The first engine misreads a digit; the second is right, wrong in another way, or wrong alike."""
    first = misread(figure.value, figure.decimals, kind, rng)
    chance = rng.random()
    second = figure.value if chance < OTHER_RIGHT else first
    if OTHER_RIGHT <= chance < OTHER_RIGHT + OTHER_WRONG:
        second = misread(figure.value, figure.decimals, kind, rng)
    if first == second:
        return TwoEngines(replace(figure, value=first), is_right_among=False, is_silent=True)
    readings = (first, second) if rng.random() < 0.5 else (second, first)
    return TwoEngines(replace(figure, value=readings[0], readings=readings), is_right_among=second == figure.value)

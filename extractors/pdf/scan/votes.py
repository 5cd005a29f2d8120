"""What two engines read in one cell -> a number that stands, or none. Pure text; knows neither pictures nor engines.

The figures stand only if both engines say the same, each with more than half of its own readings. Sign and marks need two witnesses of
three: the engines and the shape of the ink, and none that clearly says otherwise. Nothing is mended here: what is not settled keeps its
readings for whoever can check them by arithmetic.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_NUMBER = re.compile(r"^[+\-]?(?:\d+|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+)(?:[.,]\d+)?%?$")
_SIGNS = str.maketrans(
    dict.fromkeys("‐‑‒–—−一", "-") | {"，": ",", "。": ".", "％": "%", "＋": "+", "·": ".", "‚": ","},
)
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`text` is None if the readings do not settle the number; `readings` are the different ones, the most frequent first."""

    text: str | None
    confidence: float
    readings: tuple[str, ...]


def plain(reading: str) -> str:
    """A reading in the signs that numbers are compared in: one dash, narrow signs, no blanks."""
    return "".join(unicodedata.normalize("NFC", reading).translate(_SIGNS).split())


def figures(text: str) -> str:
    """The figures alone."""
    return "".join(_DIGIT.findall(text))


def is_number_like(reading: str) -> bool:
    """Figures and the signs of numbers, with at most one letter for three figures, which an engine may have taken a figure for."""
    text = plain(reading)
    digits, letters = len(_DIGIT.findall(text)), len(_LETTER.findall(text))
    return digits > 0 and letters * 3 <= digits


def is_plain_number(text: str) -> bool:
    return _NUMBER.match(text) is not None


def majority(readings: Sequence[str]) -> str | None:
    """The reading with more than half of the votes."""
    counted = Counter(readings).most_common(1)
    return counted[0][0] if counted and counted[0][1] * 2 > len(readings) else None


def distinct(readings: Sequence[str]) -> tuple[str, ...]:
    """The different readings that are not empty, the most frequent first, then in order of reading."""
    return tuple(text for text, _ in Counter(reading for reading in readings if reading).most_common())


def fits(text: str, pattern: str) -> bool:
    """Whether a number can have that shape: as many signs, figures at the same places, the marks of the kind that shows."""
    if len(text) != len(pattern):
        return False
    return all(
        (sign == "d" and (letter.isdigit() or (letter == "+" and place == 0)))
        or letter == sign
        or (sign == "?" and letter in ".,")
        for place, (letter, sign) in enumerate(zip(text, pattern, strict=True))
    )


def _full(votes: Sequence[str], core: str) -> str | None:
    """What most of the readings with these figures say, sign and marks included."""
    return majority([text for text in votes if figures(text) == core])


def settle(tesseract: Sequence[str], rapid: Sequence[str], pattern: str, runs: int) -> Verdict:
    """The number that both engines agree on, or none.

    Args:
        tesseract, rapid: the readings of each engine, at other sizes and thresholds.
        pattern: the shape of the ink (see `shape.Shape`), "" if it is not clear.
        runs: spots of ink that stand apart; a number with fewer signs has lost one.
    """
    first, second = [plain(text) for text in tesseract], [plain(text) for text in rapid]
    readings = distinct([*first, *second])
    refused = Verdict(None, 0.0, readings)
    core = majority([figures(text) for text in first])
    if not core or core != majority([figures(text) for text in second]):
        return refused
    one, two = _full(first, core), _full(second, core)
    by_shape = {text for text in (one, two) if text is not None and fits(text, pattern)}
    if one == two and one is not None:
        if pattern and pattern.count("d") == len(core) and not by_shape:
            return refused
        chosen = one
    elif len(by_shape) == 1:
        chosen = by_shape.pop()
    else:
        return refused
    has_percent = chosen.endswith("%")
    if not is_plain_number(chosen) or runs > len(chosen) + 2 * has_percent:
        return refused
    return Verdict(chosen, sum(text == chosen for text in (*first, *second)) / (len(first) + len(second)), readings)

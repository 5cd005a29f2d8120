"""What two engines read in one cell -> a number that stands, or none. Pure text; knows neither pictures nor engines.

The figures stand only if both engines say the same, each with more than half of its own readings. Where marks stand, and the sign, an
engine says with most of its readings and the shape of the ink does not say otherwise. Whether a mark is a comma or a point the ink
decides where it is clear, and never against every reading; where it is not, both engines must say comma, or the other marks leave one
kind only. Nothing is mended here: what is not settled keeps its readings for whoever can check them by arithmetic.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

_NUMBER = re.compile(r"^[+\-]?(?:\d+(?:[.,]\d+)?|\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?)%?$")
_SIGNS = str.maketrans(
    dict.fromkeys("‐‑‒–—−一", "-") | {"，": ",", "。": ".", "％": "%", "＋": "+", "·": ".", "‚": ","},
)
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_ONE_MARK = str.maketrans(",", ".")


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


def _spellings(pattern: str) -> set[str]:
    """What a shape can stand for, sign by sign: figures that touch are two or three; behind a mark that shows, a % and figures that
    touch may look alike. Without such a mark one may be hidden in them. Two strokes (`o`) are two figures, or a 0 and nothing else."""
    has_mark = any(sign in ",.?" for sign in pattern)
    found = {""}
    for sign in pattern:
        tails = ("dd", "ddd") if sign == "w" and has_mark else ("dd", "0") if sign == "o" else (sign,)
        found = {head + tail for head in found for tail in tails}
    if not has_mark:
        return found
    if pattern.endswith("%"):
        found |= {head[:-1] + tail for head in found for tail in ("d", "dd", "d%")}
    return found | {head[:-2] + "%" for head in found if head.endswith("ddd")}


def _fits_signs(text: str, signs: str) -> bool:
    return len(text) == len(signs) and all(
        (sign == "d" and (letter.isdigit() or (letter == "+" and place == 0)))
        or letter == sign
        or (sign == "?" and letter in ".,")
        for place, (letter, sign) in enumerate(zip(text, signs, strict=True))
    )


def fits(text: str, pattern: str) -> bool:
    """Whether a number can have that shape: as many signs, figures at the same places, the marks of the kind that shows."""
    return any(_fits_signs(text, signs) for signs in _spellings(pattern))


def _has_as_many(pattern: str, figures: int) -> bool:
    """Whether a shape shows that many figures; of two strokes that may be one 0 either count."""
    sure, open_ = pattern.count("d"), pattern.count("o")
    return sure + open_ <= figures <= sure + 2 * open_


def _kinds_shown(text: str, pattern: str) -> bool:
    """Whether the ink shows the kind of each mark of a text. A comma that both engines read stands where the ink is unclear: they take
    commas for points, not points for commas; a point stands where another one of the number shows."""
    said, shown = ([sign for sign in signs if sign in ",.?"] for signs in (text, pattern))
    if not said:
        return fits(text, pattern)
    if not shown:
        return not pattern and "." not in said
    if len(said) != len(shown):
        return False
    pairs = list(zip(said, shown, strict=True))
    clear = {one for one, two in pairs if one == two}
    return all(one == two or (two == "?" and (one == "," or one in clear)) for one, two in pairs)


def _is_forced(text: str, pattern: str) -> bool:
    """Whether no other number has the marks of a text at its places and of the kinds that show: 1?234,5 can only be 1.234,5."""
    marks = [place for place, sign in enumerate(text) if sign in ",."]
    shown = [sign for sign in pattern if sign in ",.?"]
    if len(marks) != len(shown):
        return False
    count = 0
    for kinds in product(*(",." if sign == "?" else sign for sign in shown)):
        signs = list(text)
        for place, kind in zip(marks, kinds, strict=True):
            signs[place] = kind
        count += is_plain_number("".join(signs))
    return count == 1


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
    # Where marks stand, and the sign, an engine says with most of its readings; of which kind the marks are, clear ink decides.
    said = {text.translate(_ONE_MARK) for text in (one, two) if text is not None}
    by_shape = [
        text
        for text in readings
        if figures(text) == core
        and text.translate(_ONE_MARK) in said
        and is_plain_number(text)
        and fits(text, pattern)
        and _is_forced(text, pattern)
    ]
    if len(by_shape) == 1:
        chosen = by_shape[0]
    elif (
        one is not None
        and one == two
        and (fits(one, pattern) or not _has_as_many(pattern, len(core)))
        and _kinds_shown(one, pattern)
    ):
        chosen = one
    else:
        return refused
    rings = pattern.count("o") if fits(chosen, pattern) else 0
    if not is_plain_number(chosen) or runs > len(chosen) + 2 * chosen.endswith("%") + rings:
        return refused
    return Verdict(chosen, sum(text == chosen for text in (*first, *second)) / (len(first) + len(second)), readings)

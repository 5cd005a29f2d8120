"""Combining marks -> the letters they belong to.

Most files set a mark right behind its letter. Where another font lends the mark, it is a piece of text of its own, and the engine puts
the pieces of a line into the order of their left ends: then only the place of its ink tells whose mark it is.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from extractors.pdf.page import Char

_HORN = "\N{COMBINING HORN}"
_QUALITIES = f"\N{COMBINING BREVE}\N{COMBINING CIRCUMFLEX ACCENT}{_HORN}"
"""They make another letter of a vowel; the tones come on top."""

_LETTERS = {"\N{COMBINING BREVE}": "a", "\N{COMBINING CIRCUMFLEX ACCENT}": "aeo", _HORN: "ou"}
"""The vowels that each of them makes another letter of."""

_VOWELS = frozenset("aeiouyAEIOUY")
_REACH = 1.0
"""Sizes from the middle of a mark's ink within which its vowel stands."""

_BESIDE = 0.1
"""Sizes by which the middle of a tone may stand beside the ink of a circumflex."""

_CLEAR = 1.25
"""How many times as far the next vowel must be for the nearest to be the one."""


def is_mark(char: Char) -> bool:
    return unicodedata.combining(char.text[0]) != 0


def _with_marks(letter: str, marks: str) -> str:
    """A letter with further marks: the one that makes it another letter first, then the tone."""
    base, *present = unicodedata.normalize("NFD", letter)
    ordered = sorted((*present, *marks), key=lambda mark: mark not in _QUALITIES)
    return unicodedata.normalize("NFC", base + "".join(ordered))


def lines_near(char: Char) -> range:
    """Rounded base lines of the letters to which a mark may belong: a mark on top of another stands higher than its letter."""
    return range(math.ceil(char.baseline - char.size / 2), math.floor(char.baseline + char.size / 2) + 1)


def _is_vowel(char: Char) -> bool:
    return unicodedata.normalize("NFD", char.text[0])[0] in _VOWELS


def _takes(letter: str, mark: str) -> bool:
    """Whether there is such a letter: a horn stands on o and u alone."""
    return unicodedata.normalize("NFD", letter)[0].lower() in _LETTERS.get(mark, "aeiouy")


def _place(marks: Char, letters: Iterable[tuple[int, Char]]) -> int | None:
    """Number of the vowel that stands nearest to the ink of some marks; None if none is clearly the nearest.

    A horn stands at the right end of its letter, every other mark over or under its middle.
    """
    middle, mark = marks.centre[0], marks.text[0]
    near = sorted(
        (abs((char.box[2] if mark == _HORN else char.centre[0]) - middle), index)
        for index, char in letters
        if _takes(char.text, mark)
    )
    if not near or near[0][0] > _REACH * marks.size or (len(near) > 1 and near[1][0] < _CLEAR * near[0][0]):
        return None
    return near[0][1]


def _adjoins(tone: Char, quality: Char) -> bool:
    """Whether a tone stands on or right beside a breve or a circumflex, on the same letter."""
    return (
        tone.text[0] not in _QUALITIES
        and quality.box[0] - _BESIDE * tone.size <= tone.centre[0] <= quality.box[2] + _BESIDE * tone.size
    )


def compose_marks(chars: Iterable[Char]) -> Iterator[Char]:
    """Every mark joined to the letter before it, in the order of the file: sorting by x would put marks in front of their letters."""
    held: Char | None = None
    for char in chars:
        if held is not None and is_mark(char) and not held.text.isspace():
            held = held._replace(text=held.text[:-1] + _with_marks(held.text[-1], char.text))
            continue
        if held is not None:
            yield held
        held = char
    if held is not None:
        yield held


def place_marks(chars: Sequence[Char]) -> list[Char]:
    """Every mark joined to the vowel of its line over which its ink stands; one that is clearly over none, to the letter before it.

    `chars`: single signs around each mark, whose box is that of its ink.
    """
    if not any(map(is_mark, chars)):
        return list(chars)
    vowels: dict[int, list[tuple[int, Char]]] = {}
    for index, char in enumerate(chars):
        if char.turn == 0 and not is_mark(char) and _is_vowel(char):
            vowels.setdefault(round(char.baseline), []).append((index, char))
    homes: dict[int, str] = {}
    placed: set[int] = set()
    qualities: dict[int, list[tuple[Char, int]]] = {}
    # First what makes another letter of a vowel: the tone stands beside it, nearer to the next letter perhaps.
    for index, char in sorted(enumerate(chars), key=lambda item: item[1].text[0] not in _QUALITIES):
        if not is_mark(char) or char.turn != 0:
            continue
        beside = (item for line in lines_near(char) for item in qualities.get(line, ()))
        home = next((place for other, place in beside if _adjoins(char, other)), None)
        if home is None:
            home = _place(char, (vowel for line in lines_near(char) for vowel in vowels.get(line, ())))
        if home is not None:
            homes[home] = homes.get(home, "") + char.text
            placed.add(index)
            if char.text[0] in _QUALITIES and char.text[0] != _HORN:
                qualities.setdefault(round(char.baseline), []).append((char, home))
    return list(
        compose_marks(
            char._replace(text=_with_marks(char.text, homes[index])) if index in homes else char
            for index, char in enumerate(chars)
            if index not in placed
        )
    )

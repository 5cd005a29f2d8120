"""The Vietnamese alphabetical order: a, ă, â, b, c, d, đ, e, ê … each a letter of its own; tones decide only between equal letters.

The order of a dictionary and of the Unicode rules for Vietnamese: first the letters of the whole text, then its tones (none, huyền,
hỏi, ngã, sắc, nặng) from the left, then case (small before capital). Blanks stand before punctuation, that before digits and letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

from extractors.text.fold import nfc, strip_diacritics

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTERS = {letter: place for place, letter in enumerate(_ALPHABET)}
_TONES = {mark: place for place, mark in enumerate("\u0300\u0309\u0303\u0301\u0323", start=1)}  # huyền, hỏi, ngã, sắc, nặng
_PUNCTUATION = {sign: place for place, sign in enumerate("_-,;:!?.'\"()[]{}@*/\\&#%")}
_NOT_WORDS = re.compile("[^a-z0-9]+")

OrderKey = tuple[tuple[tuple[int, int], ...], tuple[int, ...], tuple[bool, ...], str]
"""Letters, tones, case, and the text itself, which makes the order total."""


def _primary(sign: str) -> tuple[int, int]:
    """Group (blank, punctuation, other sign, digit, letter, other letter) and place in the group."""
    if sign.isspace():
        return (0, 0)
    if sign in _LETTERS:
        return (4, _LETTERS[sign])
    if sign.isdigit():
        return (3, ord(sign))
    if sign.isalpha():
        return (5, ord(sign))
    return (1, _PUNCTUATION[sign]) if sign in _PUNCTUATION else (2, ord(sign))


@cache
def _weights(char: str) -> tuple[tuple[int, int], int, bool]:
    """Letter, tone and case of one composed character: "Ở" is ơ, hỏi, capital."""
    tone, base = 0, char
    decomposed = unicodedata.normalize("NFD", char)
    for mark, place in _TONES.items():
        if mark in decomposed:
            tone, base = place, unicodedata.normalize("NFC", decomposed.replace(mark, ""))
    return _primary(base.lower()), tone, base != base.lower()


def vietnamese_key(text: str) -> OrderKey:
    """A key to sort by: `sorted(names, key=vietnamese_key)` puts Đà Nẵng after every name in D and before every name in E."""
    clean = nfc(text)
    weights = [_weights(char) for char in clean]
    return tuple(w[0] for w in weights), tuple(w[1] for w in weights), tuple(w[2] for w in weights), clean


def vietnamese_places(names: Iterable[str]) -> Mapping[str, int]:
    """For each name its place in the Vietnamese order of all of them, from 1; a name given twice has one place."""
    return {name: place for place, name in enumerate(sorted(set(names), key=vietnamese_key), start=1)}


def search_text(text: str) -> str:
    """What a reader types without Vietnamese keys: words in lower case without marks or signs.

    "Thừa Thiên Huế" is "thua thien hue", "Bà Rịa - Vũng Tàu" is "ba ria vung tau".
    """
    return _NOT_WORDS.sub(" ", strip_diacritics(nfc(text)).lower()).strip()


def slug(text: str) -> str:
    """Part of a web address: the words of `search_text` in letters and digits, joined by hyphens."""
    return _NOT_WORDS.sub("-", search_text(text)).strip("-")

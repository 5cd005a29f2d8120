"""Vietnamese syllables by rule: onset + rhyme + tone. What is built here is what the spelling allows, not a list of words in use.

A syllable has at most one tone mark, on a place that the rhyme fixes, and a rhyme closed by c, ch, p or t bears the sharp or the
heavy tone only. Such rules make damage visible without a dictionary: in "cụng nghệ mỏy quột" (công nghệ máy quét, converted with a
wrong table) "mỏy" and "quột" are no syllables.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from itertools import product

_TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
_TONES_BEFORE_A_STOP = ("\u0301", "\u0323")
_STOPS = ("c", "ch", "p", "t")
_SHAPED = frozenset("ăâêôơư")
_VOWELS = frozenset("aăâeêioôơuưy")

_RHYMES = {
    "a": " i o u y c ch m n ng nh p t",
    "ă": "c k m n ng p t",
    "â": "u y c m n ng p t",
    "e": " o c m n ng p t",
    "ê": " u ch m n nh p t",
    "i": " a u ch m n nh p t",
    "iê": "u c m n ng p t",
    "yê": "u m n ng t",
    "o": " i c m n ng p t",
    "oa": " i o y c ch m n ng nh p t",
    "oă": "c m n ng t",
    "oe": " o n t m",
    "oo": "c ng n",
    "ô": " i c m n ng p t",
    "ơ": " i m n p t",
    "u": " a i c m n ng p t",
    "uâ": "y n ng t",
    "uê": " ch n nh",
    "uô": "i c m n ng t",
    "uơ": " n",
    "uy": " a u ch n nh p t",
    "uyê": "n t",
    "ư": " a i u c m n ng t",
    "ươ": "i u c m n ng p t",
    "y": " ",
}
"""Nucleus -> what may close it (a blank at the beginning: nothing). "ăk" is in the names Đắk Lắk (Đăk Lăk) and Đắk Nông."""

_AFTER_Q = {
    "ua": " i y u c ch n ng nh p t",
    "uă": "c n ng p t m",
    "uâ": "y n ng t",
    "ue": " o n t",
    "uê": " ch n nh t",
    "ui": " t",
    "uo": "",
    "uô": "c",
    "uơ": " n t",
    "uy": " u ch n nh t",
    "uyê": "n t",
}
_ONSETS = " b c ch d đ g gh gi h k kh l m n ng ngh nh p ph r s t th tr v x"
_BEFORE_FRONT = frozenset("eêiy")


def _fits(onset: str, nucleus: str) -> bool:
    """Which of c/k, g/gh, ng/ngh is written, and which rhymes need an onset."""
    first = nucleus[0]
    if onset in ("c", "g", "ng"):
        return first not in _BEFORE_FRONT
    if onset == "k" and nucleus == "a":
        return True  # Bắc Kạn
    if onset in ("k", "gh", "ngh"):
        return first in _BEFORE_FRONT and nucleus != "yê"
    if onset == "":
        return nucleus != "iê"
    return nucleus != "yê" and not (onset == "gi" and first in "iy")


def _tone_places(rhyme: str) -> tuple[int, ...]:
    """Where in the rhyme the tone mark may stand; "oa", "oe", "uy" have an old and a new place."""
    vowels = [place for place, sign in enumerate(rhyme) if sign in _VOWELS]
    shaped = [place for place in vowels if rhyme[place] in _SHAPED]
    if shaped:
        return (shaped[-1],)
    if len(vowels) < len(rhyme) or len(vowels) == 1:
        return (vowels[-1],)
    if len(vowels) == 3:
        return (vowels[1],)
    return (0, 1) if rhyme in ("oa", "oe", "uy") else (0,)


def _closed(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(nucleus, coda) for nucleus, codas in table.items() for coda in codas.split(" ") if coda or codas.startswith(" ")]


@cache
def _untoned() -> dict[str, tuple[int, ...]]:
    """Every syllable without its tone -> where the tone mark may stand in it."""
    found: dict[str, tuple[int, ...]] = {}

    def add(prefix: str, rhyme: str) -> None:
        places = tuple(len(prefix) + place for place in _tone_places(rhyme))
        found[prefix + rhyme] = tuple(sorted({*found.get(prefix + rhyme, ()), *places}))

    for onset in _ONSETS.split(" "):
        for nucleus, coda in _closed(_RHYMES):
            if _fits(onset, nucleus):
                add(onset, nucleus + coda)
    for nucleus, coda in _closed(_AFTER_Q):
        # The u of "qu" bears no tone, but for "quy", where both places are in use.
        add("qu", nucleus[1:] + coda)
        if nucleus + coda == "uy":
            add("q", "uy")
    # "gi" takes the place of an i that would follow it: gì, gìn, giêng, giết.
    for rhyme in ("i", "in"):
        add("g", rhyme)
    for rhyme in ("êng", "êt", "êm", "ên", "êc"):
        add("gi", rhyme)
    return found


@cache
def _letters() -> dict[str, tuple[str, str]]:
    """Letter with a tone mark -> the letter without it, and the mark."""
    return {unicodedata.normalize("NFC", vowel + tone): (vowel, tone) for vowel in _VOWELS for tone in _TONES[1:]}


def _tones_of(syllable: str) -> tuple[str, ...]:
    return _TONES_BEFORE_A_STOP if syllable.endswith(_STOPS) else _TONES


def alphabet() -> frozenset[str]:
    """Every small letter of Vietnamese, with and without tones, and those of foreign words."""
    return frozenset("abcdefghijklmnopqrstuvwxyzđ") | _VOWELS | frozenset(_letters())


@cache
def syllables() -> frozenset[str]:
    """Every well-formed syllable in lower case NFC (some 18,000)."""
    return frozenset(
        unicodedata.normalize("NFC", syllable[: place + 1] + tone + syllable[place + 1 :])
        for syllable, places in _untoned().items()
        for tone, place in product(_tones_of(syllable), places)
    )


@lru_cache(maxsize=50_000)
def is_syllable(word: str) -> bool:
    """True if `word` (any case, NFC or NFD, letters only) is spelt as a Vietnamese syllable may be."""
    letters = _letters()
    found = [letters.get(sign, (sign, "")) for sign in unicodedata.normalize("NFC", word).lower()]
    syllable = "".join(sign for sign, _ in found)
    places = _untoned().get(syllable)
    marked = [place for place, (_, tone) in enumerate(found) if tone]
    if places is None or len(marked) > 1:
        return False
    if not marked:
        return "" in _tones_of(syllable)
    return marked[0] in places and found[marked[0]][1] in _tones_of(syllable)

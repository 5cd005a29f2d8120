"""Vietnamese syllables by rule: onset + rhyme + tone. What is built here is what the spelling allows, not a list of words in use.

A syllable has at most one tone mark, on a place that the rhyme fixes, and a rhyme closed by c, ch, p or t bears the sharp or the
heavy tone only. Such rules make damage visible without a dictionary: in "cụng nghệ mỏy quột" (công nghệ máy quét, converted with a
wrong table) "mỏy" and "quột" are no syllables.
"""

from __future__ import annotations

import unicodedata
from functools import cache
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


def _toned(prefix: str, rhyme: str, places: tuple[int, ...]) -> set[str]:
    tones = _TONES_BEFORE_A_STOP if rhyme.endswith(_STOPS) else _TONES
    return {
        unicodedata.normalize("NFC", prefix + rhyme[: place + 1] + tone + rhyme[place + 1 :])
        for tone, place in product(tones, places)
    }


def _closed(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(nucleus, coda) for nucleus, codas in table.items() for coda in codas.split(" ") if coda or codas.startswith(" ")]


@cache
def syllables() -> frozenset[str]:
    """Every well-formed syllable in lower case NFC (some 18,000)."""
    found: set[str] = set()
    for onset in _ONSETS.split(" "):
        for nucleus, coda in _closed(_RHYMES):
            if _fits(onset, nucleus):
                found |= _toned(onset, nucleus + coda, _tone_places(nucleus + coda))
    for nucleus, coda in _closed(_AFTER_Q):
        rest = nucleus[1:] + coda
        # The u of "qu" bears no tone, but for "quy", where both places are in use.
        found |= _toned("qu", rest, _tone_places(rest))
        if nucleus + coda == "uy":
            found |= _toned("q", "uy", (0,))
    # "gi" takes the place of an i that would follow it: gì, gìn, giêng, giết.
    for rhyme in ("i", "in"):
        found |= _toned("g", rhyme, (0,))
    for rhyme in ("êng", "êt", "êm", "ên", "êc"):
        found |= _toned("gi", rhyme, (0,))
    return frozenset(found)


def is_syllable(word: str) -> bool:
    """True if `word` (any case, NFC or NFD, letters only) is spelt as a Vietnamese syllable may be."""
    return unicodedata.normalize("NFC", word).lower() in syllables()


def has_marks(word: str) -> bool:
    """True if a letter of `word` is one that plain English does without: â, đ, ế."""
    return any(ord(sign) > 0x7F and sign.isalpha() for sign in word)

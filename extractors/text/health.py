"""How well text was decoded: the share of its words that look like words, by the rules of Vietnamese spelling.

Damaged is a word that nobody prints: one with a sign that stands for nothing, a letter of no Vietnamese word (Ƣ), a figure or a
symbol spliced between letters ("HAN2I", "Th«ng"), marked letters that make no syllable ("mỏy quột", "trhành", "Chỉsốhàilòng"), or
the bare consonants that are left where marked letters fell out ("hnh chnh"). Sound or at least no damage are numbers, abbreviations
(QĐ-UBND), names (Krông Pắc), English, and other languages; a few typing errors are in every document.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from extractors.text.legacy import ENCODINGS, has_unicode_letters
from extractors.text.legacy_evidence import weigh
from extractors.text.syllables import alphabet, is_syllable

DAMAGED_BELOW = 0.97
"""Text with a smaller share of undamaged words is damaged. Sixteen real documents and workbooks of 230 to 8,000 words score 0.998 to
1.000; the same text with Ƣ for Ư scores 0.962, converted twice 0.892, without its blanks 0.000."""

_MIN_DAMAGED = 2
"""A single word that is no syllable may be a typing error or a name. A sign that stands for nothing, or one spliced between letters,
is never printed: one word of that kind is enough."""

_CERTAIN = ("undecoded", "spliced")
CERTAIN_FROM = 0.005
"""Share of words with damage of the certain kind from which a text is damaged, whatever the rest of it is like."""

_EXAMPLES = 5
_LEGACY_WORDS = 3
_LEGACY_SHARE = 0.7

Kind = Literal["sound", "neutral", "undecoded", "spliced", "figured", "ill", "ill_latin", "bare"]
_STRONGEST_FIRST: tuple[Kind, ...] = ("figured", "ill", "ill_latin", "bare", "sound")

_UNDECODED = re.compile(r"\(cid:\d+\)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\ufffe\uffff\ue000-\uf8ff\u01a2\u01a3]")
_LONE_BULLET = re.compile("[\ue000-\uf8ff]")
_SPLICED = re.compile(r"[^\W\d_](?:[\^~{}\\«»©®¬¨¸¶·]|(?<!\*)\*(?!\*))[^\W\d_]|[^\W\d_][µª¹][^\W\d_]")
_FIGURED = re.compile(r"[^\W\d_]{2}\d+[^\W\d_]|[^\W\d_]\d+[^\W\d_]{2}")
"""A figure between at least three letters: HAN2I. Not a code such as H1N1, B2B."""

_CODE = re.compile(r"[A-Z0-9]{1,4}")
_ADDRESS = re.compile(r"@|://|www\.|\.(?:vn|com|org|pdf|docx?|xlsx?)\b", re.IGNORECASE)
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_INSIDE = re.compile(r"[\W_]+")
_HUMPS = re.compile(r"[A-Z][a-z]+|[a-z]+")
_BARE = re.compile(r"(?:b|ch?|d|gh?|h|kh?|l|m|ngh?|nh|n|ph?|qu|r|s|th?|tr|v|x)(?:ch?|m|ng|nh|n|p|t)", re.IGNORECASE)
"""Onset and close of a syllable without anything between them."""

_VOWEL = re.compile("[aeiouy]", re.IGNORECASE)
_BASE_VOWELS = re.compile("[aeiouy]+")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


_ALPHABET = alphabet()


def _is_name(word: str) -> bool:
    """A capital, one group of vowels and at most one tone: a name from another language of the country (Krông, Mđrắk)."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = sum(sign in _TONES for sign in decomposed)
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return word[0].isupper() and word[1:].islower() and tones <= 1 and len(_BASE_VOWELS.findall(bare)) <= 1


def _has_tone(word: str) -> bool:
    return any(sign in _TONES for sign in unicodedata.normalize("NFD", word))


def _kind_of_letters(word: str) -> Kind:
    """`word`: letters and figures only."""
    if len(word) == 1 or not word.isalpha():
        return "neutral"
    if is_syllable(word):
        return "sound"
    if word.isascii():
        humps = _HUMPS.findall(word) if not (word.islower() or word.isupper()) else [word] if word.islower() else []
        is_bare = any(
            len(hump) > 2 and (_BARE.fullmatch(hump) or (len(humps) > 1 and not _VOWEL.search(hump))) for hump in humps
        )
        return "bare" if is_bare else "neutral"
    if not _ALPHABET.issuperset(word.lower()):
        return "neutral"
    if (word.isupper() and not _has_tone(word)) or _is_name(word):
        return "neutral"
    return "ill" if has_unicode_letters(word) else "ill_latin"


@lru_cache(maxsize=50_000)
def _kind(word: str) -> Kind | None:
    """Kind of a word between blanks; None if it holds no letter."""
    bare = _EDGES.sub("", word)
    if _UNDECODED.search(word) and not _LONE_BULLET.fullmatch(word):
        return "undecoded"
    if not any(sign.isalpha() for sign in bare):
        return None
    if _ADDRESS.search(bare):
        return "neutral"
    if _SPLICED.search(bare):
        return "spliced"
    kinds = {"figured"} if _FIGURED.search(bare) and not _CODE.fullmatch(bare) else set[Kind]()
    kinds |= {_kind_of_letters(piece) for piece in _INSIDE.split(bare)}
    for kind in _STRONGEST_FIRST:
        if kind in kinds:
            return kind
    return "neutral"


@dataclass(frozen=True, slots=True)
class Health:
    """Words of a text (without plain numbers) and the damaged ones among them, with examples. `certain`: those damaged in
    a way that no typing error makes."""

    words: int = 0
    damaged: int = 0
    certain: int = 0
    examples: tuple[str, ...] = ()

    @property
    def score(self) -> float:
        """Share of words without damage, 0 to 1; 1.0 for a text without words."""
        return 1.0 - self.damaged / self.words if self.words else 1.0

    @property
    def is_damaged(self) -> bool:
        """By both kinds together, or by the certain kind alone."""
        is_certain = self.certain > 1 and self.certain >= CERTAIN_FROM * self.words
        return is_certain or (self.score < DAMAGED_BELOW and (self.damaged >= _MIN_DAMAGED or self.certain > 0))

    def __add__(self, other: Health) -> Health:
        return Health(
            self.words + other.words,
            self.damaged + other.damaged,
            self.certain + other.certain,
            (self.examples + other.examples)[:_EXAMPLES],
        )


def _legacy_words(text: str) -> int:
    """How many words are left in an old encoding, if that is what most words beyond ASCII are."""
    if text.isascii() or has_unicode_letters(text):
        return 0
    found = [weigh(text, encoding) for encoding in ENCODINGS]
    return max((e.made for e in found if e.made >= _LEGACY_WORDS and e.share >= _LEGACY_SHARE), default=0)


def examine(text: str) -> Health:
    """Counts the damaged words of `text`. Words with é and à that make no syllable are damage in Vietnamese text alone."""
    composed = unicodedata.normalize("NFC", text)
    counts = Counter(composed.split())
    words = sound = 0
    odd: dict[str, Kind] = {}
    for word, count in counts.items():
        kind = _kind(word)
        if kind is None:
            continue
        words += count
        if kind == "sound":
            sound += not word.isascii()
        elif kind != "neutral":
            odd[word] = kind
    is_vietnamese = has_unicode_letters(composed) or sound >= sum(kind == "ill_latin" for kind in odd.values())
    damaged = {word: counts[word] for word, kind in odd.items() if kind != "ill_latin" or is_vietnamese}
    legacy = _legacy_words(composed)
    return Health(
        words=words,
        damaged=min(words, max(sum(damaged.values()), legacy)),
        certain=sum(count for word, count in damaged.items() if odd[word] in _CERTAIN),
        examples=tuple(damaged)[:_EXAMPLES],
    )


def text_health(text: str) -> float:
    """Share of words without damage, 0 to 1."""
    return examine(text).score


def is_damaged(text: str) -> bool:
    """True if the text was not decoded as it looks (see `Health.is_damaged`): for a cell, a page or all text of a font."""
    return examine(text).is_damaged


def damaged_fonts(runs: Mapping[str, str]) -> frozenset[str]:
    """The fonts whose text is damaged, from font name -> all text of a page or document set in it."""
    return frozenset(font for font, text in runs.items() if is_damaged(text))

"""Text from before Unicode: TCVN3 (fonts .Vn*), VNI (fonts VNI-*) and VPS (fonts "VPS *") to Unicode NFC.

Such text arrives as the signs of Windows code page 1252 that have the same codes: "Hµ Néi" is Hà Nội in TCVN3, "Haø Noäi" in VNI.
How a reader uses this, once per document, before anything folds or trims the text::

    verdicts = judge_fonts({font name: all text set in that font, ...})     # extractors.text.legacy_evidence
    text = verdicts[font].decode(text_of_one_cell_or_run)                   # plain text comes back as it is

* `encoding_of_font(name)` says what a font's name promises, `is_capital_font(name)` whether it draws small letters as capitals.
  A name alone decides nothing: much Unicode text is still set in .VnTime.
* `detect_encoding(text)` (extractors.text.legacy_evidence) looks at the text of a whole document or font, never at a cell.
* `decode(text, encoding, capitals=False)` is the conversion alone. It returns `Decoded`, and a `Decoded` is never decoded again;
  text with letters that only Unicode has is refused (`NotLegacyTextError`).

TCVN3 writes ư as code AD, the soft hyphen of Unicode, so nothing may drop soft hyphens before decoding (`fold.nfc` does). In PDF the
standard letter table calls code AD a hyphen: "ng-êi" is người. `decode(..., hyphen_is_u=True)` takes a hyphen for ư where that makes
one syllable out of what else is none, and leaves it where it may be a hyphen ("-a" may be "ưa").

What cannot be known: TCVN3 has no capitals with tone marks. A capital font (name in H) draws small letters as capitals, so "Hµ néi"
in .VnTimeH looks like HÀ NỘI, and that is what `capitals=True` gives; which letters the writer thought of as capitals is not in the
file. Without the font's name "néi" is "nội", whatever the page shows. VPS keeps some capitals on control codes that many programs drop.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from extractors.text.syllables import is_syllable

Encoding = Literal["tcvn3", "vni", "vps"]
ENCODINGS: tuple[Encoding, ...] = ("tcvn3", "vni", "vps")

_TABLES = Path(__file__).with_name("legacy_tables.yml")
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_STYLE = re.compile(r"(?:[-,\s]*(?:Bold|Italic|Oblique|Regular|Normal|Roman|MT|PS))*$", re.IGNORECASE)
_FONTS: tuple[tuple[re.Pattern[str], Encoding], ...] = (
    (re.compile(r"\.vn(?!i-)", re.IGNORECASE), "tcvn3"),
    (re.compile(r"Vn(?=[A-Z3])"), "tcvn3"),
    (re.compile(r"VNI(?=[-_ ]|[A-Z])|Vni(?=[-_ ])"), "vni"),
    (re.compile(r"VPS(?=[-_ ]|[A-Z])"), "vps"),
)
_UNICODE_ONLY = re.compile(
    "[\u1ea0-\u1ef9\u0300\u0301\u0303\u0309\u0323\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0]"
)
_HYPHENS = "-\u00ad\u2010\u2011\u2212"
_HYPHENED = re.compile(rf"(?<![^\W_])(?<![{_HYPHENS}])(?:[^\W\d_]|[{_HYPHENS}])+(?![^\W_])")
_ANY_HYPHEN = re.compile(f"[{_HYPHENS}]")


class NotLegacyTextError(ValueError):
    """Text with letters that only Unicode has: it was converted before, or never was in an old encoding."""


class Decoded(str):
    """Unicode text that came out of `decode`; it goes through `decode` unchanged."""

    __slots__ = ()


def bare_font_name(font_name: str) -> str:
    """Without the mark of a subset: "ABCDEF+.VnTime" is ".VnTime"."""
    return _SUBSET.sub("", font_name.strip())


def encoding_of_font(font_name: str) -> Encoding | None:
    """What the name of a font promises: ".VnTime", "ABCDEF+VnArialH", "VNI-Times", "VPS Times"; None for any other name."""
    name = bare_font_name(font_name)
    return next((encoding for pattern, encoding in _FONTS if pattern.match(name)), None)


def is_capital_font(font_name: str) -> bool:
    """True for fonts of TCVN3 that draw small letters as capitals: ".VnTimeH", ".VnArial NarrowH", ".VnTimeH,Bold"."""
    return encoding_of_font(font_name) == "tcvn3" and _STYLE.sub("", bare_font_name(font_name)).endswith("H")


def has_unicode_letters(text: str) -> bool:
    """True if a letter or tone mark of `text` is one that no old encoding can hold."""
    return _UNICODE_ONLY.search(text) is not None


def _sign_of(code: int) -> str:
    """The sign of code page 1252; its five empty codes and the control codes keep their number."""
    try:
        return bytes([code]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(code)


@cache
def _tables() -> dict[str, Any]:
    return yaml.safe_load(_TABLES.read_text(encoding="utf-8"))


@cache
def _letters(encoding: Encoding) -> dict[int, str]:
    """Code point of a sign -> the letter it stands for (for VNI the letters of one sign)."""
    table = _tables()[encoding]
    rows = table["signs"] if encoding == "vni" else table
    found: dict[int, str] = {}
    for first, letters in rows.items():
        for code, letter in enumerate(letters.split(), start=int(str(first), 16)):
            found[code] = letter
            found[ord(_sign_of(code))] = letter
    if encoding == "tcvn3":
        found[0x03BC] = found[0xB5]  # the micro sign, as some letter tables of PDF fonts name it
    return found


@cache
def _vni_marks() -> dict[str, tuple[str, str]]:
    """Mark in small -> the bases it may follow, and the combining marks it stands for."""
    table = _tables()["vni"]
    marks = {_sign_of(int(str(code), 16)): ("aeouyơư", tone) for code, tone in table["tones"].items()}
    for shape, bases, combining in (("circumflex", "aeo", "\u0302"), ("breve", "a", "\u0306")):
        for code, tone in table["shapes"][shape].items():
            marks[_sign_of(int(str(code), 16))] = (bases, combining + tone)
    return marks


def vni_pair(base: str, mark: str) -> str | None:
    """The letter that a base and the mark behind it make, both as VNI encodes them ("o", "ä" -> "ộ"); None if they are no pair."""
    letter = _letters("vni").get(ord(base), base)
    bases, combining = _vni_marks().get(mark.lower(), ("", ""))
    return unicodedata.normalize("NFC", letter + combining) if letter.lower() in bases else None


def _decode_vni(text: str) -> str:
    found: list[str] = []
    place = 0
    while place < len(text):
        pair = vni_pair(text[place], text[place + 1]) if place + 1 < len(text) else None
        found.append(pair or _letters("vni").get(ord(text[place]), text[place]))
        place += 2 if pair else 1
    return "".join(found)


def _with_u(word: str, as_letters: dict[int, str]) -> str:
    """`word` with its hyphens taken for ư where the pieces are no syllables and the whole is one; otherwise as it is."""
    pieces = [piece.translate(as_letters) for piece in _ANY_HYPHEN.split(word)]
    # "-u" is "ưu" (ưu tiên, ưu đãi): nobody sets a hyphen before a lone u.
    if (
        len(pieces) < 2
        or not any(pieces)
        or (all(is_syllable(piece) for piece in pieces if piece) and word[1:] not in ("u", "U"))
    ):
        return word
    return "\u00ad".join(_ANY_HYPHEN.split(word)) if is_syllable("ư".join(pieces)) else word


def hyphens_to_u(text: str) -> str:
    """TCVN3 text whose code AD was called a hyphen: "ng-êi" -> "ng\\u00adêi", and "RÞa-Vòng" (two syllables) as it is."""
    letters = {code: letter for code, letter in _letters("tcvn3").items() if code != 0xAD}
    return _HYPHENED.sub(lambda match: _with_u(match.group(), letters), text)


def decode(text: str, encoding: Encoding, capitals: bool = False, hyphen_is_u: bool = False) -> Decoded:
    """Unicode NFC of `text`, which is in `encoding`; signs that are no letters there stay.

    Args:
        text: as the file holds it, soft hyphens and all.
        encoding: what it is in; decided for a font or a document by `judge_fonts` or `detect_encoding`.
        capitals: set in a capital font, so that it is seen in capitals.
        hyphen_is_u: the file's letter table calls TCVN3's ư a hyphen.

    Raises:
        NotLegacyTextError: `text` has letters that only Unicode has.
    """
    if isinstance(text, Decoded):
        return text
    if has_unicode_letters(text):
        raise NotLegacyTextError(f"expected text in {encoding}, found letters that only Unicode has: {text[:60]!r}")
    if encoding == "vni":
        letters = _decode_vni(text)
    else:
        raw = hyphens_to_u(text) if hyphen_is_u and encoding == "tcvn3" else text
        letters = raw.translate(_letters(encoding))
    return Decoded(unicodedata.normalize("NFC", letters.upper() if capitals else letters))

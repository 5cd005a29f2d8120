"""Vietnamese as it was typed before Unicode, and fonts that show it: the corpus's own writing of TCVN3 (ABC) and VNI.

Written apart from the reader's decoder, so that the one checks the other.
"""

from __future__ import annotations

import tempfile
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, Literal

from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

Encoding = Literal["tcvn3", "tcvn3_capitals", "vni"]

_TONES = "\u0300\u0309\u0303\u0301\u0323"
"""Grave, hook, tilde, acute, dot below: the order of the TCVN3 table."""

_TCVN3_TONED = {
    "a": "µ¶·¸¹",
    "ă": "»¼½¾Æ",
    "â": "ÇÈÉÊË",
    "e": "ÌÎÏÐÑ",
    "ê": "ÒÓÔÕÖ",
    "i": "×ØÜÝÞ",
    "o": "ßáâãä",
    "ô": "åæçèé",
    "ơ": "êëìíî",
    "u": "ïñòóô",
    "ư": "õö÷øù",
    "y": "úûüýþ",
}
_TCVN3_PLAIN = dict(zip("ăâêôơưđĂÂÊÔƠƯĐ", "¨©ª«¬\u00ad®¡¢£¤¥¦§", strict=True))

_VNI_LETTERS = dict(zip("đĐơƠưƯíìỉĩịỵÍÌỈĨỊỴ", "ñÑôÔöÖíìæóòîÍÌÆÓÒÎ", strict=True))
_VNI_MARKS = {"": "øûõùï", "\u0302": "àåãáä", "\u0306": "èúüéë"}
"""Tones alone, over a circumflex, over a breve: in the order of the tones above."""
_VNI_SHAPES = {"\u0302": "â", "\u0306": "ê"}


@cache
def tcvn3_table() -> dict[str, str]:
    """Letter -> its sign in TCVN3; capitals with a tone do not exist there."""
    table = dict(_TCVN3_PLAIN)
    for letter, signs in _TCVN3_TONED.items():
        for tone, sign in zip(_TONES, signs, strict=True):
            table[unicodedata.normalize("NFC", letter + tone)] = sign
    return table


def _vni(letter: str) -> str:
    if letter in _VNI_LETTERS:
        return _VNI_LETTERS[letter]
    base, *marks = unicodedata.normalize("NFD", letter)
    if "\u031b" in marks:
        base = _VNI_LETTERS[unicodedata.normalize("NFC", base + "\u031b")]
    shape = next((mark for mark in marks if mark in _VNI_SHAPES), "")
    tone = next((mark for mark in marks if mark in _TONES), "")
    sign = _VNI_MARKS[shape][_TONES.index(tone)] if tone else _VNI_SHAPES.get(shape, "")
    return base + (sign.upper() if letter.isupper() else sign)


def encode(text: str, encoding: Encoding) -> str:
    """The signs that were typed. Raises ValueError for a letter that the encoding does not have."""
    letters = unicodedata.normalize("NFC", text)
    if encoding == "vni":
        return "".join(_vni(letter) for letter in letters)
    if encoding == "tcvn3_capitals":
        # The font draws capitals; they are typed small.
        if letters != letters.upper():
            raise ValueError(f"a font of capitals shows capitals alone, found {text!r}")
        letters = letters.lower()
    table = tcvn3_table()
    if unknown := [letter for letter in letters if ord(letter) > 0x7E and letter not in table]:
        raise ValueError(f"{encoding} has no sign for {unknown[0]!r} in {text!r}")
    return "".join(table.get(letter, letter) for letter in letters)


def _outline(font: Any, parts: list[tuple[str, float, float]]) -> Any:
    """A glyph of other glyphs, each moved by (x, y)."""
    glyphs = font.getGlyphSet()
    pen = TTGlyphPen(None)
    for name, x, y in parts:
        recorded = DecomposingRecordingPen(glyphs)
        glyphs[name].draw(recorded)
        recorded.replay(TransformPen(pen, (1, 0, 0, 1, x, y)))
    return pen.glyph()


def _width(font: Any, name: str) -> int:
    return font["hmtx"][name][0]


def _add_marks(font: Any, cmap: dict[int, str], table: dict[int, str]) -> None:
    """VNI's marks: glyphs without width that stand over the letter before them, higher over capitals."""
    height = font["OS/2"]
    rise = getattr(height, "sCapHeight", 0) - getattr(height, "sxHeight", 0) or 380
    combining = {mark: cmap[ord(mark)] for mark in (*_TONES, *_VNI_SHAPES)}
    letter = _width(font, cmap[ord("a")])
    signs = [(sign, "", tone) for tone, sign in zip(_TONES, _VNI_MARKS[""], strict=True)]
    for shape, plain in _VNI_SHAPES.items():
        signs.append((plain, shape, ""))
        signs += [(sign, shape, tone) for tone, sign in zip(_TONES, _VNI_MARKS[shape], strict=True)]
    for sign, shape, tone in signs:
        for capital in (False, True):
            parts: list[tuple[str, float, float]] = []
            lift = rise if capital else 0
            for mark in (shape, tone):
                if mark:
                    glyph = font["glyf"][combining[mark]]
                    centre = (glyph.xMin + glyph.xMax) / 2
                    below = mark == _TONES[4]
                    over = 0 if below or not shape or mark == shape else rise * 0.55
                    parts.append((combining[mark], -letter / 2 - centre, 0 if below else lift + over))
            name = f"mark{ord(sign):02x}{'c' if capital else ''}"
            made = _outline(font, parts)
            made.recalcBounds(font["glyf"])
            font["glyf"][name] = made
            font["hmtx"][name] = (0, made.xMin)
            table[ord(sign.upper() if capital else sign)] = name


def build_font(base: Path, name: str, encoding: Encoding, target: Path) -> None:
    """A font named as those of that time, with the glyphs of `base` where the encoding's signs stand."""
    font: Any = TTFont(str(base))
    cmap: dict[int, str] = dict(font.getBestCmap())
    table = {code: cmap[code] for code in range(0x20, 0x7F)}
    if encoding == "vni":
        for letter, sign in _VNI_LETTERS.items():
            table[ord(sign)] = cmap[ord(letter)]
        _add_marks(font, cmap, table)
    else:
        capitals = encoding == "tcvn3_capitals"
        for letter, sign in tcvn3_table().items():
            table[ord(sign)] = cmap[ord(letter.upper() if capitals else letter)]
        if capitals:
            table |= {ord(letter): cmap[ord(letter.upper())] for letter in "abcdefghijklmnopqrstuvwxyz"}
    for subtable in font["cmap"].tables:
        subtable.cmap = dict(table) if subtable.isUnicode() else {}
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = name
    for unused in ("GSUB", "GPOS", "GDEF", "kern"):
        if unused in font:
            del font[unused]
    font.save(str(target))


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Removed when the run ends."""
    return tempfile.TemporaryDirectory(prefix="cchc-corpus-fonts-")


@cache
def font_file(base: Path, name: str, encoding: Encoding) -> Path:
    """The file of such a font, made once in this run."""
    target = Path(_folder().name) / f"{base.stem}-{name.strip('.')}.ttf"
    build_font(base, name, encoding, target)
    return target

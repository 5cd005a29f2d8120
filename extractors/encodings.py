"""Bytes of a text file to text: Unicode where the bytes say so, otherwise the one old encoding whose words are Vietnamese.

Understand or stop: two encodings that give different Vietnamese words from the same bytes end in a refusal that names both.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from extractors.records import CellSource, DocumentError, Issue
from extractors.text.legacy import ENCODINGS, Encoding, decode, has_unicode_letters
from extractors.text.legacy_evidence import detect_encoding
from extractors.text.syllables import is_syllable

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOUGHTS_SEEN = 4096
_SAMPLE = 400_000
_GOOD = 0.9
_POOR = 0.6
_BETWEEN_WORDS = re.compile(r"[\s!-,./:-@\[-`{-~0-9]+")
_HINT = "Open the file in the program that made it and save it as UTF-8 (in Excel: CSV UTF-8)."


@dataclass(frozen=True, slots=True)
class DecodedText:
    """The text of a file, the encoding it was in, and `legacy` if its letters had to be translated from TCVN3, VNI or VPS."""

    text: str
    encoding: str
    source: CellSource = "text"

    def issues(self, document_id: str) -> tuple[Issue, ...]:
        """What a person should know: that the file is not in Unicode, and what it was taken for."""
        if self.encoding.startswith("utf"):
            return ()
        message = f"the file is not in Unicode; by its words it is in {self.encoding} and was read so"
        return (Issue("text_encoding", "info", document_id, message, "Look at a few names.", found=self.encoding),)


def _without_mark(data: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of plain letters is nought."""
    start = data[:_NOUGHTS_SEEN]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) * 4 < len(start[::2]):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


_WESTERN = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256)}


def _reading(data: bytes, encoding: str) -> str:
    if encoding == "windows-1258":
        return unicodedata.normalize("NFC", data.decode("cp1258", "replace"))
    text = data.decode("latin-1").translate(_WESTERN)
    legacy: Encoding | None = next((known for known in ENCODINGS if known == encoding), None)
    return text if legacy is None else decode(text, legacy)


def _shares(readings: dict[str, str]) -> dict[str, float]:
    """Of the words beyond ASCII, the share that is Vietnamese, by encoding."""
    shares: dict[str, float] = {}
    for encoding, text in readings.items():
        words = [word.strip("-–—“”‘’…•") for word in _BETWEEN_WORDS.split(text) if not word.isascii()]
        words = [word for word in words if word]
        shares[encoding] = sum(map(is_syllable, words)) / len(words) if words else 0.0
    return shares


def _old_encoding(data: bytes, document_id: str, code: str, error: UnicodeDecodeError) -> str:
    """The one encoding in which the words are Vietnamese."""
    start = max(error.start - _SAMPLE // 2, 0)
    sample = data[start : start + _SAMPLE]
    readings = {encoding: _reading(sample, encoding) for encoding in ("windows-1258", "windows-1252", *ENCODINGS)}
    shares = _shares(readings)
    best = max(shares, key=lambda encoding: shares[encoding])
    rivals = [
        encoding
        for encoding, share in shares.items()
        if encoding != best and readings[encoding] != readings[best] and share >= min(_POOR, shares[best])
    ]
    if shares[best] >= _GOOD and not rivals:
        return best
    line = data.count(b"\n", 0, error.start) + 1
    named = ", ".join(f"{encoding} ({share:.0%} of the words)" for encoding, share in sorted(shares.items()))
    message = (
        f"expected UTF-8 text or Vietnamese words in one old encoding, found byte {data[error.start]:#04x} in line {line}, "
        f"which is no UTF-8, and {'more than one' if shares[best] >= _GOOD else 'no'} encoding that fits: {named}"
    )
    raise DocumentError(Issue(code, "error", document_id, message, _HINT, found=named)) from error


def decode_text(data: bytes, document_id: str, code: str, *, as_stored: bool = False) -> DecodedText:
    """The text of a file. Old letters that were saved as Unicode signs ("Hµ Néi" in UTF-8) are translated as well.

    Args:
        as_stored: leave TCVN3, VNI and VPS as signs of windows-1252, for a caller who knows the fonts and translates by them.

    Raises:
        DocumentError: with `code`, if the bytes are damaged or may be read in two ways.
    """
    encoding = next((codec for mark, codec in _MARKS if data.startswith(mark)), None) or _without_mark(data) or "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            message = f"expected text in {encoding}, as the file begins, found byte {data[error.start]:#04x}, which is none"
            raise DocumentError(Issue(code, "error", document_id, message, _HINT)) from error
        old = _old_encoding(data, document_id, code, error)
        if as_stored and old in ENCODINGS:
            return DecodedText(_reading(data, "windows-1252"), "windows-1252")
        return DecodedText(_reading(data, old), old, "legacy" if old in ENCODINGS else "text")
    if as_stored:
        return DecodedText(text, encoding.removesuffix("-sig"))
    legacy = None if has_unicode_letters(text[:_SAMPLE]) else detect_encoding(text[:_SAMPLE])
    if legacy is None or has_unicode_letters(text):
        return DecodedText(text, encoding.removesuffix("-sig"))
    return DecodedText(decode(text, legacy), legacy, "legacy")

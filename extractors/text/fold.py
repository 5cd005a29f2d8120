"""Folding of Vietnamese text, so that two spellings of one name meet. Folding finds; it never decides between two names."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TYPE_WORDS = re.compile(r"^(?:tỉnh|thành\s+phố|thủ\s+đô|t\.?\s?p\.?)(?=[\s.]|$)[\s.]*", re.IGNORECASE)
_ENGLISH_TYPE_WORDS = re.compile(r"\s+(?:province|city)$", re.IGNORECASE)
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
_MISNAMED = {0x01A2: "Ư", 0x01A3: "ư", 0x00D0: "Đ", 0x00F0: "đ", 0x0189: "Đ"}
_ANY_MISNAMED = re.compile("[\u01a2\u01a3\u00d0\u00f0\u0189]")
"""Some fonts call Ư the letter Oi (Ƣ) and Đ the letter Eth (Ð), which no Vietnamese word has: "NGƢỜI" is NGƯỜI, "Ðắk" with an Eth is
Đắk. Where they call Ò the letter Õ ("HÀI LÕNG") nothing tells which is meant: that is said (`extractors.pdf.legacy`), not mended."""


def nfc(text: str) -> str:
    """NFC with all diacritics; Ƣ as Ư, Eth as Đ; no zero-width marks; white space (NBSP, line breaks) as one blank, ends trimmed."""
    is_plain = text.isprintable() and "  " not in text
    if is_plain and text.isascii():
        return text.strip()
    if _ANY_MISNAMED.search(text):
        text = text.translate(_MISNAMED)
    if is_plain:  # NBSP, line breaks and zero-width marks are not printable
        return unicodedata.normalize("NFC", text).strip()
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split())


def strip_diacritics(text: str) -> str:
    """Letters without marks: "Đắk Lắk" -> "Dak Lak". Đ has no decomposition, so it is mapped by hand."""
    decomposed = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@lru_cache(maxsize=65_536)
def fold_text(text: str) -> str:
    """Key of a criterion's wording: letters and digits only, lower case, no diacritics; punctuation and numbering marks dropped."""
    return "".join(char for char in strip_diacritics(nfc(text)).lower() if char.isalnum())


def fold_name(text: str) -> str:
    """Key of an entity's name: type words (tỉnh, thành phố, TP.) off, then letters and digits, lower case, no diacritics.

    Digits stay, so that "Trung bình 63 tỉnh" (all provinces) never meets "Trung bình 10 tỉnh" (the first ten). A text that is
    nothing but a type word keeps it.
    """
    whole = nfc(text)
    name = _ENGLISH_TYPE_WORDS.sub("", _TYPE_WORDS.sub("", whole))
    return fold_text(name) or fold_text(whole)

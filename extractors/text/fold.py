"""Folding of Vietnamese text, so that two spellings of one name meet. Folding finds; it never decides between two names."""

from __future__ import annotations

import re
import unicodedata

_TYPE_WORDS = re.compile(r"^(?:tỉnh|thành\s+phố|thủ\s+đô|t\.?\s?p\.?)(?=[\s.]|$)[\s.]*", re.IGNORECASE)
_ENGLISH_TYPE_WORDS = re.compile(r"\s+(?:province|city)$", re.IGNORECASE)
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
_MISNAMED = {0x01A2: "Ư", 0x01A3: "ư"}
"""Some fonts call Ư the letter Oi (Ƣ), which no Vietnamese word has: "NGƢỜI" is NGƯỜI. Where they call Ò the letter Õ ("HÀI LÕNG"),
nothing tells which one is meant: that is said (`extractors.pdf.legacy`), and nobody mends it."""


def nfc(text: str) -> str:
    """NFC, Ƣ as Ư, no zero-width marks, all white space (NBSP, line breaks) as one blank, ends trimmed. Diacritics are kept."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    if "\u01a2" in text or "\u01a3" in text:
        text = text.translate(_MISNAMED)
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split())


def strip_diacritics(text: str) -> str:
    """Letters without marks: "Đắk Lắk" -> "Dak Lak". Đ has no decomposition, so it is mapped by hand."""
    decomposed = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


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

"""Text files of any common encoding: understood, or refused with the candidates named."""

from __future__ import annotations

import codecs
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from extractors.encodings import decode_text
from extractors.records import DocumentError

UNICODE = "Tỉnh,Điểm\nThừa Thiên Huế,82\nHà Nội,80\nĐà Nẵng,79\n"
IN_TCVN3 = "TØnh,§iÓm\nThõa Thiªn HuÕ,82\nHµ Néi,80\n§µ N½ng,79\n"
IN_VNI = "Tænh,Ñieåm\nThöøa Thieân Hueá,82\nHaø Noäi,80\nÑaø Naüng,79\n"


def in_1258(text: str) -> bytes:
    """Windows 1258: letters with their shape, tones as marks behind them."""
    found = b""
    for sign in text:
        base, *marks = unicodedata.normalize("NFD", sign)
        shapes = [mark for mark in marks if mark in "\u0302\u0306\u031b"]
        found += unicodedata.normalize("NFC", base + "".join(shapes)).encode("cp1258")
        found += "".join(mark for mark in marks if mark not in shapes).encode("cp1258")
    return found


@pytest.mark.parametrize(
    ("data", "encoding", "source"),
    [
        (UNICODE.encode(), "utf-8", "text"),
        (codecs.BOM_UTF8 + UNICODE.encode(), "utf-8", "text"),
        (UNICODE.encode("utf-16"), "utf-16", "text"),
        (codecs.BOM_UTF16_BE + UNICODE.encode("utf-16-be"), "utf-16", "text"),
        (UNICODE.encode("utf-16-le"), "utf-16-le", "text"),
        (UNICODE.encode("utf-16-be"), "utf-16-be", "text"),
        (in_1258(UNICODE), "windows-1258", "text"),
        (IN_TCVN3.encode("latin-1"), "tcvn3", "legacy"),
        (IN_TCVN3.encode(), "tcvn3", "legacy"),
        (IN_VNI.encode("latin-1"), "vni", "legacy"),
    ],
)
def test_one_text_in_every_encoding_is_one_text(data: bytes, encoding: str, source: str) -> None:
    found = decode_text(data, "synthetic_text", "csv_encoding")
    assert unicodedata.normalize("NFC", found.text) == UNICODE
    assert (found.encoding, found.source) == (encoding, source)
    told = [issue.found for issue in found.issues("synthetic_text")]
    assert told == ([] if encoding.startswith("utf") else [encoding])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"Hu\xea,1\n", ["byte 0xea in line 1", "more than one encoding", "tcvn3 (100%", "windows-1258 (100%"]),
        ("café,1\n".encode("latin-1"), ["no encoding that fits"]),
        (UNICODE.encode() + b"\xea\n", ["byte 0xea in line 5"]),
        (codecs.BOM_UTF16_LE + b"a\x00b", ["expected text in utf-16"]),
    ],
)
def test_what_may_be_read_in_two_ways_is_refused(data: bytes, words: list[str]) -> None:
    with pytest.raises(DocumentError) as caught:
        decode_text(data, "synthetic_text", "csv_encoding")
    assert caught.value.issue.code == "csv_encoding"
    assert all(word in caught.value.issue.message for word in words)


WORDS = ["Huế", "Hà", "Nội", "Đà", "Nẵng", "Cần", "Thơ", "Bạc", "Liêu", "tỉnh", "điểm", "chỉ", "số", "xếp", "hạng", "người"]


@given(st.lists(st.sampled_from(WORDS), min_size=1))
def test_windows_1258_is_never_taken_for_another_vietnamese_text(words: list[str]) -> None:
    """Either the words come back, or the file is refused: never other words."""
    text = " ".join(words)
    assume(not text.isascii())
    try:
        found = decode_text(in_1258(text), "synthetic_text", "csv_encoding")
    except DocumentError:
        return
    assert unicodedata.normalize("NFC", found.text) == text

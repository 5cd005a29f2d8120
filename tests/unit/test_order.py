"""Vietnamese names in Vietnamese order, and found without their marks."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.catalogue.reference import load_reference
from extractors.text.order import search_text, slug, vietnamese_key, vietnamese_places

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
WORDS = st.text(alphabet=LETTERS + LETTERS.upper() + " -0123456789", max_size=12)
NAMES = sorted({e.name_vi for e in load_reference().entities} | {e.name_en for e in load_reference().entities})


def by_icu(words: list[str]) -> list[str]:
    """The same words in the order of DuckDB's Vietnamese collation (the Unicode rules), a library of its own."""
    rows = duckdb.execute(
        "select w from (select unnest(cast(? as varchar[])) as w) order by w collate vi, w", [words]
    ).fetchall()
    return [row[0] for row in rows]


def test_da_nang_stands_after_every_name_in_d_and_before_every_name_in_e() -> None:
    names = [
        "Điện Biên",
        "Ea Súp",
        "Đà Nẵng",
        "Dương Kinh",
        "Cần Thơ",
        "Cao Bằng",
        "Cà Mau",
        "Đắk Lắk",
        "Dak",
        "An Giang",
        "Bắc Kạn",
    ]
    assert sorted(names, key=vietnamese_key) == [
        "An Giang", "Bắc Kạn", "Cà Mau", "Cao Bằng", "Cần Thơ", "Dak", "Dương Kinh", "Đà Nẵng", "Đắk Lắk", "Điện Biên", "Ea Súp",
    ]  # fmt: skip


def test_tones_decide_only_between_equal_letters() -> None:
    tones = ["ma", "mà", "mả", "mã", "má", "mạ"]
    unordered = ["má", "ma", "mạ", "mã", "mà", "mả"]
    assert sorted(unordered, key=vietnamese_key) == tones
    assert sorted(["Hạ", "Hà Nội", "Hạc", "Hă"], key=vietnamese_key) == ["Hạ", "Hà Nội", "Hạc", "Hă"]


def test_every_name_of_the_reference_data_stands_where_the_unicode_rules_put_it() -> None:
    assert len(NAMES) > 100
    assert sorted(NAMES, key=vietnamese_key) == by_icu(NAMES)


@given(st.lists(WORDS.map(lambda word: " ".join(word.split())), max_size=12, unique=True))
def test_order_equals_the_unicode_rules_for_any_words(words: list[str]) -> None:
    assert sorted(words, key=vietnamese_key) == by_icu(words)


def test_places_count_from_one_and_a_name_has_one_place() -> None:
    assert vietnamese_places(["Đà Nẵng", "Cần Thơ", "Đà Nẵng", "Hà Nội"]) == {"Cần Thơ": 1, "Đà Nẵng": 2, "Hà Nội": 3}


@pytest.mark.parametrize(
    ("name", "typed", "address"),
    [
        ("Thừa Thiên Huế", "thua thien hue", "thua-thien-hue"),
        ("Đắk Lắk", "dak lak", "dak-lak"),
        ("Bà Rịa - Vũng Tàu", "ba ria vung tau", "ba-ria-vung-tau"),
        ("Hồ Chí Minh", "ho chi minh", "ho-chi-minh"),
    ],
)
def test_names_are_found_without_marks(name: str, typed: str, address: str) -> None:
    assert (search_text(name), slug(name)) == (typed, address)

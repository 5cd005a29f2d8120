"""Folding finds spellings of one name, whatever the marks, the case, the type words or the Unicode form."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.catalogue.reference import UnknownNameError, load_reference
from extractors.text.fold import fold_name, fold_text, nfc, strip_diacritics

VIETNAMESE = (
    "aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
    "AĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXYÀẢÃÁẠẰẲẴẮẶẦẨẪẤẬÈẺẼÉẸỀỂỄẾỆÌỈĨÍỊÒỎÕÓỌỒỔỖỐỘỜỞỠỚỢÙỦŨÚỤỪỬỮỨỰỲỶỸÝỴ"
    "0123456789 .,-–()&\n\u00a0\u200b"
)
TEXTS = st.one_of(
    st.text(alphabet=VIETNAMESE, max_size=40),
    # Type words in every order and case are where stripping could eat too much.
    st.lists(
        st.sampled_from(["tỉnh", "Thành phố", "TP.", "T.P", "tp", "City", "province", "Huế", "-", "Thủ đô"]), max_size=4
    ).map(" ".join),
)


@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold_text(fold_text(text)) == fold_text(text)
    assert fold_name(fold_name(text)) == fold_name(text)


@given(TEXTS)
def test_composed_and_decomposed_text_meet(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert fold_text(composed) == fold_text(decomposed)
    assert fold_name(composed) == fold_name(decomposed)


@given(TEXTS)
def test_case_does_not_matter(text: str) -> None:
    assert fold_text(text.upper()) == fold_text(text.lower()) == fold_text(text)
    assert fold_name(text.upper()) == fold_name(text.lower()) == fold_name(text)


@given(st.text(max_size=40))
def test_nfc_is_nfc_without_stray_white_space(text: str) -> None:
    clean = nfc(text)
    assert unicodedata.is_normalized("NFC", clean)
    assert clean == clean.strip()
    assert "  " not in clean


def test_zero_width_mark_between_letter_and_tone_does_not_hide_the_letter() -> None:
    assert nfc("Hu\u00ea\u200b\u0301") == "Huế"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Tỉnh Thừa Thiên Huế", "thuathienhue"),
        ("THỪA THIÊN – HUẾ", "thuathienhue"),
        ("TP. Hồ Chí Minh", "hochiminh"),
        ("T.P. Hồ Chí Minh", "hochiminh"),
        ("TP.HCM", "hcm"),
        ("Ho Chi Minh City", "hochiminh"),
        ("BẮC\n\nNINH", "bacninh"),
        ("Đắk\u00a0Lắk", "daklak"),
        ("Hoà Bình", "hoabinh"),
        ("Thừa Thiên-\nHuế", "thuathienhue"),
        ("Thừa Thi\u00ad\nên Huế", "thuathienhue"),
        ("Bà Rịa -\nVũng Tàu", "bariavungtau"),
        ("Quảng Ninh*", "quangninh"),
        ("\u00d0ắk Lắk", "daklak"),  # an Eth for Đ
        ("Bình \u00f0ịnh", "binhdinh"),
        ("HƢNG YÊN", "hungyen"),
        ("Thái Bình", "thaibinh"),
        ("Trung bình 63 tỉnh", "trungbinh63tinh"),
    ],
)
def test_names_fold_to_one_key(text: str, key: str) -> None:
    assert fold_name(text) == key


def test_different_provinces_keep_different_keys() -> None:
    assert (
        len({fold_name(name) for name in ("Quảng Nam", "Quảng Ninh", "Quảng Ngãi", "Quảng Bình", "Quảng Trị", "Hà Nam")}) == 6
    )


def test_a_mean_of_ten_is_not_the_mean_of_all() -> None:
    assert fold_name("Trung bình 10 tỉnh") != fold_name("Trung bình 63 tỉnh")


def test_d_with_stroke_loses_its_stroke() -> None:
    assert strip_diacritics("Đắk Nông, đường") == "Dak Nong, duong"


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("BẮC\n\nNINH", "Bắc Ninh"),
        ("Thừa Thiên-\nHuế", "Thừa Thiên Huế"),
        ("Thừa\nThiên\nHuế", "Thừa Thiên Huế"),
        ("Tp. Hồ Chí\nMinh", "Hồ Chí Minh"),
        ("TP.HCM", "Hồ Chí Minh"),
        ("TP.\u00a0Đà Nẵng", "Đà Nẵng"),
        ("Hoà Bình", "Hòa Bình"),
        ("Thanh Hoá", "Thanh Hóa"),
        ("\u00d0ồng Nai", "Đồng Nai"),
        ("Qu\u1ea3ng\u200b Nam", "Quảng Nam"),
        ("Bà Rịa-\nVũng Tàu", "Bà Rịa - Vũng Tàu"),
    ],
)
def test_names_broken_or_misspelt_by_typesetting_are_found_in_their_year_alone(label: str, name: str) -> None:
    reference = load_reference()
    edition = reference.editions[0]
    of_2023, of_2025 = (edition.model_copy(update={"as_of_date": date(year, 12, 31)}) for year in (2023, 2025))
    assert reference.entity(label, of_2023).name_vi == name
    if name in ("Hòa Bình", "Thừa Thiên Huế", "Quảng Nam", "Bà Rịa - Vũng Tàu"):
        with pytest.raises(UnknownNameError):
            reference.entity(label, of_2025)

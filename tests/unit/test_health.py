"""Damage of decoding is told from names, abbreviations, English and numbers."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.pdf import read_pdf
from extractors.pdf.engine import open_page
from extractors.pdf.legacy import texts_by_font
from extractors.text.fold import nfc
from extractors.text.health import Health, damaged_fonts, examine, is_damaged, text_health
from extractors.text.legacy import decode
from extractors.text.syllables import is_syllable, syllables

DOCUMENTS = Path(__file__).parents[2] / "extractors" / "documents"
HUE = (DOCUMENTS / "sipas_2023_thua_thien_hue_ubnd.pdf").read_bytes()


@pytest.fixture(scope="module")
def prose() -> str:
    """The paragraphs and cells of a provincial report of 2023: 4,500 words."""
    reading = read_pdf(HUE, "0" * 64, "doc", second_reading=False)
    cells = [cell.text for table in reading.tables for cell in table.cells]
    return "\n".join([*(paragraph.text for paragraph in reading.paragraphs), *cells])


@pytest.mark.parametrize(
    "text",
    [
        "Th«ng tin Khoa häc",
        "ChØ sè hµi lßng cña ng\u00adêi d©n ®èi víi",
        "Chæ soá haøi loøng cuûa ngöôøi daân",
        "cụng nghệ … mỏy quột",
        "(cid:50)",
        "Ch\ufffd s\ufffd",
        "\ue012\ue013\ue014 ch\ue015",
        "ChsHiu ququn trhành chính",
        "HÀI LÕNG CỦA NGƢỜI DÂN",
        "TA/E B.2.7. HAN2I, PR2-ECTED P2PU/ATI2N C/ASSIFIED B < A*E *R2UP",
        "Chỉsốhàilòng củangườidân",
        "Chnh ph hnh chnh",
    ],
)
def test_known_damage_is_found(text: str) -> None:
    assert is_damaged(text), examine(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "82,28",
        "-0,83 %",
        "S.2.4.2",
        "QĐ-UBND",
        "Số 06/CKTC-NSNN, QĐ 320/BNV-CCHC ngày 08/04/2003",
        "MĐHL ĐBSCL UBND TP.HCM",
        "Krông Pắc",
        "Đắk Lắk, Đăk Nông, Bắc Kạn, Pleiku, Kon Tum",
        "M'Đrắk, Ea H'leo, Cư M'gar, Chư Prông, Đạ Tẻh, Mường Tè, Nậm Pồ",
        "The Viet Nam Provincial Governance and Public Administration Performance Index",
        "PAR INDEX, COVID-19, H1N1, B2B, R&D, km², m³, 20°C, VnExpress, PhD, eGov",
        "http://thuathienhue.gov.vn/cchc?id=5&x=y, cchc@bnv.gov.vn",
        "résumé à l'été, déjà là, près du café",
        "Größe, Łódź, señor",
        "\uf0b7 Chỉ số",
        "<i>Chỉ số</i> **hài lòng**",
        "Quý, Thuý, Hoà, Khuỷu, Nguyễn, giếng, gìn giữ, quốc, khuya, ngoằn ngoèo",
        unicodedata.normalize("NFD", "Chỉ số hài lòng của người dân"),
    ],
)
def test_what_documents_print_is_no_damage(text: str) -> None:
    assert examine(text).damaged == 0, examine(text)
    assert not is_damaged(text)
    assert text_health(text) == 1.0


def test_a_real_report_is_sound_to_the_last_word(prose: str) -> None:
    health = examine(prose)
    assert health.words > 4000
    assert health.examples == ()


def _converted_twice(text: str) -> str:
    return "".join(decode(sign, "tcvn3") if "\xa0" < sign < "\u0100" else sign for sign in text)


@pytest.mark.parametrize(
    ("letters", "instead"), [("ư", "ƣ"), (" ", ""), ("ạ", "\ue001"), ("ị", "\ufffd"), ("ộ", "(cid:50)"), ("n", "·")]
)
def test_the_same_report_damaged_is_damaged(prose: str, letters: str, instead: str) -> None:
    assert is_damaged(prose.replace(letters, instead))


def test_the_same_report_converted_once_too_often_is_damaged(prose: str) -> None:
    assert _converted_twice("công nghệ máy quét") == "cụng nghệ mỏy quột"
    assert is_damaged(_converted_twice(prose))


def test_names_of_provinces_are_no_damage(reference_data: Path) -> None:
    file = reference_data / "provinces.csv"
    if not file.is_file():
        pytest.skip(f"{file} is absent")
    with file.open(encoding="utf-8", newline="") as lines:
        names = {name for row in csv.reader(lines) for cell in row for name in cell.split("|")}
    assert len(names) > 200
    assert {name for name in names if is_damaged(name)} == set()


def test_the_broken_header_font_of_a_real_report_is_found_and_no_other(reference_data: Path) -> None:
    """Its font calls O 2, L / and G *: "HAN2I". Numbers and row headings stand in sound fonts."""
    file = reference_data / "pdf" / "gso_unfpa_projection_by_province.pdf"
    if not file.is_file():
        pytest.skip(f"{file} is absent")
    document = pdfium.PdfDocument(file)
    try:
        for number in (1, 63, 126):
            with open_page(document, number) as (page, _):
                texts = texts_by_font(page)
            assert len(texts) >= 3
            assert damaged_fonts(texts) == {"OSYROQ+font00000000215dc69f"}
    finally:
        document.close()
    reading = read_pdf(file.read_bytes(), "0" * 64, "doc", pages=frozenset({1}), second_reading=False)
    (issue,) = [issue for issue in reading.issues if issue.code == "damaged_text"]
    assert "'OSYROQ+font00000000215dc69f'" in issue.message
    assert "'HAN2I,'" in issue.message


def test_one_typing_error_is_no_damage() -> None:
    assert not is_damaged("tiỉnh")
    assert not is_damaged("tiỉnh Quảng Nam")
    assert examine("tiỉnh Quảng Nam") == Health(3, 1, 0, ("tiỉnh",))


@given(st.lists(st.sampled_from(sorted(syllables())), max_size=30))
def test_syllables_in_any_case_are_sound(words: list[str]) -> None:
    for text in (" ".join(words), " ".join(words).upper(), " ".join(words).title()):
        assert text_health(text) == 1.0


@given(st.text(max_size=60))
def test_the_score_is_a_share(text: str) -> None:
    health = examine(text)
    assert 0.0 <= health.score <= 1.0
    assert health.certain <= health.damaged <= health.words or health.words == 0


@pytest.mark.parametrize(
    "word", ["nghiêng", "quyển", "khuỷu", "giết", "gìn", "ươn", "yếu", "oăng", "hoà", "hòa", "thuý", "thúy", "ĐƯỜNG", "kạn"]
)
def test_syllables(word: str) -> None:
    assert is_syllable(word)
    assert is_syllable(unicodedata.normalize("NFD", word))


@pytest.mark.parametrize(
    "word", ["mỏy", "quột", "trhành", "mat", "các.", "ngê", "ghá", "hớàc", "tiỉnh", "két2", "ă", "ieu", ""]
)
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


def test_the_misnamed_letter_is_mended_where_text_is_composed() -> None:
    assert nfc("HÀI LÕNG CỦA NGƢỜI DÂN") == "HÀI LÕNG CỦA NGƯỜI DÂN"
    assert nfc("nƣớc") == "nước"

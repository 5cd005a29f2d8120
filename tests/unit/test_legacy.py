"""Old encodings come out as Unicode, once, where the evidence says so, and nowhere else."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extractors.markup.html import read_html
from extractors.text.legacy import (
    ENCODINGS,
    Decoded,
    Encoding,
    NotLegacyTextError,
    decode,
    encoding_of_font,
    is_capital_font,
)
from extractors.text.legacy_evidence import AS_IT_STANDS, detect_encoding, judge_fonts
from extractors.text.syllables import syllables

SENTENCE = "Chỉ số hài lòng của người dân đối với các cơ quan nhà nước tỉnh Thừa Thiên Huế"
TCVN3 = "ChØ sè hµi lßng cña ng\u00adêi d©n ®èi víi c¸c c¬ quan nhµ n\u00adíc tØnh Thõa Thiªn HuÕ"
VNI = "Chæ soá haøi loøng cuûa ngöôøi daân ñoái vôùi caùc cô quan nhaø nöôùc tænh Thöøa Thieân Hueá"


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        (TCVN3, "tcvn3", SENTENCE),
        (VNI, "vni", SENTENCE),
        ("Th«ng tin Khoa häc", "tcvn3", "Thông tin Khoa học"),
        ("Céng hßa x· héi chñ nghÜa ViÖt Nam", "tcvn3", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM", "vni", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("Ñoäc laäp - Töï do - Haïnh phuùc, 82,28%", "vni", "Độc lập - Tự do - Hạnh phúc, 82,28%"),
        ("Kyû nieäm 5 naêm: lyù, chuù yù, ñoä tuoåi", "vni", "Kỷ niệm 5 năm: lý, chú ý, độ tuổi"),
        ("baét ñaàu, daãn, caàn thôï, thò traán", "vni", "bắt đầu, dẫn, cần thợ, thị trấn"),
        ("NgÜ©i ViŒt, ti‰ng ViŒt", "vps", "Người Việt, tiếng Việt"),
        ("§iÓm sè: 1.234,5 (n¨m 2003)", "tcvn3", "Điểm số: 1.234,5 (năm 2003)"),
    ],
)
def test_text_of_old_fonts_is_read(text: str, encoding: Encoding, expected: str) -> None:
    assert decode(text, encoding) == expected


def _signs_of(encoding: Encoding) -> dict[str, str]:
    """Letter -> how the encoding writes it, found by asking `decode` about every sign and pair of signs of code page 1252."""
    signs = [bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(1, 256)]
    texts = signs + [base + mark for base in "aeouyAEOUYôöÔÖ" for mark in signs if encoding == "vni"]
    return {decode(text, encoding): text for text in texts}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_small_letter_has_its_sign(encoding: Encoding) -> None:
    letters = {letter for syllable in syllables() for letter in syllable}
    assert len(letters) > 85
    assert letters <= set(_signs_of(encoding))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_document_of_any_syllables_comes_back(encoding: Encoding) -> None:
    signs = _signs_of(encoding)
    words = sorted(syllables())[::37]
    written = " ".join("".join(signs[letter] for letter in word) for word in words)
    assert detect_encoding(written) == encoding
    assert decode(written, encoding) == " ".join(words)


@given(st.text(alphabet="".join(chr(code) for code in range(32, 256)) + "–“”Œ‰Š", max_size=40), st.sampled_from(ENCODINGS))
def test_what_was_decoded_is_never_decoded_again(text: str, encoding: Encoding) -> None:
    once = decode(text, encoding)
    assert unicodedata.is_normalized("NFC", once) or not unicodedata.is_normalized("NFC", text)
    for other in ENCODINGS:
        assert decode(once, other) is once
        assert AS_IT_STANDS.decode(once) is once


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_unicode_text_is_refused(form: Any) -> None:
    with pytest.raises(NotLegacyTextError, match="only Unicode"):
        decode(unicodedata.normalize(form, SENTENCE), "tcvn3")
    assert not isinstance(SENTENCE, Decoded)


@pytest.mark.parametrize(
    ("font", "encoding", "capitals"),
    [
        (".VnTime", "tcvn3", False),
        (".VnTimeH", "tcvn3", True),
        ("ABCDEF+.VnTimeH", "tcvn3", True),
        ("ABCDEF+VnArialH,Bold", "tcvn3", True),
        (".VnArial NarrowH", "tcvn3", True),
        (".VNTIMEH", "tcvn3", True),
        ("VnTime-BoldItalic", "tcvn3", False),
        ("VNI-Times", "vni", False),
        ("VNITimes,Bold", "vni", False),
        ("Vni-Helve", "vni", False),
        ("VPS Times", "vps", False),
        ("ABCDEF+VPSTimes", "vps", False),
        # These hold Unicode.
        ("Times New Roman", None, False),
        ("VNtimes new roman", None, False),
        ("SVN-Arial", None, False),
        ("UVN Bai Sau", None, False),
        ("Verdana", None, False),
        ("ArialMTH", None, False),
    ],
)
def test_names_of_fonts(font: str, encoding: Encoding | None, capitals: bool) -> None:
    assert (encoding_of_font(font), is_capital_font(font)) == (encoding, capitals)


def test_encodings_are_told_apart_and_plain_languages_left_alone() -> None:
    assert detect_encoding(TCVN3) == "tcvn3"
    assert detect_encoding(VNI) == "vni"
    assert detect_encoding(SENTENCE) is None
    assert detect_encoding(unicodedata.normalize("NFD", SENTENCE)) is None
    assert (
        detect_encoding("Déjà vu à l'été près de l'hôtel où naît la forêt; garçon, élève, très, là, thé, tê, mère " * 3) is None
    )
    assert detect_encoding("Größe über Ämter für höhere Löhne und spätere Prüfung, daß süße Öle fließen " * 3) is None
    assert detect_encoding("A middle dot · and © 2022 and ® and § 5, ¶ 7, 3 µm, ½, 20 °C " * 10) is None
    assert detect_encoding("82,28 39,5 -0,83") is None


def test_a_hyphen_that_stands_for_u_is_told_from_a_hyphen() -> None:
    """In the standard letter table of PDF code AD, TCVN3's ư, is a hyphen."""
    text = "-u tiªn, ng-êi d©n ®Çu t- ë Bµ RÞa-Vòng Tµu, th«ng t- 05-2019, CCHC-TW, n¨m 2003-2004, ®-êng thñy néi ®Þa, n-íc, tr-ëng"
    expected = "ưu tiên, người dân đầu tư ở Bà Rịa-Vũng Tàu, thông tư 05-2019, CCHC-TW, năm 2003-2004, đường thủy nội địa, nước, trưởng"
    assert decode(text, "tcvn3", hyphen_is_u=True) == expected
    assert decode(text.replace("-", "\u2212"), "tcvn3", hyphen_is_u=True).replace("\u2212", "-") == expected
    assert judge_fonts({"F1": text})["F1"].decode(text) == expected
    # With soft hyphens in the same text a hyphen is a hyphen.
    assert judge_fonts({".VnTime": TCVN3 + " t- n-íc"})[".VnTime"].decode("n-íc") == "n-ớc"


def test_the_evidence_decides_not_the_name() -> None:
    verdicts = judge_fonts(
        {
            ".VnTime": TCVN3,
            ".VnTimeH": "Hµ Néi vµ H¶i Phßng",
            ".VnArial": SENTENCE,
            ".VnArialH": "82,28",
            "VNI-Times": VNI,
            "Times New Roman": SENTENCE,
            "Symbol": "· · ·",
        }
    )
    assert verdicts[".VnTime"].decode("Néi") == "Nội"
    assert verdicts[".VnTimeH"].decode("Hµ Néi") == "HÀ NỘI"
    assert verdicts["VNI-Times"].decode("Haø Noäi") == "Hà Nội"
    assert verdicts[".VnArialH"].decode("82,28") == "82,28"
    for font in (".VnArial", "Times New Roman", "Symbol"):
        assert verdicts[font] == AS_IT_STANDS, font


def test_a_font_with_few_words_goes_with_the_others_of_its_kind() -> None:
    assert judge_fonts({".VnTime": TCVN3, ".VnArial": "tê"})[".VnArial"].decode("tê") == "tờ"
    assert judge_fonts({".VnTime": SENTENCE, ".VnArial": "là"})[".VnArial"].decode("là") == "là"


def test_contradictory_evidence_is_a_doubt_and_not_a_guess() -> None:
    verdict = judge_fonts({".VnTime": "garçon façade Größe Prüfung"})[".VnTime"]
    assert verdict.encoding is None
    assert "'.VnTime'" in verdict.doubt
    mixed = judge_fonts({".VnTime": "Hµ Néi, Qu¶ng B×nh, Bắc Giang, Hải Phòng, Yên Bái"})[".VnTime"]
    assert mixed.encoding is None
    assert mixed.doubt


def test_a_document_without_telling_fonts_is_decoded_as_a_whole() -> None:
    verdicts = judge_fonts({"F1": TCVN3, "F2": "Hµ Néi", "F3": "82,28", "F4": SENTENCE})
    assert verdicts["F1"].decode("Hµ Néi") == verdicts["F2"].decode("Hµ Néi") == "Hà Nội"
    assert verdicts["F4"] == AS_IT_STANDS
    few = judge_fonts({"F1": "Hµ Néi"})["F1"]
    assert few.decode("Hµ Néi") == "Hµ Néi"


def test_a_web_page_in_an_old_font_keeps_its_u_with_a_horn() -> None:
    """ư is a soft hyphen in TCVN3, and é an Eth: both must be decoded before text is tidied up."""
    rows = "<table><tr><th>TØnh<th>§iÓm<tr><td>B×nh D\u00ad¬ng<!-- x -->, kÐm<td>82,28<tr><td>Ng\u00adêi<td>81,5</table>"
    reading = read_html(f"<meta charset=utf-8><p>{TCVN3}</p>{rows}".encode(), "0" * 64, "doc")
    assert [(cell.text, cell.source) for cell in reading.tables[0].cells] == [
        ("Tỉnh", "legacy"),
        ("Điểm", "legacy"),
        ("Bình Dương, kém", "legacy"),
        ("82,28", "text"),
        ("Người", "legacy"),
        ("81,5", "text"),
    ]
    assert [paragraph.text for paragraph in reading.paragraphs] == [SENTENCE]


def test_plan_2003_in_tcvn3_gives_its_copy_in_unicode(reference_data: Path) -> None:
    """One sheet of the budget plan of 2003 is TCVN3, the other the same table in Unicode: every text cell agrees, to the letter."""
    xlrd: Any = pytest.importorskip("xlrd")
    file = reference_data / "legacy_text" / "Plan_2003.xls"
    if not file.is_file():
        pytest.skip(f"{file} is absent")
    book = xlrd.open_workbook(file, formatting_info=True)
    old, new = book.sheet_by_index(0), book.sheet_by_index(1)
    cells = [
        (row, column, book.font_list[book.xf_list[old.cell(row, column).xf_index].font_index].name, old.cell_value(row, column))
        for row in range(old.nrows)
        for column in range(old.ncols)
        if old.cell_type(row, column) == xlrd.XL_CELL_TEXT
    ]
    texts: dict[str, str] = {}
    for _, _, font, text in cells:
        texts[font] = f"{texts.get(font, '')} {text}"
    verdicts = judge_fonts(texts)
    assert len(cells) == 109
    assert {font: verdict.capitals for font, verdict in verdicts.items()} == {
        ".VnAvantH": True,
        ".VnHelvetInsH": True,
        ".VnArialH": True,
        ".VnArial Narrow": False,
    }
    assert [verdicts[font].decode(text) for _, _, font, text in cells] == [
        new.cell_value(row, column) for row, column, *_ in cells
    ]


def test_the_tables_hold_each_code_once() -> None:
    folder = Path(decode.__code__.co_filename).parent
    tables = yaml.safe_load((folder / "legacy_tables.yml").read_text(encoding="utf-8"))
    for name in ("tcvn3", "vps"):
        codes = [int(str(first), 16) + n for first, letters in tables[name].items() for n, _ in enumerate(letters.split())]
        assert len(codes) == len(set(codes)), name
        letters = [letter for row in tables[name].values() for letter in row.split()]
        assert len(letters) == len(set(letters)), name

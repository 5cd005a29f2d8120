"""Printed numbers have one reading or none."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.text.numbers import (
    DecimalMark,
    NumberError,
    is_blank_mark,
    parse_number,
    parse_range,
    parse_rank,
)


@pytest.mark.parametrize(
    ("text", "value", "decimals", "is_percent"),
    [
        ("82,28", "82.28", 2, False),  # SIPAS 2023, Thừa Thiên Huế
        ("82,28%", "82.28", 2, True),
        ("82,28 %", "82.28", 2, True),
        ("32", "32", 0, False),
        ("3,1", "3.1", 1, False),
        ("6", "6", 0, False),
        ("-0,83", "-0.83", 2, False),
        ("−5", "-5", 0, False),
        ("– 5", "-5", 0, False),
        ("+0,28", "0.28", 2, False),
        ("7.58", "7.58", 2, False),  # Quảng Nam prints a decimal point here
        ("46.0415", "46.0415", 4, False),
        ("0.735", "0.735", 3, False),  # ICT Index 2019, Quảng Ninh
        ("39,935", "39.935", 3, False),
        ("1.234,5", "1234.5", 1, False),
        ("1.234.567", "1234567", 0, False),
        ("\u00a082,28\u00a0", "82.28", 2, False),
    ],
)
def test_a_text_with_one_reading_is_read(text: str, value: str, decimals: int, is_percent: bool) -> None:
    number = parse_number(text)
    assert (number.value, number.decimals, number.is_percent) == (Decimal(value), decimals, is_percent)


@pytest.mark.parametrize("text", ["39.935", "1.234", "50.000", "12.345%"])
def test_a_dot_before_three_digits_is_refused_unless_the_caller_knows(text: str) -> None:
    with pytest.raises(NumberError, match="may be a decimal or a thousand"):
        parse_number(text)


def test_the_caller_may_say_which_reading_is_meant() -> None:
    point = parse_number("39.935", decimal_mark=".")
    assert (point.value, point.decimals) == (Decimal("39.935"), 3)
    count = parse_number("39.935", thousands=True)
    assert (count.value, count.decimals) == (Decimal(39935), 0)
    assert parse_number("641 142", thousands=True).value == 641142
    assert parse_number("641\u00a0142", thousands=True).value == 641142
    assert parse_number("1,234", decimal_mark=".", thousands=True).value == 1234
    # The decimal mark that the document uses stays one, also where thousands are allowed.
    assert parse_number("39,935", thousands=True).value == Decimal("39.935")
    assert parse_number("82,28%", decimal_mark=".").value == Decimal("82.28")


@pytest.mark.parametrize(
    "text",
    [
        "-",
        "–",
        "x",
        "S.1.4",
        "1.1.",
        "1.1.1",
        "(1)",
        "24.8.2022",
        "16/61",
        "50-60",
        "1,2,3",
        "12,",
        ",5",
        "#N/A",
        "2022-01-03",
        "٣",
        "82,28%%",
        "1.23.456",
        "012.345.678",
        "(cid:50)",
        "1e5",
        "",
        " ",
        "82,28 điểm",
        "Những tiêu chí mới",
        "32 115",
        "45 2",
    ],
)
def test_what_is_not_one_number_is_refused(text: str) -> None:
    with pytest.raises(NumberError):
        parse_number(text)


def test_two_figures_in_one_cell_are_never_joined() -> None:
    with pytest.raises(NumberError, match="may be two numbers"):
        parse_number("32 115")


RELAXED = settings(deadline=None)
"""A busy machine is no failure."""


def _vietnamese(whole: int, decimals: str) -> str:
    return f"{whole:,}".replace(",", ".") + (f",{decimals}" if decimals else "")


WHOLE = st.integers(min_value=0, max_value=10**12)
DECIMALS = st.text("0123456789", max_size=9)


@RELAXED
@given(WHOLE, DECIMALS, st.sampled_from(["", "-", "+", "−"]), st.sampled_from(["", "%", " %"]))
def test_a_formatted_vietnamese_number_comes_back(whole: int, decimals: str, sign: str, percent: str) -> None:
    number = parse_number(sign + _vietnamese(whole, decimals) + percent, thousands=True)
    expected = Decimal(f"{whole}.{decimals}" if decimals else whole)
    assert number.value == (-expected if sign in ("-", "−") else expected)
    assert number.decimals == len(decimals)
    assert number.is_percent == bool(percent)


@RELAXED
@given(st.decimals(min_value=-10000, max_value=10000, places=2))
def test_a_score_with_a_comma_comes_back_without_any_hint(score: Decimal) -> None:
    assert parse_number(str(score).replace(".", ",")).value == score


@RELAXED
@given(st.floats(min_value=-1e6, max_value=1e6).filter(lambda value: "e" not in repr(value)))
def test_a_number_of_a_spreadsheet_comes_back(value: float) -> None:
    assert float(parse_number(repr(value), decimal_mark=".").value) == value


@RELAXED
@given(st.text("0123456789.,% -+", max_size=12), st.sampled_from([",", "."]), st.booleans())
def test_whatever_is_read_has_the_digits_of_the_text(text: str, mark: DecimalMark, thousands: bool) -> None:
    try:
        number = parse_number(text, decimal_mark=mark, thousands=thousands)
    except NumberError:
        return
    digits = "".join(char for char in text if char.isdigit())
    assert int(digits) == abs(int(number.value.scaleb(number.decimals)))


# ---------------------------------------------------------------- signs, widths, units


@pytest.mark.parametrize("minus", ["-", "−", "–", "‐", "‑", "‒", "﹣", "－"])
def test_every_minus_is_a_minus(minus: str) -> None:
    assert parse_number(f"{minus}0,83").value == Decimal("-0.83")
    assert parse_number(f"{minus} 0,83 %").value == Decimal("-0.83")
    with pytest.raises(NumberError):
        parse_number(f"0,83{minus}")


@pytest.mark.parametrize("text", ["—5", "--5", "+-5", "±5", "5-", "- -5"])
def test_a_long_dash_or_two_signs_are_no_sign(text: str) -> None:
    with pytest.raises(NumberError):
        parse_number(text)


def test_wide_figures_are_figures() -> None:
    number = parse_number("－８２，２８％")
    assert (number.value, number.decimals, number.is_percent, number.raw) == (Decimal("-82.28"), 2, True, "－８２，２８％")


def test_points_bear_their_unit_where_the_place_holds_points() -> None:
    assert parse_number("82,28 điểm", points=True).value == Decimal("82.28")
    assert parse_number("82,28 ĐIỂM", points=True).value == Decimal("82.28")
    assert parse_number(unicodedata.normalize("NFD", "-0,5 điểm"), points=True).value == Decimal("-0.5")
    assert parse_number("5đ", points=True).value == 5
    for text in ("82,28 điểm", "5đ"):
        with pytest.raises(NumberError):
            parse_number(text)
    for text in ("82,28% điểm", "điểm", "82,28 đồng", "82,28 triệu đ", "82 điểm 5"):
        with pytest.raises(NumberError):
            parse_number(text, points=True)


BLANKS = ["\u00a0", "\u2007", "\u2009", "\u202f", "\u2002", "\u3000", " \u200b"]


@pytest.mark.parametrize("blank", BLANKS)
def test_a_blank_of_any_width_is_a_blank(blank: str) -> None:
    assert parse_number(f"641{blank}142", thousands=True).value == 641142
    assert parse_number(f"1{blank}234{blank}567,5", thousands=True).value == Decimal("1234567.5")
    assert parse_number(f"82,28{blank}%").is_percent
    with pytest.raises(NumberError, match="may be two numbers"):
        parse_number(f"641{blank}142")


# ---------------------------------------------------------------- one reading or none


def _all_readings(body: str) -> set[Decimal]:
    """Every number that figures and marks may mean: each kind of mark sets thousands apart, or marks the decimals, or is not there."""
    found: set[Decimal] = set()
    for thousands, decimal in product(["", ".", ",", " "], ["", ".", ","]):
        if thousands and thousands == decimal:
            continue
        whole, mark, decimals = body.partition(decimal) if decimal else (body, "", "")
        groups = whole.split(thousands) if thousands else [whole]
        if mark and not (decimals.isascii() and decimals.isdigit()):
            continue
        if bool(decimal) != bool(mark) or not all(group.isascii() and group.isdigit() for group in groups):
            continue
        if thousands and (
            len(groups) < 2
            or not 1 <= len(groups[0]) <= 3
            or groups[0].startswith("0")
            or any(len(group) != 3 for group in groups[1:])
        ):
            continue
        found.add(Decimal(f"{''.join(groups)}.{decimals}" if decimals else "".join(groups)))
    return found


@RELAXED
@given(st.text("0123456789.,  ", min_size=1, max_size=14), st.sampled_from([",", "."]), st.booleans())
def test_what_is_read_is_one_of_the_readings_and_the_only_one_that_the_caller_left_open(
    text: str, mark: DecimalMark, thousands: bool
) -> None:
    body = " ".join(text.split())
    readings = _all_readings(body)
    try:
        value = parse_number(text, decimal_mark=mark, thousands=thousands).value
    except NumberError:
        assert len(readings) != 1 or " " in body
        return
    assert value in readings
    if len(readings) > 1:
        # Two meanings: the caller's decimal mark is in the text, or the caller said that thousands are meant.
        assert mark in body or thousands


@RELAXED
@given(
    st.sampled_from(["", "-", "−", "+"]),
    WHOLE,
    DECIMALS,
    st.sampled_from(["", "%", " %", " điểm"]),
    st.sampled_from(["NFC", "NFD", "NFKC"]),
    st.sampled_from(BLANKS),
    st.sampled_from(["", "\u200b", "\ufeff", "\u2060"]),
)
def test_unicode_variants_of_one_print_are_one_number(
    sign: str, whole: int, decimals: str, unit: str, form: str, blank: str, invisible: str
) -> None:
    text = sign + _vietnamese(whole, decimals) + unit
    variant = invisible + unicodedata.normalize(form, text.replace(" ", blank)) + invisible  # type: ignore[arg-type]
    plain, other = (parse_number(t, thousands=True, points=True) for t in (text, variant))
    assert (plain.value, plain.decimals, plain.is_percent) == (other.value, other.decimals, other.is_percent)


# ---------------------------------------------------------------- marks, ranges, ranks


@pytest.mark.parametrize(
    "text", ["-", "–", "—", "−", "--", "- -", "...", "....", "..", "…", "……", "x", "X", "×", "_", " - ", "\u00a0…"]
)
def test_marks_that_stand_for_no_figure(text: str) -> None:
    assert is_blank_mark(text)
    with pytest.raises(NumberError):
        parse_number(text)


@pytest.mark.parametrize("text", ["", " ", "0", "-5", ".", "*", "xx", "x1", "N/A", "không", "-----", "5..."])
def test_what_is_no_mark(text: str) -> None:
    assert not is_blank_mark(text)


@pytest.mark.parametrize(
    ("text", "low", "high", "is_percent"),
    [
        ("70,5 - 80,2", "70.5", "80.2", False),
        ("70,5-80,2", "70.5", "80.2", False),
        ("70–80%", "70", "80", True),
        ("70% — 80%", "70", "80", True),
        ("70,5 ÷ 80,2", "70.5", "80.2", False),
        ("từ 70 đến 80", "70", "80", False),
        ("Từ 70,34% đến 80,08%", "70.34", "80.08", True),
        ("70 đến 80", "70", "80", False),
        ("-5 - -3", "-5", "-3", False),
        ("-5 đến +3", "-5", "3", False),
        ("80 - 80", "80", "80", False),
    ],
)
def test_ranges(text: str, low: str, high: str, is_percent: bool) -> None:
    for variant in (text, unicodedata.normalize("NFD", text), text.replace(" ", "\u00a0")):
        found = parse_range(variant)
        assert (found.low.value, found.high.value) == (Decimal(low), Decimal(high))
        assert (found.low.is_percent, found.high.is_percent) == (is_percent, is_percent)


@pytest.mark.parametrize(
    "text",
    [
        "70",
        "80 - 70",
        "5 -3",
        "70% - 80",
        "2022-01-03",
        "1.234 - 2.345",
        "70 80",
        "từ 70",
        "70 - ",
        "- 70",
        "70--80",
        "S.1 - S.2",
    ],
)
def test_what_is_no_range_or_two_is_refused(text: str) -> None:
    with pytest.raises(NumberError):
        parse_range(text)


@RELAXED
@given(
    st.decimals(min_value=-1000, max_value=1000, places=2),
    st.decimals(min_value=-1000, max_value=1000, places=2),
    st.sampled_from(["{} - {}", "{} – {}", "từ {} đến {}", "{} ÷ {}", "{}% đến {}%"]),
)
def test_a_printed_range_comes_back(one: Decimal, other: Decimal, frame: str) -> None:
    low, high = sorted((one, other))
    found = parse_range(frame.format(str(low).replace(".", ","), str(high).replace(".", ",")))
    assert (found.low.value, found.high.value, found.low.decimals) == (low, high, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5/63", (5, 63)),
        ("05/63", (5, 63)),
        ("thứ 5/63", (5, 63)),
        ("đứng thứ 5 / 63", (5, 63)),
        ("xếp hạng 3", (3, None)),
        ("hạng 3", (3, None)),
        ("Vị thứ 32", (32, None)),
        ("vị trí thứ 61/63", (61, 63)),
        ("32", (32, None)),
        ("thứ nhất", (1, None)),
        ("thứ hai", (2, None)),
        ("hạng nhì", (2, None)),
    ],
)
def test_ranks(text: str, expected: tuple[int, int | None]) -> None:
    for variant in (text, unicodedata.normalize("NFD", text), text.replace(" ", "\u00a0")):
        assert parse_rank(variant) == expected


@pytest.mark.parametrize(
    "text", ["", "0", "0/63", "64/63", "5/6/2023", "5,5", "-5", "nhất", "thứ", "hạng A", "năm 2023", "5/63%", "1234"]
)
def test_what_is_no_rank_is_refused(text: str) -> None:
    with pytest.raises(NumberError):
        parse_rank(text)

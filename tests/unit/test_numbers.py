"""Printed numbers have one reading or none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.text.numbers import DecimalMark, NumberError, parse_number


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

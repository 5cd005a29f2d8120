"""Numbers as Vietnamese documents print them: decimal comma, dot or blank between thousands, sign before, % behind; ranges and ranks.

A text is read only if it has exactly one reading. The readings of a text are collected first and judged afterwards:

=============  ===============================  =========================================================================
text           readings                         outcome
=============  ===============================  =========================================================================
``82,28``      82.28                            82.28, two decimals
``7.58``       7.58                             7.58: two digits cannot be thousands; a point where a comma is due is read
``0.735``      0.735                            0.735: no thousand begins with nought
``1.234.567``  1234567                          1234567: two groups can only be thousands
``1.234,5``    1234.5                           1234.5: two different marks, the last one is the decimal mark
``39,935``     39.935 or 39935                  39.935, since the comma is the decimal mark that the caller expects
``39.935``     39.935 or 39935                  refused; ``decimal_mark="."`` gives 39.935, ``thousands=True`` gives 39935
``641 142``    641142 (or two numbers)          refused, since a wrapped cell looks the same; ``thousands=True`` gives 641142
=============  ===============================  =========================================================================

Nothing is guessed from the size of a value: whether a place holds scores or counts is known to the caller, not to the text. The same
holds for ranges and ranks: "5-10" and "5/63" are no numbers, `parse_range` and `parse_rank` read them where one is due.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from extractors.text.fold import nfc

DecimalMark = Literal[",", "."]

_WIDE = {ord(wide): narrow for wide, narrow in zip("０１２３４５６７８９，．％＋－﹣﹢﹪", "0123456789,.%+--+%", strict=True)}
_MINUS = "\\-\u2010\u2011\u2012\u2013\u2212"
"""Hyphens, figure dash, en dash and minus, for a class of signs. A long dash is none: it stands for nothing or for a break."""

_FRAME = re.compile(
    rf"^(?P<sign>[+{_MINUS}])?\s?(?P<body>[0-9](?:[0-9., ]*[0-9])?)\s?(?P<percent>%)?(?P<unit>\s?(?:điểm|đ))?$", re.IGNORECASE
)
_PLAIN = re.compile(r"^(?P<whole>[0-9]+)(?:(?P<mark>[.,])(?P<decimals>[0-9]+))?$")
_GROUPED = re.compile(
    r"""^(?P<whole>[1-9][0-9]{0,2}(?P<separator>[., ])[0-9]{3}(?:(?P=separator)[0-9]{3})*)
        (?:(?!(?P=separator))(?P<mark>[.,])(?P<decimals>[0-9]+))?$""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A number with what the print says about its precision: 82,28 has two decimals, "6" has none.

    `value` is in the printed unit: "82,28%" is 82.28 with `is_percent`, never 0.8228. `raw` is the NFC text.
    """

    value: Decimal
    decimals: int
    is_percent: bool
    raw: str


class NumberError(ValueError):
    """Text in a place for a number that is not one number, or that may be two different ones."""


@dataclass(frozen=True, slots=True)
class _Reading:
    digits: str
    decimals: str


def _readings(body: str) -> tuple[_Reading | None, _Reading | None]:
    """What `body` may mean: without groups of thousands, and with them."""
    plain, grouped = _PLAIN.match(body), _GROUPED.match(body)
    return (
        plain and _Reading(plain["whole"], plain["decimals"] or ""),
        grouped and _Reading(re.sub(r"[., ]", "", grouped["whole"]), grouped["decimals"] or ""),
    )


def parse_number(text: str, *, decimal_mark: DecimalMark = ",", thousands: bool = False, points: bool = False) -> PrintedNumber:
    """The one number that `text` is, or NumberError.

    Args:
        text: what stands in the place: an optional sign (+, or a minus in any of its forms), digits, an optional %. Wide figures
            (８２) are figures. Blanks of any kind, wide or without a break, are blanks.
        decimal_mark: the mark that the document uses; it decides where a mark with exactly three digits behind it could
            be either. "." is right for numbers that a spreadsheet stores as numbers ("39.935") and for English documents.
        thousands: the place holds counts or amounts, whose thousands may be set apart: "1.234" (1234) and "641 142" are read.
        points: the place holds points, whose unit may stand behind: "82,28 điểm", "5đ". No other unit in words is read.

    Raises:
        NumberError: no number, more than one number, or one text with two meanings. A dash alone is no number.
    """
    raw = nfc(text)
    frame = _FRAME.match(raw.translate(_WIDE))
    if frame and frame["unit"] and (not points or frame["percent"]):
        frame = None
    plain, grouped = _readings(frame["body"]) if frame else (None, None)
    if frame is None or (plain is None and grouped is None):
        raise NumberError(f"expected one number such as '82,28' or '-5', found {text!r}")
    body = frame["body"]
    if " " in body and not thousands:
        raise NumberError(
            f"expected one number, found {text!r}, which may be two numbers or one with a blank between thousands"
        )
    chosen = plain or grouped
    if plain and grouped and decimal_mark not in body:
        chosen = grouped if thousands else None
    if chosen is None:
        raise NumberError(f"expected a number with one meaning, found {text!r}, which may be a decimal or a thousand and more")
    value = Decimal(f"{chosen.digits}.{chosen.decimals}" if chosen.decimals else chosen.digits)
    if frame["sign"] and frame["sign"] != "+":
        value = -value
    return PrintedNumber(value=value, decimals=len(chosen.decimals), is_percent=frame["percent"] is not None, raw=raw)


_BLANK_MARK = re.compile(
    rf"^(?:[{_MINUS}\u2014\u2015_][ ]?){{1,4}}$|^(?:\.[ ]?){{2,6}}$|^(?:…[ ]?){{1,2}}$|^[x×]$", re.IGNORECASE
)


def is_blank_mark(text: str) -> bool:
    """True for a mark that says "no figure here": dashes, dots, an ellipsis or a lone x. Empty text is no mark.

    What it means (nothing to report, not available, does not apply) differs by publisher and is not in the mark.
    """
    return _BLANK_MARK.match(nfc(text).translate(_WIDE)) is not None


@dataclass(frozen=True, slots=True)
class PrintedRange:
    """Two numbers, low <= high, of one unit: "70,5 - 80,2%" is percent at both ends."""

    low: PrintedNumber
    high: PrintedNumber
    raw: str


_NUMBER = r"[0-9](?:[0-9., ]*[0-9])?\s?%?"
_SIGN = rf"[+{_MINUS}]?"
_RANGES = (
    # A dash with a blank before and none behind it is the sign of a second number.
    re.compile(
        rf"^(?P<low>{_SIGN}{_NUMBER})(?:\s[{_MINUS}\u2014]\s|(?<=[0-9%])[{_MINUS}\u2014](?=[0-9])|\s?÷\s?)(?P<high>{_SIGN}{_NUMBER})$"
    ),
    re.compile(rf"^(?:từ\s)?(?P<low>{_SIGN}{_NUMBER})\sđến\s(?P<high>{_SIGN}{_NUMBER})$", re.IGNORECASE),
)


def parse_range(text: str, *, decimal_mark: DecimalMark = ",", thousands: bool = False) -> PrintedRange:
    """The one range that `text` is: "70,5 - 80,2", "70–80%", "từ 70 đến 80". Arguments as for `parse_number`.

    Raises:
        NumberError: no range, ends with more than one reading, ends of two units, or a low end above the high one.
    """
    raw = nfc(text)
    plain = raw.translate(_WIDE)
    match = next((found for pattern in _RANGES if (found := pattern.match(plain))), None)
    if match is None:
        raise NumberError(f"expected a range such as '70,5 - 80,2' or 'từ 70 đến 80', found {text!r}")
    low, high = (parse_number(match[end], decimal_mark=decimal_mark, thousands=thousands) for end in ("low", "high"))
    if low.is_percent and not high.is_percent:
        raise NumberError(f"expected a range of one unit, found {text!r}, whose low end alone is in %")
    if low.value > high.value:
        raise NumberError(f"expected a range from low to high, found {text!r}")
    return PrintedRange(replace(low, is_percent=high.is_percent), high, raw)


_RANK_WORDS = ("nhất", "nhì", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười")
_RANK = re.compile(
    rf"^(?P<word>(?:(?:xếp|đứng|ở)\s)?(?:hạng|(?:vị\s)?thứ|vị\strí)(?:\sthứ)?\s?)?"
    rf"(?:(?P<rank>[0-9]{{1,3}})|(?P<name>{'|'.join(_RANK_WORDS)}|hai|bẩy))(?:\s?/\s?(?P<of>[0-9]{{1,3}}))?$",
    re.IGNORECASE,
)


def parse_rank(text: str) -> tuple[int, int | None]:
    """Rank, and out of how many if that is printed.

    "5/63" and "thứ 5/63" are (5, 63), "hạng 3" and "3" are (3, None), "thứ nhất" is (1, None).

    For a place that holds a rank; elsewhere "5/63" may be a share and "5/6" a day.

    Raises:
        NumberError: no rank, rank 0, or a rank beyond the number of those ranked.
    """
    match = _RANK.match(nfc(text).translate(_WIDE))
    if match is None or (match["name"] and not match["word"]):
        raise NumberError(f"expected a rank such as '5/63', 'thứ 5' or 'hạng 3', found {text!r}")
    names = {name: number for number, name in enumerate(_RANK_WORDS, start=1)} | {"hai": 2, "bẩy": 7}
    rank = names[match["name"].lower()] if match["name"] else int(match["rank"])
    out_of = int(match["of"]) if match["of"] else None
    if rank < 1 or (out_of is not None and rank > out_of):
        raise NumberError(f"expected a rank from 1 to the number of those ranked, found {text!r}")
    return rank, out_of

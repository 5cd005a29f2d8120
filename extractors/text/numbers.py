"""Numbers as Vietnamese documents print them: decimal comma, dot or blank between thousands, sign before, % behind.

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

Nothing is guessed from the size of a value: whether a place holds scores or counts is known to the caller, not to the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from extractors.text.fold import nfc

DecimalMark = Literal[",", "."]

_FRAME = re.compile(r"^(?P<sign>[+\-−–])?\s?(?P<body>[0-9](?:[0-9., ]*[0-9])?)\s?(?P<percent>%)?$")
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


def parse_number(text: str, *, decimal_mark: DecimalMark = ",", thousands: bool = False) -> PrintedNumber:
    """The one number that `text` is, or NumberError.

    Args:
        text: what stands in the place: an optional sign (+, -, − or –), digits, an optional %. Units in words are not read.
        decimal_mark: the mark that the document uses; it decides where a mark with exactly three digits behind it could
            be either. "." is right for numbers that a spreadsheet stores as numbers ("39.935") and for English documents.
        thousands: the place holds counts or amounts, whose thousands may be set apart: "1.234" (1234) and "641 142" are read.

    Raises:
        NumberError: no number, more than one number, or one text with two meanings. A dash alone is no number.
    """
    raw = nfc(text)
    frame = _FRAME.match(raw)
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

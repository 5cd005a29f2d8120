"""Vietnamese numbers as printed: decimal comma, dot or blank between thousands, % and unit words around them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from extractors.text.fold import nfc

_NUMBER = re.compile(
    r"""^(?P<sign>[+\-−–])?\s?
        (?P<whole>\d{1,3}(?:[.\s]\d{3})+|\d+)
        (?:(?P<mark>[,.])(?P<decimals>\d+))?
        \s?(?P<percent>%)?$""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A number with what the print says about its precision: 82,28 has two decimals, "6" has none."""

    value: Decimal
    decimals: int
    is_percent: bool
    raw: str


class NumberError(ValueError):
    """Text in a place for a number that is not one number."""


def parse_number(text: str, *, decimal_mark: str = ",") -> PrintedNumber:
    """One printed number, or NumberError.

    With `decimal_mark=","` (Vietnamese) "1.234" is a thousand and more, "7.58" is refused only if it cannot be one: a dot
    followed by one, two or more than three digits can only be a decimal mark, and is read as one. "1.234" with "," as mark is 1234.
    """
    raw = nfc(text)
    match = _NUMBER.match(raw)
    if match is None:
        raise NumberError(f"expected one number such as '82,28' or '-5', found {text!r}")
    whole, mark, decimals = match["whole"], match["mark"], match["decimals"] or ""
    if decimal_mark == "." and "." in whole:
        head, _, tail = whole.rpartition(".")
        if head.isdigit() and mark is None:
            whole, decimals = head, tail
    if mark == "." and len(decimals) == 3 and decimal_mark == ",":
        raise NumberError(f"expected a decimal comma or a clear thousands dot, found {text!r}, which may be either")
    digits = re.sub(r"[.\s]", "", whole)
    value = Decimal(f"{digits}.{decimals}" if decimals else digits)
    if match["sign"] and match["sign"] != "+":
        value = -value
    return PrintedNumber(value=value, decimals=len(decimals), is_percent=match["percent"] is not None, raw=raw)

"""How a stored value becomes the text of its cell: one rule for every kind of workbook.

* text: NFC, white space folded;
* whole number: "61"; other number: its shortest exact digits with a point, "80.91", "5.76248". Families read these with
  `decimal_mark="."`;
* number that the sheet shows as a percentage: as it is shown, with a comma: 0.8228 formatted 0.00% is "82,28%";
* date and time: ISO;
* TRUE, FALSE and errors (#N/A): their name; the reader adds an issue, so that nobody takes them for a blank.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

_FORMAT_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_FORMAT_DECIMALS = re.compile(r"\.([0#?]+)")


def plain_number(value: float) -> str:
    """Shortest digits that give the stored number back, never with an exponent; Excel knows no difference between 61 and 61.0."""
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return format(Decimal(repr(value)), "f")


def _percent_decimals(number_format: str, value: float) -> tuple[int, int] | None:
    """(fixed, optional) digits behind the mark if the format shows a percentage, else None."""
    sections = number_format.split(";")
    section = sections[1] if value < 0 and len(sections) > 1 and sections[1] else sections[0]
    section = _FORMAT_LITERALS.sub("", section)
    if "%" not in section:
        return None
    decimals = _FORMAT_DECIMALS.search(section)
    places = decimals[1] if decimals else ""
    return places.count("0"), len(places) - places.count("0")


def percentage(value: float, fixed: int, optional: int = 0) -> str:
    """0.8228 with two fixed digits is "82,28%"; optional digits are shown unless they are noughts at the end."""
    shown = (Decimal(repr(value)) * 100).quantize(Decimal(1).scaleb(-fixed - optional), rounding=ROUND_HALF_UP)
    text = format(shown, "f")
    for _ in range(optional):
        text = text.removesuffix("0")
    return text.removesuffix(".").replace(".", ",") + "%"


def number_text(value: float, number_format: str) -> str:
    """The text of a number under the format code of its cell."""
    places = _percent_decimals(number_format, value)
    return plain_number(value) if places is None else percentage(value, *places)


def date_text(value: date | time | timedelta) -> str:
    """ISO; a point in time at midnight is a day."""
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value) if isinstance(value, timedelta) else value.isoformat()

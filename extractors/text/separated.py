"""What a CSV may have above its header: lines of titles, and the line that names the mark between fields to Excel."""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_TITLES = 10
"""Lines above the header that may be titles."""

_SEP = re.compile(r'"?sep=([,;|\t])"?', re.IGNORECASE)


def mark_named_in(line: str) -> str | None:
    """The mark that a first line names (`sep=;`), None if it is no such line.

    >>> mark_named_in('sep=;'), mark_named_in("Tỉnh;Điểm")
    (';', None)
    """
    match = _SEP.fullmatch(line.strip())
    return match[1] if match else None


def widths_below_titles(widths: Sequence[int], *, fields: int, rows: int) -> Sequence[int]:
    """The widths from the header on, if lines that the mark does not cut stand above and all below are cut alike; else none.

    Args:
        widths: for each line the number of fields into which a mark cuts it.
        fields, rows: how many fields and lines the table has at least.
    """
    first = next((place for place, width in enumerate(widths) if width > 1), 0)
    below = widths[first:]
    is_table = 0 < first <= MAX_TITLES and len(below) >= rows and len(set(below)) == 1 and below[0] >= fields
    return below if is_table else ()

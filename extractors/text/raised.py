"""Marks of footnotes kept out of figures: a small raised sign behind a figure is never a digit of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MARK = re.compile(r"^[\s()\[\]]*(?:[0-9]{1,2}|[a-z]|\*+|[†‡§])(?:\s*[,;]\s*(?:[0-9]{1,2}|[a-z]|\*+))*[\s()\[\]]*$")
_FIGURE = re.compile(r"[0-9][0-9.,]*\s?%?$")
_POWER = re.compile(r"[x×·.*]\s?10$")


def without_marks(pieces: Iterable[tuple[str, bool]]) -> str:
    """The text of pieces (text, is it raised), without the raised marks behind a figure: "88,09" and raised "4" is "88,09".

    Raised signs behind letters stay ("km" and raised "2"), and so does a power of ten ("2,5 x 10" and raised "6").
    """
    text = ""
    for piece, is_raised in pieces:
        before = text.rstrip()
        if is_raised and _FIGURE.search(before) and _MARK.match(piece) and not _POWER.search(before):
            continue
        text += piece
    return text

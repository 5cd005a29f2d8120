"""Numbers outside every table: what makes a person look at the page, so that nothing is lost in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractors.pdf.cells import is_number
from extractors.pdf.paragraphs import Piece
from extractors.records import UNSETTLED

_LINES = 3
_NUMBERS = 3
"""A typeset page with this many lines of this many numbers, more numbers than words, holds a table even if it shows no grid."""

_SAME_LINE = 0.5
"""Sizes by which the base lines of one line of a scan may differ."""

_FIGURE = re.compile(r"\d")
_EXACT = re.compile(r"[.,]\d|\d\s*%")
"""What a figure has and the number of a page or of a chapter has not."""


@dataclass(frozen=True, slots=True)
class LeftOver:
    """Lines of numbers that no table of a page holds, and how many numbers stand in them."""

    lines: int = 0
    numbers: int = 0

    def __bool__(self) -> bool:
        return self.lines > 0


def may_hold_numbers(signs: Iterable[str]) -> bool:
    """Whether a line is worth a look. Between its numbers there may be no sign at all: white is not one."""
    return sum(len(_FIGURE.findall(text)) for text in signs) >= _NUMBERS


def of_lines(lines: Iterable[str]) -> LeftOver:
    """Of the lines of a typeset page: those that are made of numbers rather than of words."""
    found: list[int] = []
    for text in lines:
        words = text.split()
        numbers = sum(is_number(word) for word in words if not word.isalpha())
        if numbers >= _NUMBERS and numbers > len(words) - numbers:
            found.append(numbers)
    return LeftOver(len(found), sum(found)) if len(found) >= _LINES else LeftOver()


def _numbers_apart(line: Sequence[Piece]) -> int:
    """Numbers of a line that stand apart from other text by wide white; 0 if they may be those of a page or of a chapter."""
    apart = [piece.text for piece in line if all(is_number(word) or word == UNSETTLED for word in piece.text.split())]
    is_figure = any(UNSETTLED in text or _EXACT.search(text) for text in apart)
    return sum(len(text.split()) for text in apart) if len(line) > 1 and (len(apart) > 1 or is_figure) else 0


def of_scan(pieces: Iterable[Piece]) -> LeftOver:
    """Of the text of a scan outside its ruled tables: lines with numbers that stand apart, be they sure or not."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: p.baseline):
        if lines and piece.baseline - lines[-1][0].baseline <= _SAME_LINE * piece.size:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    found = [count for line in lines if (count := _numbers_apart(line))]
    return LeftOver(len(found), sum(found)) if len(found) >= _LINES else LeftOver()

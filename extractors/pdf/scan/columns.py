"""Readings that stand alone against the rest of their column. A column can only speak against a reading, never make one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.pdf.grid import GridCell
from extractors.pdf.scan.votes import figures, is_plain_number
from extractors.records import UNSETTLED

_CONTEXT, _FEW = 10, 2
"""Numbers of a column that speak against one without decimals; that speak against a word or another mark."""

_SHORT_WORD, _SURE_WORD = 4, 0.75
"""Signs of a word that may be a misread figure; confidence from which a longer word stands among numbers."""

_MOST = 0.7
"""Share of the other cells of a column that must be numbers for a word to be odd."""

_GROUPED = re.compile(r"^[+\-]?\d{1,3}([.,])\d{3}(?:\1\d{3})*%?$")
_DECIMALS = re.compile(r"([.,])(\d+)%?$")


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell and what was read in it."""

    cell: GridCell
    text: str
    confidence: float


def _decimals(text: str) -> str:
    """The mark and the number of decimals: ",2"; "" for none."""
    match = _DECIMALS.search(text)
    return f"{match[1]}{len(match[2])}" if match else ""


def _is_odd_number(text: str, others: Sequence[str]) -> bool:
    """A number without the two or more decimals that all others have, or with a point where most have a comma (or the reverse)."""
    kinds = {_decimals(other) for other in others}
    if len(others) >= _CONTEXT and len(kinds) == 1:
        (kind,) = kinds
        if int(kind[1:] or 0) >= 2 and _decimals(text) != kind:
            return True
    mine = _decimals(text)[:1]
    if len(others) < _FEW or not mine or _GROUPED.match(text):
        return False
    marks = [_decimals(other)[:1] for other in others if _decimals(other) and not _GROUPED.match(other)]
    return sum(mark == mine for mark in marks) < sum(mark != mine for mark in marks)


def _is_odd_word(placed: Placed, n_numbers: int, n_others: int) -> bool:
    """A word among numbers that may be a misread figure: short, with a figure in it, or not sure."""
    if n_numbers < _FEW or n_numbers < _MOST * n_others or placed.text == "-":
        return False
    return len(placed.text) <= _SHORT_WORD or bool(figures(placed.text)) or placed.confidence < _SURE_WORD


def odd_ones(cells: Sequence[Placed]) -> list[int]:
    """Indices of the readings that their column speaks against. Header cells and cells over several rows have no column."""
    columns: dict[tuple[int, int], list[int]] = {}
    for index, placed in enumerate(cells):
        if placed.cell.row_span == 1 and placed.text not in ("", UNSETTLED):
            columns.setdefault((placed.cell.column, placed.cell.column_span), []).append(index)
    odd: list[int] = []
    for indices in columns.values():
        numbers = [index for index in indices if is_plain_number(cells[index].text)]
        if not numbers:
            continue
        first = min(cells[number].cell.row for number in numbers)
        body = [index for index in indices if cells[index].cell.row >= first]
        for index in body:
            others = [cells[number].text for number in numbers if number != index]
            if is_plain_number(cells[index].text):
                is_odd = _is_odd_number(cells[index].text, others)
            else:
                is_odd = _is_odd_word(cells[index], len(others), len(body) - 1)
            if is_odd:
                odd.append(index)
    return odd

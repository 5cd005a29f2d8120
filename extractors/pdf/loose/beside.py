"""Tables that stand side by side on the same lines: where the white between them runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extractors.pdf.loose.columns import Column
from extractors.pdf.loose.frame import Frame
from extractors.pdf.loose.words import Row, phrases_of


def _names(rows: Sequence[Row], columns: Sequence[Column]) -> list[str]:
    """The words over each of some columns, in order of the lines."""
    left, right = columns[0].left, columns[-1].right
    words = [
        word.text for row in rows for word in row.words if left - row.size <= (word.left + word.end) / 2 <= right + row.size
    ]
    return sorted(words)


def gutter_of(frame: Frame, above: Sequence[Row]) -> float | None:
    """x of the white between two tables side by side, None if this is one table.

    Behind it the columns begin again: names after figures, with running numbers or without, and figures behind them. Names alone are
    not enough (a table may name things twice): then the words over both sides must be the same. `above`: the lines over the figures.
    """
    columns = frame.columns
    found: list[tuple[float, float]] = []
    for k in range(1, len(columns) - 1):
        right = range(k, len(columns))
        if k - 1 not in frame.figures or (k in frame.figures and not columns[k].is_counting):
            continue
        names = k + 1 if columns[k].is_counting else k
        if names not in frame.texts or not any(j in frame.figures for j in right if j > names):
            continue
        white = columns[k].left - columns[k - 1].right
        counts_twice = (
            columns[k].is_counting and columns[0].is_counting and columns[k].numbers[0].text == columns[0].numbers[0].text
        )
        follows = columns[k].is_counting and columns[0].is_counting and _follows(columns[0], columns[k])
        same = _names(above, columns[:k]) == _names(above, columns[k:]) != []
        if counts_twice or follows or same:
            found.append((white, columns[k - 1].right + white / 2))
    return max(found)[1] if found else None


def _follows(first: Column, second: Column) -> bool:
    return int(second.numbers[0].text) == int(first.numbers[-1].text) + 1


def halves(rows: Sequence[Row], x: float, blank: float) -> tuple[list[Row], list[Row]]:
    """The parts of lines left and right of `x`; a line that runs over it is in neither."""
    sides: tuple[list[Row], list[Row]] = ([], [])
    for row in rows:
        if any(phrase.left < x < phrase.end for phrase in row.phrases):
            continue
        for side, words in zip(
            sides,
            (tuple(w for w in row.words if w.end <= x), tuple(w for w in row.words if w.left >= x)),
            strict=True,
        ):
            if words:
                side.append(
                    replace(
                        row,
                        words=words,
                        top=min(w.top for w in words),
                        bottom=max(w.bottom for w in words),
                        phrases=phrases_of(words, blank),
                    )
                )
    return sides

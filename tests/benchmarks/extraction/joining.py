"""Joins the tables that a reader gives page by page, in its favour: what we ask of our own reader is not held against others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.extraction.score import Grid, Score, grid_of_rows, score


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table as a plain reader gives it: rows of texts on one page (from 1)."""

    page: int
    rows: list[list[str]]


def joined(tables: Sequence[PageTable]) -> list[Grid]:
    """The last table of a page and the first of the next are one if they have as many columns; equal header rows are dropped."""
    groups: list[list[list[str]]] = []
    before: PageTable | None = None
    for table in tables:
        width = max((len(row) for row in table.rows), default=0)
        is_next = before is not None and table.page == before.page + 1
        if groups and is_next and width == max((len(row) for row in groups[-1]), default=0):
            repeated = 0
            while repeated < min(len(table.rows), len(groups[-1]), 4) and table.rows[repeated] == groups[-1][repeated]:
                repeated += 1
            groups[-1] += table.rows[repeated:]
        else:
            groups.append([list(row) for row in table.rows])
        before = table
    return [grid_of_rows(rows) for rows in groups]


def best_score(truth: Sequence[Grid], tables: Sequence[PageTable]) -> Score:
    """The better of the tables as they are and the tables joined over pages."""
    apart = score(truth, [grid_of_rows(table.rows) for table in tables])
    together = score(truth, joined(tables))
    return together if together.f1 >= apart.f1 else apart

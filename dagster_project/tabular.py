"""Answers as tables for a terminal."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Sequence
from decimal import Decimal

import click
from rich import box
from rich.console import Console
from rich.table import Table

from warehouse.figures import shown
from warehouse.query import Answer

FEW_ROWS, MANY_COLUMNS = 3, 12
UPRIGHT_ROWS, FOLDED_ROWS = 20, 500
LEGIBLE = 12
"""Letters that a column keeps at least where its cells are folded."""


def _upright(answer: Answer) -> str:
    """One line per column, as `column  value`: rows that are too wide to stand side by side."""
    width = max(len(name) for name in answer.columns)
    return "\n\n".join(
        "\n".join(f"{name:<{width}}  {shown(value)}" for name, value in zip(answer.columns, row, strict=True))
        for row in answer.rows
    )


def _folded(answer: Answer, numeric: Sequence[bool], width: int) -> str:
    """Side by side, long cells over several lines."""
    table = Table(box=box.SIMPLE_HEAD)
    for name, is_numeric in zip(answer.columns, numeric, strict=True):
        table.add_column(name, justify="right" if is_numeric else "left", overflow="fold")
    for row in answer.rows:
        table.add_row(*[shown(value) for value in row])
    stream = io.StringIO()
    Console(file=stream, width=width, highlight=False, markup=False).print(table)
    return stream.getvalue().strip("\n")


def _plain(columns: Sequence[str], cells: Sequence[Sequence[str]], numeric: Sequence[bool], widths: Sequence[int]) -> str:
    """Side by side, a line per row, as wide as it needs to be."""
    aligned = [f"{{:{'>' if is_numeric else '<'}{width}}}" for is_numeric, width in zip(numeric, widths, strict=True)]
    pattern = "  " + "  ".join(aligned)
    head = (pattern.format(*columns), " " + "─" * (sum(widths) + 2 * len(widths)))
    return "\n".join(line.rstrip() for line in (*head, *(pattern.format(*row) for row in cells)))


def table_text(answer: Answer) -> str:
    """A table for a terminal, in which every value can be read; on a pipe as wide as it needs to be, so that nothing is cut.

    What does not fit a terminal is folded where each column keeps some letters, else shown upright if the rows are not many, else
    written as wide as it is, for a pager that scrolls sideways.
    """
    count, names = len(answer.rows), answer.columns
    total = f"({count} row{'' if count == 1 else 's'})"
    cells = [[" ".join(shown(value).splitlines()) for value in row] for row in answer.rows]
    widths = [max(len(name), *(len(row[i]) for row in cells)) if cells else len(name) for i, name in enumerate(names)]
    numeric = [
        any(isinstance(row[i], int | float | Decimal) and not isinstance(row[i], bool) for row in answer.rows)
        for i in range(len(names))
    ]
    terminal = shutil.get_terminal_size((0, 0)).columns
    is_too_wide = 0 < terminal < sum(widths) + 2 * len(widths) + 2
    least = sum(min(width, LEGIBLE) + 3 for width in widths)
    if 0 < count <= FEW_ROWS and len(names) > MANY_COLUMNS:
        body = _upright(answer)
    elif is_too_wide and count <= FOLDED_ROWS and least < terminal:
        body = _folded(answer, numeric, terminal)
    elif is_too_wide and 0 < count <= UPRIGHT_ROWS:
        body = _upright(answer)
    else:
        body = _plain(names, cells, numeric, widths)
    return f"{body}\n{total}"


def show_paged(text: str) -> None:
    """Print it; at a terminal that it does not fit, in a pager."""
    is_long = text.count("\n") + 2 > shutil.get_terminal_size().lines
    if is_long and sys.stdout.isatty():
        os.environ.setdefault("LESS", "-FRSX")  # wide tables scroll sideways and leave what was read on the screen
        click.echo_via_pager(text)
    else:
        click.echo(text)

"""Answers as tables for a terminal."""

from __future__ import annotations

import io
import os
import shutil
import sys
from decimal import Decimal

import click
from rich import box
from rich.console import Console
from rich.table import Table

from warehouse.figures import shown
from warehouse.query import Answer

FEW_ROWS, MANY_COLUMNS = 3, 12


def _upright(answer: Answer) -> str:
    """Few rows with many columns: one line per column, as `column  value`."""
    width = max(len(name) for name in answer.columns)
    return "\n\n".join(
        "\n".join(f"{name:<{width}}  {shown(value)}" for name, value in zip(answer.columns, row, strict=True))
        for row in answer.rows
    )


def table_text(answer: Answer) -> str:
    """A table for a terminal; on a pipe as wide as it needs to be, so that nothing is cut. Few very wide rows are shown upright."""
    count = len(answer.rows)
    total = f"({count} row{'' if count == 1 else 's'})"
    if 0 < count <= FEW_ROWS and len(answer.columns) > MANY_COLUMNS:
        return f"{_upright(answer)}\n{total}"
    numeric = [
        any(isinstance(row[i], int | float | Decimal) and not isinstance(row[i], bool) for row in answer.rows)
        for i in range(len(answer.columns))
    ]
    widths = [max((len(shown(row[i])) for row in answer.rows), default=0) for i in range(len(answer.columns))]
    needed = sum(max(width, len(name)) + 3 for width, name in zip(widths, answer.columns, strict=True))
    table = Table(box=box.SIMPLE_HEAD)
    for name, is_numeric in zip(answer.columns, numeric, strict=True):
        table.add_column(name, justify="right" if is_numeric else "left", overflow="fold")
    for row in answer.rows:
        table.add_row(*[shown(value) for value in row])
    stream = io.StringIO()
    terminal = shutil.get_terminal_size((0, 0)).columns
    Console(file=stream, width=terminal or max(needed + 2, 80), highlight=False, markup=False).print(table)
    return f"{stream.getvalue().rstrip()}\n{total}"


def show_paged(text: str) -> None:
    """Print it; at a terminal that it does not fit, in a pager."""
    is_long = text.count("\n") + 2 > shutil.get_terminal_size().lines
    if is_long and sys.stdout.isatty():
        os.environ.setdefault("LESS", "-FRSX")  # wide tables scroll sideways and leave what was read on the screen
        click.echo_via_pager(text)
    else:
        click.echo(text)

"""What all commands have in common: how they end, how they fail, how they print JSON."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

DONE, TOLD, COULD_NOT_RUN = 0, 1, 2
"""Exit codes: done; done, but something is held back or waits for a person; could not run."""

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document that a program can read.")]


def fail(message: str) -> typer.Exit:
    """The end of a command that could not run: `raise fail("…") from None`."""
    typer.echo(f"cchc: {message}", err=True)
    return typer.Exit(COULD_NOT_RUN)


def print_json(value: object) -> None:
    """JSON with its letters as they are, or as escapes where the terminal's encoding (or a stray half of a letter) forbids them."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=2, default=str)
    typer.echo(text)

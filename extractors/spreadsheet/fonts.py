"""Text whose meaning hangs on its font: runs of TCVN3, VNI or VPS become Unicode, run by run."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.spreadsheet.sheet import Entry
from extractors.text.fold import nfc

Run = tuple[str, str]
"""A piece of a cell's text and the name of its font."""


def entry_of(runs: Sequence[Run]) -> Entry:
    """The text of a cell from its runs."""
    return Entry(nfc("".join(text for text, _ in runs)))

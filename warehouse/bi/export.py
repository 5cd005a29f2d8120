"""One table of `bi.duckdb`: what it reads of the published marts, and the select that makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


class BiExportError(Exception):
    """The published file cannot be turned into the reports' export; the message says what was expected and what was found."""


def _nothing() -> Mapping[str, tuple[str, ...]]:
    return {}


@dataclass(frozen=True, slots=True)
class Export:
    """One table of `bi.duckdb`.

    `reads`: mart -> the columns that `sql` reads of it. `may_be_empty`: where there is nothing, the table gets one row with
    `is_placeholder` true instead, since pages cannot be built on nothing; pages select `where not is_placeholder`.
    """

    name: str
    sql: str
    reads: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    may_be_empty: bool = False

"""What each published column is made of, as the dictionary shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ColumnOf = tuple[str, str]
"""A table and one of its columns."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """`columns`: table, column -> the columns it is made of, one step up; `tables`: table -> the tables it reads; `keys`: table ->
    the columns that tell its rows apart. A table of another step than the marts stands by its name alone."""

    columns: Mapping[ColumnOf, tuple[ColumnOf, ...]] = field(default_factory=dict[ColumnOf, tuple[ColumnOf, ...]])
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def used_by(self, table: str) -> tuple[str, ...]:
        """The tables that read this one."""
        return tuple(sorted(name for name, parents in self.tables.items() if table in parents))

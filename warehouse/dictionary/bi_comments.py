"""Comments of `bi.duckdb`: the texts of the marts, and those of bi.yml for what the marts do not have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from warehouse.descriptions import Described, described
from warehouse.dictionary.texts import both, read_texts
from warehouse.formats.tables import quoted

Comment = Callable[[Described, str, str | None], str]


def comment_bi(bi: Path, texts: Mapping[str, Described], comment_of: Comment) -> None:
    """Write a comment on every table and column that has a text.

    `texts`: column of the marts -> its meaning; `comment_of`: text, table, column -> the comment, which may end with a link.

    Raises:
        duckdb.Error: `bi` is no database that may be written.
    """
    own = read_texts("bi.yml")
    with duckdb.connect(str(bi)) as connection:
        rows = connection.execute(
            "select table_name, column_name from duckdb_columns() where not internal and schema_name = 'main' order by all"
        ).fetchall()
        for table in sorted({str(row[0]) for row in rows}):
            if table in own["tables"]:
                connection.execute(
                    f'comment on table "{table}" is {quoted(comment_of(both(own["tables"][table]), table, None))}'
                )
        for table, column in rows:
            text = _text(column, own["columns"], texts)
            if text is not None:
                connection.execute(f'comment on column "{table}"."{column}" is {quoted(comment_of(text, table, column))}')


def _text(column: str, own: Mapping[str, Any], texts: Mapping[str, Described]) -> Described | None:
    """What a column means. A column `x_en` that has no text of its own is the English of `x`."""
    if column in own:
        return both(own[column])
    if column in texts or not column.endswith("_en"):
        return texts.get(column)
    vietnamese = _text(column.removesuffix("_en"), own, texts)
    return vietnamese and Described(f"{vietnamese.vi} (bằng tiếng Anh)", f"{vietnamese.en} (in English)")


def texts_of(database: Path) -> dict[str, Described]:
    """Column of the marts of a release -> its meaning, which is one in all tables."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute("select distinct column_name, comment from duckdb_columns() where not internal").fetchall()
    return {str(column): described(comment) for column, comment in rows}

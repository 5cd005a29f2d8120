"""Answers of queries as CSV, JSON, Markdown and Parquet, a few thousand rows at a time, to a file or to a pipe."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Literal

import duckdb

from extractors.durable import sync_folder
from warehouse.figures import shown
from warehouse.formats.safe_text import safe_text
from warehouse.formats.tables import BOM

Form = Literal["csv", "json", "jsonl", "markdown", "parquet"]
ENDINGS: dict[str, Form] = {
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".md": "markdown",
    ".parquet": "parquet",
}
"""How a file is written whose name ends so."""

_ROWS = 5000


@contextmanager
def whole_file(path: Path) -> Generator[Path]:
    """A path beside `path` to write to; at the end it takes its name, or, if something went wrong, goes.

    Raises:
        OSError: the folder cannot be written, or its disk is full; what stood there stands.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield beside
        with beside.open("rb") as stream:
            os.fsync(stream.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def _batches(result: duckdb.DuckDBPyConnection) -> Iterator[list[tuple[Any, ...]]]:
    while rows := result.fetchmany(_ROWS):
        yield rows


def _plain(value: Any) -> Any:
    """A value as JSON has it: figures stay figures, days and moments become ISO texts."""
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def write_text(result: duckdb.DuckDBPyConnection, form: Form, stream: IO[str], *, is_raw: bool = False) -> int:
    """Rows of an answer as CSV, JSON, a JSON document a line, or a table of Markdown; how many there were.

    `is_raw`: texts of CSV as they are, also those that a spreadsheet would take for a formula.
    """
    columns, count = [column[0] for column in result.description or ()], 0
    writer = csv.writer(stream, lineterminator="\n")
    if form == "csv":
        writer.writerow(columns)
    elif form == "markdown":
        stream.write(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}\n")
    elif form == "json":
        stream.write("[")
    for rows in _batches(result):
        if form == "csv":
            writer.writerows([_cell(value, is_raw=is_raw) for value in row] for row in rows)
        elif form == "markdown":
            stream.writelines(f"| {' | '.join(_markdown(value) for value in row)} |\n" for row in rows)
        else:
            for number, row in enumerate(rows, start=count):
                record = {name: _plain(value) for name, value in zip(columns, row, strict=True)}
                if form == "jsonl":
                    stream.write(f"{json.dumps(record, ensure_ascii=False, default=str)}\n")
                else:
                    text = json.dumps(record, ensure_ascii=False, indent=2, default=str).replace("\n", "\n  ")
                    stream.write(f"{',' if number else ''}\n  {text}")
        count += len(rows)
    if form == "json":
        stream.write("\n]\n" if count else "]\n")
    return count


def _cell(value: Any, *, is_raw: bool) -> str:
    if isinstance(value, str):
        return value if is_raw else safe_text(value)
    return shown(value)


def _markdown(value: Any) -> str:
    return shown(value).replace("|", "\\|").replace("\n", " ")


def write_parquet(result: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Rows of an answer as Parquet, with their types; how many there were."""
    from pyarrow import parquet

    reader = result.to_arrow_reader(_ROWS)
    count = 0
    with parquet.ParquetWriter(str(path), reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)
            count += batch.num_rows
    return count


def write_answer(
    result: duckdb.DuckDBPyConnection, form: Form, path: Path, *, has_bom: bool = False, is_raw: bool = False
) -> int:
    """An answer in a file, whole or not at all; how many rows it has.

    Raises:
        OSError: the file cannot be written.
    """
    with whole_file(path) as beside:
        if form == "parquet":
            return write_parquet(result, beside)
        with beside.open("wb") as raw:
            if has_bom and form == "csv":
                raw.write(BOM)
            with io.TextIOWrapper(raw, encoding="utf-8", newline="") as stream:
                return write_text(result, form, stream, is_raw=is_raw)

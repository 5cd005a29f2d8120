"""`datapackage.json`: a release as a Frictionless data package (v1 of the specification, which its library validates)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from warehouse.formats.licences import DATA, licence_of
from warehouse.formats.sources import Source
from warehouse.formats.tables import BOM, Column, Table
from warehouse.formats.texts import DESCRIPTION_EN, DESCRIPTION_VI, KEYWORDS, TITLE_EN, TITLE_VI
from warehouse.release_facts import ReleaseFacts
from warehouse.releases import sha256_of

_TYPES = {
    "VARCHAR": "string",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "datetime",
}
_OTHERS = {
    ".parquet": ("parquet", "application/vnd.apache.parquet"),
    ".duckdb": ("duckdb", "application/vnd.duckdb"),
    ".xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
"""Files beside the CSV tables: form and media type."""


class UnknownTypeError(ValueError):
    """A column has a type for which nothing is said here; the message says where to add it."""


def field_type(column: Column) -> str:
    """The type of a column in words of the Table Schema.

    Raises:
        UnknownTypeError: no word for it is known.
    """
    if column.type_name.startswith("DECIMAL"):
        return "number"
    try:
        return _TYPES[column.type_name]
    except KeyError:
        raise UnknownTypeError(
            f"column {column.name}: expected a type of {', '.join(_TYPES)} or DECIMAL, found {column.type_name}; "
            "add it to _TYPES in warehouse/formats/datapackage.py"
        ) from None


def _licence(name: str) -> list[dict[str, str]]:
    found = licence_of(name)
    return [{"name": found.spdx, "title": found.title, "path": found.url}]


def _file(directory: Path, path: Path) -> dict[str, Any]:
    name = path.relative_to(directory).as_posix()
    return {
        "path": name,
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256_of(path)}",
        "licenses": _licence(name),
    }


def _table(directory: Path, table: Table, key: Sequence[str]) -> dict[str, Any]:
    path = directory / "csv" / f"{table.name}.csv"
    with path.open("rb") as stream:
        has_bom = stream.read(len(BOM)) == BOM
    fields = [
        {
            "name": column.name,
            "type": field_type(column),
            "description": column.text.en,
            "description_vi": column.text.vi,
        }
        for column in table.columns
    ]
    return {
        "name": table.name,
        "type": "table",
        "profile": "tabular-data-resource",
        "title": table.name,
        "description": table.text.en,
        "description_vi": table.text.vi,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig" if has_bom else "utf-8",
        **_file(directory, path),
        "schema": {"fields": fields, **({"primaryKey": list(key)} if key else {})},
    }


def _other(directory: Path, path: Path) -> dict[str, Any]:
    form, media_type = _OTHERS[path.suffix]
    name = path.relative_to(directory).with_suffix("").as_posix().lower().replace("/", "-").replace("_", "-")
    return {
        "name": f"{name}-{form}" if not name.endswith(form) else name,
        "type": "file",
        "format": form,
        "mediatype": media_type,
        **_file(directory, path),
    }


def data_package(
    directory: Path, tables: Sequence[Table], sources: Sequence[Source], facts: ReleaseFacts, keys: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """The descriptor of the files that lie in `directory`: each CSV table with its schema, then Parquet, DuckDB and workbooks.

    `keys`: table -> columns of its key, where one is known.

    Raises:
        UnknownTypeError: a column has a type that the Table Schema cannot be told.
    """
    described = [_table(directory, table, keys.get(table.name, ())) for table in tables]
    others = [path for path in sorted(directory.rglob("*")) if path.is_file() and path.suffix in _OTHERS]
    return {
        "profile": "data-package",
        "name": "cchc",
        "id": facts.fingerprint,
        "title": TITLE_EN,
        "title_vi": TITLE_VI,
        "description": DESCRIPTION_EN,
        "description_vi": DESCRIPTION_VI,
        "version": facts.release_id.removeprefix("v"),
        "created": facts.published_at.isoformat(timespec="seconds"),
        "keywords": list(KEYWORDS),
        "licenses": [{"name": DATA.spdx, "title": DATA.title, "path": DATA.url}],
        "sources": [
            {"title": f"{source.title} ({source.publisher})", **({"path": source.url} if source.url else {})}
            for source in sources
        ],
        "resources": [
            *described,
            *(_other(directory, path) for path in others),
        ],
    }

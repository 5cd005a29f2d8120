"""Writes the dictionary: pages in two languages that open from a disk without a network and without script, and `dictionary.json`."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from warehouse.descriptions import Described
from warehouse.dictionary.content import TableEntry, codes_found, read_bi_entries, read_entries
from warehouse.dictionary.lineage import Lineage
from warehouse.dictionary.methods import Method, read_methods
from warehouse.dictionary.texts import code_list_of, code_lists, read_texts, remark_of
from warehouse.figures import shown, vietnamese
from warehouse.formats.licences import DATA
from warehouse.release_facts import ReleaseFacts

LANGUAGES = ("vi", "en")
LAYERS = ("rpt", "fct", "dim", "bridge", "qa", "release", "bi")


def _in_language(context: Context, text: Described) -> str:
    """A text in the language of its page."""
    return text.vi if context["lang"] == "vi" else text.en


def _figure(context: Context, value: object) -> str:
    """A value of the release: numbers with a decimal comma on Vietnamese pages."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    return vietnamese(value) if context["lang"] == "vi" else shown(value)


def _meaning(context: Context, code: str, column: str) -> str:
    """A code with its meaning; the code alone where no list has it."""
    found = code_list_of(column)
    text = found.codes.get(code) if found is not None else None
    return _in_language(context, text) if text is not None else code


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("warehouse.dictionary", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    filters = cast("dict[str, Callable[..., str | Described]]", made.filters)
    filters.update(
        both_of_remark=remark_of,
        say=pass_context(_in_language),
        figure=pass_context(_figure),
        meaning=pass_context(_meaning),
    )
    return made


def _plain(value: object) -> Any:
    """For JSON: records as objects, what JSON has no word for as text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in dataclasses.fields(value) if one.name != "code_list"}
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in cast("dict[object, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in cast("list[object]", value)]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return value.isoformat() if isinstance(value, datetime | date) else shown(value)


def _write_json(directory: Path, facts: ReleaseFacts, tables: tuple[TableEntry, ...], methods: tuple[Method, ...]) -> None:
    content = {
        "release": facts.release_id,
        "published_at": facts.published_at.isoformat(),
        "tables": _plain(tables),
        "codes": {one.name: _plain(one) for one in code_lists()},
        "methodologies": _plain(methods),
    }
    (directory / "dictionary.json").write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def write_dictionary(database: Path, directory: Path, *, facts: ReleaseFacts, lineage: Lineage) -> None:
    """Write the dictionary of the release whose `cchc.duckdb` is `database` into `directory`, beside it and its `bi.duckdb`.

    Raises:
        OSError: the folder cannot be written.
        duckdb.Error: the database is none of a release.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        tables, methods = read_entries(connection, lineage), read_methods(connection)
    with duckdb.connect(str(database.with_name("bi.duckdb")), read_only=True) as connection:
        tables += read_bi_entries(connection)
    published = {table.name: {column.name for column in table.columns} for table in tables}
    environment, words = _environment(), read_texts("words.yml")
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "style.css").write_text(
        files("warehouse.dictionary").joinpath("style.css").read_text("utf-8"), encoding="utf-8"
    )
    _write_json(directory, facts, tables, methods)
    for_readers = [table for table in tables if table.layer == LAYERS[0]]
    choice = environment.get_template("choice.html").render(facts=facts, words=words, tables=for_readers)
    (directory / "index.html").write_text(choice, encoding="utf-8")
    for lang in LANGUAGES:
        folder = directory / lang
        folder.mkdir(exist_ok=True)

        def texts(entry: dict[str, Any], lang: str = lang) -> dict[str, Any]:
            return {key: value[lang] if lang in value else texts(value) for key, value in entry.items()}

        common = {
            "lang": lang,
            "other": "en" if lang == "vi" else "vi",
            "t": texts(words),
            "facts": facts,
            "published": published,
            "licence": DATA.spdx,
        }

        def write(name: str, template: str, folder: Path = folder, common: dict[str, Any] = common, **more: object) -> None:
            text = environment.get_template(template).render(**common, here=name, **more)
            (folder / name).write_text(text, encoding="utf-8")

        layers = [(layer, [table for table in tables if table.layer == layer]) for layer in LAYERS]
        write("index.html", "start.html", layers=layers, tables=tables, methods=methods)
        write("codes.html", "code_lists.html", lists=code_lists(), found=codes_found(tables))
        for table in tables:
            write(f"{table.name}.html", "table.html", table=table)
        for method in methods:
            write(method.page, "method.html", method=method)

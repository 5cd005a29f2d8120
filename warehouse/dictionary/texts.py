"""The texts of the dictionary beside those of the marts: codes, units, warnings, words of the pages. Each stands once."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from warehouse.descriptions import Described


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes that the named columns may have, and what they mean."""

    name: str
    title: Described
    columns: tuple[str, ...]
    codes: dict[str, Described]


@cache
def read_texts(name: str) -> Any:
    """A YAML file of this package."""
    return yaml.safe_load(files(__package__ or "").joinpath(name).read_text(encoding="utf-8"))


def both(entry: dict[str, str]) -> Described:
    """An entry with its two languages."""
    return Described(str(entry["vi"]), str(entry["en"]))


@cache
def code_lists() -> tuple[CodeList, ...]:
    """All lists of codes, as they stand in codes.yml."""
    return tuple(
        CodeList(
            name,
            both(entry["title"]),
            tuple(entry["columns"]),
            {code: both(text) for code, text in entry["codes"].items()},
        )
        for name, entry in read_texts("codes.yml").items()
    )


def _matches(column: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(column, pattern) for pattern in patterns)


def unit_of(column: str) -> Described:
    """The unit of a number; empty where usage.yml names none."""
    return next((both(entry) for entry in read_texts("usage.yml")["units"] if _matches(column, entry["columns"])), Described())


def warnings_of(column: str) -> tuple[Described, ...]:
    """What to mind when one uses a column."""
    return tuple(both(entry) for entry in read_texts("usage.yml")["warnings"] if _matches(column, entry["columns"]))


def code_list_of(column: str) -> CodeList | None:
    """The list that explains the codes of a column, if it has codes."""
    return next((one for one in code_lists() if column in one.columns), None)


def remark_of(text: str) -> Described:
    """A remark on a method or a criterion, which the reference data say in English; without Vietnamese where remarks.yml lacks it."""
    return Described(str(read_texts("remarks.yml").get(text, "")), text)

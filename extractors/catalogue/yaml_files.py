"""The YAML files of the catalogue, entries and reference data alike: reading one, and saying in words what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import yaml
from pydantic import ValidationError

_REPOSITORY = Path(__file__).parents[2]


def _date_or_text(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> object:
    """A day that no calendar has stays text: the row's shape then names its field, where YAML knows of no field."""
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        return node.value


# The C loader reads the same safe subset, about ten times faster; a platform without it is slower, not wrong.
_FASTEST: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LOADER = cast("type[yaml.SafeLoader]", type("_Loader", (_FASTEST,), {}))
_LOADER.add_constructor("tag:yaml.org,2002:timestamp", _date_or_text)


class YamlFileError(ValueError):
    """A file that cannot be read as YAML. The message has file, expected, found and, where there is one, the line."""


def shown_path(path: Path) -> str:
    """A path as a person would name it: from the root of the checkout if it lies in there, else in full."""
    return path.relative_to(_REPOSITORY).as_posix() if path.is_relative_to(_REPOSITORY) else str(path)


def shown(value: object) -> str:
    if value is None:
        return "nothing"
    text = repr(value) if isinstance(value, str | int | float | list | dict) else repr(str(value))
    return text if len(text) <= 80 else f"{text[:77]}..."


def read_yaml(path: Path, name: str) -> tuple[object, tuple[int, ...]]:
    """The content of one file, and the line of each item of its list `rows` (none if it has no such list).

    A field that is given twice is an error: YAML itself would take the last one and say nothing.

    Raises:
        YamlFileError: the file, called `name` in the message, is not readable, not UTF-8 or not YAML.
    """
    try:
        loader = _LOADER(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        found = f"byte {error.object[error.start]:#04x} at {error.start}"
        line = error.object.count(b"\n", 0, error.start) + 1
        raise YamlFileError(f"{name}: expected UTF-8 text, found {found} (line {line}); save the file as UTF-8") from error
    except OSError as error:
        raise YamlFileError(f"{name}: expected a readable file, found: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise YamlFileError(f"{name}: expected YAML, found {_yaml_problem(error)}") from error
    try:
        root = loader.get_single_node()
        if root is None:
            return None, ()
        twice = next(_fields_given_twice(root), None)
        if twice is not None:
            field, line = twice
            raise YamlFileError(f"{name}: expected each field once, but the field {field!r} is given twice (line {line})")
        return loader.construct_document(root), tuple(_row_lines(root))
    except yaml.YAMLError as error:
        raise YamlFileError(f"{name}: expected YAML, found {_yaml_problem(error)}") from error
    finally:
        loader.dispose()


def _yaml_problem(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line = f" (line {mark.line + 1})" if mark is not None else ""
        return ", ".join(part for part in (error.context, error.problem) if part) + line
    if isinstance(error, yaml.reader.ReaderError):
        return f"at character {error.position}: {error.reason}"
    return " ".join(str(error).split())


def _fields_given_twice(root: yaml.Node) -> Iterator[tuple[str, int]]:
    waiting, seen = [root], set[int]()
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.ScalarNode) or id(node) in seen:  # a reference of YAML may lead back to where it stands
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            names = [str(name.value) for name, _ in node.value]
            if len(set(names)) != len(names):
                for place, (name, _) in enumerate(node.value):
                    if names[place] in names[:place]:
                        yield names[place], name.start_mark.line + 1
            waiting.extend(value for _, value in node.value)


def _row_lines(root: yaml.Node) -> Iterator[int]:
    if isinstance(root, yaml.MappingNode):
        for name, value in root.value:
            if name.value == "rows" and isinstance(value, yaml.SequenceNode):
                yield from (row.start_mark.line + 1 for row in value.value)


KNOWN = "known"
"""Marks the one of two shapes that a field has in the models; a file has no field of that name."""


def validation_problems(name: str, error: ValidationError) -> list[str]:
    """Pydantic's findings in the words of this house: file (and row), field, expected, found."""
    problems: list[str] = []
    for detail in error.errors(include_url=False):
        parts = [str(part) for part in detail["loc"] if part != KNOWN]
        field = "field " + ".".join(parts) if parts else "all fields together"
        message = detail["msg"].removeprefix("Value error, ")
        if detail["type"] == "missing":
            problems.append(f"{name}: {field}: expected a value, found nothing")
        elif detail["type"] == "extra_forbidden":
            problems.append(f"{name}: {field}: expected no such field, found {shown(detail['input'])}")
        elif detail["type"] == "value_error" and "expected" in message:  # a rule of our own, which says both
            problems.append(f"{name}: {field}: {message}")
        else:
            expected = message.removeprefix("Input should be ")
            colon = "" if expected != message else ":"
            problems.append(f"{name}: {field}: expected{colon} {expected}; found {shown(detail['input'])}")
    return problems

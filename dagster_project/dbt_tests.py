"""What each test of dbt asks, in a sentence: Dagster shows it beside the check."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Arguments = Mapping[str, Any]


def _list(names: object) -> str:
    return ", ".join(str(name) for name in names) if isinstance(names, list | tuple) else str(names)


def _range(given: Arguments) -> str:
    least, most = given.get("min_value"), given.get("max_value")
    if most is None:
        return f"at least {least}"
    return f"at most {most}" if least is None else f"between {least} and {most}"


_REF = re.compile(r"""ref\(\s*['"](\w+)['"]\s*\)""")

_SENTENCES: Mapping[str, Callable[[str, Arguments], str]] = {
    "not_null": lambda model, given: f"No row of {model} lacks {given['column_name']}.",
    "unique": lambda model, given: f"No two rows of {model} have the same {given['column_name']}.",
    "relationships": lambda model, given: (
        f"Each {given['column_name']} of {model} is found in {_list(_REF.findall(str(given['to'])))} as {given['field']}."
    ),
    "accepted_values": lambda model, given: f"{given['column_name']} of {model} is one of: {_list(given['values'])}.",
    "accepted_range": lambda model, given: f"{given['column_name']} of {model} is {_range(given)}.",
    "unique_combination": lambda model, given: f"No two rows of {model} have the same {_list(given['columns'])}.",
    "holds": lambda model, given: f"In each row of {model}: {' '.join(str(given['expression']).split())}",
    "not_empty": lambda model, given: f"{model} has rows.",
    "no_overlap": lambda model, given: (
        f"In {model}, of one {_list(given['key_columns'])} only one row is valid on a day, "
        f"by {given['valid_from']} and {given['valid_to']}."
    ),
}


def sentence_of(node: Mapping[str, Any]) -> str:
    """What a test of dbt's manifest asks of which model.

    Its own description if it has one; of a test with a file of its own the comment that begins it.

    Raises:
        KeyError: a generic test that this module has no sentence for.
    """
    if node.get("description"):
        return str(node["description"])
    generic = node.get("test_metadata")
    if not generic:
        return _first_comment(str(node.get("raw_code", "")))
    where = node.get("config", {}).get("where")
    model = str(node.get("attached_node") or "").rpartition(".")[2]
    rows = f" Only rows where {where}." if where else ""
    return _SENTENCES[generic["name"]](model, generic["kwargs"]) + rows


def _first_comment(sql: str) -> str:
    lines: list[str] = []
    for line in sql.lstrip().splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.lstrip("- ").strip())
    return " ".join(lines)

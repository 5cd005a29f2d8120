"""Writing decisions into their YAML files by hand's own rules: an entry is added or taken out, every other byte of the file stays."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import cast

import yaml

from extractors.catalogue.corrections import Decision, read_decisions
from extractors.catalogue.loader import CatalogueError
from extractors.catalogue.yaml_files import shown_path
from extractors.durable import write_atomically

HEADER = (
    "# Decisions on single cells of this document: `cchc review` writes here; CONTRIBUTING.md says how to write one by hand.\n"
)


class DecisionFileError(ValueError):
    """A file that cannot be changed without losing something a person wrote; the message says what to do by hand."""


class _Quoted(str):
    """Text that a reader of the file must not take for a number."""


class _Dumper(yaml.SafeDumper):
    """Writes `_Quoted` in quotes and everything else as plain as it may be."""


def _quoted(dumper: yaml.SafeDumper, text: _Quoted) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')


_Dumper.add_representer(_Quoted, _quoted)


def _entry(decision: Decision) -> str:
    fields = decision.model_dump(mode="python", exclude_none=True, exclude_defaults=True)
    fields |= {name: _Quoted(fields[name]) for name in ("expect", "value") if name in fields}
    if "statement" in fields:
        fields["statement"]["entity_code"] = _Quoted(fields["statement"]["entity_code"])
    ordered = {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}
    text = yaml.dump([ordered], Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120, default_flow_style=False)
    return textwrap.indent(text, "  ")


def _sequence(path: Path, text: str) -> yaml.SequenceNode:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = cast("list[tuple[yaml.ScalarNode, yaml.Node]]", root.value) if isinstance(root, yaml.MappingNode) else []
    found = next((value for name, value in pairs if name.value == "decisions"), None)
    if not isinstance(found, yaml.SequenceNode):
        raise DecisionFileError(
            f"{shown_path(path)}: expected 'decisions:' with a list, found another shape; correct it by hand"
        )
    return found


def _checked(path: Path, before: bytes | None, text: str, expected: tuple[Decision, ...]) -> None:
    """Write the text if it says exactly what is expected, and put the file back as it was if it does not."""
    write_atomically(path, text.encode())
    reason = "its entries would not be read back as they were written"
    try:
        if read_decisions(path) == expected:
            return
    except CatalogueError as error:
        reason = "; ".join(error.problems)
    if before is None:
        path.unlink()
    else:
        write_atomically(path, before)
    raise DecisionFileError(
        f"{shown_path(path)}: expected a list of decisions that can be changed safely, found: {reason}; edit the file by hand"
    )


def add_decision(path: Path, decision: Decision) -> None:
    """Append one decision. A file that is not there is made.

    Raises:
        CatalogueError: the file as it stands cannot be read.
        DecisionFileError: its form is not that of a plain list.
    """
    if not path.exists():
        _checked(path, None, f"{HEADER}\ndecisions:\n{_entry(decision)}", (decision,))
        return
    earlier, before = read_decisions(path), path.read_bytes()
    text = before.decode()
    listed = _sequence(path, text)
    entry = _entry(decision)
    if not earlier:
        text = text[: listed.start_mark.index].rstrip() + "\n" + entry + text[listed.end_mark.index :].lstrip("\n")
    else:
        column = listed.start_mark.column
        text = text.rstrip("\n") + "\n\n" + textwrap.indent(textwrap.dedent(entry), " " * column)
    _checked(path, before, text, (*earlier, decision))


def remove_decision(path: Path, decision: Decision) -> None:
    """Take one decision out. The comments before and behind it stay.

    Raises:
        CatalogueError, DecisionFileError: as for `add_decision`.
    """
    earlier, before = read_decisions(path), path.read_bytes()
    text = before.decode()
    listed = _sequence(path, text)
    place = earlier.index(decision)
    starts = [cast("yaml.Node", node).start_mark.line for node in listed.value]
    lines = text.splitlines(keepends=True)
    end = starts[place + 1] if place + 1 < len(starts) else len(lines)
    while end > starts[place] + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    kept = [*lines[: starts[place]], *lines[end:]]
    text = "".join(kept)
    if len(earlier) == 1:
        text = text.replace("decisions:", "decisions: []", 1)
    _checked(path, before, text, tuple(one for one in earlier if one != decision))

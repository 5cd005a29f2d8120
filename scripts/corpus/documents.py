"""The register of the corpus: which shape is set by whom, in which font, in which half."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from scripts.corpus.model import Block, Document, Half, Producer, Sheet

SEEDS: Mapping[Half, str] = {"development": "development", "held_out": "held out 5"}
"""Change the second whenever somebody has looked at what the held-out half says."""

Shape = Callable[..., tuple[Block, ...]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One document that is not set yet. `name` follows the class letter in its id; `options` go to the shape."""

    name: str
    group: str
    producer: Producer
    shape: Shape
    sheet: Sheet
    options: dict[str, Any]
    after: tuple[str, ...] = ()


def document(entry: Entry, half: Half) -> Document:
    """The figures depend on the half and the name alone, so that the same id gives the same truth in every run."""
    identity = f"synthetic_{entry.group}_{entry.name}_{entry.producer}"
    rng = Random(f"{SEEDS[half]}/{entry.group}/{entry.name}")  # noqa: S311 (figures of a test corpus, not secrets)
    made = Document(identity, entry.group, half, entry.producer, entry.sheet, entry.shape(rng, **entry.options), entry.after)
    made.check_widths()
    return made


def documents(half: Half, *, long: bool = False) -> Iterator[Document]:
    """Every document of a half that is kept in the repository, or those that are too long for it (made when they are measured)."""
    from scripts.corpus import development, held_out  # they use `Entry`

    half_module = {"development": development, "held_out": held_out}[half]
    for entry in half_module.LONG if long else half_module.ENTRIES:
        yield document(entry, half)

"""What one refresh has collected so far, so that no stage reads or fetches a document again that another one has in hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from extractors.archive.collect import Collected
from extractors.catalogue.models import CatalogueEntry
from extractors.records import Issue

Found = Collected | Issue | None


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes that were had, or why they could not be had, by document. An entry that was edited in between is asked for again."""

    _found: dict[str, tuple[CatalogueEntry, Found]] = field(default_factory=dict[str, tuple[CatalogueEntry, Found]])

    def collected(self, entry: CatalogueEntry, collect: Callable[[CatalogueEntry], Found]) -> Found:
        known = self._found.get(entry.id)
        if known is None or known[0] != entry:
            known = self._found[entry.id] = (entry, collect(entry))
        return known[1]


_OF_REFRESH: dict[str, Memory] = {}


def memory_of(refresh_id: str) -> Memory:
    """The memory of this refresh in this process. That of any other one goes: what it saw may be old."""
    for other in _OF_REFRESH.keys() - {refresh_id}:
        del _OF_REFRESH[other]
    return _OF_REFRESH.setdefault(refresh_id, Memory())

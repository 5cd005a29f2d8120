"""The held-out half."""

from __future__ import annotations

from scripts.corpus.documents import Entry

ENTRIES: tuple[Entry, ...] = ()

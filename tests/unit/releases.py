"""Small releases of synthetic tables, for tests of how releases are made, shown and taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from warehouse import publish as publish_module
from warehouse.publish import Plan, publish
from warehouse.release_facts import ReleaseFacts
from warehouse.releases import Release

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def _no_bi(source: Path, target: Path, pictures: object = ()) -> None:
    """The pages' copy needs every mart; here one table is all there is."""
    target.write_bytes(source.read_bytes())


def _no_metadata(
    database: Path, tables: object, directory: Path, facts: ReleaseFacts, *, public_url: str, keys: object
) -> None:
    """Nor are there documents that could be described."""


def without_marts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publishing of builds that have not the marts that pages and metadata are made of."""
    monkeypatch.setattr(publish_module, "write_bi", _no_bi)
    monkeypatch.setattr(publish_module, "write_metadata", _no_metadata)


def build_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build database with two synthetic tables, one of which says which build it is."""
    without_marts(monkeypatch)
    path = folder / "build.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create table marts.rpt_scores as select i as score from range(3000) as t(i)")
        connection.execute("create table marts.release_mark as select 'synthetic' as mark")
    return path


def publish_mark(build: Path, published: Path, mark: str, now: datetime = NOW, plan: Plan | None = None) -> Release:
    """A release whose fingerprint, and the one row of whose table `release_mark`, are `mark`."""
    with duckdb.connect(str(build)) as connection:
        connection.execute("update marts.release_mark set mark = ?", [mark])
    return publish(build, published, fingerprint=mark, facts={"documents": {"pci_2021_published": mark}}, now=now, plan=plan)

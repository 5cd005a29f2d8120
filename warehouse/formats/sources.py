"""The documents that a release was read from, and the years and units it speaks of: what describes a release to programs."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True, slots=True)
class Source:
    """One document, by its own Vietnamese title (compilations cite the same originals); `publisher` is that of the original that it
    cites; `url` is None where no address is known."""

    document_id: str
    title: str
    publisher: str
    url: str | None
    licence: str
    sha256: str


def read_sources(connection: duckdb.DuckDBPyConnection) -> tuple[Source, ...]:
    """Of `dim_document`, those whose figures are in the release."""
    rows = connection.execute(
        """select document_id, title_vi, coalesce(cited_publisher, ''), cited_url, licence, sha256
           from dim_document where document_status = 'loaded' order by document_id"""
    ).fetchall()
    return tuple(Source(*row) for row in rows)


def read_years(connection: duckdb.DuckDBPyConnection) -> tuple[int, int] | None:
    """First and last reference year with a score; None if there is none."""
    first, last = connection.execute("select min(year), max(year) from rpt_scores").fetchone() or (None, None)
    return (first, last) if first is not None and last is not None else None

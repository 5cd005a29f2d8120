"""What assets have in common: owners, groups, code versions, links, how often a step is tried again."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import dagster as dg

from dagster_project.settings import REPOSITORY
from extractors.readers import code_fingerprint

OWNERS = ["team:data-stewards"]
"""Who answers for every asset; the one place to name a person or another team."""

POOL = "duckdb"
"""Steps that open the build database: one at a time (`concurrency.pools.default_limit` in dagster.yaml)."""

TRIED_AGAIN = dg.RetryPolicy(max_retries=2, delay=2, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)
"""For steps that meet the network or the disk. A gate that fails is never tried again: it would say the same."""


@lru_cache(maxsize=1)
def readers_version() -> str:
    """Changes when a reader, a layout or the reference data changes: then documents are read again."""
    return code_fingerprint()[:12]


def version_of(*folders: str, suffixes: Iterable[str] = (".py", ".yml", ".sql")) -> str:
    """Changes when a file below these folders of the checkout changes."""
    digest = hashlib.sha256()
    wanted = tuple(suffixes)
    for folder in folders:
        root = REPOSITORY / folder
        files = [root] if root.is_file() else [p for p in root.rglob("*") if p.suffix in wanted and "data" not in p.parts[:-1]]
        for path in sorted(files):
            digest.update(path.relative_to(REPOSITORY).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def markdown_table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> dg.MetadataValue:
    """A small table as Dagster shows it beside an asset; a cell stays in its cell whatever a document printed there."""
    shown = [["" if cell is None else " ".join(str(cell).split()).replace("|", "\\|") for cell in row] for row in rows]
    names = list(columns)
    lines = [names, ["---"] * len(names), *shown]
    return dg.MetadataValue.md("\n".join("| " + " | ".join(line) + " |" for line in lines))


def link(path: Path) -> dg.MetadataValue:
    """A file of this machine as Dagster shows it."""
    return dg.MetadataValue.path(str(path))

"""What a gate said of the same candidates under the same rules, kept: what nothing has changed in is not judged again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from dagster_project.outcomes import Extracted
from expectations import GateReport, KnownFailure
from extractors.durable import write_atomically
from extractors.readers import code_fingerprint

_REPORT = TypeAdapter(GateReport)


@lru_cache(maxsize=1)
def _readers() -> str:
    return code_fingerprint()


def verdict_mark(
    building_code: bytes,
    candidates: Iterable[Extracted],
    listings: Iterable[KnownFailure],
    lasting: Collection[str],
    today: date,
) -> str:
    """Identifies all that a verdict depends on: outcomes, rules, loader and reference data, and which acceptances hold today."""
    digest = hashlib.sha256(building_code + _readers().encode())
    for item in sorted(candidates, key=lambda one: one.entry.id):
        digest.update(f"{item.entry.id}={item.fingerprint}\n".encode())
    for listing in listings:
        digest.update(f"{listing.is_in_force(today)} {asdict(listing)}\n".encode())
    digest.update("\n".join(sorted(lasting)).encode())
    return digest.hexdigest()


def kept_verdict(path: Path, mark: str) -> GateReport | None:
    """The verdict with this mark, or None: another one is kept there, or none, or what is there cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return _REPORT.validate_python(found["report"]) if found["mark"] == mark else None
    except FileNotFoundError:
        return None
    except (ValidationError, ValueError, KeyError, TypeError):
        return None  # damaged: the judging is done again, and the file written anew


def keep_verdict(path: Path, mark: str, report: GateReport) -> None:
    """Keep it for the next refresh. A verdict in which a check crashed is none: the next refresh asks again."""
    if report.crashed():
        path.unlink(missing_ok=True)
        return
    text = json.dumps({"mark": mark, "report": _REPORT.dump_python(report, mode="json")}, ensure_ascii=False)
    write_atomically(path, text.encode())

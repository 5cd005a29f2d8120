"""What is published, when the last refresh ran, what it held back."""

from __future__ import annotations

import json
from typing import Any

from dagster_project.settings import Settings


def read_status(settings: Settings) -> dict[str, Any]:
    """`release` (None before the first), `last_refresh` (None before the first), `held_back` (document id -> messages)."""
    manifest = settings.published / "current" / "manifest.json"
    runs = sorted(settings.runs.glob("*.json")) if settings.runs.is_dir() else []
    quarantine = sorted(settings.quarantine.glob("*.json")) if settings.quarantine.is_dir() else []
    return {
        "home": str(settings.home),
        "release": json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else None,
        "last_refresh": json.loads(runs[-1].read_text(encoding="utf-8")) if runs else None,
        "held_back": {path.stem: json.loads(path.read_text(encoding="utf-8"))["messages"] for path in quarantine},
    }


def status_lines(found: dict[str, Any]) -> list[str]:
    release, run = found["release"], found["last_refresh"]
    lines: list[str] = []
    if release is None:
        lines.append("published     nothing yet: run `make refresh`")
    else:
        lines.append(f"published     {release['release_id']} of {release['published_at']}, code {release['git_revision']}")
        lines.append(f"              {found['home']}/published/current")
        lines.append(
            f"              {len(release['documents'])} documents, {release['row_counts'].get('rpt_scores', 0):,} rows in rpt_scores"
        )
    if run is None:
        lines.append("last refresh  none")
    else:
        outcome = "blocked" if run["blocked"] else "unchanged" if run["is_unchanged"] else "published"
        lines.append(
            f"last refresh  {run['finished_at']}: {outcome}; {run['documents_read']} of {run['documents_known']} documents read"
        )
        lines += [f"              stopped by: {reason}" for reason in run["blocked"]]
    if not found["held_back"]:
        lines.append("held back     nothing")
    for document_id, messages in found["held_back"].items():
        lines.append(f"held back     {document_id} ({found['home']}/quarantine/{document_id}.json)")
        lines += [f"              - {message}" for message in messages[:5]]
    return lines

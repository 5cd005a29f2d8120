"""What is published, when the last refresh ran, what it held back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from dagster_project.settings import Settings
from warehouse.releases import DamagedReleaseError, current_release


def read_status(settings: Settings) -> dict[str, Any]:
    """`release` (None before the first), `last_refresh` (None before the first), `held_back` (document id -> messages)."""
    runs = sorted(settings.runs.glob("*.json"), reverse=True) if settings.runs.is_dir() else []
    quarantine = sorted(settings.quarantine.glob("*.json")) if settings.quarantine.is_dir() else []
    try:
        release, damage = current_release(settings.published), None
    except DamagedReleaseError as error:
        release, damage = None, str(error)
    return {
        "home": str(settings.home),
        "release": json.loads((release.directory / "manifest.json").read_text(encoding="utf-8")) if release else None,
        "damage": damage,
        "last_refresh": next((found for path in runs if (found := _record(path)) is not None), None),
        "held_back": {path.stem: _messages(path) for path in quarantine},
    }


def _record(path: Path) -> dict[str, Any] | None:
    """A record that a refresh wrote; None if the file is not what was written."""
    try:
        content: object = json.loads(path.read_bytes())
    except ValueError:
        return None
    return cast("dict[str, Any]", content) if isinstance(content, dict) else None


def _messages(path: Path) -> list[str]:
    found = _record(path)
    return found["messages"] if found else [f"{path} is damaged; run `cchc refresh`, which writes it anew"]


def status_lines(found: dict[str, Any]) -> list[str]:
    release, run = found["release"], found["last_refresh"]
    lines: list[str] = []
    if found["damage"]:
        lines.append(f"published     {found['damage']}")
    elif release is None:
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

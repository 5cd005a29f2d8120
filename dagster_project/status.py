"""What is published, when the last refresh ran, what it held back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dagster_project.run_records import outcome_of, read_record, record_stamps
from dagster_project.settings import Settings
from warehouse.releases import DamagedReleaseError, current_release


def read_status(settings: Settings) -> dict[str, Any]:
    """`release` (None before the first), `last_refresh` (None before the first), `held_back` (document id -> messages)."""
    quarantine = sorted(settings.quarantine.glob("*.json")) if settings.quarantine.is_dir() else []
    try:
        release, damage = current_release(settings.published), None
    except DamagedReleaseError as error:
        release, damage = None, str(error)
    return {
        "home": str(settings.home),
        "release": json.loads((release.directory / "manifest.json").read_text(encoding="utf-8")) if release else None,
        "damage": damage,
        "last_refresh": next(
            (found for stamp in reversed(record_stamps(settings)) if (found := read_record(settings, stamp))), None
        ),
        "held_back": {path.stem: _messages(path) for path in quarantine},
    }


def _messages(path: Path) -> list[str]:
    try:
        return list(json.loads(path.read_bytes())["messages"])
    except (ValueError, KeyError, TypeError):
        return [f"{path} is damaged; run `cchc refresh`, which writes it anew"]


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
        read = f"; {run['documents_read']} of {run['documents_known']} documents read" if "documents_read" in run else ""
        lines.append(f"last refresh  {run.get('finished_at') or run['started_at']}: {outcome_of(run).replace('_', ' ')}{read}")
        reasons = [run["could_not_run"]] if run.get("could_not_run") else run["blocked"]
        lines += [f"              stopped by: {reason}" for reason in reasons]
    if not found["held_back"]:
        lines.append("held back     nothing")
    for document_id, messages in found["held_back"].items():
        lines.append(f"held back     {document_id} ({found['home']}/quarantine/{document_id}.json)")
        lines += [f"              - {message}" for message in messages[:5]]
    return lines

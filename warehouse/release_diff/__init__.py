"""What a release changes against another one: table by table, and score by score with the reason. Part of every release."""

from __future__ import annotations

from warehouse.release_diff.compare import DiffError, diff_of_releases, diff_of_staged
from warehouse.release_diff.records import ReleaseDiff, ReleaseName, ScoreLine, TableChange
from warehouse.release_diff.words import REASONS, Reason
from warehouse.release_diff.write import diff_json, diff_page, diff_text, write_diff

__all__ = [
    "REASONS",
    "DiffError",
    "Reason",
    "ReleaseDiff",
    "ReleaseName",
    "ScoreLine",
    "TableChange",
    "diff_json",
    "diff_of_releases",
    "diff_of_staged",
    "diff_page",
    "diff_text",
    "write_diff",
]

"""Which code made a release."""

from __future__ import annotations

import subprocess

from dagster_project.settings import REPOSITORY


def git_revision() -> str:
    """The commit of the checkout, with `+changes` if files differ from it; "unknown" outside a git checkout."""
    try:
        revision = subprocess.run(
            ["git", "-C", str(REPOSITORY), "rev-parse", "HEAD"], capture_output=True, text=True, check=True
        )
        dirty = subprocess.run(
            ["git", "-C", str(REPOSITORY), "status", "--porcelain"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return revision.stdout.strip() + ("+changes" if dirty.stdout.strip() else "")

"""Which code made a release."""

from __future__ import annotations

import subprocess

from dagster_project.settings import REPOSITORY

# On a server the checkout is root's and the services run as another user, whom git would refuse an answer.
_GIT = ("git", "-c", f"safe.directory={REPOSITORY}", "-C", str(REPOSITORY))


def git_revision() -> str:
    """The commit of the checkout, with `+changes` if files differ from it; "unknown" outside a git checkout."""
    try:
        revision = subprocess.run([*_GIT, "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
        dirty = subprocess.run([*_GIT, "status", "--porcelain"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return revision.stdout.strip() + ("+changes" if dirty.stdout.strip() else "")

"""The swap: what was staged becomes the release that readers open, in one step; what killed runs left goes; old releases go."""

from __future__ import annotations

import shutil
from pathlib import Path

from extractors.durable import sync_folder, sync_tree, write_atomically
from warehouse.releases import ANNOUNCED, all_releases, current_directory
from warehouse.withdrawn import withdrawals


def point_at(published: Path, release_id: str) -> None:
    """Readers open this release from now on: one name is replaced, so there is no moment without a release.

    Raises:
        OSError: the folder may not be written, or its file system has no symbolic links.
    """
    link = published / ".current.next"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases") / release_id)
    link.replace(published / "current")
    sync_folder(published)


def _remove(directory: Path) -> None:
    """Under another name first: what is half removed must not look like a release."""
    gone = directory.with_name(f".gone-{directory.name}")
    directory.replace(gone)
    shutil.rmtree(gone)


def clear_left_overs(published: Path) -> None:
    """Remove what killed runs left: releases half written, half removed, or written whole and never shown to readers.

    The caller holds the lock of the home, so whoever wrote them is dead.

    Raises:
        OSError: a folder may not be changed.
    """
    announced = published / ANNOUNCED
    if announced.is_file():
        directory = published / "releases" / announced.read_text(encoding="utf-8").strip()
        if directory != current_directory(published) and directory.is_dir() and directory.name != "releases":
            _remove(directory)
        announced.unlink()
    for path in (published / "releases").glob(".*"):
        shutil.rmtree(path)


def _prune(published: Path, keep: int) -> None:
    """Keep the current release and the newest others; those that were withdrawn, and those that nobody could go back to, go first."""
    current = current_directory(published)
    order = [release.directory.name for release in all_releases(published)]
    withdrawn = {one.release_id for one in withdrawals(published)}
    others = [path for path in (published / "releases").glob("[!.]*") if path.resolve() != current]
    others.sort(key=lambda path: (path.name in withdrawn, order.index(path.name) if path.name in order else len(order)))
    for path in others[keep - 1 :]:
        _remove(path)


def show(staging: Path, published: Path, release_id: str, *, keep: int) -> Path:
    """What was staged becomes a release, and the one that readers open. Every byte of it is on the disk before.

    Raises:
        OSError: the folder may not be written, or its disk is full.
    """
    sync_tree(staging)
    target = published / "releases" / release_id
    write_atomically(published / ANNOUNCED, release_id.encode())
    staging.replace(target)
    sync_folder(target.parent)
    point_at(published, release_id)
    (published / ANNOUNCED).unlink()
    _prune(published, keep)
    return target

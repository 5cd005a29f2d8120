"""What is published: which release readers open, whether it is whole, and which one came before.

A release is a folder `releases/<release_id>/` with a `manifest.json` that names every file with its length and sha256. `current` is a
symbolic link to the one that readers open. Releases are ordered by the number that each carries (`sequence`), never by the clock,
which may step back, and never by the times of files, which a copy changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from warehouse.withdrawn import withdrawals

DATABASE_NAME = "cchc.duckdb"
MANIFEST_NAME = "manifest.json"

ANNOUNCED = ".publishing"
"""File with the id of a release that is about to be shown to readers: if its run is killed before that, the next one removes it."""


class NotPublishedError(RuntimeError):
    """There is no release that could be read; the message says what to do."""


class DamagedReleaseError(NotPublishedError):
    """A release is there and is not what it was when it was published; the message names the file."""


@dataclass(frozen=True, slots=True)
class Release:
    """A published release. `fingerprint` identifies what it was built from: documents, reference data, rules, models.

    `documents`: document id -> fingerprint of the outcome that is in it; `ids_used`: month (`v2026.11`) -> highest number given in it.
    """

    release_id: str
    directory: Path
    fingerprint: str
    row_counts: Mapping[str, int]
    documents: Mapping[str, str] = field(default_factory=dict[str, str])
    sequence: int = 0
    published_at: str = ""
    ids_used: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def database(self) -> Path:
        return self.directory / DATABASE_NAME

    @property
    def place(self) -> tuple[int, str]:
        """Sorts releases in the order in which they were published; those of before there were numbers by their time."""
        return self.sequence, self.published_at


def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _content(directory: Path) -> dict[str, Any]:
    path = directory / MANIFEST_NAME
    try:
        content: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        what = error.strerror or str(error) if isinstance(error, OSError) else "no JSON"
        raise DamagedReleaseError(
            f"release {directory.name} is damaged: {path}: expected its manifest, found {what}"
        ) from error
    if not isinstance(content, dict):
        raise DamagedReleaseError(
            f"release {directory.name} is damaged: {path}: expected an object, found {type(content).__name__}"
        )
    return cast("dict[str, Any]", content)


def read_manifest(directory: Path) -> Release:
    """The release as its manifest says, whatever became of its files.

    Raises:
        DamagedReleaseError: the manifest is missing, is no JSON or lacks a field.
    """
    content = _content(directory)
    try:
        return Release(
            release_id=content["release_id"],
            directory=directory,
            fingerprint=content["fingerprint"],
            row_counts=content["row_counts"],
            documents=content.get("documents", {}),
            sequence=int(content.get("sequence", 0)),
            published_at=content.get("published_at", ""),
            ids_used=content.get("ids_used", {}),
        )
    except (KeyError, TypeError, ValueError) as error:
        path = directory / MANIFEST_NAME
        raise DamagedReleaseError(f"release {directory.name} is damaged: {path}: field {error} is missing or wrong") from error


def read_release(directory: Path, *, is_thorough: bool = False) -> Release:
    """The release, its files looked at: each must have the length that the manifest says, and if `is_thorough` the sha256.

    Raises:
        DamagedReleaseError: the manifest cannot be read, or a file is missing or another.
    """
    release = read_manifest(directory)
    if directory.parent.name == "releases" and not release.database.is_file():
        raise DamagedReleaseError(f"release {directory.name} is damaged: expected {release.database}, found nothing")
    for name, wanted in cast("dict[str, dict[str, Any]]", _content(directory).get("files", {})).items():
        path = directory / name
        found = path.stat().st_size if path.is_file() else None
        if found is None or found != wanted["bytes"]:
            words = "nothing" if found is None else f"{found:,}"
            raise DamagedReleaseError(
                f"release {directory.name} is damaged: {path}: expected {wanted['bytes']:,} bytes, found {words}"
            )
        if is_thorough and sha256_of(path) != wanted["sha256"]:
            raise DamagedReleaseError(
                f"release {directory.name} is damaged: {path}: its bytes are no longer those that were published"
            )
    return release


def current_directory(published: Path) -> Path | None:
    """Where `current` points, whatever is there; None if nothing was ever published."""
    link = published / "current"
    return link.resolve() if link.is_symlink() or link.exists() else None


def current_release(published: Path, *, is_thorough: bool = False) -> Release | None:
    """The release that readers open now, or None if nothing was ever published.

    Raises:
        DamagedReleaseError: it is there and not whole; the message says what readers and the operator can do.
    """
    directory = current_directory(published)
    try:
        if directory is None:
            return _without_link(published)
        return read_release(directory, is_thorough=is_thorough)
    except DamagedReleaseError as error:
        whole = [one.release_id for one in whole_releases(published)]
        earlier = f" Until then the earlier release {whole[0]} in {published / 'releases'} can be read." if whole else ""
        raise DamagedReleaseError(f"{error}. Run `cchc refresh`: it builds a new release.{earlier}") from error


def _announced(published: Path) -> str:
    """The release that a run was about to show to readers when it died; empty if there is none."""
    path = published / ANNOUNCED
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def _without_link(published: Path) -> None:
    """Nothing was ever shown to readers, or the link that showed it is lost: then what was published must not be forgotten."""
    lost = [one.release_id for one in all_releases(published) if one.directory.name != _announced(published)]
    if lost:
        link = published / "current"
        raise DamagedReleaseError(f"expected {link} to point at the release that readers open, found nothing there")


def _kept(published: Path) -> Iterator[Release | DamagedReleaseError]:
    """Every folder of a release: the release, or why it counts as none."""
    for directory in sorted((published / "releases").glob("[!.]*")):
        try:
            release = read_manifest(directory)
        except DamagedReleaseError as error:
            yield error
            continue
        if release.release_id == directory.name:
            yield release
        else:
            yield DamagedReleaseError(
                f"release {directory.name} is damaged: expected its manifest, found that of {release.release_id}"
            )


def all_releases(published: Path) -> tuple[Release, ...]:
    """Every release with a readable manifest of its own, the last published first."""
    found = [one for one in _kept(published) if isinstance(one, Release)]  # others are told where readers are pointed at them
    return tuple(sorted(found, key=lambda one: one.place, reverse=True))


def unreadable_releases(published: Path) -> tuple[str, ...]:
    """Why folders of releases count as none that is kept, by name."""
    return tuple(str(one) for one in _kept(published) if isinstance(one, DamagedReleaseError))


def whole_releases(published: Path, *, is_thorough: bool = False) -> tuple[Release, ...]:
    """Those releases none of whose files is missing or cut short (`is_thorough`: or another), the last published first."""
    found: list[Release] = []
    for release in all_releases(published):
        try:
            found.append(read_release(release.directory, is_thorough=is_thorough))
        except DamagedReleaseError:
            continue
    return tuple(found)


def _comparable(release: Release) -> Release | None:
    """The release, if its database is byte for byte the one that was published; of its other files nothing is compared."""
    wanted = cast("dict[str, dict[str, Any]]", _content(release.directory).get("files", {})).get(DATABASE_NAME)
    is_whole = wanted is None or (release.database.is_file() and sha256_of(release.database) == wanted["sha256"])
    return release if is_whole else None


def last_whole(published: Path) -> Release | None:
    """The release that a new one is compared with: the current one, or, if that is damaged, the last one before it that is whole.

    Whole is one whose manifest and database are as they were published. What was withdrawn is none to compare with.

    Raises:
        DamagedStateError: the list of withdrawn releases cannot be read.
    """
    directory = current_directory(published)
    if directory is not None:
        try:
            current = _comparable(read_manifest(directory))
        except DamagedReleaseError:
            current = None
        if current is not None:
            return current
    withdrawn = {one.release_id for one in withdrawals(published)}
    others = (
        one for one in all_releases(published) if one.release_id not in withdrawn and one.release_id != _announced(published)
    )
    return next((one for one in others if _comparable(one) is not None), None)


def nothing_to_compare_with(published: Path) -> str | None:
    """Why a new release cannot be compared with the one before it, in words; None if it can, or if it is the first of all."""
    folder = published / "releases"
    names = sorted(path.name for path in folder.glob("[!.]*") if path.name != _announced(published))
    if last_whole(published) is not None or not (names or (published / "current").is_symlink()):
        return None
    withdrawn = {one.release_id for one in withdrawals(published)}
    lost = ", ".join(f"{name}{' (withdrawn)' if name in withdrawn else ''}" for name in names) or "nothing"
    return (
        f"expected a release under {folder} whose manifest and {DATABASE_NAME} are whole, to say what differs from it, found {lost}. "
        "Nothing is published without that comparison: put a release back from a copy, or let this one go without it by "
        '`cchc refresh --accept-changes "why"`'
    )


def published_documents(published: Path) -> Mapping[str, str]:
    """Document id -> fingerprint of the outcome that is published: what the manifest of the release says, and nothing else.

    Of a release whose manifest, or the link to it, is lost, what the last whole one says.
    """
    directory = current_directory(published)
    try:
        if directory is None:
            _without_link(published)
        return read_manifest(directory).documents if directory is not None else {}
    except DamagedReleaseError:
        before = last_whole(published)
        return before.documents if before else {}

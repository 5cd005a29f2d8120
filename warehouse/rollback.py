"""Pointing readers at an earlier release, in the one step by which a new one is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from warehouse.releases import DamagedReleaseError, Release, all_releases, current_directory, read_release
from warehouse.swap import point_at
from warehouse.withdrawn import Withdrawal, withdrawals, write_withdrawals


class RollbackError(RuntimeError):
    """Readers were not pointed elsewhere; the message says why, and which releases there are."""


@dataclass(frozen=True, slots=True)
class RolledBack:
    """`before`: the id that readers were pointed at, if it could be told; `now`: the release that they open.

    `passed_over`: why later releases that are kept were not taken; `no_way_back`: why readers cannot be pointed at `before` again.
    """

    before: str | None
    now: Release
    passed_over: tuple[str, ...] = ()
    no_way_back: str | None = None


def _kept_words(published: Path) -> str:
    kept = [one.release_id for one in all_releases(published)]
    return f"kept are {', '.join(kept)}" if kept else "none is kept; run `cchc refresh`"


def damage_of(release: Release, *, is_thorough: bool = True) -> str | None:
    """What is wrong with the files of a release, in words; None if nothing is."""
    try:
        read_release(release.directory, is_thorough=is_thorough)
    except DamagedReleaseError as error:
        return str(error)
    return None


def _wanted(published: Path, release_id: str | None, current: str | None) -> tuple[Release, tuple[str, ...]]:
    """The release that was named, or the newest whole one before the current one that was not withdrawn; and why later ones are not."""
    releases = all_releases(published)
    if release_id is not None:
        found = next((one for one in releases if one.release_id == release_id), None)
        if found is None:
            raise RollbackError(f"expected a release that is kept, found {release_id!r}; {_kept_words(published)}")
        return found, ()
    withdrawn = {one.release_id for one in withdrawals(published)}
    names = [one.release_id for one in releases]
    later = names[: names.index(current) + 1] if current in names else []
    passed_over: list[str] = []
    for one in releases:
        if one.release_id in withdrawn or one.release_id in later or one.release_id == current:
            continue
        damage = damage_of(one)
        if damage is None:
            return one, tuple(passed_over)
        passed_over.append(damage)
    found = "; ".join(passed_over) or "none"
    raise RollbackError(
        f"expected a whole release before {current or 'the current one'}, found {found}; {_kept_words(published)}"
    )


def roll_back(published: Path, release_id: str | None, *, why: str, now: datetime) -> RolledBack:
    """Point readers at `release_id`, by default the release before the current one. Releases published after it are withdrawn.

    A release that readers are pointed at is no longer withdrawn, so going forward again undoes going back. The caller holds the lock of
    the home.

    Raises:
        RollbackError: there is no such release, it is damaged, readers open it already, or no reason is given.
        OSError: the folder may not be written.
        DamagedStateError: the list of withdrawn releases cannot be read.
    """
    if not why.strip():
        raise RollbackError("expected a reason, which is kept with the release, found none; say it with --why")
    directory = current_directory(published)
    current = directory.name if directory is not None else None
    wanted, passed_over = _wanted(published, release_id, current)
    if wanted.release_id == current:
        raise RollbackError(f"readers open {current} already; {_kept_words(published)}")
    damage = damage_of(wanted)
    if damage is not None:
        raise RollbackError(f"{damage}; name another: {_kept_words(published)}")
    standing = {one.release_id: one for one in withdrawals(published) if one.release_id != wanted.release_id}
    for later in all_releases(published):
        if later.place > wanted.place and later.release_id not in standing:
            standing[later.release_id] = Withdrawal(
                release_id=later.release_id,
                fingerprint=later.fingerprint,
                replaced_by=wanted.release_id,
                why=why.strip(),
                at=now,
            )
    # The list first: between the two steps a refresh must not put back what a person is taking away.
    write_withdrawals(published, tuple(one for one in standing.values() if one.fingerprint != wanted.fingerprint))
    point_at(published, wanted.release_id)
    left = next((one for one in all_releases(published) if one.release_id == current), None)
    no_way_back = damage_of(left) if left else f"no release {current} is kept" if current else None
    return RolledBack(current, wanted, passed_over, no_way_back)

"""Releases that a person took back, and why: what is built alike is not published again by itself.

`published/withdrawn.json` is a list. A release is withdrawn when `cchc rollback` points readers at an earlier one, and no longer when
readers are pointed at it again.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from extractors.durable import DamagedStateError, write_atomically

FILE_NAME = "withdrawn.json"


class Withdrawal(BaseModel):
    """One release that was taken back. `fingerprint`: of what it was built from; `replaced_by`: what readers got instead."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    release_id: str
    fingerprint: str
    replaced_by: str
    why: str
    at: datetime

    def words(self) -> str:
        return f"release {self.release_id} was withdrawn on {self.at:%Y-%m-%d %H:%M} UTC for {self.replaced_by}: {self.why}"


_LIST = TypeAdapter(tuple[Withdrawal, ...])


def withdrawals(published: Path) -> tuple[Withdrawal, ...]:
    """All that stand, in the order they were made.

    Raises:
        DamagedStateError: the file is not what was written there.
    """
    path = published / FILE_NAME
    try:
        return _LIST.validate_json(path.read_bytes())
    except FileNotFoundError:
        return ()
    except ValidationError as error:
        raise DamagedStateError(
            f"{path}: expected the list of releases that were withdrawn, found {error.error_count()} faults in it. Put it back from a "
            "copy; or delete it, and then `cchc refresh` may publish again what was withdrawn."
        ) from error


def withdrawal_of(published: Path, fingerprint: str) -> Withdrawal | None:
    """Why a release of this fingerprint may not be published by itself; None if it may."""
    return next((one for one in reversed(withdrawals(published)) if one.fingerprint == fingerprint), None)


def write_withdrawals(published: Path, found: tuple[Withdrawal, ...]) -> None:
    """Keep this list in place of the one that stands.

    Raises:
        OSError: the folder may not be written.
    """
    rows = [one.model_dump(mode="json") for one in found]
    write_atomically(published / FILE_NAME, json.dumps(rows, ensure_ascii=False, indent=2).encode())

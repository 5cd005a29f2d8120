"""What a release says of itself in each of its files: workbooks, dictionary, metadata, comparison."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """Name, time (UTC) and origin of a release.

    `git_revision`: commit of the code, with `+changes` if files differed from it; `lock_sha256`: digest of the lock of the documents
    that were read; `fingerprint`: of all that the release was built from.
    """

    release_id: str
    published_at: datetime
    git_revision: str
    lock_sha256: str
    fingerprint: str

    @property
    def citation(self) -> str:
        """How a reader cites this release in a sentence of English."""
        return f"cchc: open data warehouse of Vietnam's public-administration indices, release {self.release_id}"

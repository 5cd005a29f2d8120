"""What each address answered last: kept beside the archive, so that no server is asked twice within the hour for nothing.

A note that cannot be read is as good as none: the address is then asked again.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from extractors.durable import write_atomically

Answer = Literal["fetched", "not_modified", "failed"]


@dataclass(frozen=True, slots=True)
class Seen:
    """The bytes that an address gave last, and what its server said of them. `seen_at` (UTC): when they came."""

    sha256: str
    url: str
    file_name: str
    content_type: str
    seen_at: datetime
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The last question about one document.

    Args:
        url: the address that answered, or that was asked last.
        status: what the server answered; None if it did not.
        message: why nothing came; empty if the answer was one.
        seen: what came last, be it on an earlier day; None if nothing ever did.
        not_before: until when the server asked not to be asked again (UTC).
        clock_off_seconds: by how much the server's clock is ahead of ours.
    """

    document_id: str
    asked_at: datetime
    url: str
    answer: Answer
    status: int | None
    message: str = ""
    seen: Seen | None = None
    not_before: datetime | None = None
    clock_off_seconds: float | None = None

    def age_seconds(self, now: datetime) -> float | None:
        """How long ago; None if a clock that has been set back since makes it lie ahead."""
        age = (now - self.asked_at).total_seconds()
        return age if age >= 0 else None


def _path(folder: Path, document_id: str) -> Path:
    return folder / f"{document_id}.json"


def read_asked(folder: Path | None, document_id: str) -> Asked | None:
    """The note about a document; None if there is none that can be read."""
    if folder is None:
        return None
    try:
        flat: dict[str, Any] = json.loads(_path(folder, document_id).read_text(encoding="utf-8"))
        seen = (
            Seen(
                **{one.name: flat[one.name] for one in fields(Seen) if one.name not in ("url", "seen_at")},
                url=flat["seen_url"],
                seen_at=datetime.fromisoformat(flat["seen_at"]).astimezone(UTC),
            )
            if flat["sha256"]
            else None
        )
        until = flat["not_before"]
        return Asked(
            document_id=document_id,
            asked_at=datetime.fromisoformat(flat["asked_at"]).astimezone(UTC),
            url=str(flat["url"]),
            answer=flat["answer"],
            status=flat["status"],
            message=flat["message"],
            seen=seen,
            not_before=datetime.fromisoformat(until).astimezone(UTC) if until else None,
            clock_off_seconds=flat["clock_off_seconds"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_asked(folder: Path | None, asked: Asked) -> None:
    """Keep the note; nowhere if there is no folder.

    Raises:
        OSError: the folder cannot be written.
    """
    if folder is None:
        return
    flat: dict[str, Any] = {name: value for name, value in asdict(asked).items() if name != "seen"}
    seen = asdict(asked.seen) if asked.seen else dict.fromkeys(one.name for one in fields(Seen))
    flat |= {"seen_url" if name == "url" else name: value for name, value in seen.items()}
    text = json.dumps(flat, ensure_ascii=False, indent=2, default=lambda value: value.isoformat())
    write_atomically(_path(folder, asked.document_id), (text + "\n").encode())

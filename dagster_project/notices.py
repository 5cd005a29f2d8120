"""What a person should hear of: one record, whoever noticed it and however it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]
Source = Literal["refresh", "discovery", "freshness", "inbox", "archive", "dagster"]
"""Who looks. What a source said last time and no longer says is over."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that stands until it is mended or decided.

    Args:
        code: what it is, such as `run_failed`, `new_vintage`, `held_back`, `landing_page_changed`, `edition_overdue`.
        subject: what it is about: a document id, an address, an edition, a run.
        message: what was expected, what was found.
        hint: what to do, with the command or the file to edit.
        mark: tells one occurrence from the next about the same subject (a sha256, a run id); empty if there is only one.
    """

    code: str
    severity: Severity
    subject: str
    message: str
    hint: str
    mark: str = ""

    @property
    def key(self) -> str:
        """The same key is the same thing, told once."""
        return ":".join((self.code, self.subject, self.mark))

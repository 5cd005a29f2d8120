"""What a person reads in an alert: one subject, one text, and the same as JSON for a program."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from dagster_project.notices import Notice, Severity, Source

SHOWN_NOTICES = 25
"""Notices written out in one message; the rest are counted, and stand in `cchc alerts`."""

_LONGEST_SUBJECT, _LONGEST_LINE = 120, 2000
_ORDER: tuple[Severity, ...] = ("error", "warning", "info")
_HEADINGS: Mapping[Severity, str] = {
    "error": "LỖI / ERRORS",
    "warning": "CẢNH BÁO / WARNINGS",
    "info": "THÔNG TIN / INFORMATION",
}
_COUNTED: Mapping[Severity, tuple[str, str]] = {
    "error": ("error", "errors"),
    "warning": ("warning", "warnings"),
    "info": ("information", "information"),
}


@dataclass(frozen=True, slots=True)
class Message:
    """One message of one source: what is new, what still stands after a week, what is over."""

    source: Source | Literal["test"]
    at: datetime
    new: tuple[Notice, ...] = ()
    reminded: tuple[Notice, ...] = ()
    over: tuple[Notice, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.reminded or self.over)


def one_line(text: str, longest: int = _LONGEST_LINE) -> str:
    """NFC on one line, without control characters, which a mail's header must not have and a terminal should not get."""
    kept = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in unicodedata.normalize("NFC", text))
    words = " ".join(kept.split())
    return words if len(words) <= longest else words[: longest - 1] + "…"


def by_severity(notices: Sequence[Notice]) -> list[Notice]:
    return sorted(notices, key=lambda one: (_ORDER.index(one.severity), one.code, one.subject, one.mark))


def counted(notices: Sequence[Notice]) -> str:
    """Such as "1 error, 2 warnings"."""
    counts = Counter(one.severity for one in notices)
    return ", ".join(f"{n} {_COUNTED[kind][n != 1]}" for kind in _ORDER if (n := counts[kind]))


def subject_of(message: Message) -> str:
    """The gravest first: `[cchc] 1 error: run_failed weekly_refresh`."""
    if message.source == "test":
        return "[cchc] thử cảnh báo / test message"
    parts = [counted(message.new)] if message.new else []
    if message.reminded:
        parts.append(f"{len(message.reminded)} still standing")
    if message.over:
        parts.append(f"{len(message.over)} over")
    first = by_severity(message.new or message.reminded or message.over)[0]
    return one_line(f"[cchc] {', '.join(parts)}: {first.code} {first.subject}", _LONGEST_SUBJECT)


def _notice_lines(notice: Notice) -> list[str]:
    lines = [f"* {one_line(notice.code)}: {one_line(notice.subject)}"]
    lines += [f"  {one_line(line)}" for line in notice.message.splitlines() if line.strip()]
    if notice.hint:
        lines.append(f"  -> {one_line(notice.hint)}")
    return [*lines, ""]


def _section(title: str, notices: Sequence[Notice], room: int) -> list[str]:
    if not notices:
        return []
    lines = [title, "=" * len(title), ""]
    shown = by_severity(notices)[:room]
    for severity in _ORDER:
        of_it = [one for one in shown if one.severity == severity]
        if of_it:
            lines += [_HEADINGS[severity], ""] + [line for one in of_it for line in _notice_lines(one)]
    if len(notices) > len(shown):
        rest = by_severity(notices)[len(shown) :]
        lines += [f"… and {len(rest)} more ({counted(rest)}): `cchc alerts` lists them all.", ""]
    return lines


def text_of(message: Message, home: str) -> str:
    """The whole text: new, still standing, over; each by severity, errors first."""
    room = SHOWN_NOTICES
    lines: list[str] = []
    for title, notices in (
        ("MỚI / NEW", message.new),
        ("VẪN CÒN / STILL STANDING", message.reminded),
        ("ĐÃ HẾT / OVER", message.over),
    ):
        lines += _section(title, notices, room)
        room = max(room - len(notices), 0)
    lines.append(
        f"cchc, {home}; {message.source}, {message.at:%Y-%m-%d %H:%M} UTC. All that stands: `cchc alerts`; the whole: `cchc status`."
    )
    return "\n".join(lines) + "\n"


def payload_of(message: Message, home: str) -> dict[str, Any]:
    """The JSON of the webhook; docs/operations.md documents it. `text` is what chat servers show."""

    def facts(notices: Sequence[Notice]) -> list[dict[str, Any]]:
        return [asdict(one) | {"key": one.key} for one in by_severity(notices)]

    return {
        "version": 1,
        "source": message.source,
        "at": message.at.isoformat(),
        "home": home,
        "subject": subject_of(message),
        "text": f"{subject_of(message)}\n\n{text_of(message, home)}",
        "new": facts(message.new),
        "reminded": facts(message.reminded),
        "over": facts(message.over),
    }

"""What `cchc inbox` prints: one line per file, and below it what an unknown file looks like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from dagster_project.inbox_files import InboxFile, InboxLook
from dagster_project.inbox_shapes import Recognition

_MOST_QUOTES = 12


def state_text(file: InboxFile) -> str:
    match file.state:
        case "known":
            return f"known: {file.document_id}"
        case "unfinished":
            of = f" ({file.document_id})" if file.document_id else ""
            return f"still being written{of}: {file.why}"
        case "unreadable":
            return file.why
        case "unknown":
            return "unknown: no catalogue entry knows this name"


def recognition_lines(found: Recognition) -> Iterator[str]:
    """What a person should know before deciding what the file is."""
    if found.same_bytes:
        yield f"the same bytes as {', '.join(found.same_bytes)}: nothing new"
    if found.failure is not None:
        yield f"cannot be read: {found.failure.message}" + (f" -> {found.failure.hint}" if found.failure.hint else "")
        return
    for fit in found.fits:
        how = "without an error" if fit.is_whole else f"with {len(fit.errors)} errors"
        like = ", ".join(fit.like[:4]) + (f" and {len(fit.like) - 4} more" if len(fit.like) > 4 else "")
        yield f"layout {fit.layout} reads {fit.claims:,} figures {how}, as in {like}"
    if not found.fits:
        yield "no known layout reads it: `cchc extract FILE` shows its tables; CONTRIBUTING.md says how a layout is added"
    for likeness in found.likenesses:
        yield f"may be a re-issue of {likeness.document_id}: {'; '.join(likeness.reasons)}"
    for quote in found.quotes[:_MOST_QUOTES]:
        yield f"{quote.about}: it says {quote}"
    if len(found.quotes) > _MOST_QUOTES:
        yield f"… and {len(found.quotes) - _MOST_QUOTES} more quotes (--json)"


def inbox_lines(look: InboxLook, recognitions: Mapping[str, Recognition], folder: Path) -> Iterator[str]:
    for file in look.files:
        yield f"{file.name}  {state_text(file)}"
        found = recognitions.get(file.name)
        if found is not None:
            yield from (f"    {line}" for line in recognition_lines(found))
            if not found.same_bytes and found.failure is None:
                yield f'    next: cchc inbox propose "{found.path}"'
    yield from (str(issue) for issue in look.issues)
    counts = {
        state: sum(file.state == state for file in look.files) for state in ("known", "unfinished", "unknown", "unreadable")
    }
    not_looked = counts["unknown"] - len(recognitions)
    yield ", ".join(f"{number} {state}" for state, number in counts.items() if number) or "the inbox is empty"
    if counts["known"]:
        yield f'next: cchc refresh --inbox "{folder}"'
    if not_looked > 0:
        yield f"{not_looked} unknown files were not opened: name one (`cchc inbox propose FILE`), or say --all"

"""What `cchc lock` prints: the list of what is locked and what waits, and two vintages side by side."""

from __future__ import annotations

from dagster_project.locking import Compared, LockState
from extractors.catalogue.lock import accept_command


def lock_lines(states: tuple[LockState, ...]) -> list[str]:
    """The list for a terminal: what waits first, with the commands."""
    waiting = [one for one in states if one.waiting is not None]
    lines = [line for one in waiting for line in _waiting_lines(one)]
    lines += [f"no newer bytes  {one.document_id}: {one.problem}" for one in states if one.problem]
    for one in states:
        if one.locked is not None:
            lines.append(
                f"locked          {one.document_id}  {one.locked.sha256[:12]}  {one.locked.bytes_count:>11,} bytes  "
                f"accepted {one.locked.accepted_on}: {one.locked.reason}"
            )
    n_locked = sum(one.locked is not None for one in states)
    verdict = f"{len(waiting)} wait for a person" if waiting else "nothing waits for a person"
    return [f"{verdict}; {n_locked} documents are locked", *lines]


def _waiting_lines(state: LockState) -> list[str]:
    newer = state.waiting
    if newer is None:
        return []
    expected = f"expected sha256 {state.locked.sha256}" if state.locked is not None else "expected reviewed bytes, found none"
    return [
        f"waits           {state.document_id}: {expected}, found {newer.sha256} of {newer.retrieved_at:%Y-%m-%d}"
        + (f"; {state.content}" if state.content else ""),
        f"                look: cchc lock --show {state.document_id}; accept: {accept_command(state.document_id, newer.sha256)}",
    ]


_MOST_SHOWN = 30


def compared_lines(found: Compared) -> list[str]:
    """Both vintages side by side for a terminal, and the first statements that differ."""
    sides = [("locked", found.old), ("new", found.new)]
    lines = _waiting_lines(found.state)
    for name, vintage in sides:
        if vintage is None:
            words = "not in the archive, so the two cannot be compared" if found.state.locked else "none"
            lines.append(f"{name:<8}{words}")
            continue
        outcome = vintage.outcome
        pages = f"{outcome.pages} pages, " if outcome.pages else ""
        lines.append(
            f"{name:<8}{vintage.sha256[:12]}  {vintage.bytes_count:,} bytes, {pages}{len(outcome.claims):,} statements"
        )
        lines += [f"        {issue}" for issue in outcome.issues if issue.severity == "error"]
    if found.old is not None:
        lines.append(f"{len(found.differences):,} statements differ")
    lines += [f"  {one.what}: {one.old or '(none)'} -> {one.new or '(none)'}" for one in found.differences[:_MOST_SHOWN]]
    if len(found.differences) > _MOST_SHOWN:
        lines.append(
            f"  … and {len(found.differences) - _MOST_SHOWN:,} more: cchc lock --show {found.state.document_id} --json"
        )
    return lines


def as_record(found: Compared | LockState) -> dict[str, object]:
    """One JSON document."""
    state = found if isinstance(found, LockState) else found.state
    record: dict[str, object] = {
        "document_id": state.document_id,
        "locked_sha256": state.locked.sha256 if state.locked else None,
        "locked_bytes": state.locked.bytes_count if state.locked else None,
        "accepted_on": str(state.locked.accepted_on) if state.locked else None,
        "waiting_sha256": state.waiting.sha256 if state.waiting else None,
        "waiting_bytes": state.waiting.bytes_count if state.waiting else None,
        "waiting_since": str(state.waiting.retrieved_at) if state.waiting else None,
        "content": state.content,
        "problem": state.problem,
    }
    if isinstance(found, Compared):
        record |= {
            "old_pages": found.old.outcome.pages if found.old else None,
            "old_statements": len(found.old.outcome.claims) if found.old else None,
            "new_pages": found.new.outcome.pages,
            "new_statements": len(found.new.outcome.claims),
            "differences": [{"what": one.what, "old": one.old, "new": one.new} for one in found.differences],
        }
    return record

"""The page of `cchc status` for a terminal."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dagster_project.alert_text import one_line
from dagster_project.season import TIME_ZONE

Facts = dict[str, Any]

_SHOWN = 5
_OUTCOMES = {
    "published": "published",
    "unchanged": "nothing new",
    "blocked": "stopped by a gate",
    "failed": "failed",
    "killed": "died",
    "could_not_run": "could not run",
}


def _row(name: str, text: str) -> str:
    return f"{name:<13} {text}"


def _short(moment: object) -> str:
    return str(moment)[:16].replace("T", " ")


def _revision(release: Facts) -> str:
    """Enough of the revision to find it; what is said behind it (changes that no revision has) stays."""
    revision, sign, rest = str(release["git_revision"]).partition("+")
    return f"{revision[:12]}{sign}{rest}"


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def _release_lines(facts: Facts) -> list[str]:
    release = facts["release"]
    if facts["damage"]:
        return [_row("published", facts["damage"])]
    if release is None:
        is_coming = facts["running"] is not None and facts["running"]["is_alive"]
        return [_row("published", "nothing yet" + ("" if is_coming else ": run `make refresh`"))]
    return [
        _row("published", f"{release['release_id']} of {_short(release['published_at'])} UTC, code {_revision(release)}"),
        _row("", f"{facts['published']}/current"),
        _row("", f"{len(release['documents'])} documents, {release['scores']:,} scores"),
        *(_row("", f"{words}; it is not published again by itself") for words in facts["withdrawn"]),
    ]


def _refresh_lines(facts: Facts) -> list[str]:
    last, running = facts["last_refresh"], facts["running"]
    lines: list[str] = []
    if running is not None:
        what = (
            "runs"
            if running["is_alive"]
            else "DIED: its process is gone; the published release is untouched, run `cchc refresh`"
        )
        lines.append(_row("refresh", f"began {_short(running['started_at'])} UTC and {what} (process {running['process']})"))
    if last is None:
        return [*lines, _row("last refresh", "none")]
    said = "not published again" if last.get("withdrawn") else _OUTCOMES.get(last["outcome"], last["outcome"])
    lines.append(_row("last refresh", f"{_short(last['at'])} UTC: {said}; {len(last['read'])} documents read anew"))
    withdrawn: list[str] = [last["withdrawn"]] if last.get("withdrawn") else []
    for number, reason in enumerate([*withdrawn, *last["reasons"]]):
        lines.append(_row("", f"{' ' * 8 if number else 'because:'} {one_line(reason, 400)}"))
    return lines


def _schedule_lines(facts: Facts) -> list[str]:
    scheduler = facts["scheduler"]
    if scheduler["problem"]:
        return [_row("next refresh", scheduler["problem"])]
    if scheduler["is_running"]:
        moment = datetime.fromisoformat(facts["next_refresh"]).astimezone(ZoneInfo(TIME_ZONE))
        seen = f"its daemon was last seen {_short(scheduler['daemon_seen_at'])} UTC"
        return [_row("next refresh", f"{moment:%Y-%m-%d %H:%M} Việt Nam time, if Dagster runs then ({seen})")]
    seen = f"was last seen {_short(scheduler['daemon_seen_at'])} UTC" if scheduler["daemon_seen_at"] else "has never run here"
    return [_row("next refresh", f"none by itself: Dagster's daemon {seen} (`cchc dagster` or docs/operations.md)")]


def _edition_lines(facts: Facts) -> list[str]:
    lines: list[str] = []
    series: dict[tuple[str, str], list[Facts]] = {}
    for one in facts["editions"]["states"]:
        series.setdefault((one["index_code"], one["instrument_code"]), []).append(one)
    for (index_code, instrument), states in series.items():
        newest = next((one for one in states if one["state"] == "current"), None)
        if newest is None and not any(one["state"] == "overdue" for one in states):
            continue
        late = [one for one in states if one["state"] == "overdue"]
        coming = next((one for one in states if one["state"] in ("expected_soon", "not_expected") and one["expected_by"]), None)
        parts = [f"newest {newest['reference_year']}" if newest else "none here"]
        parts += [f"{one['reference_year']} OVERDUE since {one['expected_by']}" for one in late]
        if coming is not None:
            parts.append(f"{coming['reference_year']} expected {coming['expected_from'][:7]} to {coming['expected_by']}")
        elif not late:
            parts.append("no date of the next one is known")
        lines.append(_row("" if lines else "editions", f"{index_code} ({instrument}): {'; '.join(parts)}"))
    return lines


def _asked_lines(facts: Facts) -> list[str]:
    asked = [one["asked_at"] for one in facts["asked"].values() if one["asked_at"]]
    if not asked:
        return [_row("sources asked", "never: no document of the catalogue has been asked for at an address")]
    return [_row("sources asked", f"{len(asked)} addresses, last {_short(max(asked))}, longest ago {_short(min(asked))} UTC")]


def _alert_lines(facts: Facts) -> list[str]:
    alerts = facts["alerts"]
    if not alerts:
        lines = [_row("alerts", "none stand")]
    else:
        errors = sum(1 for one in alerts if one["severity"] == "error")
        lines = [
            _row("alerts", f"{len(alerts)} stand{'s' if len(alerts) == 1 else ''}, errors among them: {errors} (`cchc alerts`)")
        ]
        first = sorted(alerts, key=lambda one: one["severity"] != "error")[:_SHOWN]
        lines += [_row("", f"- {one['severity']}: {one['code']} {one_line(one['subject'])}") for one in first]
    if not facts["channels"]:
        why = "what is set is wrong, see below" if facts["channel_problems"] else "no e-mail and no webhook is set"
        lines.append(_row("", f"nobody is told: {why} (docs/operations.md)"))
    return lines


def _disk_lines(facts: Facts) -> list[str]:
    disk, verified = facts["disk"], facts["archive_verified"]
    room = "unknown" if disk["free"] is None else f"{_size(disk['free'])} free; a refresh takes up to {_size(disk['needed'])}"
    said = f"{_short(verified['at'])} UTC: {verified['text']}" if verified else "never looked through: `cchc archive verify`"
    return [_row("disk", room + (" TOO LITTLE" if disk["is_low"] else "")), _row("archive", said)]


def status_lines(facts: Facts) -> list[str]:
    """The first line tells whether all is well; the rest why."""
    verdict = "all is well" if facts["is_well"] else "; ".join(facts["attention"])
    lines = [_row("state", verdict), *_release_lines(facts), *_refresh_lines(facts), *_schedule_lines(facts)]
    if not facts["held_back"]:
        lines.append(_row("held back", "nothing"))
    for document_id, messages in facts["held_back"].items():
        lines.append(_row("held back", f"{document_id} ({facts['home']}/quarantine/{document_id}.json)"))
        lines += [_row("", f"- {message}") for message in messages[:_SHOWN]]
    lines += [*_alert_lines(facts), *_edition_lines(facts), *_asked_lines(facts), *_disk_lines(facts)]
    return [*lines, *(f"! {problem}" for problem in facts["problems"])]

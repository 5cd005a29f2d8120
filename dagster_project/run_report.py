"""What a data steward reads after every refresh: the same facts as JSON, as one page in Vietnamese and English, and as CSV.

Files in `$CCHC_HOME/runs`: `<stamp>.json` (the summary, with all of this under `report`), `<stamp>.html`, `latest.html`, and
`<stamp>_scores.csv` with every score that is new, changed or gone, where there is one. docs/steward.md documents the keys.
"""

from __future__ import annotations

import base64
import contextlib
import csv
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.pages import render
from dagster_project.settings import Settings
from extractors.durable import write_atomically
from warehouse.diff import CAUSES, Comparison, ScoreChange

if TYPE_CHECKING:
    from dagster_project.summary import Summary

Facts = dict[str, Any]

SHOWN_SCORES = 50
"""Scores of each state in the JSON and on the page; all of them stand in the CSV."""

SHOWN_ITEMS, SHOWN_PICTURES = 60, 30
"""Items of quarantine on the page, and pictures in it; the JSON has all items, the quarantine folder all pictures."""

_STATES = ("gone", "changed", "new")


def next_stamp(runs: Path, now: datetime) -> str:
    """Name of a report, such as `20261122T203243Z`: its name sorts behind those of all earlier refreshes.

    A clock that was set back would put it among them, or over one of them; then it is the newest name and one second more.
    """
    form = "%Y%m%dT%H%M%SZ"
    known: list[datetime] = []
    for path in runs.glob("*.json"):
        with contextlib.suppress(ValueError):
            known.append(datetime.strptime(path.stem, form).replace(tzinfo=UTC))
    newest = max(known, default=None)
    moment = now if newest is None or now.strftime(form) > newest.strftime(form) else newest + timedelta(seconds=1)
    return moment.strftime(form)


def comparison_facts(comparison: Comparison | None, scores_file: str) -> Facts:
    """Documents and scores that differ from the last release; nothing is compared in a run that stopped before gate 2."""
    if comparison is None:
        return {"is_compared": False, "documents": {}, "scores": {}, "causes": {}, "scores_file": None}
    by_state = {state: [one for one in comparison.scores if one.state == state] for state in _STATES}
    counted = [one for one in comparison.scores if one.state != "new"]
    return {
        "is_compared": True,
        "previous_release": comparison.previous_release,
        "is_code_changed": comparison.is_code_changed,
        "accepted_because": comparison.accepted_because,
        "documents": {s: [asdict(one) for one in comparison.documents if one.state == s] for s in _STATES},
        "scores": {
            state: {"count": len(found), "first": [asdict(one) for one in found[:SHOWN_SCORES]]}
            for state, found in by_state.items()
        },
        "causes": {cause: n for cause in CAUSES if (n := Counter(one.cause for one in counted)[cause])},
        "scores_file": scores_file if comparison.scores else None,
    }


def scores_csv(scores: Sequence[ScoreChange]) -> str:
    """Every score that differs, one line each."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([field.name for field in fields(ScoreChange)])
    writer.writerows(astuple(one) for one in scores)
    return stream.getvalue()


def rule_facts(rows: Sequence[Mapping[str, Any]]) -> list[Facts]:
    """Results of the rules, those that stopped something first; `sample` as a list of messages."""
    order = {"crashed": 0, "failed": 1, "passed_with_listed_failures": 2, "passed": 3}
    found = [dict(row) | {"sample": json.loads(str(row["sample"] or "[]"))} for row in rows]
    return sorted(found, key=lambda row: (order.get(row["status"], 0), row["severity"] != "error", row["gate"], row["rule_id"]))


def _verdict(summary: Summary, facts: Facts) -> Facts:
    held, release = len(summary.held_back), summary.release_id
    tail_vi = f" Tài liệu bị giữ lại, toàn bộ hay một phần: {held}." if held else ""
    tail_en = f" Documents held back, whole or in part: {held}." if held else ""
    if summary.blocked:
        return {
            "outcome": "blocked",
            "vi": f"KHÔNG phát hành gì. {'Bản ' + release + ' giữ nguyên.' if release else 'Chưa có bản nào.'}{tail_vi}",
            "en": f"NOTHING was published. {release or 'No release'} stands.{tail_en}",
        }
    if summary.is_unchanged:
        return {
            "outcome": "unchanged",
            "vi": f"Không có gì thay đổi: bản {release} vẫn là bản hiện hành.{tail_vi}",
            "en": f"Nothing changed: release {release} stands.{tail_en}",
        }
    scores = facts["scores"]
    new, changed, gone = (scores[state]["count"] if scores else 0 for state in ("new", "changed", "gone"))
    return {
        "outcome": "published",
        "vi": f"Đã phát hành {release}: {new} điểm mới, {changed} điểm thay đổi, {gone} điểm không còn.{tail_vi}",
        "en": f"Published {release}: {new} scores new, {changed} changed, {gone} gone.{tail_en}",
    }


def _todo(summary: Summary, facts: Facts) -> list[Facts]:
    """What a person has to do, the most important first. `command` is what to type, if there is something to type."""
    found: list[Facts] = []

    def add(vi: str, en: str, command: str | None = None) -> None:
        found.append({"vi": vi, "en": en, "command": command})

    rules = facts["rules"]
    crashed = [row["rule_id"] for row in rules if row["status"] == "crashed"]
    stopped = [row["rule_id"] for row in rules if row["status"] == "failed" and row["severity"] == "error"]
    release_rules = [rule for rule in stopped if rule.startswith("gate2__release__")]
    if crashed:
        add(
            f"{len(crashed)} phép kiểm tra không chạy được, số liệu chưa được xét: sửa câu truy vấn của {', '.join(crashed)}",
            f"{len(crashed)} checks did not run, the data were not judged: mend the query of {', '.join(crashed)}",
        )
    if release_rules and summary.blocked:
        add(
            "Có điểm, hạng hay tài liệu biến mất hoặc đổi không rõ vì sao: xem danh sách; nếu đúng là chủ ý thì nói lý do",
            "Scores, ranks or documents vanished or changed without a cause: see the list; if it is meant, say why",
            'cchc refresh --accept-changes "why"',
        )
    if summary.blocked and not crashed and len(stopped) > len(release_rules):
        add("Xem các quy tắc không đạt dưới đây", "See the rules that failed, below")
    if summary.blocked and not crashed and not stopped:
        add("Xem lý do dừng và nhật ký", "See why it stopped, and the log", "cchc status")
    if summary.held_back:
        add(
            f"Tài liệu bị giữ lại: {len(summary.held_back)}; xem từng ô kèm hình",
            f"Documents held back: {len(summary.held_back)}; look at each cell with its picture",
            "cchc review list",
        )
    by_code = facts["causes"].get("code", 0)
    if by_code:
        add(
            f"{by_code} điểm khác bản trước chỉ vì mã nguồn: so vài điểm với trang in",
            f"{by_code} scores differ by a change of code alone: compare a few with their pages",
        )
    return found


def _items(items: Sequence[Mapping[str, Any]]) -> list[Facts]:
    """Open items, those that may be at fault before their witnesses."""
    waiting = [dict(item) for item in items if item.get("status", "open") == "open"]
    return sorted(waiting, key=lambda item: (item["document_id"], not item.get("is_suspect", True)))


def build_report(
    summary: Summary,
    comparison: Comparison | None,
    *,
    rules: Sequence[Mapping[str, Any]],
    items: Sequence[Mapping[str, Any]],
    corrections: Sequence[Mapping[str, Any]],
    titles: Mapping[str, str],
    stamp: str,
) -> Facts:
    """All that the page shows and the JSON holds. `titles`: document id -> title of every document that was judged."""
    facts = comparison_facts(comparison, f"{stamp}_scores.csv")
    facts["rules"] = rule_facts(rules)
    changed = {one["document_id"] for state in ("new", "changed") for one in facts["documents"].get(state, [])}
    facts["kept_documents"] = sorted(set(titles) - changed - set(summary.held_back))
    facts["titles"] = dict(titles)
    facts["items"] = _items(items)
    facts["corrections"] = [dict(one) for one in corrections]
    facts["verdict"] = _verdict(summary, facts)
    facts["todo"] = _todo(summary, facts)
    return facts


def _pictures(items: Sequence[Mapping[str, Any]], quarantine: Path) -> dict[str, str]:
    """Item id -> picture as base64, for the first ones that have a picture."""
    found: dict[str, str] = {}
    for item in items:
        path = quarantine / item["picture"] if item.get("picture") else None
        if path is not None and path.is_file() and len(found) < SHOWN_PICTURES:
            found[str(item["item_id"])] = base64.b64encode(path.read_bytes()).decode("ascii")
    return found


def write_report(settings: Settings, summary: Summary, comparison: Comparison | None, stamp: str) -> Path:
    """Write the files of one refresh; the path of the page comes back."""
    facts = summary.report
    shown = facts["items"][:SHOWN_ITEMS]
    page = render(
        "report.html",
        title=f"cchc {summary.started_at:%Y-%m-%d %H:%M} UTC",
        run=summary,
        facts=facts,
        items=shown,
        pictures=_pictures(shown, settings.quarantine),
    )
    if facts["scores_file"] and comparison is not None:
        write_atomically(settings.runs / facts["scores_file"], scores_csv(comparison.scores).encode())
    text = json.dumps(summary.as_dict(), ensure_ascii=False, indent=2, default=str)
    write_atomically(settings.runs / f"{stamp}.json", text.encode())
    for name in (f"{stamp}.html", "latest.html"):
        write_atomically(settings.runs / name, page.encode())
    return settings.runs / f"{stamp}.html"

"""The measured tables, as Markdown and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.mutations.cases import LAYOUTS, MUTATIONS
from tests.benchmarks.mutations.verdicts import CAUGHT, FATES, INVISIBLE, VISIBLE, WEAK, Fate, Verdict


@dataclass(frozen=True)
class Measured:
    """One run. `accused`: failures of clean documents by document; `not_applicable`: reason by (mutation, layout)."""

    verdicts: tuple[Verdict, ...]
    clean_count: int
    accused: Mapping[str, tuple[str, ...]]
    absent: tuple[str, ...]
    not_applicable: Mapping[tuple[str, str], str]
    seconds: float


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'|'.join('---' if i == 0 else '---:' for i in range(len(head)))}|"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)


def _fates_by(verdicts: Sequence[Verdict], name: str, groups: Sequence[str]) -> str:
    shown: list[Fate] = [fate for fate in FATES if any(v.fate == fate for v in verdicts)]
    rows: list[list[object]] = []
    for group in (*groups, "all"):
        of_group = [v for v in verdicts if group in ("all", v.case.mutation, v.case.specimen.layout)]
        if of_group:
            rows.append([group, len(of_group), *(sum(v.fate == fate for v in of_group) or "" for fate in shown)])
    return _table([name, "cases", *(FATES[fate] for fate in shown)], rows)


def _grid(verdicts: Sequence[Verdict], not_applicable: Mapping[tuple[str, str], str]) -> str:
    """Caught / changed, by mutation and layout."""
    rows: list[list[object]] = []
    for mutation in MUTATIONS:
        row: list[object] = [mutation]
        for layout in LAYOUTS:
            found = [v for v in verdicts if (v.case.mutation, v.case.specimen.layout) == (mutation, layout)]
            changed = [v for v in found if v.fate != "unchanged"]
            caught = sum(v.fate in CAUGHT for v in changed)
            row.append(f"{caught}/{len(changed)}" if found else "n/a" if (mutation, layout) in not_applicable else "")
        rows.append(row)
    return _table(["caught / changed", *LAYOUTS], rows)


def _named(verdicts: Sequence[Verdict], fates: frozenset[Fate]) -> str:
    counts = Counter((FATES[v.fate], name) for v in verdicts if v.fate in fates for name in v.by or ("-",))
    return _table(["outcome", "by", "cases"], [[fate, name, n] for (fate, name), n in sorted(counts.items())])


def _located(verdicts: Sequence[Verdict]) -> str:
    rows: list[list[object]] = []
    for mutation in (*MUTATIONS, "all"):
        found = [v.located for v in verdicts if v.located is not None and mutation in ("all", v.case.mutation)]
        if found:
            kinds = ("alone", "among ties", "elsewhere", "not explained")
            counts = (sum(one.explained == kind for one in found) for kind in kinds)
            rows.append([mutation, len(found), *counts, sum(one.beside > 0 for one in found)])
    head = ["mutation", "asked", "names changed cells alone", "among ties", "other cells only", "not explained by 3 cells"]
    return _table([*head, "changed cells beside the violated relations"], rows)


def _loaded(verdicts: Sequence[Verdict]) -> str:
    caught = [v for v in verdicts if v.fate == "gate1"]
    parts = [v.loaded for v in caught if v.loaded.statements]
    return (
        f"Of {len(caught)} documents that gate 1 catches, as if they were never published, {len(parts)} are loaded in part, with "
        f"{sum(one.statements for one in parts)} statements. Wrong statements loaded from a document whose fault was located: "
        f"{sum(one.wrong for one in parts)} (must be 0)."
    )


def _at_gate_2(verdicts: Sequence[Verdict]) -> str:
    rows: list[list[object]] = []
    judged = [v for v in verdicts if v.shown is not None]
    for mutation in (*MUTATIONS, "all"):
        shown = [v.shown for v in judged if v.shown is not None and mutation in ("all", v.case.mutation)]
        if shown:
            by_rule, listed = sum(bool(s.rules) for s in shown), sum(bool(s.conflicts) and not s.rules for s in shown)
            gone = sum(bool(s.gone) and not s.rules and not s.conflicts for s in shown)
            rows.append([mutation, len(shown), by_rule, listed, gone, len(shown) - by_rule - listed - gone])
    head = ["mutation", "judged", "a rule of gate 2", "a conflict", "only if it was published before: figures gone", "nothing"]
    return _table(head, rows)


def markdown(measured: Measured) -> str:
    verdicts = measured.verdicts
    counts = Counter(v.fate for v in verdicts)
    changed = [v for v in verdicts if v.fate != "unchanged"]
    caught = sum(counts[fate] for fate in CAUGHT)
    missing = "; ".join(f"{m} on {layout}: {why}" for (m, layout), why in sorted(measured.not_applicable.items()))
    return "\n\n".join(
        [
            f"{len(verdicts)} cases in {measured.seconds:.0f} s; {len(changed)} change what is stated; {caught} of them are caught, "
            f"{counts['warning']} flagged by a warning, {counts['conflict']} shown as a conflict, "
            f"{sum(counts[fate] for fate in INVISIBLE)} arithmetically invisible, {counts['visible']} visible and not caught. "
            f"{measured.clean_count} clean documents, {len(measured.accused)} accused.",
            _fates_by(verdicts, "mutation", tuple(MUTATIONS)),
            _fates_by(verdicts, "layout", LAYOUTS),
            _grid(verdicts, measured.not_applicable),
            "Caught by",
            _named(verdicts, CAUGHT | WEAK),
            "Not caught: relations that the changed cells take part in",
            _named(verdicts, INVISIBLE | VISIBLE),
            "The smallest explanation of what gate 1 caught",
            _located(verdicts),
            _loaded(verdicts),
            "What gate 1 let through, at gate 2",
            _at_gate_2(verdicts),
            f"Not applicable: {missing or 'none'}",
            f"Documents that are not on this machine: {', '.join(measured.absent) or 'none'}",
            *(f"ACCUSED {document}: {message}" for document, messages in measured.accused.items() for message in messages),
        ]
    )


def write(measured: Measured, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.md").write_text(markdown(measured) + "\n", encoding="utf-8")
    rows = [
        {
            "number": v.case.number,
            "mutation": v.case.mutation,
            "layout": v.case.specimen.layout,
            "document": v.case.specimen.name,
            "what": v.case.what,
            "fate": v.fate,
            "by": v.by,
            "wrong": len(v.case.difference.wrong),
            "located": None if v.located is None else [v.located.explained, v.located.beside],
            "loaded": [v.loaded.statements, v.loaded.wrong],
            "shown": None if v.shown is None else [v.shown.rules, v.shown.conflicts, v.shown.gone],
            "lost": len(v.case.difference.lost),
            "doubled": len(v.case.difference.doubled),
        }
        for v in measured.verdicts
    ]
    (folder / "cases.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")

"""The questions of the benchmark, one function each, and their answers as Markdown."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pikepdf

from tests.benchmarks.extraction.children import Run, run_ours, run_peer
from tests.benchmarks.extraction.joining import PageTable, best_score
from tests.benchmarks.extraction.peers import PEERS
from tests.benchmarks.extraction.score import Score, grid_of_json, score

OURS = "ours"


def truth_of(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def _ours_score(truth: Mapping[str, Any], answer: Mapping[str, Any]) -> Score:
    return score([grid_of_json(t) for t in truth["tables"]], [grid_of_json(t) for t in answer.get("tables", [])])


def _peer_score(truth: Mapping[str, Any], answer: Mapping[str, Any]) -> Score:
    tables = [PageTable(int(t["page"]), t["rows"]) for t in answer.get("tables", [])]
    return best_score([grid_of_json(t) for t in truth["tables"]], tables)


def _line(scores: Sequence[Score]) -> dict[str, Any]:
    """F1 is the mean over documents; numbers and tables are sums."""
    total = sum(scores, Score())
    return {
        "documents": len(scores),
        "f1": sum(s.f1 for s in scores) / len(scores),
        "adjacency_f1": sum(s.adjacency_f1 for s in scores) / len(scores),
        "numbers_right": total.numbers_right,
        "numbers_wrong": total.numbers_wrong,
        "numbers_missing": total.numbers_missing,
        "spans_right": total.spans_right,
        "spans_true": total.spans_true,
        "tables_exact": total.tables_exact,
        "tables_true": total.tables_true,
        "noise_tables": total.noise_tables,
    }


def _by_group(truths: Mapping[Path, dict[str, Any]], run: Run, *, is_ours: bool) -> dict[str, Any]:
    groups: dict[str, list[Score]] = defaultdict(list)
    documents: dict[str, Any] = {}
    for path, truth in truths.items():
        answer = run.answers[str(path.with_suffix(".pdf"))]
        one = _ours_score(truth, answer) if is_ours else _peer_score(truth, answer)
        rulings = {"ruled" if t["ruling"] == "full" else "not ruled" for t in truth["tables"]}
        for key in (truth["class"], "all", *rulings):
            groups[key].append(one)
        documents[truth["id"]] = _line([one]) | {"error": answer.get("error", "")}
    lines = {key: _line(scores) for key, scores in sorted(groups.items())}
    return {"groups": lines, "documents": documents, "cpu": run.cpu, "peak_mb": run.peak_mb, "errors": run.errors}


def text_layer(paths: Sequence[Path], peers_python: Path | None) -> dict[str, Any]:
    """Every document with a text layer, by our reader and, where their Python is given, by the others."""
    truths = {path: truth for path in paths if (truth := truth_of(path))["class"] != "i"}
    files = [path.with_suffix(".pdf") for path in truths]
    found = {OURS: _by_group(truths, run_ours("both", files), is_ours=True)}
    for name in PEERS if peers_python else ():
        assert peers_python is not None
        found[name] = _by_group(truths, run_peer(peers_python, name, files), is_ours=False)
    return found


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def text_layer_markdown(found: Mapping[str, Any]) -> str:
    groups = list(found[OURS]["groups"])
    f1_rows = [[name, *(f"{run['groups'][g]['f1']:.3f}" for g in groups)] for name, run in found.items()]
    wrong_rows = [
        [name, *(f"{run['groups'][g]['numbers_wrong']} / {run['groups'][g]['numbers_missing']}" for g in groups)]
        for name, run in found.items()
    ]
    rows: list[list[str]] = []
    for name, run in found.items():
        line = run["groups"]["all"]
        rows.append(
            [
                name,
                f"{line['numbers_right']}",
                f"{line['numbers_wrong']}",
                f"{line['numbers_missing']}",
                f"{line['adjacency_f1']:.3f}",
                f"{line['spans_right']} of {line['spans_true']}",
                f"{line['tables_exact']} of {line['tables_true']}",
                f"{line['noise_tables']}",
                f"{run['cpu']:.1f}",
                f"{run['peak_mb']:.0f}",
                f"{run['errors']}",
            ]
        )
    head = [
        "reader",
        "numbers right",
        "wrong",
        "missing",
        "adjacency F1",
        "spans",
        "tables exact",
        "noise",
        "CPU s",
        "peak MB",
        "errors",
    ]
    imperfect = [
        f"* {identity}: F1 {line['f1']:.3f}, wrong {line['numbers_wrong']}, missing {line['numbers_missing']} {line['error']}"
        for identity, line in found[OURS]["documents"].items()
        if line["f1"] < 1 or line["numbers_wrong"] or line["noise_tables"]
    ]
    return "\n\n".join(
        [
            "Cell F1, mean over the documents of a class:",
            _table(["reader", *groups], f1_rows),
            "Numbers wrong / missing:",
            _table(["reader", *groups], wrong_rows),
            "All documents:",
            _table(head, rows),
            "Documents that our reader does not read whole:\n" + ("\n".join(imperfect) or "none"),
        ]
    )


def scans(paths: Sequence[Path]) -> dict[str, Any]:
    """Each scan in a child of its own, so that its time and memory are its own."""
    found: dict[str, Any] = {}
    for path in paths:
        truth = truth_of(path)
        file = path.with_suffix(".pdf")
        run = run_ours("both", [file])
        answer = run.answers[str(file)]
        line = _line([_ours_score(truth, answer)])
        found[truth["id"]] = line | {
            "cpu": run.cpu,
            "peak_mb": run.peak_mb,
            "error": answer.get("error", ""),
            "pages": truth["pages"],
        }
    return found


def scans_markdown(found: Mapping[str, Any]) -> str:
    rows: list[list[str]] = []
    for identity, line in found.items():
        numbers = line["numbers_right"] + line["numbers_wrong"] + line["numbers_missing"]
        share = f"{line['numbers_right']} of {numbers} ({100 * line['numbers_right'] / max(numbers, 1):.1f} %)"
        rows.append(
            [
                identity,
                share,
                str(line["numbers_wrong"]),
                f"{line['f1']:.3f}",
                f"{line['cpu'] / line['pages']:.1f}",
                line["error"],
            ]
        )
    right = sum(line["numbers_right"] for line in found.values())
    numbers = sum(line["numbers_right"] + line["numbers_wrong"] + line["numbers_missing"] for line in found.values())
    wrong = sum(line["numbers_wrong"] for line in found.values())
    rows.append(["all", f"{right} of {numbers} ({100 * right / max(numbers, 1):.2f} %)", str(wrong), "", "", ""])
    return _table(["scan", "numbers accepted and right", "wrong", "cell F1", "CPU s a page", "error"], rows)


def speed(report: Path, peers_python: Path | None) -> dict[str, Any]:
    """CPU seconds over the long report; the variants take turns, the best of three counts."""
    best: dict[str, dict[str, float]] = {}
    variants = {"bare pdfium text": "text", "ours, one reading": "fast", "ours, two readings": "both"}
    for _ in range(3):
        runs = {name: run_ours(mode, [report]) for name, mode in variants.items()}
        if peers_python:
            runs["pdfplumber (lines)"] = run_peer(peers_python, "pdfplumber (lines)", [report])
        for name, run in runs.items():
            tables = len(run.answers[str(report)].get("tables", []))
            if name not in best or run.cpu < best[name]["cpu"]:
                best[name] = {"cpu": run.cpu, "peak_mb": run.peak_mb, "tables": tables}
    with pikepdf.open(report) as pdf:
        pages = len(pdf.pages)
    return {"pages": pages, "variants": best}


def speed_markdown(found: Mapping[str, Any]) -> str:
    floor = found["variants"]["bare pdfium text"]["cpu"]
    other = found["variants"].get("pdfplumber (lines)", {}).get("cpu")
    rows = [
        [
            name,
            f"{line['cpu']:.2f}",
            f"{found['pages'] / line['cpu']:.0f}",
            f"{line['cpu'] / floor:.1f}",
            f"{other / line['cpu']:.1f}" if other else "",
            f"{line['tables']}",
            f"{line['peak_mb']:.0f}",
        ]
        for name, line in found["variants"].items()
    ]
    head = ["variant", "CPU s", "pages/s", "times bare text", "times as fast as pdfplumber", "tables", "peak MB"]
    return f"{found['pages']} pages, 35 tables.\n\n" + _table(head, rows)


def memory(files: Sequence[Path]) -> dict[str, Any]:
    """Peak of the process at 150 pages and at ten times as many."""
    found: dict[str, Any] = {}
    for path in files:
        truth = truth_of(path)
        file = path.with_suffix(".pdf")
        for mode in ("fast", "both"):
            run = run_ours(mode, [file])
            answer = run.answers[str(file)]
            line = _line([_ours_score(truth, answer)])
            found[f"{truth['pages']} pages, {mode}"] = line | {
                "cpu": run.cpu,
                "peak_mb": run.peak_mb,
                "tables": len(answer.get("tables", [])),
                "error": answer.get("error", ""),
            }
    return found


def memory_markdown(found: Mapping[str, Any]) -> str:
    rows = [
        [name, f"{v['peak_mb']:.0f}", f"{v['cpu']:.1f}", f"{v['tables']} of {v['tables_true']}", f"{v['f1']:.3f}", v["error"]]
        for name, v in found.items()
    ]
    return _table(["file", "peak MB", "CPU s", "tables", "cell F1", "error"], rows)

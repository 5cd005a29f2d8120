"""Sets the corpus: `python -m scripts.corpus [--out DIR] [--half development|held_out] [--only PART_OF_AN_ID] [--all]`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from scripts.corpus.documents import documents
from scripts.corpus.finish import STEPS, page_count
from scripts.corpus.model import Document, Half
from scripts.corpus.scans import SCANS, Scan, scan_document
from scripts.corpus.truth import document_truth
from scripts.corpus.typesetters import TYPESETTERS

CORPUS = Path(__file__).parents[2] / "tests" / "fixtures" / "corpus"


def _write(data: bytes, truth: Mapping[str, Any], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{truth['id']}.pdf").write_bytes(data)
    text = json.dumps(truth, ensure_ascii=False, separators=(",", ":"))
    (folder / f"{truth['id']}.json").write_text(text + "\n", encoding="utf-8")
    size = f"{truth['pages']:>4} pages {len(data) / 1024:>6.0f} kB {len(truth['tables']):>3} tables"
    print(f"{truth['half']:<12} {truth['id']:<64} {size}")


def write_document(document: Document, folder: Path) -> None:
    """Sets a document and writes it with its truth."""
    data = TYPESETTERS[document.producer](document)
    pages = page_count(data)
    for step in document.after:
        data = STEPS[step](data)
    _write(data, document_truth(document, pages), folder)


def write_scan(scan: Scan, folder: Path) -> None:
    """Scans a document that stands in `folder` already; its truth is that of the document."""
    truth = json.loads((folder / f"{scan.source}.json").read_text(encoding="utf-8"))
    data = scan_document((folder / f"{scan.source}.pdf").read_bytes(), scan)
    own = {"id": scan.id, "class": "i", "scan_of": scan.source, "dpi": scan.dpi, "skew": scan.skew, "stamp": scan.stamp}
    _write(data, truth | own, folder)


def main() -> None:
    parser = argparse.ArgumentParser(description="Sets the synthetic test corpus and writes its ground truth.")
    parser.add_argument(
        "--out", type=Path, default=CORPUS, help="folder with one folder per half (default: tests/fixtures/corpus)"
    )
    parser.add_argument("--half", choices=get_args(Half), help="one half only")
    parser.add_argument("--only", default="", help="documents whose id holds this text")
    parser.add_argument(
        "--all", action="store_true", help="also what is too large for the repository: long reports, large scans"
    )
    options = parser.parse_args()
    halves: tuple[Half, ...] = (options.half,) if options.half else get_args(Half)
    for half in halves:
        folder = options.out / half
        for document in [*documents(half), *(documents(half, long=True) if options.all else ())]:
            if options.only in document.id:
                write_document(document, folder)
        for scan in SCANS:
            if scan.half == half and options.only in scan.id and (scan.kept or options.all):
                write_scan(scan, folder)


if __name__ == "__main__":
    main()

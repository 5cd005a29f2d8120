"""Sets the corpus: `python -m scripts.corpus [--out DIR] [--half development|held_out] [--only PART_OF_AN_ID]`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import get_args

from scripts.corpus.documents import documents
from scripts.corpus.finish import STEPS, page_count
from scripts.corpus.model import Document, Half
from scripts.corpus.truth import document_truth
from scripts.corpus.typesetters import TYPESETTERS

CORPUS = Path(__file__).parents[2] / "tests" / "fixtures" / "corpus"


def set_one(document: Document) -> tuple[bytes, int]:
    """The finished file and its number of pages."""
    data = TYPESETTERS[document.producer](document)
    pages = page_count(data)
    for step in document.after:
        data = STEPS[step](data)
    return data, pages


def write(document: Document, folder: Path) -> None:
    data, pages = set_one(document)
    folder.mkdir(parents=True, exist_ok=True)
    truth = document_truth(document, pages)
    (folder / f"{document.id}.pdf").write_bytes(data)
    (folder / f"{document.id}.json").write_text(
        json.dumps(truth, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8"
    )
    print(f"{document.half:<12} {document.id:<48} {pages:>3} pages {len(data) / 1024:>7.0f} kB {len(truth['tables'])} tables")


def main() -> None:
    parser = argparse.ArgumentParser(description="Sets the synthetic test corpus and writes its ground truth.")
    parser.add_argument(
        "--out", type=Path, default=CORPUS, help="folder with one folder per half (default: tests/fixtures/corpus)"
    )
    parser.add_argument("--half", choices=get_args(Half), help="one half only")
    parser.add_argument("--only", default="", help="documents whose id holds this text")
    options = parser.parse_args()
    halves: tuple[Half, ...] = (options.half,) if options.half else get_args(Half)
    for half in halves:
        for document in documents(half):
            if options.only in document.id:
                write(document, options.out / half)


if __name__ == "__main__":
    main()

"""A catalogue of one synthetic document that a server on this machine publishes: a workbook with one figure of ICT Index."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import openpyxl
import yaml

from extractors.catalogue.loader import ENTRIES_DIR, documents_dir

ID = "ict_index_2019_synthetic"
MODEL_ID = "ict_index_2019_published"
"""Whose workbook and entry are the model."""

FIGURE, NEW_FIGURE = "0,735", "0,753"


@cache  # a workbook holds the second in which it was saved; the same one asked for twice has the same bytes
def workbook(figure: str = FIGURE, *, note: str = "") -> bytes:
    """The workbook with another figure; saved anew, so its bytes are never those of the model."""
    book = openpyxl.load_workbook(documents_dir() / f"{MODEL_ID}.xlsx")
    book["Tỉnh"]["E3"] = figure
    book.properties.creator = f"synthetic {note}"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def write_catalogue(folder: Path, url: str, document_id: str = ID) -> Path:
    """The catalogue with that document at `url`, and nothing else.

    Gate 2 publishes no document that calls itself synthetic. Who needs it published, into a home that is thrown away, gives it the id
    of the model.
    """
    content = yaml.safe_load((ENTRIES_DIR / f"{MODEL_ID}.yml").read_text(encoding="utf-8"))
    if document_id == ID:
        content |= {"id": ID, "title_vi": "ICT Index 2019 (synthetic)", "title_en": "ICT Index 2019 (synthetic)"}
    content |= {"address": {"url": url}, "is_reset": False}
    del content["file"]
    (folder / "entries").mkdir(parents=True)
    (folder / "documents").mkdir()
    (folder / "entries" / f"{document_id}.yml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return folder

"""Pictures of the pages of published documents, for the release: drawn once for the same bytes, then taken from the home."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from dagster_project.progress import report
from dagster_project.settings import Settings
from extractors.archive.store import Archive, ArchiveError
from extractors.bounded import draw_plain_pages_bounded
from extractors.durable import write_atomically
from extractors.isolation import Limits
from extractors.records import DocumentError
from warehouse.pictures import PICTURES_FOLDER, PagePicture
from warehouse.publish import Staged

_DRAWN = "pages.json"
"""Beside the pictures of a document: number, width and height of each. It is written last."""

_MOST_PAGES = 400
"""A document with more pages gets no pictures: they would be larger than all tables."""

_SHOWN = """
select document_id, sha256 from dim_document
where document_kind = 'pdf' and document_status = 'loaded' and page_count <= ?
    -- What the project set anew is its own; of other documents only those whose terms are stated.
    and (is_reset or coalesce(licence, 'not stated') <> 'not stated')
order by document_id
"""


def _drawn(folder: Path) -> list[tuple[int, int, int]] | None:
    """What was drawn before; None where it was not, or where a picture is gone since."""
    try:
        found = [(int(page), int(width), int(height)) for page, width, height in json.loads((folder / _DRAWN).read_bytes())]
    except (OSError, ValueError, TypeError):
        return None
    return found if all((folder / f"{page}.webp").is_file() for page, _, _ in found) else None


def _draw(settings: Settings, document_id: str, sha256: str, folder: Path, limits: Limits) -> list[tuple[int, int, int]]:
    """Number, width and height of the pictures of one document; none where its pages cannot be drawn, which is told."""
    known = _drawn(folder)
    if known is not None:
        return known
    try:
        data = Archive(settings.archive).get(sha256)
        found = list(draw_plain_pages_bounded(data, folder, document_id, limits=limits))
    except (ArchiveError, DocumentError) as error:
        report("publish", f"no pictures of the pages of {document_id}: {error}")
        shutil.rmtree(folder, ignore_errors=True)
        return []
    write_atomically(folder / _DRAWN, json.dumps(found).encode())
    return found


def write_page_pictures(settings: Settings, staged: Staged, limits: Limits) -> Sequence[PagePicture]:
    """Pictures of the pages of every PDF that may be shown, in the folder `pages/` of the release. A document whose pages cannot be
    drawn has none; the release goes on.

    Raises:
        OSError: the home or the release cannot be written.
    """
    with duckdb.connect(str(staged.database), read_only=True) as connection:
        documents = connection.execute(_SHOWN, [_MOST_PAGES]).fetchall()
    pictures: list[PagePicture] = []
    for document_id, sha256 in documents:
        kept = settings.extracted / "page_pictures" / sha256
        drawn = _draw(settings, document_id, sha256, kept, limits)
        target = staged.directory / PICTURES_FOLDER / document_id
        for page, width, height in drawn:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(kept / f"{page}.webp", target / f"{page}.webp")
            pictures.append(PagePicture(document_id, page, f"{document_id}/{page}.webp", width, height))
    return pictures

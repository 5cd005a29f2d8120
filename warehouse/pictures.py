"""Pictures of pages of documents that a release holds, so that a reader sees the page that a figure was read from."""

from __future__ import annotations

from dataclasses import dataclass

PICTURES_FOLDER = "pages"


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page of a document, from 1, and its picture: `path` below the folder `pages` of the release, size in picture points."""

    document_id: str
    page: int
    path: str
    width: int
    height: int

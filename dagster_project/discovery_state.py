"""What was seen on a landing page, and what another look changes: new links, links that are gone, a page that is no longer itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from extractors.durable import write_atomically
from extractors.markup.links import DocumentLink, PageLinks


@dataclass(frozen=True, slots=True)
class SeenLink:
    """A link to a document. `is_known`: a person has seen it, or it stood there at the first look; `is_gone`: not there any more."""

    address: str
    text: str
    heading: str
    first_seen: datetime
    last_seen: datetime
    is_known: bool
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page at its last good look. `links` by key, those included that are gone; `failures`: looks since that gave no page."""

    url: str
    looked_at: datetime
    title: str = ""
    final_url: str = ""
    etag: str | None = None
    last_modified: str | None = None
    n_links: int = 0
    links: Mapping[str, SeenLink] = field(default_factory=dict[str, SeenLink])
    failures: int = 0

    @property
    def standing(self) -> int:
        """Links to documents that stood on the page at its last good look."""
        return sum(not link.is_gone for link in self.links.values())


@dataclass(frozen=True, slots=True)
class Change:
    """What a look found. `is_emptied`: no link to a document where there were some; then nothing else is said or remembered."""

    page: SeenPage
    is_first: bool
    new: tuple[SeenLink, ...] = ()
    gone: tuple[SeenLink, ...] = ()
    is_emptied: bool = False


_PAGE = TypeAdapter(SeenPage)


def state_path(folder: Path, url: str) -> Path:
    return folder / f"{hashlib.sha256(url.encode()).hexdigest()[:24]}.json"


def read_page(folder: Path, url: str) -> SeenPage | None:
    """The page as it was last seen; None if it was never looked at, or if what was kept is damaged (then it is a first look)."""
    try:
        found = _PAGE.validate_json(state_path(folder, url).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
    return found if found.url == url else None


def write_page(folder: Path, page: SeenPage) -> None:
    """Raises OSError if it cannot be kept."""
    write_atomically(state_path(folder, page.url), _PAGE.dump_json(page, indent=2))


def _seen(link: DocumentLink, before: SeenLink | None, now: datetime, *, is_first: bool) -> SeenLink:
    if before is None:
        return SeenLink(link.address, link.text, link.heading, now, now, is_known=is_first)
    return replace(before, address=link.address, text=link.text, heading=link.heading, last_seen=now, is_gone=False)


def compare(before: SeenPage | None, url: str, found: PageLinks, now: datetime, final_url: str = "") -> Change:
    """The page after this look. At the first look all links are known: they are no news."""
    is_first = before is None
    earlier = before.links if before is not None else {}
    if before is not None and before.standing and not found.documents:
        # An error page with status 200, or a page that is now made by a script: what was seen before stays to be compared with.
        return Change(replace(before, failures=before.failures + 1), is_first=False, is_emptied=True)
    links = {link.key: _seen(link, earlier.get(link.key), now, is_first=is_first) for link in found.documents}
    links |= {key: replace(link, is_gone=True) for key, link in earlier.items() if key not in links}
    page = SeenPage(url, now, found.title, final_url or url, n_links=found.n_links, links=links)
    return Change(page, is_first, *pending(page))


def pending(page: SeenPage) -> tuple[tuple[SeenLink, ...], tuple[SeenLink, ...]]:
    """New links, and links that are gone, which nobody has said to have seen."""
    new = tuple(link for link in page.links.values() if not link.is_known and not link.is_gone)
    gone = tuple(link for link in page.links.values() if link.is_gone)
    return new, gone


def acknowledged(page: SeenPage) -> SeenPage:
    """A person has seen all of it: what is new is known, what is gone is forgotten."""
    return replace(page, links={key: replace(link, is_known=True) for key, link in page.links.items() if not link.is_gone})


def link_dict(link: SeenLink) -> dict[str, object]:
    return asdict(link)

"""`cchc discover` and the discovery job: one look at all landing pages of the catalogue, told to whom it concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dagster_project.alerting import Told, tell
from dagster_project.asking import read_asking
from dagster_project.discovery import Discovery, Fetcher, PageReport, discover, mark_seen, web_fetcher
from dagster_project.settings import Settings
from extractors.catalogue.landing_pages import LANDING_PAGES_FILE, IndexPages, WatchedPage, read_index_pages, watched_pages
from extractors.catalogue.loader import load_entries
from extractors.catalogue.models import UNKNOWN, CatalogueEntry


def _catalogue(settings: Settings) -> tuple[tuple[CatalogueEntry, ...], tuple[IndexPages, ...]]:
    """Raises CatalogueError."""
    entries = load_entries(settings.entries, settings.documents, must_exist=False)
    return entries, read_index_pages(settings.entries.parent / LANDING_PAGES_FILE.name)


def pages_of(settings: Settings) -> tuple[WatchedPage, ...]:
    """The pages that are watched. Raises CatalogueError."""
    return watched_pages(*_catalogue(settings))


def run_discovery(
    settings: Settings, get: Fetcher | None = None, *, watch: Callable[[PageReport], None] = lambda _: None
) -> tuple[Discovery, Told]:
    """Look once and tell.

    Raises:
        CatalogueError: the catalogue does not have its shape.
        LimitsError: a setting is no number.
        OSError: what was seen cannot be kept.
    """
    entries, indices = _catalogue(settings)
    known = [address for entry in entries for address in entry.addresses]
    known += [str(entry.cited_source.url) for entry in entries if entry.cited_source.url is not None]
    pages = watched_pages(entries, indices)
    asking = read_asking(settings)
    getter = get or web_fetcher(manners=asking.manners, allow_loopback=asking.allow_loopback)
    reports = discover(pages, settings.discovery, getter, known=known, watch=watch)
    found = Discovery(reports, tuple(index.index_code for index in indices if index.address == UNKNOWN))
    return found, tell(settings, "discovery", found.notices)


def say_seen(settings: Settings) -> int:
    """All that was found so far is known to a person: it is told no more. Raises CatalogueError, OSError."""
    return mark_seen(pages_of(settings), settings.discovery)


def page_lines(page: PageReport) -> Iterator[str]:
    yield f"{page.url}: {page.line}"
    for link in page.new:
        under = f" (under “{link.heading}”)" if link.heading else ""
        yield f"    new: {link.text or '(no text)'}{under}: {link.address}"
    for link in page.gone:
        yield f"    gone: {link.text or '(no text)'}: {link.address}"
    for notice in page.notices:
        if not page.new and not page.gone and notice.hint:
            yield f"    {notice.hint}"


def discovery_lines(found: Discovery) -> Iterator[str]:
    offline = next((notice for notice in found.notices if notice.code == "discovery_offline"), None)
    if offline is not None:
        yield f"{offline.message}. {offline.hint}"
        return
    for page in found.pages:
        yield from page_lines(page)
    new = sum(len(page.new) for page in found.pages)
    troubled = sum(bool(page.as_dict()["problems"]) for page in found.pages)
    yield f"{len(found.pages)} pages, {new} new documents, {troubled} pages with a problem"
    if found.unknown_indices:
        names = ", ".join(found.unknown_indices)
        yield f"no page is known for {names}: look at their publishers yourself, and give files by the inbox;"
        yield "an edition of theirs that is late is told all the same (`cchc status`, `cchc alerts`)"
    if new:
        yield "when you have seen them: cchc discover --seen"

"""Looking at landing pages: what is new on them, what is gone, which of them are no longer what they were.

No document is fetched and nothing is put into the catalogue: what is found is told, and a person decides.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from dagster_project.discovery_state import (
    Change,
    SeenLink,
    SeenPage,
    acknowledged,
    compare,
    link_dict,
    pending,
    read_page,
    state_path,
    write_page,
)
from dagster_project.notices import Notice
from extractors.archive.addresses import ElsewhereError, NotWantedError, UnknownNameError, WrongKindError
from extractors.archive.fetch import FetchError, FetchResult, Limits, fetch
from extractors.archive.polite import Manners
from extractors.catalogue.landing_pages import WatchedPage
from extractors.markup.links import comparable, page_links
from extractors.records import DocumentError, Kind

PAGE_LIMITS = Limits(max_bytes=20_000_000, total_seconds=60.0, attempts=2)
_MOST_LINKS = 10
"""New links of one page that are told one by one."""

Fetcher = Callable[["_Page", SeenPage | None], FetchResult]


@dataclass(frozen=True, slots=True)
class _Page:
    """A page as the fetcher wants it: an entry with one address, whose bytes must be a web page."""

    id: str
    addresses: tuple[str, ...]
    kind: Kind = "html"


@dataclass(frozen=True, slots=True)
class _Validators:
    url: str | None
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class PageReport:
    """One page of one look. `line` says in one sentence how it stands; `is_nameless`: the name of its host led nowhere."""

    url: str
    watched_for: tuple[str, ...]
    line: str
    notices: tuple[Notice, ...] = ()
    new: tuple[SeenLink, ...] = ()
    gone: tuple[SeenLink, ...] = ()
    is_first: bool = False
    is_nameless: bool = False

    def as_dict(self) -> dict[str, object]:
        return {
            "url": self.url,
            "watched_for": list(self.watched_for),
            "line": self.line,
            "first_look": self.is_first,
            "new": [link_dict(link) for link in self.new],
            "gone": [link_dict(link) for link in self.gone],
            "problems": [
                notice.code for notice in self.notices if notice.code not in ("new_document_link", "document_link_gone")
            ],
        }


@dataclass(frozen=True, slots=True)
class Discovery:
    """A look at all pages."""

    pages: tuple[PageReport, ...]
    unknown_indices: tuple[str, ...] = ()
    state_problems: tuple[str, ...] = field(default=())

    @property
    def notices(self) -> tuple[Notice, ...]:
        return tuple(notice for page in self.pages for notice in page.notices)


def web_fetcher(
    *, manners: Manners, allow_loopback: bool = False, limits: Limits = PAGE_LIMITS, tls: ssl.SSLContext | None = None
) -> Fetcher:
    """Asks the address itself, as documents are fetched: robots, politeness, limits and public hosts only."""

    def get(page: _Page, before: SeenPage | None) -> FetchResult:
        seen = None if before is None or before.failures else _Validators(page.addresses[0], before.etag, before.last_modified)
        return fetch(page, seen, allow_loopback=allow_loopback, limits=limits, manners=manners, tls=tls)

    return get


def _problem(code: str, page: WatchedPage, found: str, hint: str) -> PageReport:
    owner = " and ".join(page.watched_for[:3]) + (" and others" if len(page.watched_for) > 3 else "")
    notice = Notice(code, "warning", page.url, f"landing page of {owner}: {found}", hint)
    return PageReport(page.url, page.watched_for, found, (notice,))


def _where(page: WatchedPage) -> str:
    return " and ".join(
        f"extractors/catalogue/entries/{name}.yml" if name.islower() else "extractors/catalogue/landing_pages.yml"
        for name in page.watched_for[:2]
    )


def _failed(page: WatchedPage, error: FetchError) -> PageReport:
    """A page that could not be had, told by what a person does about it."""
    cause = error.__cause__
    edit = f"Look at it in a browser and correct `landing_pages` in {_where(page)}."
    if isinstance(cause, ElsewhereError):
        found = f"expected a page, found that it leads to another host: {cause.to}"
        return _problem(
            "landing_page_moved", page, found, f"{edit} Nothing is asked of a host that the catalogue does not name."
        )
    if isinstance(cause, NotWantedError):
        hint = "Look at it yourself from time to time, and give documents by the inbox; or take it out of the catalogue."
        return _problem("landing_page_forbidden", page, "its robots.txt keeps programs away, so it was not asked", hint)
    if isinstance(cause, WrongKindError):
        return _problem("landing_page_changed_type", page, f"expected a web page: {cause}", edit)
    if error.status in (404, 410):
        return _problem("landing_page_gone", page, f"expected a page, found none (status {error.status})", edit)
    found = f"expected a page, could not get it: {cause or error}"
    report = _problem("landing_page_unreachable", page, found, "Nothing is lost: it is looked at again next time.")
    return replace(report, is_nameless=cause is not None and isinstance(cause.__cause__, UnknownNameError))


def _link_notice(page: WatchedPage, link: SeenLink) -> Notice:
    under = f' under "{link.heading}"' if link.heading else ""
    message = f'new document "{link.text or link.address}"{under} at {link.address} (on {page.url})'
    hint = (
        "If it belongs in the warehouse, fetch it with a browser into the inbox, then `cchc inbox propose FILE`; or write its address "
        "into an entry. `cchc discover --seen` says that you have seen it."
    )
    return Notice("new_document_link", "warning", comparable(link.address), message, hint)


def _changed(page: WatchedPage, change: Change, known: frozenset[str], kept: Path) -> PageReport:
    """The report of a page that was read. A link that the catalogue has is no news."""
    if change.is_emptied:
        found = f"expected its {change.page.standing} links to documents, found a page without any"
        hint = f"Look at it in a browser: it may be an error page, or made by a script now. If it is right so, delete {kept}."
        return _problem("landing_page_empty", page, found, hint)
    new = tuple(link for link in change.new if comparable(link.address) not in known)
    notices = [_link_notice(page, link) for link in new[:_MOST_LINKS]]
    if (others := len(new) - _MOST_LINKS) > 0:
        hint = "`cchc discover` lists them; `cchc discover --seen` says that you have seen them."
        notices.append(Notice("new_document_links", "warning", page.url, f"{others} more new documents on {page.url}", hint))
    if change.gone:
        names = ", ".join(f'"{link.text or link.address}"' for link in change.gone[:3]) + (
            ", …" if len(change.gone) > 3 else ""
        )
        message = f"{len(change.gone)} links to documents are gone from {page.url}: {names}"
        hint = "Documents in the archive stay. Look whether they moved; `cchc discover --seen` says that you have seen it."
        notices.append(Notice("document_link_gone", "warning", page.url, message, hint, str(len(change.gone))))
    count = change.page.standing
    line = f"{count} documents" + (f", {len(new)} new" if new else "") + (f", {len(change.gone)} gone" if change.gone else "")
    if change.is_first:
        line = f"seen for the first time: {count} links to documents, {change.page.n_links} links in all"
    return PageReport(page.url, page.watched_for, line, tuple(notices), new, change.gone, change.is_first)


def _look_at(page: WatchedPage, folder: Path, get: Fetcher, known: frozenset[str], now: datetime) -> PageReport:
    """Raises OSError if what was seen cannot be kept."""
    before = read_page(folder, page.url)
    try:
        answer = get(_Page(page.url, (page.url,)), before)
        if answer.data is None and before is not None:
            change = Change(replace(before, looked_at=now), False, *pending(before))
        else:
            found = page_links(answer.data or b"", answer.final_url)
            change = compare(before, page.url, found, now, answer.final_url)
            if not change.is_emptied:
                change = replace(change, page=replace(change.page, etag=answer.etag, last_modified=answer.last_modified))
    except FetchError as error:
        if before is not None:
            write_page(folder, replace(before, failures=before.failures + 1))
        return _failed(page, error)
    except DocumentError as error:
        return _problem("landing_page_unreadable", page, error.issue.message, "Look at it in a browser.")
    write_page(folder, change.page)
    return _changed(page, change, known, state_path(folder, page.url))


def discover(
    pages: Iterable[WatchedPage],
    folder: Path,
    get: Fetcher,
    *,
    known: Iterable[str] = (),
    now: datetime | None = None,
    watch: Callable[[PageReport], None] = lambda _: None,
) -> tuple[PageReport, ...]:
    """Look at each page once and remember what was seen in `folder`.

    Args:
        known: addresses that the catalogue has: a link to one of them is no news.
        watch: told each page as it was looked at.

    Raises:
        OSError: what was seen cannot be kept; pages looked at before are kept.
    """
    at = now or datetime.now(UTC)
    addresses = frozenset(comparable(address) for address in known)
    reports: list[PageReport] = []
    for page in pages:
        reports.append(_look_at(page, folder, get, addresses, at))
        watch(reports[-1])
    return _one_for_all(tuple(reports))


def _one_for_all(reports: tuple[PageReport, ...]) -> tuple[PageReport, ...]:
    """A machine without a connection has one trouble, not one per page.

    Where no name of a host leads anywhere, what an address in numbers answers is a gateway's word, and is not acted upon.
    """
    unreachable = [report for report in reports if any(notice.code == "landing_page_unreachable" for notice in report.notices)]
    named = [report for report in reports if not _is_number(report.url)]
    is_nameless = len(named) > 1 and all(report.is_nameless for report in named)
    if not is_nameless and (len(unreachable) < 2 or len(unreachable) < len(reports)):
        return reports
    message = f"none of {len(reports)} landing pages could be reached" + (
        f": not one of {len(named)} names of hosts was found" if is_nameless else ""
    )
    hint = "Is this machine connected? Nothing is lost: the pages are looked at again next time."
    notice = Notice("discovery_offline", "warning", "discovery", message, hint)
    first, *others = (replace(report, notices=()) for report in reports)
    return (replace(first, notices=(notice,)), *others)


def _is_number(url: str) -> bool:
    """Whether the host of an address is given in numbers, so that no name is looked up."""
    try:
        ip_address(urlsplit(url).hostname or "")
    except ValueError:
        return False
    return True


def mark_seen(pages: Iterable[WatchedPage], folder: Path) -> int:
    """A person has seen all that was found so far; how many links that concerns comes back. Raises OSError."""
    count = 0
    for watched in pages:
        page = read_page(folder, watched.url) if state_path(folder, watched.url).exists() else None
        if page is not None and any(found := pending(page)):
            count += sum(len(links) for links in found)
            write_page(folder, acknowledged(page))
    return count

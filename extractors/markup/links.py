"""The links of a web page that lead to documents: each with its text, the heading above it and its whole address.

Nothing is fetched and no script runs: a page that makes its links by a script has none here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urldefrag, urlencode, urljoin, urlsplit, urlunsplit

from lxml import etree
from lxml import html as lxml_html

from extractors.markup.html import markup_text
from extractors.markup.page_text import Element
from extractors.records import DocumentError, Issue
from extractors.text.fold import nfc

DOCUMENT_ENDINGS = ("pdf", "xlsx", "xls", "xlsm", "ods", "docx", "doc", "zip", "csv", "rar")
_ENDING = re.compile(r"\.(" + "|".join(DOCUMENT_ENDINGS) + r")$", re.IGNORECASE)
_TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|dclid|msclkid|zarsrc|mc_[ce]id|_ga|igshid|yclid|ref_src)$", re.IGNORECASE)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class DocumentLink:
    """A link to a document. `key` tells whether two addresses mean one document; `address` is as the page has it, made whole."""

    key: str
    address: str
    text: str
    heading: str
    kind: str


@dataclass(frozen=True, slots=True)
class PageLinks:
    """What a page offers. `n_links`: all its links, to documents and to other pages."""

    title: str
    n_links: int
    documents: tuple[DocumentLink, ...]


def comparable(address: str) -> str:
    """The address without what only counts visitors: for comparison, never for fetching. http and https are one."""
    parts = urlsplit(address)
    host = (parts.hostname or "").rstrip(".")
    try:
        port = parts.port
    except ValueError:
        port = None
    if port is not None and port != _PORTS.get(parts.scheme):
        host = f"{host}:{port}"
    query = urlencode([pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(pair[0])])
    return urlunsplit(("", host, nfc(unquote(parts.path)), query, "")).removeprefix("//")


def _kind(address: str) -> str | None:
    """The ending of the file that an address names, in its path or in a value of its query (`Download.aspx?file=a.pdf`)."""
    parts = urlsplit(address)
    named = [unquote(parts.path), *(value for name, value in parse_qsl(parts.query) if not _TRACKING.match(name))]
    found = next((match for text in named if (match := _ENDING.search(text.strip()))), None)
    return found[1].lower() if found else None


def _text(element: Element) -> str:
    said = nfc(" ".join(str(part) for part in element.itertext()))
    return said or nfc(str(element.get("title") or next((image.get("alt") or "" for image in element.iter("img")), "")))


def _whole(base: str, href: str) -> str | None:
    try:
        address = urldefrag(urljoin(base, href.strip())).url
        return address if urlsplit(address).scheme in _PORTS else None
    except ValueError:
        return None


def _anchors(tree: Element, address: str) -> Iterator[tuple[str, str, str]]:
    """Whole address, text and heading of each link."""
    declared = next((str(base.get("href")) for base in tree.iter("base") if base.get("href")), "")
    base = urljoin(address, declared)
    heading = ""
    for element in tree.iter():
        if element.tag in _HEADINGS:
            heading = _text(element) or heading
        elif element.tag == "a" and element.get("href") and (whole := _whole(base, str(element.get("href")))) is not None:
            yield whole, _text(element), heading


def page_links(data: bytes, address: str) -> PageLinks:
    """The links of a page that was fetched from `address`; one that stands there twice comes once, with the first text it has.

    Raises:
        DocumentError: the page cannot be read.
    """
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", markup_text(data, address))
    try:
        tree = lxml_html.document_fromstring(text)
    except (etree.LxmlError, ValueError) as error:
        issue = Issue("page_unreadable", "error", address, f"expected a web page, found markup that cannot be read: {error}")
        raise DocumentError(issue) from error
    found: dict[str, DocumentLink] = {}
    count = 0
    for whole, said, heading in _anchors(tree, address):
        count += 1
        kind = _kind(whole)
        key = comparable(whole)
        if kind is not None and (key not in found or not found[key].text):
            found[key] = DocumentLink(key, whole, said, heading, kind)
    title = next((_text(element) for element in tree.iter("title")), "")
    return PageLinks(title, count, tuple(found.values()))

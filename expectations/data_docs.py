"""Great Expectations' own pages (Data Docs) of the two gates, as an optional extra, with everything taken out that asks another host.

As they come, each page loads scripts, styles and a logo from elsewhere, and the logo's address tells who opened it. Here all scripts,
outside styles, pictures and fonts are gone, and a plain style is put in. The reference stays the report of the refresh.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import cast

from lxml import html

from expectations.gates import require_batch, validation_of
from expectations.judged import Judged, judged
from expectations.models import RULES_DIR, GateName, RuleBook, load_rule_book

_GATES: tuple[GateName, ...] = ("gate1", "gate2")
_LOADING = ("src", "srcset", "poster", "data", "background", "action", "formaction")
"""Attributes that make a browser fetch something, on whatever element they stand."""

_ELSEWHERE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_STYLE_LOADS = re.compile(r"@import[^;]*;?|url\(\s*['\"]?\s*(?:[a-z][a-z0-9+.-]*:)?//[^)]*\)", re.IGNORECASE)

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 1.5rem auto; max-width: 70rem; padding: 0 1rem; color: #1b2430; }
table { border-collapse: collapse; width: 100%; } th, td { border-bottom: 1px solid #d9dee5; padding: .3rem .5rem; text-align: left;
vertical-align: top; overflow-wrap: anywhere; } pre, code { white-space: pre-wrap; overflow-wrap: anywhere; }
.modal, .ge-cta-footer { display: none; }
"""


def write_data_docs(database: Path, folder: Path, *, rules_dir: Path = RULES_DIR) -> tuple[Path, ...]:
    """Judge a build database once more and write the pages of each gate into `folder/<gate>`; the index pages come back.

    Raises:
        GateError: the database is missing, or has not the schemas that the gates judge.
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(_write_gate(gate, database, folder / gate, rules_dir) for gate in _GATES)


def _write_gate(gate: GateName, database: Path, folder: Path, rules_dir: Path) -> Path:
    book = load_rule_book(gate, rules_dir)
    require_batch(book, database)
    shutil.rmtree(folder, ignore_errors=True)
    with judged(book, database) as rows:
        _build(book, rows, folder)
    for path in folder.rglob("*.html"):
        path.write_text(without_outside(path.read_text(encoding="utf-8")), encoding="utf-8")
    return folder / "index.html"


def _build(book: RuleBook, rows: Judged, folder: Path) -> None:
    context, definition = validation_of(book, rows)
    context.add_data_docs_site(
        site_name=book.gate,
        site_config={
            "class_name": "SiteBuilder",
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder.resolve())},
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder", "show_cta_footer": False},
        },
    )
    definition.run(result_format="BASIC")
    context.build_data_docs(site_names=[book.gate])


def without_outside(text: str) -> str:
    """The page without anything that loads or runs: scripts, links to styles, and what is fetched from another host."""
    page = html.document_fromstring(text)
    for element in list(_elements(page)):
        if element.tag in ("script", "link", "iframe", "object", "embed", "base", "form") or _is_refresh(element):
            element.drop_tree()
            continue
        for name in list(element.attrib):
            value = str(element.get(name))
            if name.startswith("on") or (name in _LOADING and _ELSEWHERE.match(value)):
                del element.attrib[name]
            elif name == "style":
                element.set(name, _STYLE_LOADS.sub("", value))
        if element.tag == "style":
            element.text = _STYLE_LOADS.sub("", element.text or "")
    written = cast("str", html.tostring(page, encoding="unicode"))
    return "<!DOCTYPE html>\n" + written.replace("</head>", f"<style>{_STYLE}</style></head>", 1)


def _elements(page: html.HtmlElement) -> Iterable[html.HtmlElement]:
    return (element for element in page.iter() if isinstance(element.tag, str))


def _is_refresh(element: html.HtmlElement) -> bool:
    return element.tag == "meta" and str(element.get("http-equiv", "")).lower() == "refresh"

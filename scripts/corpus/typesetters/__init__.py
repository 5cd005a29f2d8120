"""How a document is set: one module per producer, each `set_document(Document) -> bytes` of a PDF."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scripts.corpus.model import Document, Producer
from scripts.corpus.typesetters import libreoffice, old_fonts, typst_markup, web

TYPESETTERS: Mapping[Producer, Callable[[Document], bytes]] = {
    "libreoffice": libreoffice.set_document,
    "reportlab": old_fonts.set_document,
    "weasyprint": web.set_with_weasyprint,
    "chromium": web.set_with_chromium,
    "typst": typst_markup.set_document,
}

"""Readers of marked-up and plain text: bytes in, `Reading` out."""

from extractors.markup.html import read_html
from extractors.markup.text import read_text

__all__ = ["read_html", "read_text"]

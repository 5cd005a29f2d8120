"""One page through pdfium: what stands on it, in points from the top left corner of the page as it is displayed."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import pypdfium2 as pdfium

from extractors.pdf.marks import place_marks
from extractors.pdf.page import LETTER, Char, Frame, Letters, Page, visible_box
from extractors.pdf.rules import read_rules
from extractors.pdf.run_places import drop_doubles
from extractors.pdf.signs import SignReader


def frame_of(page: pdfium.PdfPage) -> Frame:
    media = page.get_mediabox() or LETTER
    return Frame(visible_box(media, page.get_cropbox() or media), page.get_rotation())


@contextmanager
def open_page(document: pdfium.PdfDocument, number: int) -> Generator[tuple[Page, Letters]]:
    """Page `number` (from 1), what is outside its visible box left out, and the way to take runs apart while it is open."""
    try:
        page = document[number - 1]
    except pdfium.PdfiumError:
        raise pdfium.PdfiumError(f"page {number} does not open") from None
    try:
        frame = frame_of(page)
        width, height = frame.size
        horizontal, vertical, has_pictures = read_rules(page, frame)
        reader = SignReader(page, frame)
        try:
            signs = drop_doubles(place_marks(list(reader.chars(horizontal, vertical))))
            chars: list[Char] = []
            for sign in signs:
                x0, top, x1, bottom = sign.box
                if x0 >= 0 and top >= 0 and x1 <= width and bottom <= height:
                    chars.append(sign)
                else:
                    chars += _displayed(sign, width, height, reader.letters)
            yield (
                Page(number, width, height, tuple(chars), horizontal, vertical, has_pictures, reader.has_hidden_text),
                reader.letters,
            )
        finally:
            reader.close()
    finally:
        page.close()


def _is_inside(char: Char, width: float, height: float) -> bool:
    x, y = char.centre
    return 0 <= x <= width and 0 <= y <= height


def _displayed(char: Char, width: float, height: float, letters: Letters) -> list[Char]:
    """The signs, of a run at the edge of the page, whose middle is on it."""
    return [sign for sign in letters(char) if _is_inside(sign, width, height)]

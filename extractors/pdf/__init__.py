"""Reader of PDFs and of pictures of pages: bytes in, `Reading` out. Knows no index, no criterion, no province.

guard (is it a readable PDF?) -> engine (signs and rules of a page by pdfium) -> page_reading (grid, cells, lines, loose: one page taken
apart) -> composing (stitch: tables over pages; paragraphs, titles) -> second (pdfplumber reads the cells again); reader calls them in
this order. Pages that are pictures, and picture files, go by `scan` (two engines of character recognition) into the same records.
"""

from extractors.pdf.image_file import read_image
from extractors.pdf.pictures import DRAWN, Spot, draw_page_pictures, draw_plain_pages, draw_spots
from extractors.pdf.reader import read_pdf

__all__ = ["DRAWN", "Spot", "draw_page_pictures", "draw_plain_pages", "draw_spots", "read_image", "read_pdf"]

"""Reader of PDFs and of pictures of pages: bytes in, `Reading` out. Knows no index, no criterion, no province.

guard (is it a readable PDF?) -> page (signs and rules by pdfium) -> grid (rules to cells) -> cells, lines (signs to texts)
-> stitch (tables over pages), paragraphs (running text) -> second (pdfplumber reads the cells again). Pages that are pictures, and
picture files, go by `scan` (two engines of character recognition) into the same records.
"""

from extractors.pdf.image_file import read_image
from extractors.pdf.pictures import DRAWN, Spot, draw_page_pictures, draw_spots
from extractors.pdf.reader import read_pdf

__all__ = ["DRAWN", "Spot", "draw_page_pictures", "draw_spots", "read_image", "read_pdf"]

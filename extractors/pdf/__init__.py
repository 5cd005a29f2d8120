"""Reader of PDFs with a text layer and ruled tables: bytes in, `Reading` out. Knows no index, no criterion, no province.

guard (is it a readable PDF?) -> page (signs and rules by pdfium) -> grid (rules to cells) -> cells, lines (signs to texts)
-> stitch (tables over pages), paragraphs (running text) -> second (pdfplumber reads the cells again).
"""

from extractors.pdf.pictures import draw_page_pictures
from extractors.pdf.reader import read_pdf

__all__ = ["draw_page_pictures", "read_pdf"]

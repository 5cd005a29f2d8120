"""Scans and photographs: pictures of pages read by two engines of character recognition."""

from extractors.pdf.scan.engines import EngineStatus, missing_hint, ocr_status
from extractors.pdf.scan.picture import PictureTooLargeError, page_picture
from extractors.pdf.scan.reader import ScannedPage, can_read, read_picture, reread_boxes
from extractors.pdf.scan.sheet import Picture

__all__ = [
    "EngineStatus",
    "Picture",
    "PictureTooLargeError",
    "ScannedPage",
    "can_read",
    "missing_hint",
    "ocr_status",
    "page_picture",
    "read_picture",
    "reread_boxes",
]

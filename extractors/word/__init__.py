"""Reader of Word documents: bytes in, `Reading` out."""

from extractors.word.document import read_docx

__all__ = ["read_docx"]

"""The register: which reader opens a kind of file, which family understands a layout. The one way from bytes to an outcome."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

from extractors import compilation, papi, par_index, pci, sipas
from extractors.catalogue.corrections import CORRECTIONS_DIR
from extractors.catalogue.loader import ENTRIES_DIR
from extractors.catalogue.models import CatalogueEntry, Layout
from extractors.catalogue.reference import REFERENCE_DIR, Reference
from extractors.markup import read_html, read_text
from extractors.pdf import read_image, read_pdf
from extractors.pdf.scan.status import engine_versions
from extractors.records import DocumentError, Kind, Outcome, Reading
from extractors.spreadsheet import read_csv, read_ods, read_workbook, read_xls
from extractors.word import read_docx

Reader = Callable[[bytes, str, str], Reading]
AnyReader = Callable[[bytes, Kind, str, str], Reading]
"""`read_file`, or what does the same within limits."""
Family = Callable[[Reading, CatalogueEntry, Reference], Outcome]

READERS: Mapping[Kind, Reader] = {
    "pdf": read_pdf,
    "image": read_image,
    "xlsx": read_workbook,
    "xls": read_xls,
    "ods": read_ods,
    "csv": read_csv,
    "txt": read_text,
    "html": read_html,
    "docx": read_docx,
}
FAMILIES: Mapping[Layout, Family] = {
    "sipas_provincial_plan": sipas.read_provincial_plan,
    "sipas_department_answer": sipas.read_department_answer,
    "par_scoring_workbook": par_index.read_scoring_workbook,
    "par_component_ranking": par_index.read_component_ranking,
    "par_scoring_sheet": par_index.read_scoring_sheet,
    "compilation": compilation.read,
    "papi_dimensions_workbook": papi.read_dimensions_workbook,
    "papi_undp_workbook": papi.read_undp_workbook,
    "papi_panel_csv": papi.read_panel_csv,
    "pci_workbook": pci.read_workbook,
}

_ENGINES = ("pypdfium2", "pdfplumber", "openpyxl", "python-docx", "xlrd", "lxml")


def read_file(
    data: bytes,
    kind: Kind,
    sha256: str,
    document_id: str,
    *,
    pages: frozenset[int] | None = None,
    second_reading: bool = True,
) -> Reading:
    """What is on the pages of a file, before anybody asks what it means.

    Args:
        pages: of a PDF, the pages to read (from 1); None reads all. Other kinds have no pages to choose from.
        second_reading: of a PDF, let another engine read the cells again; without it the figures rest on one reading.

    Raises:
        DocumentError: the file cannot be read.
    """
    if kind == "pdf":
        return read_pdf(data, sha256, document_id, pages=pages, second_reading=second_reading)
    return READERS[kind](data, sha256, document_id)


def read_document(
    data: bytes, entry: CatalogueEntry, sha256: str, reference: Reference, read: AnyReader = read_file
) -> Outcome:
    """All that one document says. A document that cannot be understood gives an outcome that is held back, never an exception."""
    try:
        reading = read(data, entry.kind, sha256, entry.id)
        return FAMILIES[entry.layout](reading, entry, reference)
    except DocumentError as error:
        return Outcome(document_id=entry.id, sha256=sha256, issues=(error.issue,))


def code_fingerprint() -> str:
    """Changes whenever a reader, a layout, the reference data or an engine changes: then every document is read again."""
    digest = hashlib.sha256()
    root = Path(__file__).parent
    # An entry says where a document comes from, not how it is read; decisions are applied to what was read.
    about_documents = {ENTRIES_DIR, REFERENCE_DIR.parent, CORRECTIONS_DIR}
    for path in sorted([*root.rglob("*.py"), *(p for p in root.rglob("*.yml") if p.parent not in about_documents)]):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    for engine in _ENGINES:
        digest.update(f"{engine}=={version(engine)}".encode())
    for part in engine_versions():
        digest.update(part.encode())
    return digest.hexdigest()

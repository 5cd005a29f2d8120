"""Shape of a catalogue entry: one YAML file per published document, one id per file, one file per id."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, model_validator

from extractors.records import Kind, SourceClass

ID_PATTERN = re.compile(r"^[a-z0-9]+(_[a-z0-9]+)+$")

Layout = Literal[
    "sipas_provincial_plan",
    "sipas_department_answer",
    "par_scoring_workbook",
    "par_component_ranking",
    "par_scoring_sheet",
    "compilation",
    "papi_dimensions_workbook",
    "papi_undp_workbook",
    "papi_panel_csv",
    "pci_workbook",
]
"""Which reader turns the document's tables into claims; `extractors.readers` holds the register."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _document_id(value: str) -> str:
    if not ID_PATTERN.match(value):
        raise ValueError(
            f"document id {value!r}: expected <index>_<year>[_<year>][_<province>]_<publisher>[_<part>][_v<n>] "
            "in lower-case ASCII letters, digits and underscores"
        )
    return value


DocumentId = Annotated[str, AfterValidator(_document_id)]


class CitedSource(Strict):
    """The original that the document is, or was re-set from. `url: null` means: the address is unknown; none is invented."""

    title: str
    publisher: str
    decision: str | None = None
    published_on: date | None = None
    url: HttpUrl | None = None
    note: str = ""


class Licence(Strict):
    name: str
    stated_at: str = Field(description="Page or law that states the licence; 'not stated' if none does")


class Fetch(Strict):
    """Addresses the document may be fetched from, best first."""

    url: HttpUrl
    mirrors: tuple[HttpUrl, ...] = ()


class QuotedOriginal(Strict):
    """An original that a part of the document quotes. `citation`: how the line "Nguồn: …" under that part begins."""

    citation: str = Field(min_length=5)
    original_id: str
    source_class: SourceClass


class WithheldZeros(Strict):
    """Cells of one year and unit that hold 0 because the publisher withheld the figure; a 0 anywhere else is no score."""

    year: int
    entity_code: str
    criterion_codes: tuple[str, ...] = Field(min_length=1)


class CatalogueEntry(Strict):
    """One published document. Exactly one of `file` (ships with the repository), `fetch` or `inbox` says where bytes come from."""

    id: DocumentId
    index_code: str
    reference_years: tuple[int, ...] = Field(min_length=1)
    title_vi: str
    title_en: str
    publisher: str = Field(description="Who issued this file; for a re-set document, this project")
    entity: str | None = Field(
        default=None, description="Province or ministry that the whole document speaks about, if it is one"
    )
    cited_source: CitedSource
    source_class: SourceClass = Field(description="Class of the cited original; decides precedence between claims")
    layout: Layout
    kind: Kind
    language: Literal["vi", "en"] = "vi"
    licence: Licence
    is_reset: bool = Field(description="True: re-set from the cited source by this project, and says so on the page")
    cadence: Literal["yearly", "monthly", "once"] = "once"
    file: str | None = None
    fetch: Fetch | None = None
    inbox: str | None = Field(default=None, description="File name (glob) by which the inbox knows this document")
    supersedes: DocumentId | None = None
    originals: tuple[QuotedOriginal, ...] = ()
    withheld_zeros: tuple[WithheldZeros, ...] = ()

    @model_validator(mode="after")
    def _one_origin(self) -> CatalogueEntry:
        given = [name for name in ("file", "fetch", "inbox") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"expected exactly one of file, fetch, inbox; found {given or 'none'}")
        return self

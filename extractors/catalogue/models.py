"""Shape of a catalogue entry: one YAML file per published document, one id per file, one file per id."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, HttpUrl, Tag, model_validator

from extractors.catalogue.yaml_files import KNOWN
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


class Address(Strict):
    """Where the file itself is fetched from: the publisher's address, then copies of it, best first."""

    url: HttpUrl
    mirrors: tuple[HttpUrl, ...] = ()


UNKNOWN = "unknown"


def _known_or_unknown(value: object) -> object:
    if isinstance(value, str) and value != UNKNOWN:
        raise ValueError("expected `unknown`, or `url` (and `mirrors`) below it")
    return value


def _which(value: object) -> str:
    return UNKNOWN if isinstance(value, str) else KNOWN


AddressOrUnknown = Annotated[
    Annotated[Literal["unknown"], Tag(UNKNOWN)] | Annotated[Address, Tag(KNOWN)],
    Discriminator(_which),
    BeforeValidator(_known_or_unknown),
]


class LandingPage(Strict):
    """A page that lists or announces the document or its next editions; it is watched, never read as the document."""

    url: HttpUrl
    stated_at: str = Field(min_length=5, description="What states this address: a document, one of its rows, a page")


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
    """One published document. `file` (ships with the repository), `address` or `inbox` says where its bytes come from.

    An entry always says whether an address of the file itself is known. One with an address may have `inbox` too: a copy that a
    person puts there is then taken instead of asking the address, and the lock judges it like what the address gives.
    """

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
    address: AddressOrUnknown = Field(description="`unknown`, or where the file itself is fetched from")
    landing_pages: tuple[LandingPage, ...] = ()
    inbox: str | None = Field(default=None, description="File name (glob) by which the inbox knows this document")
    supersedes: DocumentId | None = None
    originals: tuple[QuotedOriginal, ...] = ()
    withheld_zeros: tuple[WithheldZeros, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where the file may be fetched from, best first; empty if no address is known."""
        return () if isinstance(self.address, str) else (str(self.address.url), *(str(one) for one in self.address.mirrors))

    @model_validator(mode="after")
    def _one_origin(self) -> CatalogueEntry:
        known = bool(self.addresses)
        given = [name for name, is_given in (("file", self.file is not None), ("inbox", self.inbox is not None)) if is_given]
        found = " and ".join([*given, "an address" if known else "address: unknown"])
        if self.file is not None and (known or self.inbox is not None):
            raise ValueError(
                f"expected `file` (a document that ships with the repository) with address: unknown only, found {found}"
            )
        if not known and not given:
            raise ValueError(
                f"expected `file`, `inbox` or an address, so that the bytes can come from somewhere, found {found}"
            )
        pages = [str(page.url) for page in self.landing_pages]
        if twice := sorted({url for url in pages if pages.count(url) > 1}):
            raise ValueError(f"expected each landing page once, found {', '.join(twice)} more than once")
        return self

"""The document that speaks about SIPAS, and the editions and names it speaks in."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Criterion, Edition, Entity, Reference, UnknownNameError

INDEX = "SIPAS"
MINISTRY_SURVEY = "moha"


@dataclass(frozen=True)
class Speaker:
    """The document that speaks: its entry, the reference data, and the province it speaks about."""

    entry: CatalogueEntry
    reference: Reference
    province: str

    def edition(self, year: int, *, index_code: str = INDEX, instrument: str = MINISTRY_SURVEY) -> Edition:
        return self.reference.edition(index_code, instrument, year)

    def province_in(self, edition: Edition) -> Entity:
        return self.reference.entity(self.province, edition)

    def criterion_in(self, edition: Edition, code: str) -> Criterion | None:
        """The criterion under the edition's own methodology, or None if that version has no such criterion."""
        try:
            return self.reference.criterion(edition.index_code, edition.methodology_code, code)
        except UnknownNameError:
            return None

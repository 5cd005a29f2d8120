"""The two layouts of SIPAS documents: a provincial plan (tables and prose) and the answer of a department (prose and one table)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from extractors.catalogue.models import CatalogueEntry, QuotedOriginal
from extractors.catalogue.reference import Criterion, Edition, Entity, Reference, UnknownNameError
from extractors.completeness import warn_missing
from extractors.findings import Findings
from extractors.records import Claim, DocumentError, Issue, Outcome, Paragraph, Reading, ScoreSource, Table, Unit
from extractors.sipas.columns import Column, TableKind, UnknownHeaderError, classify
from extractors.sipas.prose import Clause, NotUnderstoodError, Sentence, has_figure, parse_sentence, sentences
from extractors.sipas.speaker import Speaker
from extractors.sipas.tables import read_table
from extractors.statements import Source, Subject, state
from extractors.text.numbers import NumberError

PAR_PROVINCE = "PAR_PROVINCE"
_SIPAS_IN_PAR = "điểm SIPAS quy đổi trong PAR INDEX"
_PAR_FIELD = "lĩnh vực "
CITATION_LINE = "Nguồn: "


@dataclass
class _Document:
    speaker: Speaker
    reading: Reading
    classified: Sequence[tuple[Table, TableKind, tuple[Column, ...]]]
    findings: Findings

    def tables(self) -> None:
        for table, kind, columns in self.classified:
            read_table(self.speaker, table, kind, columns, self.findings)

    @property
    def newest_year(self) -> int:
        """The newest reference year of the table headers; a title's year is a plan year and is never used."""
        years = [column.year for _, _, columns in self.classified for column in columns if column.year is not None]
        if not years:
            raise DocumentError(
                Issue(
                    "no_reference_year",
                    "error",
                    self.speaker.entry.id,
                    "expected a table with a heading such as 'Năm 2023', found none: the reference year is unknown",
                    "check the file; the year of a title is not the year of the data",
                )
            )
        return max(years)

    def prose(self, paragraphs: Iterable[tuple[Paragraph, QuotedOriginal]]) -> None:
        newest_year = self.newest_year
        for paragraph, original in paragraphs:
            for text in sentences(paragraph.text):
                if not has_figure(text):
                    continue
                source = Source(self.speaker.entry.id, original.original_id, original.source_class, "prose")
                try:
                    sentence = parse_sentence(text)
                    self.findings.claims += [
                        self._claim(sentence, clause, source, paragraph, newest_year) for clause in sentence.clauses
                    ]
                except (NotUnderstoodError, NumberError, UnknownNameError) as error:
                    self.findings.issues.append(
                        Issue(
                            "prose_not_understood",
                            "warning",
                            self.speaker.entry.id,
                            f"a sentence with a figure is not loaded: {error}",
                            "the tables stand; if the sentence states an index figure, describe its form in extractors/sipas/prose.py",
                            found=text,
                            locator=paragraph.locator(),
                        )
                    )

    def _claim(self, sentence: Sentence, clause: Clause, source: Source, paragraph: Paragraph, newest_year: int) -> Claim:
        speaker = self.speaker
        year = sentence.year or (clause.previous + 1 if clause.previous else newest_year)
        unit: Unit | None = None
        part: ScoreSource = "total"
        if sentence.province is not None and sentence.province != speaker.province:
            raise UnknownNameError(sentence.province, f"the province the document speaks about, {speaker.province}")
        if sentence.label == _SIPAS_IN_PAR:
            edition = speaker.edition(year, index_code=PAR_PROVINCE)
            criterion = speaker.reference.criterion(PAR_PROVINCE, edition.methodology_code, "P")
            unit, part = "points", "sipas"
        elif sentence.label.startswith(_PAR_FIELD):
            edition = speaker.edition(year, index_code=PAR_PROVINCE)
            fields = speaker.reference.children(PAR_PROVINCE, edition.methodology_code, "P")
            criterion = speaker.reference.match_criterion(
                sentence.label.removeprefix(_PAR_FIELD), fields, f"the fields of {edition.methodology_code}"
            )
            unit = "percent_unspecified"
        elif sentence.about == "own_survey":
            edition = speaker.edition(year, instrument="provincial_survey")
            criterion = speaker.reference.criterion("SIPAS", edition.methodology_code, "S")
        else:
            edition = speaker.edition(year)
            criterion = self._criterion(edition, sentence, paragraph)
        entity = self._entity(sentence, edition)
        subject = Subject(edition, entity, sentence.province or speaker.province, criterion, sentence.label, part)
        # "giảm 0,28" is -0.28; the raw text stays as printed.
        number = replace(clause.number, value=-clause.number.value) if clause.negative else clause.number
        return state(
            source,
            subject,
            clause.measure,
            clause.raw_text,
            paragraph.locator(),
            number,
            unit=unit,
            out_of=clause.out_of or edition.n_units,
            note=sentence.text,
        )

    def _entity(self, sentence: Sentence, edition: Edition) -> Entity:
        if sentence.about == "nation":
            return self.speaker.reference.entity("Cả nước", edition, ("nation",))
        return self.speaker.province_in(edition)

    def _criterion(self, edition: Edition, sentence: Sentence, paragraph: Paragraph) -> Criterion:
        """By wording over the whole tree; where two criteria share a wording, the table above the paragraph decides the family."""
        reference = self.speaker.reference
        tree = [c for c in reference.criteria if (c.index_code, c.methodology_code) == ("SIPAS", edition.methodology_code)]
        facet = "expectation" if sentence.about == "expectation" else None
        named = [c for c in tree if c.name_vi and (facet is None or c.facet == facet)]
        try:
            return reference.match_criterion(sentence.label, named, edition.methodology_code)
        except UnknownNameError:
            family = self._family_above(paragraph)
            if not family:
                raise
            return reference.match_criterion(
                sentence.label, [c for c in named if c.criterion_code in family], "the table above"
            )

    def _family_above(self, paragraph: Paragraph) -> set[str]:
        above = [t for t in self.reading.tables if _starts_before(t, paragraph)]
        if not above:
            return set()
        number = above[-1].number
        return {c.criterion_code for c in self.findings.claims if c.locator.table_number == number}


def _starts_before(table: Table, paragraph: Paragraph) -> bool:
    first = min(table.cells, key=lambda cell: (cell.page or 0, cell.bbox[1] if cell.bbox else 0.0), default=None)
    if first is None or first.bbox is None or paragraph.bbox is None or first.page is None or paragraph.page is None:
        return False
    return (first.page, first.bbox[1]) < (paragraph.page, paragraph.bbox[1])


def _document(reading: Reading, entry: CatalogueEntry, reference: Reference) -> _Document:
    speaker = _speaker(entry, reference)
    classified: list[tuple[Table, TableKind, tuple[Column, ...]]] = []
    for table in reading.tables:
        try:
            classified.append((table, *classify(table, speaker.province)))
        except UnknownHeaderError as error:
            raise DocumentError(
                Issue(
                    "unknown_header",
                    "error",
                    entry.id,
                    f"table {table.number} on page {table.pages[0] if table.pages else '?'}: {error}",
                    "if the document is right, describe the heading in extractors/sipas/columns.py",
                )
            ) from error
    return _Document(speaker, reading, classified, Findings(entry.id))


def _speaker(entry: CatalogueEntry, reference: Reference) -> Speaker:
    if entry.entity is None:
        raise DocumentError(
            Issue(
                "no_entity",
                "error",
                entry.id,
                f"layout {entry.layout} expects the province the document speaks about, found none",
                f"add `entity:` to extractors/catalogue/entries/{entry.id}.yml",
            )
        )
    return Speaker(entry, reference, entry.entity)


def read_provincial_plan(reading: Reading, entry: CatalogueEntry, reference: Reference) -> Outcome:
    """Claims of a province's SIPAS plan: summary, detail and perception tables, then its prose.

    Raises:
        DocumentError: a heading is unknown, or no table names a reference year; nothing of the document may be loaded then.
    """
    document = _document(reading, entry, reference)
    document.tables()
    own = QuotedOriginal(citation=entry.cited_source.title, original_id=entry.id, source_class="provincial_prose")
    document.prose((paragraph, own) for paragraph in reading.paragraphs)
    warn_missing(document.findings, reference)
    return document.findings.outcome(reading)


def read_department_answer(reading: Reading, entry: CatalogueEntry, reference: Reference) -> Outcome:
    """Claims of a department's written answer; a citation line "Nguồn: …" under a paragraph names the original of those above it.

    Raises:
        DocumentError: as `read_provincial_plan`.
    """
    document = _document(reading, entry, reference)
    document.tables()
    document.prose(_with_originals(reading.paragraphs, entry))
    warn_missing(document.findings, reference)
    return document.findings.outcome(reading)


def _with_originals(paragraphs: Sequence[Paragraph], entry: CatalogueEntry) -> list[tuple[Paragraph, QuotedOriginal]]:
    """Each paragraph with the original that the citation line closing its part names.

    Raises:
        DocumentError: a citation line, or figures after the last one, that the catalogue entry does not describe.
    """
    found: list[tuple[Paragraph, QuotedOriginal]] = []
    part: list[Paragraph] = []
    for paragraph in paragraphs:
        if not paragraph.text.startswith(CITATION_LINE):
            part.append(paragraph)
            continue
        citation = paragraph.text.removeprefix(CITATION_LINE)
        original = next((o for o in entry.originals if citation.startswith(o.citation)), None)
        if original is None:
            raise _unknown_citation(entry, f"found the citation {citation!r}")
        found += [(member, original) for member in part]
        part = []
    if any(has_figure(text) for paragraph in part for text in sentences(paragraph.text)):
        raise _unknown_citation(entry, f"found figures without a citation line after {part[0].text[:60]!r}")
    return found


def _unknown_citation(entry: CatalogueEntry, found: str) -> DocumentError:
    return DocumentError(
        Issue(
            "unknown_citation",
            "error",
            entry.id,
            f"expected a line 'Nguồn: …' that the entry describes under every part with figures, {found}",
            f"describe the original under `originals:` in extractors/catalogue/entries/{entry.id}.yml",
        )
    )

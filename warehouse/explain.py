"""Walks one published number back: score -> chosen claim -> cell -> document -> archived bytes -> cited original.

Beside that walk: the rules that judged the figure, the statements that disagree with it, its vintages and its corrections.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path

from extractors.text.fold import fold_name
from warehouse.explain_chain import chain_of
from warehouse.query import ask

_SCORE = """
select * from rpt_scores
where index_code = $1 and year = $2 and province_code = $3 and criterion_code = $4
order by edition_id
"""

_CRITERIA = """
select distinct criterion_code from rpt_scores
where index_code = $1 and year = $2 and province_code = $3 order by length(criterion_code), criterion_code
"""

_WHOLE_INDEX = "select distinct criterion_code from rpt_scores where index_code = $1 and level = 0"

_CLAIMS = """
select c.claim_id, c.raw_text, c.value, c.unit, c.modality, c.measure, c.entity_label_raw, c.criterion_label_raw,
       c.source_class, c.original_id, c.source_url, c.document_id, c.note, c.missing_reason, c.is_superseded,
       p.sha256, p.page, p.table_number, p.row_number, p.column_number, p.x0, p.top, p.x1, p.bottom, p.sheet, p.a1, p.paragraph,
       d.title_vi, d.publisher, d.cited_title, d.cited_publisher, d.cited_decision, d.cited_url, d.licence, d.is_reset,
       d.file_name, d.retrieved_at, d.superseded_by, d.document_kind, c.correction_id, c.is_chosen, c.rank_out_of
from fct_claim as c
left join fct_cell_provenance as p using (claim_id)
left join dim_document as d on d.document_id = c.document_id
where c.edition_id = $1 and c.entity_type = $2 and c.entity_code = $3 and c.criterion_code = $4
order by c.measure, c.claim_id
"""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One line of `rpt_scores` as a record, every claim about its cell, and what was judged, disputed, known before and corrected.

    `relations`: what the rules compared the chosen score and rank with. `vintages`: oldest first, the one that stands last.
    """

    score: dict[str, object]
    claims: tuple[dict[str, object], ...]
    relations: tuple[dict[str, object], ...] = ()
    disagreements: tuple[dict[str, object], ...] = ()
    vintages: tuple[dict[str, object], ...] = ()
    corrections: tuple[dict[str, object], ...] = ()

    @property
    def chosen(self) -> dict[str, object] | None:
        return next((c for c in self.claims if c["claim_id"] == self.score.get("claim_id")), None)

    def as_dict(self) -> dict[str, object]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


class NothingToExplainError(LookupError):
    """No published score has that index, year, province and criterion."""


_PLACES = "select distinct province, province_code from rpt_scores where index_code = $1 and year = $2"
_ALIASES = "select distinct entity_code, name_vi, name_en, aliases from dim_province"


def _resolve_place(published: Path, index_code: str, year: int, label: str) -> str:
    """The code of the unit that `label` names in this index and year: its code, its name, or a known alias, folded.

    Raises:
        NothingToExplainError: no unit, or more than one, has that name there; near names are shown, none is taken.
    """
    rows = ask(published, _PLACES, (index_code, year)).rows
    codes = {str(code): str(name) for name, code in rows}
    if label in codes:
        return label
    names: dict[str, set[str]] = {}
    for name, code in rows:
        names.setdefault(fold_name(str(name)), set()).add(str(code))
    aliases: dict[str, set[str]] = {}
    for code, *labels, listed in ask(published, _ALIASES).rows:
        for alias in [*labels, *str(listed or "").split(" | ")]:
            if str(code) in codes and alias:
                aliases.setdefault(fold_name(str(alias)), set()).add(str(code))
    # The name in that year first: codes change hands between provinces, so an alias of another time must not interfere.
    found = names.get(fold_name(label)) or aliases.get(fold_name(label), set())
    if len(found) == 1:
        return next(iter(found))
    if found:
        raise NothingToExplainError(f"{label!r} names several units: give one of the codes {', '.join(sorted(found))}")
    everything = aliases | names
    near = get_close_matches(fold_name(label), everything, n=3, cutoff=0.6)
    shown = ", ".join(dict.fromkeys(codes[code] for key in near for code in sorted(everything[key])))
    hint = f"near: {shown}" if near else "no name is near"
    raise NothingToExplainError(
        f"expected a province, ministry or region with data in {index_code} {year}, found {label!r}; {hint}"
    )


def _check_index_and_year(published: Path, index_code: str, year: int) -> None:
    years: dict[str, list[int]] = {}
    for index, known_year in ask(published, "select distinct index_code, year from rpt_scores order by 1, 2").rows:
        years.setdefault(str(index), []).append(int(str(known_year)))
    if index_code not in years:
        raise NothingToExplainError(f"expected one of the indices {', '.join(years)}, found {index_code!r}")
    if year not in years[index_code]:
        known = ", ".join(map(str, years[index_code]))
        raise NothingToExplainError(f"expected a reference year of {index_code} with data ({known}), found {year}")


def explain(published: Path, index_code: str, year: int, province: str, criterion_code: str = "") -> tuple[Explanation, ...]:
    """Every published score of that cell (one per edition: the Ministry's survey and a province's own are two).

    `criterion_code`: none for the whole index, whose code is the root of its tree (S of SIPAS, P of PAR INDEX, D of PAPI, C of PCI).

    Raises:
        NothingToExplainError: no such score; the message says which of the four is unknown and what is there.
    """
    _check_index_and_year(published, index_code, year)
    code = _resolve_place(published, index_code, year, province)
    if not criterion_code:
        criterion_code = next((str(root) for (root,) in ask(published, _WHOLE_INDEX, (index_code,)).rows), "")
    scores = ask(published, _SCORE, (index_code, year, code, criterion_code)).records()
    if not scores:
        known = ask(published, _CRITERIA, (index_code, year, code)).rows
        shown = ", ".join(f"{name}" for (name,) in known[:12]) + (f", … ({len(known)} in all)" if len(known) > 12 else "")
        raise NothingToExplainError(
            f"expected a criterion that {index_code} {year} has a figure for in this place, found {criterion_code!r}; there are {shown}"
        )
    found: list[Explanation] = []
    for score in scores:
        key = (score["edition_id"], score["entity_type"], score["province_code"], criterion_code)
        claims = tuple(ask(published, _CLAIMS, key).records())
        found.append(Explanation(score, claims, **chain_of(published, score, claims)))
    return tuple(found)

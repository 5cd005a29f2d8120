"""The walk of one number back to its cell as one page that can be mailed: pictures inside, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dagster_project.cell_view import CellView, view_cell
from dagster_project.explain_text import place_text
from dagster_project.pages import render
from extractors.isolation import LIMITS, Limits
from warehouse.explain import Explanation

Record = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Item:
    """One explanation as the page shows it. `rules`: relations by verdict and rule, failed ones first."""

    found: Explanation
    view: CellView
    place: str
    rules: tuple[tuple[str, tuple[Record, ...]], ...]
    others: tuple[Record, ...]


def _by_rule(relations: Sequence[Record]) -> tuple[tuple[str, tuple[Record, ...]], ...]:
    groups: dict[tuple[str, str], list[Record]] = {}
    for found in relations:
        groups.setdefault((str(found["verdict"]), str(found["rule_id"])), []).append(found)
    return tuple((verdict, tuple(group)) for (verdict, _), group in groups.items())


def _item(found: Explanation, archive: Path, limits: Limits) -> _Item:
    chosen = found.chosen
    return _Item(
        found,
        view_cell(archive, chosen, limits) if chosen else CellView(missing="no statement was chosen"),
        place_text(chosen) if chosen else "",
        _by_rule(found.relations),
        tuple(claim for claim in found.claims if chosen is None or claim["claim_id"] != chosen["claim_id"]),
    )


def explanation_page(found: Sequence[Explanation], *, archive: Path, release: str, limits: Limits = LIMITS) -> str:
    """HTML of all that is known of one published number, one part per edition."""
    score = found[0].score
    title = f"{score['index_code']} {score['year']}, {score['province']}, {score['criterion_code']}"
    return render("explain.html", title=title, items=[_item(one, archive, limits) for one in found], release=release)

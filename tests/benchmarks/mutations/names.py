"""Provinces whose names look alike, and what happens when a reader or a hand takes one for the other."""

from __future__ import annotations

import re
from random import Random

from extractors.papi.panel_csv import CODES
from extractors.records import Cell, Table
from extractors.text.fold import fold_name
from tests.benchmarks.mutations.draw import Damage, NotApplicableError, choose
from tests.benchmarks.mutations.edits import with_texts
from tests.benchmarks.mutations.specimens import Specimen, Spot

ALIKE: tuple[tuple[str, ...], ...] = (
    ("Hà Nam", "Hà Nội", "Hà Giang", "Hà Tĩnh", "Hậu Giang"),
    ("Quảng Nam", "Quảng Ngãi", "Quảng Ninh", "Quảng Trị", "Quảng Bình"),
    ("Bắc Giang", "Bắc Kạn", "Bắc Ninh", "Bạc Liêu"),
    ("Bình Dương", "Bình Định", "Bình Phước", "Bình Thuận", "Ninh Thuận", "Ninh Bình", "Thái Bình", "Hòa Bình"),
    ("Hải Dương", "Hải Phòng", "Hưng Yên", "Phú Yên", "Yên Bái"),
    ("Thái Nguyên", "Thái Bình", "Thanh Hóa", "Khánh Hòa"),
    ("Đắk Lắk", "Đắk Nông", "Đà Nẵng", "Lâm Đồng", "Đồng Nai", "Đồng Tháp"),
    ("An Giang", "Kiên Giang", "Tiền Giang", "Hà Giang", "Hậu Giang", "Bắc Giang"),
    ("Vĩnh Long", "Vĩnh Phúc", "Trà Vinh", "Long An", "Nghệ An"),
    ("Lai Châu", "Lào Cai", "Cao Bằng", "Cà Mau"),
    ("Phú Thọ", "Phú Yên", "Nam Định", "Hà Nam"),
)
"""Families of names that share a word or differ by a letter or a mark."""

FAMILIES_OF: dict[str, frozenset[str]] = {
    fold_name(name): frozenset(fold_name(other) for family in ALIKE if name in family for other in family)
    for family in ALIKE
    for name in family
}


def _province(text: str) -> str:
    return fold_name(CODES.get(text, text))


def _named(table: Table) -> list[tuple[Cell, str]]:
    found = ((cell, _province(cell.text)) for cell in table.cells if cell.text and len(cell.text) < 40)
    return [(cell, name) for cell, name in found if name in FAMILIES_OF]


def _pairs(named: list[tuple[Cell, str]]) -> list[tuple[Cell, Cell]]:
    """Two cells in one column or in one row, with names that look alike."""
    return [
        (one, other)
        for place, (one, name) in enumerate(named)
        for other, second in named[place + 1 :]
        if second != name and second in FAMILIES_OF[name] and (one.column == other.column or one.row == other.row)
    ]


def _swap(specimen: Specimen, random: Random) -> Damage | None:
    tables = {spot[0] for spot in specimen.figures}
    found = [(t, pair) for t in specimen.reading.tables if t.number in tables for pair in [_pairs(_named(t))] if pair]
    if not found:
        return None
    table, pairs = random.choices(found, weights=[len(pairs) for _, pairs in found])[0]
    one, other = random.choice(pairs)
    texts: dict[Spot, str] = {
        (table.number, one.row, one.column): other.text,
        (table.number, other.row, other.column): one.text,
    }
    what = f"table {table.number}: {one.text!r} and {other.text!r} change places"
    return Damage(with_texts(specimen.reading, texts), what)


def swap_provinces(specimen: Specimen, random: Random) -> Damage:
    """The names of two provinces change places; where a document names one of them only, it is written as the other."""
    swapped = _swap(specimen, random)
    if swapped is not None:
        return swapped
    names = [name for family in ALIKE for name in family]
    found: list[tuple[Spot, str, str]] = []
    with_figures = {spot[0] for spot in specimen.figures}
    for table in specimen.reading.tables:
        for cell in table.cells if table.number in with_figures else ():
            for name in names:
                if re.search(rf"\b{name}\b", cell.text) and name != specimen.entry.entity and len(cell.text) < 60:
                    others = [o for o in names if fold_name(o) in FAMILIES_OF[fold_name(name)] and o != name]
                    found += [((table.number, cell.row, cell.column), cell.text, cell.text.replace(name, o)) for o in others]
    if not found:
        raise NotApplicableError("the tables name no province with a name like another's")
    spot, before, after = choose(random, found, "")
    return Damage(with_texts(specimen.reading, {spot: after}), f"table {spot[0]}: {before!r} is written {after!r}")

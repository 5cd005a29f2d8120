"""Mutations of single figures: two digits swapped, another decimal mark, a nought for what was withheld, a rank given twice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

from extractors.records import Cell, Claim
from extractors.statements import DECIMALS
from tests.benchmarks.mutations.draw import Damage, NotApplicableError, choose
from tests.benchmarks.mutations.edits import with_texts
from tests.benchmarks.mutations.specimens import Specimen, Spot

_CELLS: dict[int, Mapping[Spot, Cell]] = {}


def _cell_of(specimen: Specimen, spot: Spot) -> Cell:
    """The cell at a spot; the cells of a specimen are listed once for a run."""
    if id(specimen) not in _CELLS:
        tables = specimen.reading.tables
        _CELLS[id(specimen)] = {(table.number, cell.row, cell.column): cell for table in tables for cell in table.cells}
    return _CELLS[id(specimen)][spot]


def _text_of(specimen: Specimen, spot: Spot) -> str:
    return _cell_of(specimen, spot).text


def _place(specimen: Specimen, spot: Spot) -> str:
    cell = _cell_of(specimen, spot)
    return f"table {spot[0]}, {cell.a1 or f'row {spot[1]}, column {spot[2]}'}"


def _numeric(specimen: Specimen) -> list[Spot]:
    """Cells whose own text is the figure; a heading that states a rank is none."""
    return [
        spot
        for spot, claims in specimen.figures.items()
        if any(claim.value is not None and claim.raw_text == _text_of(specimen, spot) for claim in claims)
        and re.search(r"[0-9]", _text_of(specimen, spot))
        and not re.search(r"[^\W\d_]{2}", _text_of(specimen, spot))
    ]


def _set(specimen: Specimen, spot: Spot, text: str) -> Damage:
    before = _text_of(specimen, spot)
    return Damage(with_texts(specimen.reading, {spot: text}), f"{_place(specimen, spot)}: {before!r} becomes {text!r}")


def _kept_digits(text: str) -> list[int]:
    """Places of the digits that the warehouse keeps: workbooks store binary fractions of fifteen digits."""
    mark = re.search(r"[.,]", text)
    end = len(text) if mark is None else mark.end() + DECIMALS
    return [place for place, letter in enumerate(text) if letter.isdigit() and place < end]


def swap_digits(specimen: Specimen, random: Random) -> Damage:
    """Two different digits of one figure change places."""
    spots = [s for s in _numeric(specimen) if len({_text_of(specimen, s)[i] for i in _kept_digits(_text_of(specimen, s))}) > 1]
    spot = choose(random, spots, "no figure has two different digits")
    letters = list(_text_of(specimen, spot))
    places = _kept_digits("".join(letters))
    one, other = random.choice([(a, b) for a in places for b in places if a < b and letters[a] != letters[b]])
    letters[one], letters[other] = letters[other], letters[one]
    return _set(specimen, spot, "".join(letters))


def decimal_mark(specimen: Specimen, random: Random) -> Damage:
    """The decimal comma of one figure becomes a point; in a workbook of true numbers the point becomes a comma."""
    spots = [spot for spot in _numeric(specimen) if re.fullmatch(r"[-+−]?[0-9]+[.,][0-9]+ ?%?", _text_of(specimen, spot))]
    spot = choose(random, spots, "no figure has a decimal mark")
    return _set(specimen, spot, _text_of(specimen, spot).translate(str.maketrans(",.", ".,")))


def _scores(specimen: Specimen) -> list[Spot]:
    return [s for s in _numeric(specimen) if any(c.measure == "score" and c.value for c in specimen.figures[s])]


def zero_for_withheld(specimen: Specimen, random: Random) -> Damage:
    """The publisher withholds a score, and a 0 is printed in its place."""
    return _set(specimen, choose(random, _scores(specimen), "no score is printed"), "0")


def zero_for_blank(specimen: Specimen, random: Random) -> Damage:
    """A 0 is printed where the document prints nothing."""
    columns: dict[tuple[int, int], list[Claim]] = {}
    rows: set[tuple[int, int]] = set()
    for (table, row, column), claims in specimen.figures.items():
        columns.setdefault((table, column), []).extend(claims)
        rows.add((table, row))
    spots = [
        (table.number, cell.row, cell.column)
        for table in specimen.reading.tables
        for cell in table.cells
        if not cell.text and (table.number, cell.row) in rows and (table.number, cell.column) in columns
    ]
    return _set(specimen, choose(random, spots, "no cell among the figures is blank"), "0")


def rank_twice(specimen: Specimen, random: Random) -> Damage:
    """A unit is given the rank of another unit of the same ranking."""
    rankings: dict[tuple[str, ...], list[tuple[Spot, Claim]]] = {}
    for spot in _numeric(specimen):
        for claim in specimen.figures[spot]:
            if claim.measure == "rank":
                key = (claim.original_id, claim.edition_id, claim.entity_type, claim.criterion_code)
                rankings.setdefault(key, []).append((spot, claim))
    several = [found for found in rankings.values() if len({claim.entity_code for _, claim in found}) > 1]
    if not several:
        raise NotApplicableError("no ranking of several units is printed")
    ranking = random.choices(several, weights=[len(found) for found in several])[0]
    pairs = [(a, b) for a, one in ranking for b, other in ranking if a != b and one.value != other.value]
    to, source = choose(random, pairs, "all ranks are equal")
    return _set(specimen, to, _text_of(specimen, source))

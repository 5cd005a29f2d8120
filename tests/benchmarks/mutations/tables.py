"""Mutations of rows and columns: swapped, shifted, dropped, repeated."""

from __future__ import annotations

from random import Random

from tests.benchmarks.mutations.draw import Body, Damage, NotApplicableError, choose, some_body
from tests.benchmarks.mutations.edits import table_of, with_page_twice, with_rows_twice, with_texts, without_row
from tests.benchmarks.mutations.specimens import Specimen, Spot

ROWS_OF_A_PAGE = 25
"""How many rows of a table without pages stand for a page that comes twice."""

TRIES = 30


def _swapped_rows(body: Body, one: int, other: int, columns: tuple[int, ...]) -> dict[Spot, str]:
    texts: dict[Spot, str] = {}
    for column in columns:
        if body.plain(one, column) and body.plain(other, column) and body.text(one, column) != body.text(other, column):
            texts[body.spot(one, column)] = body.text(other, column)
            texts[body.spot(other, column)] = body.text(one, column)
    return texts


def _two_rows(specimen: Specimen, random: Random, *, figures: bool) -> Damage:
    """Neighbours every other time: they are what a tired hand or a grid that is one row off mixes up."""
    for _ in range(TRIES):
        body = some_body(specimen, random)
        if len(body.rows) < 2:
            continue
        first = random.randrange(len(body.rows) - 1)
        near = random.random() < 0.5
        one, other = body.rows[first], body.rows[first + 1 if near else random.randrange(first + 1, len(body.rows))]
        texts = _swapped_rows(body, one, other, body.columns if figures else body.label_columns)
        if texts:
            what = "figures" if figures else "labels"
            return Damage(
                with_texts(specimen.reading, texts), f"{body.names()}: {what} of rows {one} and {other} change places"
            )
    raise NotApplicableError("no two rows of figures" if figures else "no two rows with labels of their own")


def swap_rows_figures(specimen: Specimen, random: Random) -> Damage:
    """The figures of two rows change places, the labels stay."""
    return _two_rows(specimen, random, figures=True)


def swap_rows_labels(specimen: Specimen, random: Random) -> Damage:
    """The labels of two rows change places, the figures stay."""
    return _two_rows(specimen, random, figures=False)


def swap_columns(specimen: Specimen, random: Random) -> Damage:
    """The data of two columns of figures change places, the header stays."""
    for _ in range(TRIES):
        body = some_body(specimen, random)
        if len(body.columns) < 2:
            continue
        one, other = random.sample(body.columns, 2)
        texts: dict[Spot, str] = {}
        for row in body.rows:
            if body.plain(row, one) and body.plain(row, other) and body.text(row, one) != body.text(row, other):
                texts[body.spot(row, one)] = body.text(row, other)
                texts[body.spot(row, other)] = body.text(row, one)
        if texts:
            what = f"{body.names()}: data of columns {one} and {other} change places"
            return Damage(with_texts(specimen.reading, texts), what)
    raise NotApplicableError("no table has two columns of figures")


def _break_of(specimen: Specimen, body: Body, random: Random) -> int | None:
    """Index of the row that begins a page; where nothing runs over a page, of any row but the first."""
    pages = [next((c.page for (r, _), c in body.cells.items() if r == row and c.page), None) for row in body.rows]
    breaks = [i for i in range(1, len(pages)) if pages[i] != pages[i - 1]]
    if breaks:
        return random.choice(breaks)
    runs_over = any(len(table.pages) > 1 for table in specimen.reading.tables)
    return None if runs_over or len(body.rows) < 3 else random.randrange(1, len(body.rows) - 1)


def shift_column(specimen: Specimen, random: Random) -> Damage:
    """From a page break on, one column stands a row too low or too high: one end of it is blank, the other is lost."""
    for _ in range(TRIES * 4):
        body = some_body(specimen, random)
        start = _break_of(specimen, body, random)
        if start is None:
            continue
        column = random.choice(body.columns)
        rows = [row for row in body.rows[start:] if body.plain(row, column)]
        down = random.random() < 0.5
        old = [body.text(row, column) for row in rows]
        new = ["", *old[:-1]] if down else [*old[1:], ""]
        texts = {body.spot(row, column): text for row, text, was in zip(rows, new, old, strict=True) if text != was}
        if texts:
            way = "down" if down else "up"
            what = f"{body.names()}: column {column} is one row {way} from row {rows[0]} on"
            return Damage(with_texts(specimen.reading, texts), what)
    raise NotApplicableError("no column of figures has rows on both sides of a break")


def drop_row(specimen: Specimen, random: Random) -> Damage:
    """A row of figures is not there."""
    body = some_body(specimen, random)
    row = choose(random, body.rows, "no row of figures")
    return Damage(without_row(specimen.reading, body.number, row), f"{body.names()}: row {row} is dropped")


def repeat_page(specimen: Specimen, random: Random) -> Damage:
    """A page comes twice: of a PDF the page, of a document without pages up to 25 rows below one another."""
    pages = sorted({claim.locator.page for claims in specimen.figures.values() for claim in claims if claim.locator.page})
    if pages:
        page = random.choice(pages)
        return Damage(with_page_twice(specimen.reading, page), f"page {page} comes twice")
    body = some_body(specimen, random)
    first = random.randrange(max(1, len(body.rows) - ROWS_OF_A_PAGE + 1))
    rows = body.rows[first : first + ROWS_OF_A_PAGE]
    reading = with_rows_twice(specimen.reading, body.number, rows[0], rows[-1])
    table = table_of(specimen.reading, body.number)
    where = f"sheet {table.sheet!r}" if table.sheet else body.names()
    return Damage(reading, f"{where}: rows {rows[0]} to {rows[-1]} come twice")

"""One page taken apart: tables with and without rules, running text, and what the page says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.pdf import left_over
from extractors.pdf.cells import Part, PlacedCell, is_table, read_cells, split_by_grid
from extractors.pdf.damage import doubted
from extractors.pdf.grid import Grid, find_grids
from extractors.pdf.left_over import LeftOver
from extractors.pdf.legacy import texts_by_font
from extractors.pdf.lines import lines_of
from extractors.pdf.loose.crowded import part_crowded, unread
from extractors.pdf.loose.find import read_loose
from extractors.pdf.loose.rest import Found, read_rest
from extractors.pdf.loose.strips import read_strips
from extractors.pdf.page import Letters, Matrix, Page
from extractors.pdf.paragraphs import PageText, Piece, page_pieces
from extractors.pdf.spill import spilled
from extractors.pdf.stitch import common_edges
from extractors.pdf.titles import doubted_titles
from extractors.text.health import Health, damaged_fonts, examine

if TYPE_CHECKING:
    from extractors.pdf.scan.reader import ScannedPage


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page taken apart: its text outside tables, its grids that are tables, and what it says of itself. `health`: of its words.

    `is_scan`: its text was read from a picture. `turned`: takes its running text, where that lies on its side, to
    where it is displayed. `damaged_fonts`: where words are damaged, the fonts that are not what they look like;
    `titles`: lines above tables with signs of such a font.
    """

    text: PageText
    grids: tuple[tuple[Grid, tuple[PlacedCell, ...]], ...]
    has_text: bool
    has_pictures: bool
    left_over: LeftOver
    health: Health
    is_scan: bool = False
    titles: tuple[Part, ...] = ()
    turned: Matrix | None = None
    damaged_fonts: frozenset[str] = frozenset()


def in_reading_order(tables: Iterable[tuple[Grid, tuple[PlacedCell, ...]]]) -> list[tuple[Grid, tuple[PlacedCell, ...]]]:
    """From top to bottom; of two that stand side by side the left one first, however their heads differ in height."""
    ordered: list[tuple[Grid, tuple[PlacedCell, ...]]] = []
    for table in sorted(tables, key=lambda item: (item[0].box[1], item[0].box[0])):
        x0, top, _, bottom = table[0].box
        place = len(ordered)
        while place:
            other = ordered[place - 1][0].box
            is_beside = min(bottom, other[3]) - top > 0.5 * min(bottom - top, other[3] - other[1])
            if not is_beside or other[0] <= x0:
                break
            place -= 1
        ordered.insert(place, table)
    return ordered


def _is_rest(grid: Grid, cells: Sequence[PlacedCell], before: Found | None) -> bool:
    """Whether a grid with too little text for a table is the rest of the one that ends the page before: it has the same columns."""
    return before is not None and any(cell.text for cell in cells) and common_edges(before[0].xs, grid.xs) == before[0].xs


def take_apart(
    page: Page,
    letters: Letters | None = None,
    in_doubt: frozenset[str] = frozenset(),
    before: Found | None = None,
) -> ReadPage:
    """Grids and running text of one page. A grid without text (a chart) is no table, and its signs are running text.

    `letters` takes runs of signs apart, for the tables without a full grid of rules. `in_doubt`: fonts of which is told already
    that their text does not stand.
    """
    signs = page.upright
    candidates = find_grids(page.horizontal, page.vertical)
    inside, outside = split_by_grid(signs, candidates)
    if before is not None and candidates:
        candidates[0], more = spilled(candidates[0], inside[0], outside)
        for index, beyond in more.items():
            inside[0][index] += beyond
        gone = {id(sign) for beyond in more.values() for sign in beyond}
        signs = tuple(sign for sign in signs if id(sign) not in gone) if gone else signs
        outside = [sign for sign in outside if id(sign) not in gone] if gone else outside
    tables = [
        (grid, cells)
        for k, (grid, chars) in enumerate(zip(candidates, inside, strict=True))
        if is_table(grid, cells := read_cells(grid, chars, page.number)) or (k == 0 and _is_rest(grid, cells, before))
    ]
    tables, crowded = part_crowded(tables)
    if (grids := [grid for grid, _ in tables]) != candidates:
        _, outside = split_by_grid(signs, grids)
    found, outside = read_loose(outside, page, letters)
    of_words, outside = read_strips(outside, page, letters, [grid.box for grid, _ in (*tables, *found, *crowded)])
    found += of_words
    if before is not None and before[0].inks:
        rest, outside = read_rest(
            before, outside, page, letters, min((g.box[1] for g, _ in (*tables, *found)), default=page.height)
        )
        found += rest
    found += (stay := unread(crowded, found))
    _, outside = split_by_grid(outside, [grid for grid, _ in stay])
    tables = in_reading_order([*tables, *found])
    grids = [grid for grid, _ in tables]
    lines = lines_of(char for char in outside if char.turn == 0)
    pieces = page_pieces(lines, (char for char in outside if char.turn != 0), page.number)
    health = _health(pieces, tables)
    fonts = damaged_fonts(texts_by_font(page)) - in_doubt if health.is_damaged else frozenset[str]()
    text = PageText(page.number, page.width, page.height, pieces, tuple(grid.box for grid in grids))
    return ReadPage(
        text=text,
        titles=doubted_titles(text, signs, fonts) if fonts else (),
        grids=doubted(page, tables, fonts),
        has_text=any(not char.text.isspace() for char in signs),
        has_pictures=page.has_pictures,
        left_over=left_over.of_lines(
            line.text for line in lines if left_over.may_hold_numbers(char.text for char in line.chars)
        ),
        health=health,
        damaged_fonts=fonts,
    )


def _health(pieces: Iterable[Piece], tables: Iterable[tuple[Grid, tuple[PlacedCell, ...]]]) -> Health:
    return examine("\n".join([*(piece.text for piece in pieces), *(cell.text for _, cells in tables for cell in cells)]))


def scanned(page: ScannedPage, previous: ReadPage | None = None) -> ReadPage:
    """A page read from its picture. `previous`: the page before it, whose table may go on here although the paper lay otherwise."""
    from extractors.pdf.scan.pages import aligned

    before = previous.grids[-1][0] if previous is not None and previous.is_scan and previous.grids else None
    grids = page.grids
    if before is not None and grids:
        grids = ((aligned(grids[0][0], before), grids[0][1]), *grids[1:])
    return ReadPage(
        text=page.text,
        grids=grids,
        has_text=bool(grids or page.text.pieces),
        has_pictures=True,
        left_over=left_over.of_scan(page.text.pieces),
        health=_health(page.text.pieces, grids),
        is_scan=True,
        turned=page.turned,
    )

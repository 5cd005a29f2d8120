"""Pictures for a person who decides: the cell in question, framed, with what stands around it."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from extractors.pdf import Spot, draw_spots
from extractors.pdf.overlay import CELL, HEADER, MARGIN, MERGED, UNSETTLED_CELL, drawn_over
from extractors.records import UNSETTLED, Cell, Reading, Table

DOCUMENTS = Path(__file__).parents[2] / "extractors" / "documents"


def test_a_spot_is_drawn_with_its_surroundings_and_a_red_frame(tmp_path: Path) -> None:
    data = (DOCUMENTS / "sipas_2023_thua_thien_hue_ubnd.pdf").read_bytes()
    box = (100.0, 200.0, 160.0, 220.0)
    spots = [Spot(3, box, "page_003_table_1_row_2_column_3"), Spot(1, (0.0, 0.0, 20.0, 20.0), "page_001_paragraph_1")]
    found = draw_spots(data, spots, tmp_path / "pictures", margin=60, scale=2)
    assert {path.name for path in found} == {"page_003_table_1_row_2_column_3.png", "page_001_paragraph_1.png"}
    with Image.open(tmp_path / "pictures" / "page_003_table_1_row_2_column_3.png") as picture:
        assert picture.size == (360, 280), "the box and 60 points on each side, at two picture points each"
        assert picture.getpixel((121, 140)) == (200, 30, 30)
        ink = sum(1 for value in picture.convert("L").tobytes() if value < 100)
        assert ink > 100, "the page stands behind the frame"
    with Image.open(tmp_path / "pictures" / "page_001_paragraph_1.png") as corner:
        assert corner.size == (160, 160), "at the edge of the page there is less around it"


def test_nothing_is_written_inside_cells_and_what_is_not_settled_shows() -> None:
    """Synthetic: a header over two columns, a cell that stands and one that does not."""
    cells = (
        Cell(1, 1, "Điểm", column_span=2, page=1, bbox=(50, 50, 150, 70)),
        Cell(2, 1, "82,28", page=1, bbox=(50, 70, 100, 90)),
        Cell(2, 2, UNSETTLED, page=1, bbox=(100, 70, 150, 90), confidence=0.0),
    )
    reading = Reading("0" * 64, "pdf", (Table(1, 2, 2, 1, cells, pages=(1,)),), pages=1)
    page = Image.new("RGB", (400, 300), "white")
    drawn = drawn_over(page, reading, 1, 2)
    left = top = MARGIN
    assert drawn.height > page.height + top, "a legend stands under the page"

    def colours(box: tuple[float, float, float, float]) -> set[tuple[int, ...]]:
        x0, y0, x1, y1 = (round(2 * value) for value in box)
        inside = drawn.crop((left + x0 + 5, top + y0 + 5, left + x1 - 4, top + y1 - 4))
        return {colour for _, colour in inside.getcolors() or [] if isinstance(colour, tuple)}

    plain, unsettled, merged = colours((50, 70, 100, 90)), colours((100, 70, 150, 90)), colours((50, 50, 150, 70))
    assert plain == {(255, 255, 255)}, "no label covers the figures of a cell"
    assert len(unsettled) == len(merged) == 1
    assert unsettled not in (plain, merged)
    everything = {colour for _, colour in drawn.getcolors(1 << 24) or []}
    assert {CELL, HEADER, UNSETTLED_CELL} <= everything
    assert MERGED not in everything, "it tints, and does not cover"

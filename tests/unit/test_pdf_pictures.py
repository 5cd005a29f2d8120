"""Pictures for a person who decides: the cell in question, framed, with what stands around it."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from extractors.pdf import Spot, draw_spots

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

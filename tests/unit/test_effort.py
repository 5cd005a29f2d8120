"""How many pages of a file need character recognition: the time that reading it may take grows with them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from extractors.pdf.effort import Effort, effort, picture_effort
from extractors.records import DocumentError

FIXTURES = Path(__file__).parents[1] / "fixtures"


def test_each_page_of_a_tiff_counts() -> None:
    file = io.BytesIO()
    pages = [Image.new("L", (60, 80), shade) for shade in (255, 200, 150)]
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    assert picture_effort(file.getvalue(), "doc") == Effort(3, 3)


def test_a_picture_that_does_not_open_is_refused() -> None:
    with pytest.raises(DocumentError) as caught:
        picture_effort(b"\x89PNG\r\n\x1a\nnothing", "doc")
    assert caught.value.issue.code == "damaged_picture"


def test_scans_count_and_typeset_pages_do_not() -> None:
    assert effort((FIXTURES / "scans" / "ranking_300.pdf").read_bytes(), "doc").scanned_pages > 0
    assert effort((FIXTURES / "pdf" / "typeset.pdf").read_bytes(), "doc") == Effort(3, 0)


def test_pages_in_a_broken_font_count_since_they_are_looked_at(reference_data: Path) -> None:
    path = reference_data / "pdf" / "gso_unfpa_projection_by_province.pdf"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    found = effort(path.read_bytes(), "gso")
    assert found.pages == 126
    assert found.scanned_pages >= 60, "the pages with a title"

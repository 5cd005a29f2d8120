"""The notebook for researchers, run on a real release: what its cells print is what the sources say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.conftest import REPOSITORY, Instance

NOTEBOOK = REPOSITORY / "notebooks" / "cchc_for_researchers.ipynb"


def test_its_outputs_are_not_in_the_repository() -> None:
    cells = [cell for cell in nbformat.read(NOTEBOOK, 4).cells if cell.cell_type == "code"]
    assert len(cells) > 5
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)


@pytest.fixture(scope="module")
def executed(refreshed: Instance, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CCHC_RELEASE", str(refreshed.release))
        patch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        notebook = nbformat.read(NOTEBOOK, 4)
        NotebookClient(
            notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOK.parent)}}
        ).execute()
    return list(notebook.cells)


def _said(cells: list[Any], part: str) -> str:
    """All texts that the cell with this source gave."""
    (cell,) = (cell for cell in cells if cell.cell_type == "code" and part in cell.source)
    texts = [one.get("text") or one.get("data", {}).get("text/plain", "") for one in cell.outputs]
    return "\n".join(texts)


def test_it_opens_the_release_and_finds_the_criterion_that_fell(executed: list[Any], refreshed: Instance) -> None:
    assert refreshed.release.name in _said(executed, "select release_id")
    said = _said(executed, "is_scored_leaf")
    assert "giảm: 1" in said
    assert "S.2.1.1" in said
    assert "-2.42" in said


def test_it_says_who_led_papi_and_where_82_28_is_from(executed: list[Any]) -> None:
    said = _said(executed, "nsmallest")
    assert "[2011, 2012, 2013, 2014, 2015]" in said, "only comparable years are joined"
    assert "1           61 Thừa Thiên Huế 46.0415" in said
    where = _said(executed, "join dim_document")
    assert "82.28 ('82,28')" in where
    assert "216/KH-UBND; trang 6, bảng 8, dòng 3" in where
    assert "bản dựng lại" in where


def test_it_shows_both_statements_of_a_conflict_and_what_a_change_is_made_of(executed: list[Any]) -> None:
    assert "xếp thứ 39 toàn quốc" in _said(executed, "rpt_conflicts")
    assert "3.4789" in _said(executed, "rpt_change")


def test_its_charts_are_drawn(executed: list[Any], tmp_path: Path) -> None:
    pictures = [
        one["data"]["image/png"]
        for cell in executed
        if cell.cell_type == "code"
        for one in cell.outputs
        if "image/png" in one.get("data", {})
    ]
    assert len(pictures) == 2
    assert all(len(picture) > 10_000 for picture in pictures)

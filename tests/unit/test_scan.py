"""Scans of pages whose text layer is the truth: red and gray stamps, skew, noise, JPEG, 150 to 300 dots per inch; and picture files."""

from __future__ import annotations

import io
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from extractors.pdf import read_image, read_pdf
from extractors.pdf.cells import is_number
from extractors.pdf.scan import pages, status
from extractors.pdf.scan.picture import page_picture
from extractors.pdf.scan.reader import can_read, reread_boxes
from extractors.pdf.scan.votes import plain
from extractors.records import UNSETTLED, DocumentError, Reading
from scripts.fixtures.make_scans import FIXTURES, TARGET, Wear, pdf_of, scan, scanned_pdf, source_bytes

PDF = Path(__file__).parents[1] / "fixtures" / "pdf"
needs_engines = pytest.mark.skipif(
    not (can_read() and status.has_rapid()) and os.environ.get("CI") != "true",
    reason=f"no engines to read scans: {status.missing_hint()}",
)


def read(data: bytes) -> Reading:
    return read_pdf(data, "0" * 64, "doc")


def compared(reading: Reading, truth: Reading) -> Counter[str]:
    """Numeric cells of all tables by what became of them: right, open (not settled), wrong."""
    found: Counter[str] = Counter()
    assert [(t.n_rows, t.n_columns, len(t.cells)) for t in reading.tables] == [
        (t.n_rows, t.n_columns, len(t.cells)) for t in truth.tables
    ]
    for table, original in zip(reading.tables, truth.tables, strict=True):
        for cell, wanted in zip(table.cells, original.cells, strict=True):
            assert (cell.row, cell.column, cell.source) == (wanted.row, wanted.column, "ocr")
            if not wanted.text:
                found["blank" if not cell.text else "noise"] += 1
            elif is_number(wanted.text):
                right = plain(cell.text) == plain(wanted.text)
                found["right" if right else "open" if cell.text == UNSETTLED else "wrong"] += 1
    return found


def truth_of(name: str) -> Reading:
    fixture = FIXTURES[name]
    numbers = frozenset(page + 1 for page in fixture.pages)
    return read_pdf(source_bytes(fixture.source), "0" * 64, "doc", pages=numbers, second_reading=False)


@needs_engines
@pytest.mark.parametrize(
    "name",
    [
        "ranking_gray_stamp_200",
        pytest.param("hue_pages_11_12_red_stamp_200", marks=pytest.mark.slow),
        pytest.param("ranking_red_stamp_150", marks=pytest.mark.slow),
        pytest.param("ranking_300", marks=pytest.mark.slow),
    ],
)
def test_no_number_of_a_scan_is_wrong_and_nearly_all_are_read(name: str) -> None:
    reading = read((TARGET / f"{name}.pdf").read_bytes())
    found = compared(reading, truth_of(name))
    assert (found["wrong"], found["noise"]) == (0, 0)
    assert found["right"] >= 0.97 * (found["right"] + found["open"]) > 50
    issues = [issue for issue in reading.issues if issue.code == "readings_differ"]
    unsettled = [cell for table in reading.tables for cell in table.cells if cell.text == UNSETTLED]
    assert [issue.locator.bbox for issue in issues] == [cell.bbox for cell in unsettled]
    assert all(cell.confidence == 0.0 for cell in unsettled)
    assert all(issue.severity == "error" and (issue.expected or issue.found) for issue in issues)


@needs_engines
@pytest.mark.slow
def test_a_table_cut_by_the_page_is_one_table_on_crooked_paper_too() -> None:
    """Table 2.2.3 of the plan of Huế goes over pages 11 and 12, the paper turned by 0.7 degrees on both."""
    reading = read((TARGET / "hue_pages_11_12_red_stamp_200.pdf").read_bytes())
    assert [table.pages for table in reading.tables] == [(1,), (1, 2), (2,)]
    assert reading.tables[1].title.startswith("2.2.3 MĐHL của người dân đối với công chức")


PLAIN = [["88,09", "1"], ["87,15", "2"]]


def plain_scan(rotate: int = 0, turn: int = 0) -> bytes:
    """The page of plain_grid.pdf as a picture at 200 dots per inch; `turn`: quarters by which the paper lay in the scanner."""
    data = (PDF / "plain_grid.pdf").read_bytes()
    document = pdfium.PdfDocument(data)
    image = document[0].render(scale=200 / 72).to_pil().convert("L").rotate(90 * turn, expand=True)  # pyright: ignore[reportArgumentType]
    document.close()
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return pdf_of([(buffer.getvalue(), image.width, image.height, True, 200)], rotate)


def numbers_with_boxes(reading: Reading) -> dict[str, tuple[float, ...]]:
    return {
        cell.text: cell.bbox
        for table in reading.tables
        for cell in table.cells
        if is_number(cell.text) and cell.bbox is not None
    }


@needs_engines
@pytest.mark.parametrize(("rotate", "turn"), [(0, 0), (90, 1), (270, 3)])
def test_boxes_are_those_of_the_page_as_displayed(rotate: int, turn: int) -> None:
    """A picture that lies turned in the file and is turned back by /Rotate is read as it is displayed."""
    found = numbers_with_boxes(read(plain_scan(rotate, turn)))
    wanted = numbers_with_boxes(read((PDF / "plain_grid.pdf").read_bytes()))
    assert found.keys() == wanted.keys() == {"88,09", "1", "87,15", "2"}
    for text, box in wanted.items():
        assert found[text] == pytest.approx(box, abs=1.5)


@needs_engines
@pytest.mark.slow
def test_a_page_that_lay_on_its_side_is_read_and_its_boxes_are_where_they_are_displayed() -> None:
    data = source_bytes("sipas_2023_thua_thien_hue_ubnd.pdf")
    picture = np.rot90(scan(data, 11, Wear(200)), 1)
    width_upright = picture.shape[0] * 72 / 200
    turned = saved(Image.fromarray(np.ascontiguousarray(picture)), "JPEG", quality=70)
    reading = read(pdf_of([(turned, picture.shape[1], picture.shape[0], False, 200)]))
    truth = read_pdf(data, "0" * 64, "doc", pages=frozenset({12}), second_reading=False)
    assert compared(reading, truth)["wrong"] == 0
    for table, original in zip(reading.tables, truth.tables, strict=True):
        for cell, wanted in zip(table.cells, original.cells, strict=True):
            assert cell.bbox is not None
            assert wanted.bbox is not None
            x0, y0, x1, y1 = wanted.bbox
            assert cell.bbox == pytest.approx((y0, width_upright - x1, y1, width_upright - x0), abs=2)
    lines = [p.bbox for p in reading.paragraphs if p.bbox is not None and len(p.text) > 30]
    assert lines
    assert all(x1 - x0 < y1 - y0 for x0, y0, x1, y1 in lines)


@needs_engines
def test_a_text_layer_that_nobody_sees_is_not_trusted() -> None:
    """A scanner's own recognition lies invisible over the picture and says 99,99: the picture is read."""
    import pikepdf

    with pikepdf.open(io.BytesIO(plain_scan())) as scanned:
        page = scanned.pages[0]
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.Resources.Font = pikepdf.Dictionary(F1=font)
        hidden = b"\nBT 3 Tr /F1 12 Tf 1 0 0 1 155 700 Tm (99,99) Tj ET"
        page.Contents = scanned.make_stream(page.Contents.read_bytes() + hidden)
        buffer = io.BytesIO()
        scanned.save(buffer)
    assert figures(read(buffer.getvalue())) == [PLAIN]


@needs_engines
def test_one_box_of_a_page_is_read_again() -> None:
    document = pdfium.PdfDocument((PDF / "plain_grid.pdf").read_bytes())
    picture = page_picture(document[0])
    document.close()
    number, blank = reread_boxes(picture, [(150.0, 60.0, 220.0, 80.0), (150.0, 150.0, 220.0, 170.0)])
    assert number.text == "88,09"
    assert number.confidence > 0.9
    assert (blank.text, blank.confidence) == ("", 1.0)


def page_image(dpi: int = 200) -> Image.Image:
    document = pdfium.PdfDocument((PDF / "plain_grid.pdf").read_bytes())
    image = document[0].render(scale=dpi / 72).to_pil().convert("RGB")  # pyright: ignore[reportArgumentType]
    document.close()
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)  # pyright: ignore[reportArgumentType]
    return buffer.getvalue()


def figures(reading: Reading) -> list[list[list[str]]]:
    """Of each table what stands below its header and beside its first column."""
    return [[[cell.text if cell else "" for cell in row[1:]] for row in table.grid()[1:]] for table in reading.tables]


@needs_engines
def test_a_photograph_is_turned_as_its_camera_says_and_a_tiff_has_pages() -> None:
    image = page_image()
    exif = Image.Exif()
    exif[0x0112] = 6
    photograph = saved(image.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=90, exif=exif, dpi=(200, 200))
    reading = read_image(photograph, "0" * 64, "doc")
    assert figures(reading) == [PLAIN]
    assert (reading.kind, reading.pages) == ("image", 1)
    blank = Image.new("RGB", image.size, "white")
    pages_of_tiff = saved(blank, "TIFF", save_all=True, append_images=[image], compression="tiff_deflate", dpi=(200, 200))
    reading = read_image(pages_of_tiff, "0" * 64, "doc")
    assert reading.pages == 2
    assert [table.pages for table in reading.tables] == [(2,)]
    assert figures(reading) == [PLAIN]


@needs_engines
def test_pictures_beyond_the_limits_are_refused_with_their_size() -> None:
    huge = saved(Image.new("1", (20_000, 20_000), 1), "PNG")
    with pytest.raises(DocumentError) as refused:
        read_image(huge, "0" * 64, "doc")
    assert (refused.value.issue.code, refused.value.issue.found) == ("picture_too_large", "20000 x 20000 pixels")
    with pytest.raises(DocumentError) as broken:
        read_image(saved(page_image(), "PNG")[:3000], "0" * 64, "doc")
    assert broken.value.issue.code == "damaged_picture"


def test_without_engines_a_scan_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "can_read", lambda: False)
    reading = read(plain_scan())
    (issue,) = [issue for issue in reading.issues if issue.code == "ocr_missing"]
    assert (issue.severity, issue.locator.page) == ("error", 1)
    assert reading.tables == ()


@needs_engines
def test_without_the_second_engine_no_number_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "has_rapid", lambda: False)
    reading = read(plain_scan())
    numbers = {cell.text for table in reading.tables for cell in table.cells if cell.row > 1 and cell.column > 1}
    assert numbers == {UNSETTLED}
    assert {issue.expected for issue in reading.issues if issue.code == "readings_differ"} >= {"88,09", "87,15"}
    assert {cell.readings for table in reading.tables for cell in table.cells} >= {("88,09",), ("87,15",), ()}


def test_what_is_missing_is_named_with_its_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "tessdata", lambda: None)
    missing = [item for item in status.ocr_status() if item.is_missing]
    assert missing[-1].how == "sudo apt-get install tesseract-ocr tesseract-ocr-vie"
    assert status.has_tesseract() is False


@needs_engines
def test_a_page_of_print_between_scans_stays_print() -> None:
    """Mixed documents: the typeset page is read from its text, the scanned one from its picture."""
    import pikepdf

    with pikepdf.open(PDF / "plain_grid.pdf") as typeset, pikepdf.open(io.BytesIO(plain_scan())) as second:
        typeset.pages.extend(second.pages)
        buffer = io.BytesIO()
        typeset.save(buffer)
    reading = read(buffer.getvalue())
    assert [cell.source for table in reading.tables for cell in table.cells].count("text") == 9
    assert [row for table in figures(reading) for row in table if row != ["Diem", "Hang"]] == [*PLAIN, *PLAIN]


@needs_engines
def test_a_blank_scan_has_no_words() -> None:
    white = np.full((600, 400), 250, np.uint8)
    data = pdf_of([(saved(Image.fromarray(white), "JPEG"), 400, 600, True, 100)])
    with pytest.raises(DocumentError) as refused:
        read(data)
    assert refused.value.issue.code == "no_text_layer"


@needs_engines
@pytest.mark.slow
@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_the_summary_table_of_hue_at_every_resolution(dpi: int) -> None:
    """Table of page 6: 72 numbers, two header levels, a merged cell over five rows, a red stamp."""
    data = source_bytes("sipas_2023_thua_thien_hue_ubnd.pdf")
    reading = read(scanned_pdf(data, [5], Wear(dpi, 0.9, 5, 55, "red", dust=10, seed=dpi)))
    truth = read_pdf(data, "0" * 64, "doc", pages=frozenset({6}), second_reading=False)
    found = compared(reading, truth)
    assert (found["wrong"], found["noise"]) == (0, 0)
    assert found["right"] >= 70


@needs_engines
def test_a_huge_jpeg_is_read_smaller() -> None:
    """12,000 x 9,000 pixels: decoded at a part of its size, and its table is there."""
    image = page_image(600)
    sheet = Image.new("L", (12_000, 9_000), 255)
    sheet.paste(image.convert("L"), (1_000, 1_000))
    (numbers,) = figures(read_image(saved(sheet, "JPEG", quality=70, dpi=(600, 600)), "0" * 64, "doc"))
    assert numbers == PLAIN


@needs_engines
def test_red_print_is_never_taken_for_a_blank() -> None:
    """Red goes with the stamps: a figure printed in red is left unsettled, not read as an empty cell."""
    image = page_image()
    pixels = np.array(image)
    x0, top, x1, bottom = (round(value * 200 / 72) for value in (152.0, 62.0, 218.0, 78.0))
    cell = pixels[top:bottom, x0:x1]
    cell[:, :, 0] = 255
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", dpi=(200, 200))
    (table,) = read_image(buffer.getvalue(), "0" * 64, "synthetic_red_print").tables
    texts = {cell.text for cell in table.cells}
    assert "88,09" not in texts
    assert UNSETTLED in texts
    assert "87,15" in texts

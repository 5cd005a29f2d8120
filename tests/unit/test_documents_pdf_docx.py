"""The embedded PDF and Word documents state the published figures, all of them and nothing else, and say whose they are."""

from __future__ import annotations

import csv
import os
import re
import unicodedata
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import yaml
from docx import Document

from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Reference, load_reference
from scripts.documents import par_2020_top10 as par
from scripts.documents import sipas_2022_quang_nam as quang_nam
from scripts.documents import sipas_2023_thua_thien_hue as hue
from scripts.documents import typeset
from scripts.documents.typeset import Block, Page, RuledTable, Text, TextCell, TypesettingError

CHECKOUT = Path(__file__).parents[2]
DOCUMENTS = CHECKOUT / "extractors" / "documents"
ENTRIES = CHECKOUT / "extractors" / "catalogue" / "entries"
DATA = Path(os.environ.get("CCHC_REFERENCE_DATA", CHECKOUT.parent / "shared" / "data"))

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"reference folder {DATA} is absent (set CCHC_REFERENCE_DATA)")

INDEX_MEASURES = {"score_percent", "share", "rank", "delta_score", "delta_rank", "national_mean", "points", "top_value"}
# Codes of the reference table that the project's own tree writes in another way.
OWN_CODES = {
    "E.tinh_than_thai_do": "E.thai_do",
    "E.phan_anh_kien_nghi": "E.phan_anh",
    **{f"PAR.{number}": f"P.{number}" for number in range(1, 9)},
}


def seed_rows(seed: str) -> list[dict[str, str]]:
    with (DATA / "seed_claims.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["seed_file"].startswith(seed)]
    found = [row for row in rows if row["measure"] in INDEX_MEASURES]
    assert found, f"no claims of document {seed} in the reference table"
    return found


def number(raw: str) -> Decimal:
    return Decimal(raw.rstrip("%").replace(",", "."))


def entry(document_id: str) -> CatalogueEntry:
    return CatalogueEntry.model_validate(yaml.safe_load((ENTRIES / f"{document_id}.yml").read_text(encoding="utf-8")))


def pdf_pages(document_id: str) -> list[str]:
    """Text layer of each page; a line break is a blank."""
    with pdfium.PdfDocument(DOCUMENTS / f"{document_id}.pdf") as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def hue_pages() -> list[str]:
    return pdf_pages(hue.DOCUMENT_ID)


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference()


# --- Thừa Thiên Huế ------------------------------------------------------------------------------------------------------------


@needs_data
def test_every_figure_of_the_plan_is_set_and_no_other() -> None:
    stated = Counter(
        (figure.section, figure.year, figure.code, figure.measure, number(figure.raw))
        for figure in (*hue.printed_figures(), *hue.NOT_SET)
    )
    expected = Counter(
        (
            re.sub(r",.*$", "", row["location"]).removeprefix("table "),
            int(row["year"]),
            OWN_CODES.get(row["criterion_code"], row["criterion_code"]),
            row["measure"],
            Decimal(row["value"]),
        )
        for row in seed_rows("004")
    )
    assert stated - expected == Counter()
    assert expected - stated == Counter()


@needs_data
def test_figures_in_tables_are_written_as_printed() -> None:
    printed: dict[tuple[str, int, str, str], str] = {
        (figure.section, figure.year, figure.code, figure.measure): figure.raw
        for figure in hue.printed_figures()
        if figure.section != "text"
    }
    compared = 0
    for row in seed_rows("004"):
        raw = re.search(r"raw '([^']+)'", row["note"])
        if raw is None or not row["location"].startswith("table"):
            continue
        section = re.sub(r",.*$", "", row["location"]).removeprefix("table ")
        assert printed[section, int(row["year"]), row["criterion_code"], row["measure"]] == raw[1]
        compared += 1
    assert compared > 200


def test_prose_keeps_the_claims_that_contradict_the_tables() -> None:
    said = {(f.code, f.measure, f.raw) for f in hue.printed_figures() if f.section == "text"}
    assert {
        ("S.1.1.1", "score_percent", "81,23"),
        ("S.1.4", "rank", "39"),
        ("S.2.1", "delta_score", "-0,28"),
        ("N.6.2", "share", "12,4"),
    } <= said


def test_sentences_have_the_forms_that_readers_know() -> None:
    sentences = {claim.sentence() for claims in hue.PROSE.values() for claim in claims}
    assert "Tiếp cận dịch vụ: đạt 83,36%, xếp thứ 25 toàn quốc, giảm 0,28% so với năm 2022." in sentences
    assert (
        "Trách nhiệm giải trình của cơ quan nhà nước: đạt 81,53%, xếp thứ 31 toàn quốc, tăng 1,36% so với năm 2022, giảm 02 bậc."
        in (sentences)
    )
    assert "Các tiêu chí của Thủ tục hành chính nằm trong khoảng 82,04% - 83,1%." in sentences
    assert f"Mức trung bình toàn quốc của {hue.SIPAS_LABEL}: 82,66%." in sentences
    assert f"Mục tiêu năm 2024 của {hue.SIPAS_LABEL}: nhóm 10 tỉnh, thành phố dẫn đầu." in sentences
    assert any(re.fullmatch(r"Mong đợi Nâng cao năng lực .+: đạt 53,53%\.", sentence) for sentence in sentences)


def test_every_label_of_the_plan_is_known_to_the_reference_data(reference: Reference) -> None:
    edition = reference.edition("SIPAS", "moha", hue.YEAR)
    labels = {(block.code, block.group) for block in hue.PERCEPTION}
    labels |= {(f"{b.code}.{n}", label) for b in hue.PERCEPTION for n, (label, _, _) in enumerate(b.items, start=1)}
    labels |= {(row[0], row[2]) for row, _ in hue.SUMMARY}
    labels |= {(row[0], row[2]) for table in hue.FACTORS for row in table.rows}
    labels |= {(claim.code, claim.label) for claims in hue.PROSE.values() for claim in claims}
    for code, label in labels:
        criterion = reference.criterion("SIPAS", edition.methodology_code, code)
        assert reference.match_criterion(label, (criterion,), code).criterion_code == code


def test_pages_carry_every_cell_and_sentence_of_the_script(hue_pages: list[str]) -> None:
    text = squeezed("".join(hue_pages))
    assert unicodedata.is_normalized("NFC", text)
    blocks = hue.blocks()
    cells = [cell.text for block in blocks if isinstance(block, RuledTable) for row in block.rows for cell in row]
    assert len(cells) > 600
    missing = [cell for cell in {*cells} if squeezed(cell) not in text]
    assert missing == []
    sentences = [claim.sentence() for claims in hue.PROSE.values() for claim in claims]
    assert [sentence for sentence in sentences if squeezed(sentence) not in text] == []


def test_every_page_cites_the_plan_and_the_first_says_what_this_is(hue_pages: list[str]) -> None:
    assert len(hue_pages) >= 10
    for page_number, page in enumerate(hue_pages, start=1):
        footer = f"Chế bản lại từ Kế hoạch số 216/KH-UBND ngày 23/5/2024, UBND tỉnh Thừa Thiên Huế – trang {page_number}"
        assert footer in page
    assert "BẢN CHẾ LẠI SỐ LIỆU" in hue_pages[0]
    assert "This is a re-setting, made by the cchc project" in hue_pages[0]
    assert "The address of the original is unknown to us" in hue_pages[0]


@pytest.mark.parametrize(
    ("last_before", "first_after"),
    [
        ("5. Qua đài, tivi, báo chí 79,96%", "6. Qua mạng Internet 77,75%"),
        ("1. Không có người dân nào phải đưa tiền ngoài quy định cho công chức", "12,48%"),
        (
            "(1) Công chức ở BPMC có thái độ giao tiếp lịch sự, tôn trọng người dân 83,86",
            "(2) Công chức ở BPMC hướng dẫn hồ sơ",
        ),
    ],
)
def test_three_tables_are_cut_by_a_page_without_a_repeated_header(
    hue_pages: list[str], last_before: str, first_after: str
) -> None:
    before = next(n for n, page in enumerate(hue_pages) if squeezed(last_before) in squeezed(page) and first_after not in page)
    after = squeezed(hue_pages[before + 1])
    body = after.removeprefix(squeezed(f"{hue.PAGE.footer} – trang {before + 2}"))
    start = body.index(squeezed(first_after))
    assert start < 120, "the cut table must go on at the top of the next page"
    assert "Năm2023" not in body[:start]


def test_headings_of_narrow_columns_are_broken_between_words_only(hue_pages: list[str]) -> None:
    # A line that ends after the stroke would be read as "Tăng/ giảm".
    text = " ".join(hue_pages)
    assert text.count("Tăng/giảm tỷ lệ") == text.count("Tăng/giảm vị thứ") == 1 + len(hue.FACTORS)


def test_the_document_is_small_and_its_fonts_are_inside() -> None:
    raw = (DOCUMENTS / f"{hue.DOCUMENT_ID}.pdf").read_bytes()
    assert len(raw) < 400_000
    assert b"/FontFile2" in raw


def test_sampling_points_add_up_to_the_printed_number_of_ballots() -> None:
    points = [name for _, communes in hue.SAMPLE for _, names in communes for name in names]
    assert (len(points), len(points) * hue.BALLOTS_PER_POINT) == (18, 558)
    assert hue.sample_table().rows[-1][-1].text == "558"


# --- Quảng Nam -----------------------------------------------------------------------------------------------------------------


def quang_nam_figures() -> Counter[tuple[int, str, str, Decimal]]:
    found: list[tuple[int, str, str, Decimal]] = []
    for code, _, score, rank, mean, gap, best, gap_to_best in quang_nam.SUMMARY:
        cells = (
            ("score_percent", score),
            ("rank", rank),
            ("national_mean", mean),
            ("delta_score", gap),
            ("top_value", best),
            ("delta_score", gap_to_best),
        )
        found += [(2022, code, measure, number(raw)) for measure, raw in cells if raw]
    # The answer tells the rank of 2022 twice, its score once; the table holds each once, so the sentences add the ranks only.
    found += [(year, "S", "rank", Decimal(rank)) for year, _, rank in quang_nam.INDEX_BY_YEAR]
    found += [(2022, "S", "score_percent", number(quang_nam.PLAN_SIPAS))]
    found += [(2022, "PAR.8.sipas", "points", number(quang_nam.PLAN_POINTS))]
    found += [(2022, "PAR.8.sipas", "delta_score", number(quang_nam.PLAN_POINTS_CHANGE))]
    found += [(2022, code, "delta_score", Decimal(change)) for code, _, change in quang_nam.PLAN_FIELDS]
    return Counter(found)


@needs_data
def test_figures_of_quang_nam_are_those_of_its_two_documents() -> None:
    rows = [
        row
        for row in (*seed_rows("000"), *seed_rows("003"))
        # "all factors under 80 %" is a bound, not a figure of the index
        if "upper bound" not in row["note"]
    ]
    expected = Counter(
        (
            int(row["year"]),
            OWN_CODES.get(row["criterion_code"], row["criterion_code"]),
            row["measure"],
            Decimal(row["value"]),
        )
        for row in rows
    )
    assert quang_nam_figures() == expected


def test_the_answer_holds_one_table_and_a_citation_under_each_group() -> None:
    document = Document(str(DOCUMENTS / f"{quang_nam.DOCUMENT_ID}.docx"))
    (table,) = document.tables
    grid = [[cell.text for cell in row.cells] for row in table.rows]
    assert grid[0] == ["Nội dung", *["Năm 2022"] * 6]
    assert grid[1] == ["Nội dung", *quang_nam.SUMMARY_HEAD]
    assert grid[2] == ["Chỉ số SIPAS", "74,56", "61", "80,08", "-5,52", "", ""]
    assert [row[1:] for row in grid[3:]] == [
        ["73,87", "61", "79,72", "-5,85", "86,89", "-13,02"],
        ["76,12", "59", "80,43", "-4,31", "88,30", "-12,18"],
    ]
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    places = [
        paragraphs.index(text)
        for text in (
            " ".join(quang_nam.index_sentences()),
            quang_nam.SOURCE_ANSWER,
            " ".join(quang_nam.plan_sentences()),
            quang_nam.SOURCE_PLAN,
            quang_nam.own_survey_sentence(),
            quang_nam.SOURCE_OWN_SURVEY,
        )
    ]
    assert places == sorted(places)
    assert paragraphs[0].startswith("BẢN CHẾ LẠI SỐ LIỆU")
    assert all(unicodedata.is_normalized("NFC", text) for text in paragraphs)


def test_sentences_of_the_answer_are_as_agreed() -> None:
    assert quang_nam.index_sentences() == [
        "Năm 2020, Chỉ số SIPAS của tỉnh Quảng Nam: xếp thứ 53/63.",
        "Năm 2021, Chỉ số SIPAS của tỉnh Quảng Nam: xếp thứ 57/63.",
        "Năm 2022, Chỉ số SIPAS của tỉnh Quảng Nam: đạt 74,56%, xếp thứ 61/63.",
    ]
    assert quang_nam.plan_sentences()[1:3] == [
        "Năm 2022, điểm SIPAS quy đổi trong PAR INDEX của tỉnh Quảng Nam: 7.58/10 điểm, giảm 0.83 điểm so với năm 2021.",
        "Năm 2022, lĩnh vực Cải cách thủ tục hành chính của tỉnh Quảng Nam: giảm 18% so với năm 2021.",
    ]
    assert quang_nam.own_survey_sentence() == "Khảo sát riêng của tỉnh Quảng Nam năm 2022: mức độ hài lòng đạt 85,5%."


def test_the_word_document_is_made_the_same_every_time(tmp_path: Path) -> None:
    again = tmp_path / "again.docx"
    quang_nam.write(quang_nam.build(), again)
    assert again.read_bytes() == (DOCUMENTS / f"{quang_nam.DOCUMENT_ID}.docx").read_bytes()


# --- PAR INDEX 2020 ------------------------------------------------------------------------------------------------------------


@needs_data
def test_the_ranking_of_2020_is_that_of_the_press() -> None:
    with (DATA / "published_figures.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["source_url"] == par.SOURCE_URL]
    parts = ("Điểm thẩm định", "chỉ số hài lòng", "khảo sát lãnh đạo", "phát triển kinh tế")
    for rank, province, *points, total in par.RANKING:
        mine = [row for row in rows if row["entity"] == province]
        (whole,) = [row for row in mine if row["criterion"] == "TOTAL"]
        assert (Decimal(whole["rank"]), Decimal(whole["score"])) == (Decimal(rank), number(total))
        for part, raw in zip(parts, points, strict=True):
            (figure,) = [row for row in mine if part in row["criterion"]]
            assert Decimal(figure["score"]) == number(raw), f"{province}, {part}"


def test_totals_of_2020_are_the_sum_of_their_parts_but_for_rounding() -> None:
    gaps = {province: number(total) - sum(number(value) for value in points) for _, province, *points, total in par.RANKING}
    assert {province: gap for province, gap in gaps.items() if gap} == {
        "Quảng Ninh": Decimal("-0.01"),
        "Đồng Tháp": Decimal("0.01"),
        "Phú Thọ": Decimal("0.01"),
    }


def test_the_ranking_page_holds_every_cell_and_its_citation() -> None:
    (page,) = pdf_pages(par.DOCUMENT_ID)
    for row in par.RANKING:
        assert " ".join(row) in page
    assert squeezed(f"Chế bản lại từ Báo Đầu tư ngày 28/6/2021, bản chép tại {par.SOURCE_URL} – trang 1") in squeezed(page)


# --- Catalogue and typesetter --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document_id", "layout", "source_class"),
    [
        (hue.DOCUMENT_ID, "sipas_provincial_plan", "provincial_table"),
        (quang_nam.DOCUMENT_ID, "sipas_department_answer", "provincial_prose"),
        (par.DOCUMENT_ID, "par_component_ranking", "press_table"),
    ],
)
def test_catalogue_entries_name_the_file_and_the_cited_original(document_id: str, layout: str, source_class: str) -> None:
    found = entry(document_id)
    assert (found.id, found.layout, found.source_class, found.is_reset) == (document_id, layout, source_class, True)
    assert found.file is not None
    assert (DOCUMENTS / found.file).is_file()
    assert Path(found.file).suffix == f".{found.kind}"


def test_addresses_are_given_only_where_one_is_known() -> None:
    assert entry(hue.DOCUMENT_ID).cited_source.url is None
    assert entry(quang_nam.DOCUMENT_ID).cited_source.url is None
    assert str(entry(par.DOCUMENT_ID).cited_source.url) == par.SOURCE_URL


def test_the_entry_knows_every_original_that_the_answer_cites() -> None:
    originals = entry(quang_nam.DOCUMENT_ID).originals
    cited = [
        [o.original_id for o in originals if line.startswith(f"Nguồn: {o.citation}")]
        for line in (quang_nam.SOURCE_ANSWER, quang_nam.SOURCE_PLAN, quang_nam.SOURCE_OWN_SURVEY)
    ]
    assert [len(found) for found in cited] == [1, 1, 1]
    assert len({found[0] for found in cited}) == 3


def one_table(*rows: tuple[TextCell, ...]) -> list[Block]:
    return [Text("Bảng", "h1"), RuledTable((10, 10), rows)]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (((TextCell("a"),),), "row 1: expected a cell for column 2 of 2, found none"),
        (((TextCell("a", columns=2), TextCell("b")),), "row 1: one cell too many, 'b'"),
        (((TextCell("a", rows=2), TextCell("b")),), "a cell spans 1 row"),
    ],
)
def test_cells_that_do_not_fill_the_grid_are_refused(rows: tuple[tuple[TextCell, ...], ...], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        typeset.flat_odt(one_table(*rows), Page(footer="f", title="t"))


def test_cells_that_fill_the_grid_are_set_with_their_spans() -> None:
    rows = ((TextCell("a", rows=2), TextCell("b & c")), (TextCell("d"),))
    text = typeset.flat_odt(one_table(*rows), Page(footer="f", title="t"))
    assert 'table:number-rows-spanned="2"' in text
    assert "b &amp; c" in text
    assert text.count("<table:covered-table-cell/>") == 1


def test_without_libreoffice_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TypesettingError, match="install libreoffice-writer"):
        typeset.to_pdf(one_table((TextCell("a"), TextCell("b"))), Page(footer="f", title="t"), tmp_path / "x.pdf")
    assert not (tmp_path / "x.pdf").exists()

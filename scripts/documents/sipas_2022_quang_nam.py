"""Re-sets, as the written answer of a department that it is, what Sở Nội vụ Quảng Nam said of the province's SIPAS.

Three originals speak, each named by the citation line ("Nguồn: …") that closes its group of paragraphs: the department's answer; the
province's plan for better PAR INDEX and SIPAS, which rounds the same index to 75 % and prints decimal points; and the
province's own survey, which is another instrument. The figures are data of this module, as printed.

Run: python -m scripts.documents.sipas_2022_quang_nam
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell as DocxCell  # pyright: ignore[reportPrivateUsage] - the library has no public name for it

from scripts.documents.typeset import DOCUMENTS

DOCUMENT_ID = "sipas_2022_quang_nam_so_noi_vu"
PROVINCE = "Quảng Nam"
RANK_OUT_OF = 63
FONT = "Times New Roman"
FIXED_DATE = datetime(2026, 1, 1, tzinfo=UTC)

SUMMARY_HEAD = (
    f"Chỉ số của tỉnh {PROVINCE}",
    "Vị thứ",
    "Trung bình toàn quốc",
    "Chênh lệch so với trung bình",
    "Đơn vị dẫn đầu (Quảng Ninh)",
    "Chênh lệch so với đơn vị dẫn đầu",
)
# code, label as printed in the row, then the six figures; empty: the source gives none
SUMMARY: tuple[tuple[str, str, str, str, str, str, str, str], ...] = (
    ("S", "Chỉ số SIPAS", "74,56", "61", "80,08", "-5,52", "", ""),
    (
        "S.1",
        "1. Nhóm tiêu chí về ban hành, tổ chức thực hiện chính sách",
        *("73,87", "61", "79,72", "-5,85", "86,89", "-13,02"),
    ),
    (
        "S.2",
        "2. Nhóm tiêu chí đánh giá về việc cung ứng dịch vụ hành chính công",
        *("76,12", "59", "80,43", "-4,31", "88,30", "-12,18"),
    ),
)

# year, score (None: the answer gives only the rank), rank
INDEX_BY_YEAR: tuple[tuple[int, str | None, str], ...] = ((2020, None, "53"), (2021, None, "57"), (2022, "74,56", "61"))

PLAN_SIPAS = "75"
PLAN_POINTS = "7.58"
PLAN_POINTS_MAXIMUM = "10"
PLAN_POINTS_CHANGE = "-0.83"
# code, field, change against 2021 as printed
PLAN_FIELDS: tuple[tuple[str, str, str], ...] = (
    ("P.3", "Cải cách thủ tục hành chính", "-18"),
    ("P.5", "Cải cách chế độ công vụ", "-15"),
    ("P.7", "Xây dựng và phát triển chính quyền điện tử, chính quyền số", "-5"),
    ("P.6", "Cải cách tài chính công", "-4"),
    ("P.1", "Công tác chỉ đạo, điều hành cải cách hành chính", "-10"),
)

OWN_SURVEY = "85,5"

SOURCE_ANSWER = (
    "Nguồn: Nội dung giải trình của Sở Nội vụ tỉnh Quảng Nam về Chỉ số SIPAS. Dự án không biết địa chỉ trên mạng của văn bản."
)
SOURCE_PLAN = (
    "Nguồn: Kế hoạch của UBND tỉnh Quảng Nam về cải thiện Chỉ số PAR INDEX và Chỉ số SIPAS, theo một bài báo dẫn lại. Dự án không "
    "biết địa chỉ trên mạng của kế hoạch và của bài báo."
)
SOURCE_OWN_SURVEY = "Nguồn: VietNamNet, bài mang mã pre2119842. Dự án không biết địa chỉ đầy đủ của bài."


def index_sentences() -> list[str]:
    found: list[str] = []
    for year, score, rank in INDEX_BY_YEAR:
        clauses = ([f"đạt {score}%"] if score else []) + [f"xếp thứ {rank}/{RANK_OUT_OF}"]
        found.append(f"Năm {year}, Chỉ số SIPAS của tỉnh {PROVINCE}: {', '.join(clauses)}.")
    return found


def plan_sentences() -> list[str]:
    fall = PLAN_POINTS_CHANGE.removeprefix("-")
    return [
        f"Năm 2022, Chỉ số SIPAS của tỉnh {PROVINCE}: đạt {PLAN_SIPAS}%.",
        f"Năm 2022, điểm SIPAS quy đổi trong PAR INDEX của tỉnh {PROVINCE}: {PLAN_POINTS}/{PLAN_POINTS_MAXIMUM} điểm, giảm {fall} điểm "
        "so với năm 2021.",
        *(
            f"Năm 2022, lĩnh vực {label} của tỉnh {PROVINCE}: giảm {change.removeprefix('-')}% so với năm 2021."
            for _, label, change in PLAN_FIELDS
        ),
    ]


def own_survey_sentence() -> str:
    return f"Khảo sát riêng của tỉnh {PROVINCE} năm 2022: mức độ hài lòng đạt {OWN_SURVEY}%."


def _paragraph(
    document: DocxDocument,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    centred: bool = False,
    points: float = 13,
    indent: bool = True,
    keep_with_next: bool = False,
    boxed: bool = False,
) -> None:
    paragraph = document.add_paragraph()
    if boxed:
        borders = OxmlElement("w:pBdr")
        for side in ("top", "left", "bottom", "right"):
            border = OxmlElement(f"w:{side}")
            for name, value in (("val", "single"), ("sz", "12"), ("space", "4"), ("color", "000000")):
                border.set(qn(f"w:{name}"), value)
            borders.append(border)
        paragraph._p.get_or_add_pPr().append(borders)  # pyright: ignore[reportPrivateUsage] - no public setter for borders
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(points)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.space_after = Pt(6)
    paragraph.paragraph_format.keep_with_next = keep_with_next
    if indent and not centred:
        paragraph.paragraph_format.first_line_indent = Mm(10)


def _fill(cell: DocxCell, text: str, *, bold: bool = False, italic: bool = False, centred: bool = True) -> None:
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(11)
    paragraph.paragraph_format.space_after = Pt(2)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _summary(document: DocxDocument) -> None:
    widths = (48, 21, 14, 20, 21, 21, 22)
    table = document.add_table(rows=2 + len(SUMMARY), cols=len(widths))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        # A row may not be cut by a page.
        properties = row._tr.get_or_add_trPr()  # pyright: ignore[reportPrivateUsage] - no public setter for w:cantSplit
        properties.append(OxmlElement("w:cantSplit"))
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    _fill(table.cell(0, 0).merge(table.cell(1, 0)), "Nội dung", bold=True)
    _fill(table.cell(0, 1).merge(table.cell(0, len(widths) - 1)), "Năm 2022", bold=True)
    for column, text in enumerate(SUMMARY_HEAD, start=1):
        _fill(table.cell(1, column), text, bold=True)
    for row, (code, label, *figures) in enumerate(SUMMARY, start=2):
        is_whole = code == "S"
        _fill(table.cell(row, 0), label, bold=is_whole, italic=not is_whole, centred=False)
        for column, figure in enumerate(figures, start=1):
            _fill(table.cell(row, column), figure, bold=is_whole)


def build() -> DocxDocument:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = Mm(25), Mm(18), Mm(20), Mm(20)
    normal = document.styles["Normal"]
    normal.font.name = FONT  # pyright: ignore[reportAttributeAccessIssue] - a paragraph style has a font
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)  # pyright: ignore[reportAttributeAccessIssue] - the library has no types here

    _paragraph(
        document,
        "BẢN CHẾ LẠI SỐ LIỆU – KHÔNG PHẢI VĂN BẢN GỐC. Tài liệu này do dự án cchc chế bản lại từ số liệu của các nguồn ghi ở dòng "
        "“Nguồn” dưới mỗi phần. Con số là của nguồn được dẫn; lời văn là của dự án.",
        points=11,
        indent=False,
        boxed=True,
    )
    _paragraph(
        document,
        "This is a re-setting, made by the cchc project, of figures from the sources named in the line “Nguồn” under each part. "
        "The figures are those of the cited sources; the wording is ours.",
        points=11,
        indent=False,
        boxed=True,
    )
    _paragraph(document, "NỘI DUNG GIẢI TRÌNH CỦA SỞ NỘI VỤ", bold=True, centred=True, points=14)
    _paragraph(document, f"Tỉnh {PROVINCE}", italic=True, centred=True)

    _paragraph(document, "I. CHỈ SỐ SIPAS", bold=True, indent=False, keep_with_next=True)
    _paragraph(
        document,
        "Câu hỏi đặt ra cho Sở Nội vụ là vì sao vị trí của tỉnh trên bảng xếp hạng đi xuống và tỉnh sẽ làm gì. Các vị trí đó như sau.",
    )
    _paragraph(document, " ".join(index_sentences()))
    _paragraph(
        document,
        "Lần đo gần nhất có 09 nhóm tiêu chí, gồm 04 nhóm về chính sách công và 05 nhóm về dịch vụ hành chính công. Bảng dưới đây đặt "
        "kết quả của tỉnh bên cạnh mức trung bình toàn quốc và đơn vị dẫn đầu. Ô để trống là ô mà nguồn không nêu số.",
        keep_with_next=True,
    )
    _summary(document)
    _paragraph(document, "", points=4)
    _paragraph(
        document,
        "Sở Nội vụ cho biết đã đề xuất UBND tỉnh họp phân tích các chỉ số và ban hành kế hoạch cải thiện; các sở, ban, ngành và UBND "
        "các cấp chia nhau việc theo từng chính sách và từng khâu của dịch vụ.",
    )
    _paragraph(document, SOURCE_ANSWER, italic=True, points=11, indent=False)

    _paragraph(document, "II. KẾ HOẠCH CẢI THIỆN CỦA TỈNH", bold=True, indent=False, keep_with_next=True)
    _paragraph(
        document,
        "Kế hoạch nêu con số làm tròn, điểm quy đổi và mức giảm của từng lĩnh vực. Kế hoạch nói có 06 lĩnh vực giảm nhưng chỉ kể "
        "05, và không nói mức giảm là phần trăm hay điểm phần trăm.",
    )
    _paragraph(document, " ".join(plan_sentences()))
    _paragraph(document, SOURCE_PLAN, italic=True, points=11, indent=False)

    _paragraph(document, "III. KHẢO SÁT RIÊNG CỦA TỈNH", bold=True, indent=False, keep_with_next=True)
    _paragraph(
        document,
        "Tỉnh cũng tự hỏi ý kiến người dân. Đây là một cuộc khảo sát khác, với phương pháp khác, nên không so sánh được với kết quả "
        "của Bộ Nội vụ ở phần trên.",
    )
    _paragraph(document, own_survey_sentence())
    _paragraph(document, SOURCE_OWN_SURVEY, italic=True, points=11, indent=False)

    properties = document.core_properties
    properties.title = "Nội dung giải trình của Sở Nội vụ tỉnh Quảng Nam về Chỉ số SIPAS (bản chế lại)"
    properties.author = properties.last_modified_by = "cchc"
    properties.comments = ""
    properties.created = properties.modified = FIXED_DATE
    return document


def write(document: DocxDocument, target: Path) -> None:
    """Saves with fixed times inside the archive, so that the same figures give the same bytes."""
    raw = io.BytesIO()
    document.save(raw)
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(raw) as made, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in made.namelist():
            fixed.writestr(zipfile.ZipInfo(name, FIXED_DATE.timetuple()[:6]), made.read(name), zipfile.ZIP_DEFLATED)


def main() -> None:
    write(build(), DOCUMENTS / f"{DOCUMENT_ID}.docx")


if __name__ == "__main__":
    main()

"""Re-sets the ten highest provinces of PAR INDEX 2020 with the four parts of their points, as the press printed them.

Source: Báo Đầu tư, 28/6/2021, as copied at the address in `SOURCE_URL`. Points have two decimals there; three of the ten totals differ
from the sum of their parts by 0,01 and are kept so.

Run: python -m scripts.documents.par_2020_top10
"""

from __future__ import annotations

from collections.abc import Iterator

from scripts.documents.typeset import DOCUMENTS, Block, Page, RuledTable, Text, TextCell, to_pdf

DOCUMENT_ID = "par_index_2020_press_top10"
SOURCE_URL = "http://211.88.39.63/article/gb/tjsj/202106/549782.html"
RANK_OUT_OF = 63

# rank, province, appraised points, SIPAS (of 10), survey of leaders, socio-economic points, PAR INDEX
RANKING: tuple[tuple[str, str, str, str, str, str, str], ...] = (
    ("1", "Quảng Ninh", "57,66", "9,56", "18,83", "5,00", "91,04"),
    ("2", "Hải Phòng", "58,71", "9,35", "19,45", "3,00", "90,51"),
    ("3", "Thừa Thiên Huế", "56,78", "8,57", "20,11", "3,01", "88,47"),
    ("4", "Bình Dương", "55,48", "8,82", "20,27", "2,36", "86,93"),
    ("5", "Đồng Tháp", "55,94", "8,89", "20,09", "1,84", "86,77"),
    ("6", "Đà Nẵng", "58,01", "8,24", "18,31", "2,00", "86,56"),
    ("7", "Long An", "56,52", "8,62", "18,11", "3,00", "86,25"),
    ("8", "Hà Nội", "55,79", "8,50", "20,28", "1,50", "86,07"),
    ("9", "Bà Rịa - Vũng Tàu", "56,23", "8,40", "18,25", "3,14", "86,02"),
    ("10", "Phú Thọ", "53,99", "8,81", "18,17", "4,76", "85,74"),
)


def ranking_table() -> RuledTable:
    def head(text: str, *, columns: int = 1, rows: int = 1) -> TextCell:
        return TextCell(text, columns, rows, bold=True, align="center")

    rows: list[tuple[TextCell, ...]] = [
        (
            head("Xếp hạng", rows=2),
            head("Tỉnh, thành phố", rows=2),
            head("Điểm thẩm định", rows=2),
            head("Tác động của CCHC", columns=3),
            head("Chỉ số PAR INDEX 2020", rows=2),
        ),
        (
            head("Chỉ số hài lòng (SIPAS)"),
            head("Khảo sát lãnh đạo, quản lý"),
            head("Phát triển kinh tế - xã hội"),
        ),
    ]
    for rank, province, *points, total in RANKING:
        rows.append(
            (
                TextCell(rank, align="center"),
                TextCell(province),
                *(TextCell(value, align="center") for value in points),
                TextCell(total, bold=True, align="center"),
            )
        )
    return RuledTable((20, 55, 34, 36, 36, 36, 34), tuple(rows), points=11, padding=1.3)


def blocks() -> Iterator[Block]:
    yield Text("BẢN CHẾ LẠI SỐ LIỆU – KHÔNG PHẢI VĂN BẢN GỐC", "notice_head")
    yield Text(
        "Tài liệu này do dự án cchc chế bản lại từ số liệu mà Báo Đầu tư đăng ngày 28/6/2021, theo bản chép tại địa chỉ ghi ở chân "
        "trang. Con số là của nguồn được dẫn; lời văn và tiêu đề cột bằng tiếng Việt là của dự án.",
        "notice",
    )
    yield Text(
        "This is a re-setting, made by the cchc project, of figures printed by the newspaper Đầu tư on 28 June 2021, as copied at the "
        "address given in the footer. The figures are those of the cited source; the wording is ours.",
        "notice",
    )
    yield Text("", "notice_foot")
    yield Text("Mười tỉnh, thành phố dẫn đầu Chỉ số cải cách hành chính (PAR INDEX)", "title")
    yield ranking_table()
    yield Text(
        f"Thứ hạng tính trong {RANK_OUT_OF} tỉnh, thành phố. Các cột điểm là điểm số, phần SIPAS đã quy đổi về thang 10 điểm. Tổng ở "
        "cột cuối được giữ như nguồn in; ở ba tỉnh, do làm tròn, tổng lệch một phần trăm điểm so với phép cộng bốn phần.",
        "note",
    )


PAGE = Page(
    footer=f"Chế bản lại từ Báo Đầu tư ngày 28/6/2021, bản chép tại {SOURCE_URL}",
    title="Mười tỉnh, thành phố dẫn đầu PAR INDEX 2020 (bản chế lại)",
    landscape=True,
    margins=(18, 20, 15, 20),
)


def main() -> None:
    to_pdf(list(blocks()), PAGE, DOCUMENTS / f"{DOCUMENT_ID}.pdf")


if __name__ == "__main__":
    main()

"""What a release is called, in the words that its metadata share."""

from __future__ import annotations

TITLE_VI = "cchc – kho dữ liệu mở về các chỉ số hành chính công của Việt Nam"
TITLE_EN = "cchc: open data warehouse of Vietnam's public-administration indices"

DESCRIPTION_VI = (
    "Điểm và thứ hạng của PAR INDEX, SIPAS, PAPI và PCI theo năm, tỉnh và tiêu chí, đọc từ văn bản đã công bố; "
    "mỗi con số có trang, bảng, hàng, cột và nguyên văn của nó. Số liệu mâu thuẫn được giữ cả hai; thay đổi chỉ được tính khi hai năm "
    "so sánh được."
)
DESCRIPTION_EN = (
    "Scores and ranks of PAR INDEX, SIPAS, PAPI and PCI by year, province and criterion, read from published documents; "
    "each figure with the page, table, row, column and words it was read from. Contradicting figures are both kept; changes are given "
    "only between comparable years."
)

KEYWORDS = (
    "Việt Nam", "cải cách hành chính", "PAR INDEX", "SIPAS", "PAPI", "PCI", "public administration", "governance", "provinces",
)  # fmt: skip

AUTHOR = "The cchc maintainers"

IN_VIETNAMESE = {
    "not stated": "nguồn không nêu",
    "several, named by the address of each row": "nhiều nơi, nêu ở địa chỉ của từng dòng",
    "UNDP, CECODES, VFF-CRT, RTA (data); hnks-gh (panel)": "UNDP, CECODES, VFF-CRT, RTA (số liệu); hnks-gh (bảng ghép)",
    "Facts; official documents of the state are not subject to copyright (Luật Sở hữu trí tuệ, Điều 15)": (
        "Dữ kiện; văn bản của cơ quan nhà nước không thuộc đối tượng bảo hộ quyền tác giả (Luật Sở hữu trí tuệ, Điều 15)"
    ),
}
"""What the catalogue says in English of publishers and licences that have no name of their own."""

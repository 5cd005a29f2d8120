"""A ranking of ministries: long names over several lines, percentages, a mean, and a plan of targets that is text alone."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

from scripts.corpus.figures import comma, mean, paragraph, ranks, scores
from scripts.corpus.model import Block, Table, Text, row

MINISTRIES = (
    "Bộ Nội vụ",
    "Bộ Ngoại giao",
    "Bộ Tư pháp",
    "Bộ Tài chính",
    "Bộ Công Thương",
    "Bộ Lao động - Thương binh và Xã hội",
    "Bộ Giao thông vận tải",
    "Bộ Xây dựng",
    "Bộ Thông tin và Truyền thông",
    "Bộ Giáo dục và Đào tạo",
    "Bộ Nông nghiệp và Phát triển nông thôn",
    "Bộ Kế hoạch và Đầu tư",
    "Bộ Y tế",
    "Bộ Khoa học và Công nghệ",
    "Bộ Văn hóa, Thể thao và Du lịch",
    "Bộ Tài nguyên và Môi trường",
    "Ngân hàng Nhà nước Việt Nam",
)


def ministries_table(
    rng: Random, *, parts: int = 3, percent: bool = True, average: bool = True, name_width: float = 44, **look: Any
) -> Table:
    """Rank first, then the name, components and the index, which is the mean of the components."""
    count = len(MINISTRIES)
    while True:
        columns = [scores(rng, count, 70, 98) for _ in range(parts)]
        index = [mean([column[i] for column in columns]) for i in range(count)]
        if len(set(index)) == count:
            break
    place = ranks(index)
    sign = "%" if percent else ""
    body = [
        row(
            str(place[i]),
            MINISTRIES[i],
            *(comma(column[i]) + sign for column in columns),
            comma(index[i]) + sign,
            align=("center", "start", "center"),
        )
        for i in sorted(range(count), key=lambda i: place[i])
    ]
    if average:
        means = [comma(mean(column)) + sign for column in (*columns, index)]
        body.append(row("", "Giá trị trung bình", *means, bold=True, align=("center", "start", "center")))
    names = [f"Chỉ số thành phần {part + 1}" for part in range(parts)]
    head = row("Xếp hạng", "Bộ, cơ quan ngang Bộ", *names, "Chỉ số tổng hợp", bold=True, align=("center",))
    widths = (16.0, name_width, *[26.0] * parts, 26.0)
    title = "Chỉ số cải cách hành chính của các bộ, cơ quan ngang bộ"
    return Table(widths, (head, *body), title=title, **look)


def ministries(rng: Random, **options: Any) -> tuple[Block, ...]:
    table = ministries_table(rng, **options)
    return (
        Text("BÁO CÁO TÓM TẮT", "title"),
        Text(paragraph(rng, 2)),
        Text(table.title, "caption"),
        table,
        Text("Ghi chú: điểm được làm tròn đến hai chữ số thập phân.", "note"),
        Text(paragraph(rng, 2)),
    )


DUTIES = (
    ("Ban hành kế hoạch cải cách hành chính năm", "Sở Nội vụ", "Quý I"),
    (
        "Rà soát, cập nhật, công bố danh mục thủ tục hành chính thuộc phạm vi quản lý của từng ngành",
        "Văn phòng UBND tỉnh",
        "Hằng quý",
    ),
    ("Khảo sát mức độ hài lòng của người dân tại bộ phận một cửa các cấp", "Sở Nội vụ, Bưu điện tỉnh", "Tháng 9 - tháng 11"),
    ("Tổ chức đối thoại với doanh nghiệp", "Sở Kế hoạch và Đầu tư", "Hai lần một năm"),
    ("Nâng cấp cổng dịch vụ công và kết nối cơ sở dữ liệu quốc gia về dân cư", "Sở Thông tin và Truyền thông", "Quý III"),
    ("Kiểm tra công tác cải cách hành chính tại ít nhất 30% số cơ quan, đơn vị", "Sở Nội vụ", "Cả năm"),
)


def duties(rng: Random, *, targets: bool = True, **look: Any) -> tuple[Block, ...]:
    """Who does what until when: a ruled table of text, with one column of targets in percent if asked for."""
    aims = [f"{comma(Decimal(rng.randint(60, 99)), 0)}%" for _ in DUTIES]
    head = row(
        "TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian", *(["Mục tiêu"] if targets else []), bold=True, align=("center",)
    )
    body = [
        row(str(n), *duty, *([aims[n - 1]] if targets else []), align=("center", "start", "start", "center", "center"))
        for n, duty in enumerate(DUTIES, start=1)
    ]
    widths = (12.0, 72.0, 38.0, 26.0, 20.0)[: 4 + targets]
    table = Table(widths, (head, *body), title="Phân công nhiệm vụ", **look)
    return (Text("KẾ HOẠCH", "title"), Text(paragraph(rng, 2)), Text(table.title, "caption"), table, Text(paragraph(rng, 1)))

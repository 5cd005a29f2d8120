"""Scoring sheets, statistics with grouped thousands, mixed units, several small tables, pages without any table."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

from scripts.corpus.figures import CRITERIA, PAR_COMPONENTS, comma, grouped, paragraph, provinces, scores
from scripts.corpus.model import BarChart, Block, Cell, PageBreak, Table, Text, row
from scripts.corpus.shapes.provincial import LETTERHEAD, SIGNATURE

OPTIONS = ("Hoàn thành 100% kế hoạch: 1", "Từ 80% - dưới 100% kế hoạch: 0,5", "Dưới 80% kế hoạch: 0")
EVIDENCE = (
    "Kế hoạch của tỉnh; báo cáo kết quả thực hiện hằng quý; danh mục văn bản đã ban hành trong năm",
    "Quyết định phê duyệt; biên bản kiểm tra",
    "Báo cáo tự đánh giá kèm theo số liệu chi tiết của từng cơ quan, đơn vị, địa phương trên phần mềm theo dõi nhiệm vụ của tỉnh",
    "Văn bản chỉ đạo",
)


def scoring_table(rng: Random, *, parts: int = 4, notes: bool = True, option_rows: bool = True, **look: Any) -> Table:
    """STT, criterion, maximum, self-assessed and appraised points, evidence. Option rows are no criteria: their figures are blank."""
    body: list[tuple[Cell, ...]] = []
    width = 6 + notes
    for number, part in enumerate(PAR_COMPONENTS[:parts], start=1):
        leaves = rng.sample([name for names in CRITERIA.values() for name in names], 4)
        maxima = [Decimal(rng.randint(2, 8)) / 4 for _ in leaves]
        own = [maximum - Decimal(rng.choice((0, 0, 1, 2))) / 8 for maximum in maxima]
        seen = [points - Decimal(rng.choice((0, 1))) / 8 for points in own]
        sums = [comma(sum(values, Decimal(0)), 3, True) for values in (maxima, own, seen)]
        body.append(row(str(number), part, *sums, *[""] * (width - 5), bold=True, align=("center", "start", "center")))
        for leaf, name in enumerate(leaves):
            points = [comma(values[leaf], 3, True) for values in (maxima, own, seen)]
            tail = [Cell(rng.choice(EVIDENCE))] + ([Cell("" if rng.random() < 0.7 else "Đã giải trình")] if notes else [])
            body.append((*row(f"{number}.{leaf + 1}", name, *points, align=("center", "start", "center")), *tail))
            if option_rows and leaf == 0:
                body += [row("", option, *[""] * (width - 2), italic=True) for option in OPTIONS]
    labels = (
        "STT",
        "Lĩnh vực, tiêu chí, tiêu chí thành phần",
        "Điểm tối đa",
        "Điểm tự đánh giá",
        "Điểm thẩm định",
        "Tài liệu kiểm chứng",
    )
    head = row(*labels, *(["Ghi chú"] if notes else []), bold=True, align=("center",))
    widths = (12.0, 56.0, 17.0, 19.0, 19.0, 40.0, 17.0)[:width]
    return Table(widths, (head, *body), title="Bảng tự chấm điểm chỉ số cải cách hành chính", **look)


def scoring(rng: Random, **options: Any) -> tuple[Block, ...]:
    table = scoring_table(rng, **options)
    return (LETTERHEAD, Text("BẢNG TỰ CHẤM ĐIỂM", "title"), Text(table.title, "caption"), table, SIGNATURE)


def population_table(
    rng: Random, *, mark: str = " ", count: int = 30, years: tuple[int, ...] = (2021, 2022, 2023), **look: Any
) -> Table:
    """Whole numbers with grouped thousands: both sexes, male, female for each year; the total row is their sum."""
    names = [name for name, _ in provinces()][:count]
    columns: list[list[int]] = []
    for _ in years:
        male = [rng.randint(95_000, 4_200_000) for _ in names]
        female = [value + rng.randint(-20_000, 20_000) for value in male]
        columns += [[m + f for m, f in zip(male, female, strict=True)], male, female]
    top = [Cell(str(year), columns=3, bold=True, align="center") for year in years]
    head = (
        (Cell("Tỉnh, thành phố", rows=2, bold=True, align="center"), *top),
        row(*["Chung", "Nam", "Nữ"] * len(years), bold=True, align=("center",)),
    )
    total = row("CẢ NƯỚC", *(grouped(sum(column), mark) for column in columns), bold=True, align=("start", "end"))
    body = [
        row(name, *(grouped(column[i], mark) for column in columns), align=("start", "end")) for i, name in enumerate(names)
    ]
    widths = (36.0, *[25.0] * (3 * len(years)))
    title = "Dân số trung bình phân theo giới tính (người)"
    return Table(widths, (*head, total, *body), header_rows=2, title=title, **look)


def population(rng: Random, **options: Any) -> tuple[Block, ...]:
    table = population_table(rng, **options)
    return (Text("SỐ LIỆU THỐNG KÊ", "title"), Text(table.title, "caption"), table)


def units_table(rng: Random, **look: Any) -> Table:
    """A unit per row, dashes that mean nothing, ranges, signs, percent, "điểm", blanks."""
    dash, minus = "-", "–"
    lines: list[tuple[str, ...]] = []
    for name, unit in (
        ("Tỷ lệ hồ sơ giải quyết đúng hạn", "%"),
        ("Số thủ tục hành chính được đơn giản hóa", "thủ tục"),
        ("Số hồ sơ tiếp nhận trực tuyến", "hồ sơ"),
        ("Điểm chỉ số thành phần", "điểm"),
        ("Tổng chi ngân sách cho cải cách hành chính", "triệu đồng"),
        ("Số cuộc kiểm tra", "cuộc"),
        ("Thời gian giải quyết trung bình", "ngày"),
        ("Khoảng tin cậy của chỉ số", "điểm"),
        ("Mức tăng so với năm trước", "%"),
        ("Tỷ lệ cơ quan công bố công khai", "%"),
    ):
        a, b = scores(rng, 2, 40, 99)
        big, more = rng.randint(1_200, 99_999), rng.randint(1_000_000, 9_999_999)
        values = {
            "%": (f"{comma(a)}%", f"{comma(b, 1)}%"),
            "thủ tục": (str(rng.randint(3, 400)), dash),
            "hồ sơ": (grouped(big, "."), grouped(more, ".")),
            "điểm": (f"{comma(a / 10)} điểm", f"{comma(b / 10, 1)} điểm"),
            "triệu đồng": (grouped(more, "."), grouped(big, ".")),
            "cuộc": (str(rng.randint(1, 60)), ""),
            "ngày": (comma(a / 20, 1), comma(b / 20, 1)),
        }[unit]
        if name.startswith("Khoảng"):
            values = (f"{comma(min(a, b))} - {comma(max(a, b))}", dash)
        if name.startswith("Mức"):
            values = (f"{minus}{comma(a / 30)}", f"+{comma(b / 30)}")
        lines.append((name, unit, *values, "" if rng.random() < 0.6 else "Ước tính"))
    head = row("STT", "Chỉ tiêu", "Đơn vị tính", "Năm 2022", "Năm 2023", "Ghi chú", bold=True, align=("center",))
    body = [
        row(str(n), *line, align=("center", "start", "center", "end", "end", "start")) for n, line in enumerate(lines, start=1)
    ]
    return Table((12, 60, 24, 28, 28, 22), (head, *body), title="Một số chỉ tiêu chủ yếu", **look)


def units(rng: Random, **look: Any) -> tuple[Block, ...]:
    table = units_table(rng, **look)
    return (LETTERHEAD, Text("BÁO CÁO", "title"), Text(paragraph(rng, 2)), Text(table.title, "caption"), table, SIGNATURE)


def small_table(rng: Random, title: str, rows: int, years: tuple[int, ...] = (2021, 2022, 2023), **look: Any) -> Table:
    """A criterion per row, a figure per year."""
    names = rng.sample([name for names in CRITERIA.values() for name in names], rows)
    head = row("STT", "Tiêu chí", *(f"Năm {year}" for year in years), bold=True, align=("center",))
    body = [
        row(str(n), name, *(comma(value) for value in scores(rng, len(years), 55, 95)), align=("center", "start", "center"))
        for n, name in enumerate(names, start=1)
    ]
    return Table((12, 90, *[20.0] * len(years)), (head, *body), title=title, keep=True, **look)


def several(rng: Random, *, tables: int = 4, rows: int = 5, **look: Any) -> tuple[Block, ...]:
    """Several small tables of the same shape on a page, each with its caption; a new one is not the old one continued."""
    blocks: list[Block] = [Text("KẾT QUẢ THEO NHÓM TIÊU CHÍ", "title")]
    for number in range(1, tables + 1):
        title = f"Bảng {number}. Kết quả khảo sát nhóm tiêu chí thứ {number}"
        blocks += [Text(title, "caption"), small_table(rng, title, rows, **look)]
        if number % 2 == 0:
            blocks.append(Text(paragraph(rng, 1)))
    return tuple(blocks)


def without_tables(rng: Random, *, charts: int = 2, pages: int = 2) -> tuple[Block, ...]:
    """Letterhead, prose with figures in it, numbered lists, charts and a signature: not one table."""
    blocks: list[Block] = [LETTERHEAD, Text("THÔNG BÁO", "title"), Text("Về kết quả công tác năm 2023", "subtitle")]
    for page in range(pages):
        blocks += [
            Text(f"{page + 1}. Tình hình chung", "heading"),
            Text(paragraph(rng)),
            Text(
                f"Năm 2023 tỉnh đạt {comma(scores(rng, 1, 60, 90)[0])}%, xếp thứ {rng.randint(1, 63)}/63, tăng "
                f"{comma(scores(rng, 1, 0, 5)[0])}% so với năm 2022."
            ),
            *(Text(f"{letter}) {paragraph(rng, 1)}") for letter in "abc"),
        ]
        for chart in range(charts):
            labels = tuple(str(year) for year in range(2017, 2024))
            values = tuple(float(value) for value in scores(rng, len(labels), 40, 95))
            blocks.append(BarChart(f"Biểu đồ {page * charts + chart + 1}. Chỉ số qua các năm", labels, values))
        if page + 1 < pages:
            blocks.append(PageBreak())
    return (*blocks, SIGNATURE)

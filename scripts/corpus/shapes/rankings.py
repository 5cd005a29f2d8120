"""Tables of 63 provinces: rankings, component matrices, regions, several tables beside each other."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any, Literal

from scripts.corpus.figures import (
    PAPI_DIMENSIONS,
    PAR_COMPONENTS,
    comma,
    mean,
    moved,
    paragraph,
    provinces,
    ranks,
    regions,
    scores,
)
from scripts.corpus.model import Align, Block, Cell, SideBySide, Table, Text, row

Names = Literal["plain", "official", "broken"]
Labels = tuple[str, str, str, str]
USUAL: Labels = ("STT", "Tỉnh, thành phố", "Chỉ số", "Xếp hạng")
OTHER: Labels = ("TT", "Địa phương", "Điểm số", "Thứ bậc")


def name_as_printed(name: str, kind: Names) -> str:
    """`official` as ministries print cities; `broken` over two lines, as narrow columns force it."""
    cities = {"Hà Nội", "Hồ Chí Minh", "Hải Phòng", "Đà Nẵng", "Cần Thơ"}
    if kind == "official" and name in cities:
        return f"TP. {name}"
    if kind == "broken" and len(name.split()) > 2:
        words = name.split()
        middle = words.index("-") + 1 if "-" in words else 2
        return " ".join(words[:middle]) + "\n" + " ".join(words[middle:])
    return name


def ranking_table(
    rng: Random,
    *,
    year: int = 2023,
    names: Names = "plain",
    count: int = 63,
    by: Literal["rank", "code"] = "rank",
    two_years: bool = True,
    national: bool = False,
    signs: bool = False,
    marks: dict[int, str] | None = None,
    labels: Labels = USUAL,
    **look: Any,
) -> Table:
    """STT, province, score and rank of one or two years, differences. `marks`: footnote marks behind the score, by row from 0.

    Ranks are a permutation of 1..count of both years; `national` adds a last row with the means and no ranks.
    """
    chosen = [name for name, _ in provinces()][:count]
    now = scores(rng, count, 70, 93)
    before = moved(rng, now)
    place, place_before = ranks(now), ranks(before)
    order = sorted(range(count), key=lambda i: place[i]) if by == "rank" else list(range(count))
    body: list[tuple[Cell, ...]] = []
    for number, i in enumerate(order):
        score = Cell(comma(now[i]), align="center", note=(marks or {}).get(number, ""))
        figures: tuple[str, ...] = (str(place[i]),)
        if two_years:
            change, places = now[i] - before[i], place_before[i] - place[i]
            sign = "+" if signs and change > 0 else ""
            sign_places = "+" if signs and places > 0 else ""
            figures += (comma(before[i]), str(place_before[i]), f"{sign}{comma(change)}", f"{sign_places}{places}")
        label = Cell(name_as_printed(chosen[i], names))
        body.append((Cell(str(number + 1), align="center"), label, score, *row(*figures, align=("center",))))
    if national:
        tail = ("", comma(mean(before)), "", comma(mean(now) - mean(before)), "") if two_years else ("",)
        body.append(row("", "Trung bình cả nước", comma(mean(now)), *tail, bold=True, align=("center", "start", "center")))
    head: tuple[tuple[Cell, ...], ...] = (row(*labels, bold=True, align=("center",)),)
    widths: tuple[float, ...] = (14, 52, 28, 28)
    if two_years:
        head = (
            (
                Cell(labels[0], rows=2, bold=True, align="center"),
                Cell(labels[1], rows=2, bold=True, align="center"),
                Cell(f"Năm {year}", columns=2, bold=True, align="center"),
                Cell(f"Năm {year - 1}", columns=2, bold=True, align="center"),
                Cell("Tăng/giảm", columns=2, bold=True, align="center"),
            ),
            row(*labels[2:], *labels[2:], labels[2], "Hạng", bold=True, align=("center",)),
        )
        widths = (12, 44, 20, 20, 20, 20, 20, 16)
    if names == "broken":
        widths = (widths[0], 26, *widths[2:])
    title = f"Bảng xếp hạng chỉ số cải cách hành chính năm {year} của các tỉnh, thành phố"
    return Table(widths=widths, rows=(*head, *body), header_rows=len(head), title=title, **look)


def ranking(rng: Random, *, prose: int = 3, **options: Any) -> tuple[Block, ...]:
    table = ranking_table(rng, **options)
    return (
        Text("PHỤ LỤC", "title"),
        Text("Kết quả xếp hạng các tỉnh, thành phố trực thuộc trung ương", "subtitle"),
        *([Text(paragraph(rng, prose))] if prose else []),
        Text(table.title, "caption"),
        table,
        Text("Nguồn: số liệu tổng hợp, không phải số liệu công bố.", "note"),
    )


def matrix_table(
    rng: Random,
    *,
    labels: Literal["par", "papi"] = "par",
    columns: int = 8,
    turned: bool = True,
    name_width: float = 40,
    column_width: float = 22,
    maxima: tuple[str, ...] = (),
    heads: Labels = USUAL,
    **look: Any,
) -> Table:
    """63 provinces x components, with total and rank; header texts turned. The total is the sum of the components."""
    names = (PAR_COMPONENTS if labels == "par" else PAPI_DIMENSIONS)[:columns]
    low, high = (5.0, 14.0) if labels == "par" else (3.0, 8.5)
    parts = [scores(rng, 63, low, high) for _ in names]
    totals = [sum((part[i] for part in parts), Decimal(0)) for i in range(63)]
    while len(set(totals)) < 63:
        parts[0] = scores(rng, 63, low, high)
        totals = [sum((part[i] for part in parts), Decimal(0)) for i in range(63)]
    place = ranks(totals)
    head = (
        Cell(heads[0], bold=True, align="center"),
        Cell(heads[1], bold=True, align="center"),
        *(Cell(name, bold=True, align="center", turned=turned) for name in names),
        Cell("Tổng điểm", bold=True, align="center", turned=turned),
        Cell(heads[3], bold=True, align="center", turned=turned),
    )
    most = [row("", "Điểm tối đa", *maxima, "100", "", italic=True, align=("center",))] if maxima else []
    body = [
        (
            Cell(str(i + 1), align="center"),
            Cell(name),
            *row(*(comma(part[i]) for part in parts), comma(totals[i]), str(place[i]), align=("center",)),
        )
        for i, (name, _) in enumerate(provinces())
    ]
    widths = (12.0, name_width, *[column_width] * len(names), column_width, 16.0)
    title = "Điểm các chỉ số thành phần của 63 tỉnh, thành phố"
    return Table(widths=widths, rows=(head, *most, *body), title=title, **look)


def matrix(rng: Random, **options: Any) -> tuple[Block, ...]:
    table = matrix_table(rng, **options)
    return (Text("PHỤ LỤC 2", "title"), Text(table.title, "caption"), table)


NOTES = (
    "Nhóm tỉnh miền núi",
    "Vùng trọng điểm",
    "Đã khảo sát bổ sung",
    "Khảo sát hai đợt",
    "Không khảo sát qua điện thoại",
    "Mẫu mở rộng",
)


def by_region_table(
    rng: Random,
    *,
    year: int = 2022,
    merged_note: bool = True,
    numbered: bool = True,
    parts: int = 0,
    labels: Labels = USUAL,
    **look: Any,
) -> Table:
    """Regions as rows that span the table, provinces below, a mean for each; `parts` columns of components before the total.

    The last column holds one note merged over the provinces of a region.
    """
    names = [name for _, members in regions() for name in members]
    columns = [dict(zip(names, scores(rng, 63, 30, 48), strict=True)) for _ in range(parts + 1)]
    place = dict(zip(names, ranks([columns[-1][name] for name in names]), strict=True))
    alignment: tuple[Align, ...] = ("center", "start", "center")
    body: list[tuple[Cell, ...]] = []
    number = 0
    width = 4 + parts + merged_note
    for index, (region, members) in enumerate(regions()):
        label = f"{['I', 'II', 'III', 'IV', 'V', 'VI'][index]}. {region}" if numbered else region
        body.append((Cell(label, columns=width, bold=True),))
        for position, name in enumerate(members):
            number += 1
            note = (Cell(NOTES[index], rows=len(members), align="center"),) if merged_note and position == 0 else ()
            values = [comma(column[name]) for column in columns]
            body.append((*row(str(number), name, *values, str(place[name]), align=alignment), *note))
        means = [comma(mean([column[name] for name in members])) for column in columns]
        average = row("", "Bình quân vùng", *means, "", italic=True, align=alignment)
        body.append((*average, Cell("")) if merged_note else average)
    extra = [f"Nội dung {part + 1}" for part in range(parts)]
    last = ["Ghi chú"] if merged_note else []
    head = row(*labels[:2], *extra, f"{labels[2]} {year}", labels[3], *last, bold=True, align=("center",))
    widths = (12.0, 40.0, *[18.0] * parts, 24.0, 20.0, *([36.0] if merged_note else []))
    title = f"Điểm tổng hợp năm {year} theo vùng"
    return Table(widths=widths, rows=(head, *body), title=title, **look)


def by_region(rng: Random, **options: Any) -> tuple[Block, ...]:
    table = by_region_table(rng, **options)
    return (Text("KẾT QUẢ THEO VÙNG", "title"), Text(paragraph(rng, 2)), Text(table.title, "caption"), table)


def column_groups(rng: Random, *, groups: int = 3, **look: Any) -> tuple[Block, ...]:
    """One ruled table that prints the list in several groups of columns to save paper."""
    values = scores(rng, 63, 60, 90)
    place = ranks(values)
    order = sorted(range(63), key=lambda i: place[i])
    height = 63 // groups
    names = [name for name, _ in provinces()]
    head = row(*["STT", "Tỉnh, TP", "Điểm"] * groups, bold=True, align=("center",))
    body: list[tuple[Cell, ...]] = []
    for line in range(height):
        cells: list[Cell] = []
        for group in range(groups):
            i = order[group * height + line]
            cells += row(str(group * height + line + 1), names[i], comma(values[i]), align=("center", "start", "center"))
        body.append(tuple(cells))
    title = "Xếp hạng chung của 63 tỉnh, thành phố"
    table = Table(widths=(10, 31, 16) * groups, rows=(head, *body), title=title, **look)
    return (Text("PHỤ LỤC 3", "title"), Text(title, "caption"), table)


def beside(rng: Random, *, count: int = 12, **look: Any) -> tuple[Block, ...]:
    """The best and the last provinces in two tables beside each other, then a third table across the page."""
    first = ranking_table(rng, count=count, two_years=False, **look)
    second = ranking_table(rng, count=count - 2, two_years=False, **look)
    narrow = (10.0, 34.0, 17.0, 19.0)
    pair = SideBySide(_narrow(first, narrow, "Nhóm thứ nhất"), _narrow(second, narrow, "Nhóm thứ hai"))
    third = ranking_table(rng, count=8, **look)
    return (
        Text("BÁO CÁO NHANH", "title"),
        Text("Hai nhóm tỉnh được khảo sát trong đợt một", "caption"),
        pair,
        Text(paragraph(rng, 2)),
        Text("So sánh hai năm", "caption"),
        third,
    )


def _narrow(table: Table, widths: tuple[float, ...], title: str) -> Table:
    return Table(
        widths, table.rows, table.header_rows, title, ruling=table.ruling, points=table.points, padding=table.padding, keep=True
    )

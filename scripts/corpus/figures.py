"""Made-up figures that obey the arithmetic of the real ones, and the words they stand beside. One `Random` per document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from random import Random

from extractors.catalogue.reference import load_reference

CENT = Decimal("0.01")


@cache
def provinces() -> tuple[tuple[str, str], ...]:
    """Name and region of the 63 provinces of 2023, in the order of their codes: facts, from the project's reference data."""
    day = date(2023, 12, 31)
    rows = [
        e for e in load_reference().entities if e.geography == "vn63" and e.entity_type == "province" and e.is_valid_on(day)
    ]
    return tuple((e.name_vi, e.region_vi or "") for e in sorted(rows, key=lambda e: e.entity_code))


def regions() -> list[tuple[str, list[str]]]:
    """Regions in the order in which their first province stands, each with its provinces."""
    found: dict[str, list[str]] = {}
    for name, region in provinces():
        found.setdefault(region, []).append(name)
    return list(found.items())


def comma(value: Decimal | float, decimals: int = 2, strip: bool = False) -> str:
    """Printed as in Vietnam: decimal comma; `strip` leaves trailing zeros out ("3,1", "6")."""
    text = f"{Decimal(value):.{decimals}f}"
    if strip and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


def grouped(value: int, mark: str) -> str:
    """A whole number with its thousands set apart by `mark`."""
    return f"{value:,}".replace(",", mark)


def scores(rng: Random, count: int, low: float, high: float) -> list[Decimal]:
    """Different values of two decimals."""
    first, last = int(low * 100), int(high * 100)
    return [Decimal(value) / 100 for value in rng.sample(range(first, last), count)]


def ranks(values: Sequence[Decimal]) -> list[int]:
    """Rank of each value, 1 for the highest; the values differ."""
    order = sorted(values, reverse=True)
    return [order.index(value) + 1 for value in values]


def mean(values: Sequence[Decimal]) -> Decimal:
    return (sum(values, Decimal(0)) / len(values)).quantize(CENT, ROUND_HALF_UP)


def moved(rng: Random, values: Sequence[Decimal], low: float = -6, high: float = 6) -> list[Decimal]:
    """Last year's values: different from each other, at least 0 and at most 100."""
    found: list[Decimal] = []
    for value in values:
        while True:
            other = value + Decimal(rng.randint(int(low * 100), int(high * 100))) / 100
            if other not in found and 0 < other < 100:
                break
        found.append(other)
    return found


CRITERIA = {
    "Tiếp cận dịch vụ": (
        "Nơi ngồi chờ tại cơ quan giải quyết hồ sơ có đủ chỗ ngồi",
        "Trang thiết bị phục vụ người dân đầy đủ",
        "Trang thiết bị phục vụ người dân hiện đại",
        "Trang thiết bị phục vụ người dân dễ sử dụng",
    ),
    "Thủ tục hành chính": (
        "Thủ tục hành chính được niêm yết công khai đầy đủ",
        "Thành phần hồ sơ phải nộp là đúng quy định",
        "Phí, lệ phí phải nộp là đúng quy định",
        "Thời hạn giải quyết ghi trong giấy hẹn là đúng quy định",
    ),
    "Công chức trực tiếp giải quyết công việc": (
        "Công chức có thái độ giao tiếp lịch sự",
        "Công chức chú ý lắng nghe ý kiến của người dân",
        "Công chức trả lời đầy đủ các ý kiến của người dân",
        "Công chức hướng dẫn kê khai hồ sơ tận tình, chu đáo",
        "Công chức tuân thủ đúng quy định trong giải quyết công việc",
    ),
    "Kết quả cung ứng dịch vụ": (
        "Kết quả được trả đúng hẹn",
        "Thông tin trên giấy tờ kết quả đầy đủ",
        "Thông tin trên giấy tờ kết quả chính xác",
        "Kết quả bảo đảm tính công bằng",
    ),
    "Tiếp nhận, giải quyết phản ánh, kiến nghị": (
        "Cơ quan bố trí hình thức tiếp nhận phản ánh, kiến nghị",
        "Người dân dễ dàng thực hiện phản ánh, kiến nghị",
        "Cơ quan tiếp nhận và giải quyết tích cực các phản ánh",
        "Kết quả xử lý được thông báo kịp thời",
    ),
}

UNITS = (
    "Sở Nội vụ",
    "Văn phòng UBND tỉnh",
    "Sở Tư pháp",
    "Sở Tài chính",
    "Sở Thông tin và Truyền thông",
    "Sở Y tế",
    "Sở Xây dựng",
)

PAR_COMPONENTS = (
    "Công tác chỉ đạo điều hành cải cách hành chính",
    "Cải cách thể chế",
    "Cải cách thủ tục hành chính",
    "Cải cách tổ chức bộ máy",
    "Cải cách chế độ công vụ",
    "Cải cách tài chính công",
    "Xây dựng và phát triển chính quyền điện tử, chính quyền số",
    "Tác động của cải cách hành chính đến người dân, tổ chức và phát triển kinh tế - xã hội",
)

PAPI_DIMENSIONS = (
    "Tham gia của người dân ở cấp cơ sở",
    "Công khai, minh bạch trong việc ra quyết định",
    "Trách nhiệm giải trình với người dân",
    "Kiểm soát tham nhũng trong khu vực công",
    "Thủ tục hành chính công",
    "Cung ứng dịch vụ công",
    "Quản trị môi trường",
    "Quản trị điện tử",
)

PROSE = (
    "Thực hiện Chương trình tổng thể cải cách hành chính nhà nước giai đoạn 2021 - 2030, các cơ quan, đơn vị đã bám sát chỉ đạo của "
    "Chính phủ và hướng dẫn của Bộ Nội vụ, triển khai đồng bộ các nhiệm vụ được giao.",
    "Kết quả khảo sát cho thấy người dân đánh giá tích cực về thái độ phục vụ của công chức, tuy nhiên mức độ hài lòng giữa các địa "
    "phương còn chênh lệch và cần được tiếp tục theo dõi trong những năm tới.",
    "Công tác kiểm tra cải cách hành chính được duy trì thường xuyên; các tồn tại, hạn chế đã được chỉ ra và yêu cầu khắc phục trong "
    "thời hạn quy định, báo cáo kết quả về cơ quan thường trực.",
    "Việc rà soát, đơn giản hóa thủ tục hành chính tiếp tục được quan tâm, nhiều thủ tục được cắt giảm thời gian giải quyết so với quy "
    "định, tạo thuận lợi cho người dân và doanh nghiệp.",
    "Hạ tầng kỹ thuật phục vụ chính quyền điện tử từng bước được hoàn thiện, tỷ lệ hồ sơ trực tuyến tăng so với cùng kỳ năm trước, số "
    "liệu chi tiết được trình bày trong các bảng dưới đây.",
    "Để nâng cao chỉ số trong thời gian tới, đề nghị các sở, ban, ngành và UBND các huyện, thị xã, thành phố phân công rõ "
    "trách nhiệm của từng đơn vị chủ trì và đơn vị phối hợp.",
)


def paragraph(rng: Random, sentences: int = 3) -> str:
    return " ".join(rng.sample(PROSE, sentences))

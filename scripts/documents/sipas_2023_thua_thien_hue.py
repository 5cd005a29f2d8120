"""Re-sets the figures of Kế hoạch 216/KH-UBND (23/5/2024, UBND tỉnh Thừa Thiên Huế) as a PDF of the same make.

The figures are data of this module, as printed (decimal commas, stripped zeros, blanks). The tables are set like the original:
two-row merged headers, block cells, tables cut by a page without a repeated header. The prose is our own; its claims follow
one fixed form per kind of statement, and it says what the plan's prose says even where the plan's own tables say otherwise
(81,23 against 81,29; rank 39 against 32; "giảm 0,28" against +0,28; 12,4 against 12,48).

Run: python -m scripts.documents.sipas_2023_thua_thien_hue
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from scripts.documents.typeset import DOCUMENTS, Block, Page, RuledTable, Text, TextCell, to_pdf

DOCUMENT_ID = "sipas_2023_thua_thien_hue_ubnd"
YEAR = 2023
PREVIOUS = 2022

FigureMeasure = Literal["score_percent", "share", "rank", "delta_score", "delta_rank", "national_mean"]


@dataclass(frozen=True, slots=True)
class PrintedFigure:
    """One figure of the document. `section`: the table it stands in ("2.1.4"), or "text"; `raw`: as printed, "-" for a fall."""

    section: str
    year: int
    code: str
    measure: FigureMeasure
    raw: str


# --- Perception: label, figure of 2023, figure of 2022 (empty: blank cell; None: the table has no such column) -----------------


@dataclass(frozen=True, slots=True)
class PerceptionBlock:
    """One perception table. `section` as in the plan; `measure` is what its percentages are, `previous_measure` what those of the
    year before are (the plan prints a mean beside a share in one table)."""

    code: str
    section: str
    group: str
    measure: Literal["score_percent", "share"]
    items: tuple[tuple[str, str, str | None], ...]
    previous_measure: Literal["score_percent", "share"] | None = None


INTEREST = PerceptionBlock(
    "N.1",
    "1.1",
    "Mức độ quan tâm của người dân đối với các chính sách (CS) của cơ quan nhà nước",
    "score_percent",
    (
        ("CS phát triển kinh tế ở địa phương", "76,26", "96,69"),
        ("CS khám, chữa bệnh ở địa phương", "78,06", "98,34"),
        ("CS giáo dục phổ thông ở địa phương", "79,20", "97,70"),
        ("CS nước sinh hoạt ở địa phương", "79,85", "98,95"),
        ("CS điện sinh hoạt ở địa phương", "80,42", "98,76"),
        ("CS trật tự, an toàn xã hội ở địa phương", "81,21", "99,37"),
        ("CS giao thông đường bộ ở địa phương", "79,06", "98,74"),
        ("CS an sinh, xã hội ở địa phương", "78,66", "98,54"),
        ("CS cải cách hành chính ở địa phương", "77,52", ""),
    ),
)
CHANNELS = PerceptionBlock(
    "N.2",
    "1.2",
    "Kênh thông tin mà người dân sử dụng để theo dõi các chính sách của cơ quan nhà nước",
    "share",
    (
        ("Qua loa phát thanh xã", "42,55", "27,59"),
        ("Qua họp, sinh hoạt, thông báo tại khu dân cư", "53,45", "47,93"),
        ("Qua cơ quan nhà nước, công chức", "30,55", "21,37"),
        ("Người thân, bạn bè", "17,64", "12,66"),
        ("Qua đài, tivi, báo chí", "39,45", "46,68"),
        ("Qua mạng Internet", "37,82", "34,23"),
        ("Khác", "0,73", "1,87"),
    ),
)
FORMS_OF_INFORMATION = PerceptionBlock(
    "N.3",
    "1.3",
    "Mức độ phù hợp của các hình thức cung cấp thông tin về chính sách",
    "score_percent",
    (
        ("Qua loa phát thanh xã", "73,64", ""),
        ("Qua họp, sinh hoạt, thông báo tại khu dân cư", "78,61", ""),
        ("Qua cơ quan nhà nước, công chức", "74,77", ""),
        ("Người thân, bạn bè", "69,22", ""),
        ("Qua đài, tivi, báo chí", "79,96", ""),
        ("Qua mạng Internet", "77,75", ""),
        ("Khác", "69,45", ""),
    ),
)
PARTICIPATION = PerceptionBlock(
    "N.4",
    "1.4",
    "Sự tham gia góp ý kiến của người dân đối với chính sách",
    "share",
    (
        ("Sẽ tham gia, nếu được xin ý kiến theo bất kỳ hình thức nào", "39,86", None),
        ("Sẽ tham gia, nếu được xin ý kiến theo hình thức gửi phiếu xin ý kiến đến nhà, cơ quan", "17,75", None),
        ("Sẽ tham gia, nếu được xin ý kiến tại cuộc họp cư dân", "38,77", None),
        ("Sẽ tham gia, nếu được xin ý kiến theo hình thức trực tuyến", "8,15", None),
    ),
)
HARASSMENT = PerceptionBlock(
    "N.5",
    "1.5a",
    "Suy nghĩ của người dân về tình trạng công chức gây phiền hà sách nhiễu",
    "share",
    (
        ("Không có công chức nào gây phiền hà, sách nhiễu", "82,70", "79,38"),
        ("Có một số công chức gây phiền hà, sách nhiễu", "16,58", "19,18"),
        ("Có nhiều công chức gây phiền hà, sách nhiễu", "0,72", "1,44"),
    ),
)
INFORMAL_PAYMENT = PerceptionBlock(
    "N.6",
    "1.5b",
    "Suy nghĩ của người dân về tình trạng phải đưa tiền ngoài quy định cho công chức để công việc được giải quyết",
    "share",
    (
        ("Không có người dân nào phải đưa tiền ngoài quy định cho công chức", "85,90", "80,51"),
        ("Có một số người dân phải đưa tiền ngoài quy định cho công chức", "12,48", "16,95"),
        ("Có nhiều người dân phải đưa tiền ngoài quy định cho công chức", "1,63", "2,54"),
    ),
)
# Where the page cuts the text of the group cell.
INFORMAL_PAYMENT_CUT = "Suy nghĩ của người dân về tình trạng phải đưa tiền ngoài"
FORMS_OF_SERVICE = PerceptionBlock(
    "N.7",
    "1.6",
    "Mức độ phù hợp của các hình thức giải quyết TTHC",
    "score_percent",
    (
        ("Hình thức trực tiếp", "79,54", "62,63"),
        ("Hình thức trực tuyến toàn trình", "72,03", "5,01"),
        ("Hình thức trực tuyến một phần", "73,95", "32,36"),
    ),
    previous_measure="share",
)
PERCEPTION = (
    INTEREST,
    CHANNELS,
    FORMS_OF_INFORMATION,
    PARTICIPATION,
    HARASSMENT,
    INFORMAL_PAYMENT,
    FORMS_OF_SERVICE,
)

# --- Satisfaction: code, printed number, label, score and rank 2023, score and rank 2022, change of score, change of rank -------

SatisfactionRow = tuple[str, str, str, str, str, str, str, str, str]

ALL_UNITS = "Các sở, ban, ngành; UBND các huyện, thị xã, thành phố; UBND các xã, phường, thị trấn"
ONE_STOP = "Bộ phận Một cửa các cấp"

SIPAS_LABEL = "Mức độ hài lòng của người dân đối với sự phục vụ của cơ quan hành chính nhà nước nói chung (Chỉ số SIPAS)"
POLICY_LABEL = "Mức độ hài lòng của người dân đối với việc xây dựng, tổ chức thực hiện chính sách của cơ quan nhà nước"
SERVICE_LABEL = "Mức độ hài lòng của người dân đối với việc cung ứng dịch vụ hành chính công"

SUMMARY: tuple[tuple[SatisfactionRow, str], ...] = (
    (("S", "", f"{SIPAS_LABEL}:", "82,28", "32", "78,55", "40", "3,73", "8"), ""),
    (("S.1", "1.", POLICY_LABEL, "81,91", "34", "77,54", "40", "4,37", "6"), ALL_UNITS),
    (("S.1.1", "1.1.", "Trách nhiệm giải trình của cơ quan nhà nước", "81,53", "31", "80,17", "29", "1,36", "-2"), ""),
    (
        ("S.1.2", "1.2.", "Cơ hội của người dân tham gia ý kiến đối với chính sách", "80,36", "40", "77,26", "41", "3,1", "1"),
        "",
    ),
    (("S.1.3", "1.3.", "Chất lượng chính sách", "81,74", "34", "77,79", "37", "3,95", "3"), ""),
    (("S.1.4", "1.4.", "Kết quả, tác động của chính sách", "82,44", "32", "74,94", "51", "7,5", "19"), ""),
    (("S.2", "2.", SERVICE_LABEL, "82,82", "27", "79,56", "41", "3,26", "14"), ""),
    (("S.2.1", "2.1.", "Tiếp cận dịch vụ", "83,36", "25", "83,08", "25", "0,28", "0"), ONE_STOP),
    (("S.2.2", "2.2.", "Thủ tục hành chính", "82,72", "29", "80,95", "35", "1,77", "6"), ONE_STOP),
    (("S.2.3", "2.3.", "Công chức trực tiếp giải quyết công việc", "83,36", "25", "77,36", "49", "6", "24"), ONE_STOP),
    (("S.2.4", "2.4.", "Kết quả dịch vụ", "82,64", "30", "79,69", "44", "2,95", "14"), ALL_UNITS),
    (
        ("S.2.5", "2.5.", "Tiếp nhận, xử lý phản ánh, kiến nghị của người dân", "82,04", "29", "76,72", "43", "5,32", "14"),
        ALL_UNITS,
    ),
)
# One cell of the last column covers the row of S.1 and its four factors.
UNITS_SPAN: dict[str, int] = {"S.1": 5}

NEW_CRITERIA = "Những tiêu chí mới của năm 2023 so với năm 2022"


@dataclass(frozen=True, slots=True)
class FactorTable:
    """One detail table: the factor, then its criteria. `new_block`: codes whose four cells of 2022 and change are one block cell;
    `dropped`: labels of criteria of 2022 that stand in the table with empty cells."""

    section: str
    heading: str
    rows: tuple[SatisfactionRow, ...]
    new_block: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


FACTORS: tuple[FactorTable, ...] = (
    FactorTable(
        "2.1.1",
        "MĐHL của người dân đối với trách nhiệm giải trình của chính quyền về chính sách",
        (
            ("S.1.1", "", "Trách nhiệm giải trình của cơ quan nhà nước", "81,53", "31", "80,17", "29", "1,36", "-2"),
            (
                "S.1.1.1",
                "(1)",
                "CQNN cung cấp thông tin, giải thích về các chính sách theo nhiều hình thức, giúp mọi người dân dễ tìm, dễ thấy;",
                *("81,29", "31", "79,38", "29", "1,91", "-2"),
            ),
            (
                "S.1.1.2",
                "(2)",
                "CQNN cung cấp thông tin, giải thích về các chính sách đầy đủ, dễ hiểu đối với người dân.",
                *("81,77", "31", "80,96", "30", "0,81", "-1"),
            ),
        ),
    ),
    FactorTable(
        "2.1.2",
        "MĐHL của người dân đối với sự tham gia vào quá trình xây dựng, tổ chức thực hiện chính sách",
        (
            (
                "S.1.2",
                "",
                "Sự tham gia vào quá trình xây dựng, tổ chức thực hiện chính sách",
                *("80,36", "40", "77,26", "41", "3,1", "1"),
            ),
            (
                "S.1.2.1",
                "1)",
                "CQNN tổ chức xin ý kiến góp ý của người dân đối với các chính sách theo nhiều hình thức, giúp mọi người dân "
                "tham gia dễ dàng;",
                *("80,25", "39", "77,18", "41", "3,07", "2"),
            ),
            (
                "S.1.2.2",
                "(2)",
                "CQNN tổ chức nhiều hình thức để người dân phản hồi ý kiến về kết quả, tác động của các chính sách, giúp người "
                "dân tham gia dễ dàng",
                *("80,47", "39", "77,33", "41", "3,14", "2"),
            ),
        ),
    ),
    FactorTable(
        "2.1.3",
        "MĐHL của người dân đối với chất lượng tổ chức thực hiện chính sách",
        (
            ("S.1.3", "", "Chất lượng tổ chức thực hiện chính sách", "81,74", "34", "77,79", "37", "3,95", "3"),
            ("S.1.3.1", "(1)", "Chính sách về phát triển kinh tế", "79,64", "45", "72,25", "49", "7,39", "4"),
            ("S.1.3.2", "(2)", "Chính sách về khám, chữa bệnh", "82,01", "37", "81,40", "27", "0,61", "-10"),
            ("S.1.3.3", "(3)", "Chính sách về giáo dục phổ thông", "82,44", "35", "79,14", "40", "3,3", "5"),
            ("S.1.3.4", "(4)", "Chính sách về trật tự, an toàn xã hội", "83,72", "25", "83,42", "29", "0,3", "4"),
            ("S.1.3.5", "(5)", "Chính sách về giao thông đường bộ", "80,14", "40", "68,12", "60", "12,02", "20"),
            ("S.1.3.6", "(6)", "Chính sách về điện sinh hoạt", "81,43", "39", "77,54", "34", "3,89", "-5"),
            ("S.1.3.7", "(7)", "Chính sách về nước sinh hoạt", "83,05", "24", "79,06", "23", "3,99", "-1"),
            ("S.1.3.8", "(8)", "Chính sách về an sinh xã hội", "82,23", "34", "81,40", "26", "0,83", "-8"),
            ("S.1.3.9", "(9)", "Chính sách cải cách hành chính", "81,04", "36", "", "", "", ""),
        ),
    ),
    FactorTable(
        "2.1.4",
        "MĐHL của người dân đối với kết quả, tác động của chính sách",
        (
            ("S.1.4", "", "Kết quả, tác động của chính sách", "82,44", "32", "74,94", "51", "7,5", "19"),
            (
                "S.1.4.1",
                "(1)",
                "Kinh tế gia đình của người dân địa phương tốt hơn",
                *("80,50", "39", "72,75", "58", "7,75", "19"),
            ),
            ("S.1.4.2", "(2)", "Kinh tế - xã hội của địa phương tốt hơn", "80,97", "38", "", "", "", ""),
            (
                "S.1.4.3",
                "(3)",
                "Bệnh viên công lập ở địa phương khám chữa bệnh cho người dân tốt hơn",
                *("81,12", "39", "", "", "", ""),
            ),
            ("S.1.4.4", "(4)", "Trường phổ thông công lập dạy học sinh tốt hơn", "83,09", "28", "", "", "", ""),
            ("S.1.4.5", "(5)", "Trật tự, an toàn xã hội ở địa phương tốt hơn", "83,42", "28", "", "", "", ""),
            ("S.1.4.6", "(6)", "Đường bộ, giao thông ở địa phương tốt hơn", "82,16", "35", "", "", "", ""),
            ("S.1.4.7", "(7)", "Điện sinh hoạt của người dân ở địa phương tốt hơn", "83,28", "33", "", "", "", ""),
            ("S.1.4.8", "(8)", "Nước sinh hoạt của người dân ở địa phương tốt hơn", "84,08", "22", "", "", "", ""),
            ("S.1.4.9", "(9)", "An sinh xã hội đối với người dân ở địa phương tốt hơn", "83,69", "26", "", "", "", ""),
            (
                "S.1.4.10",
                "(10)",
                "CQHCCNN, CBCCVC ở địa phương có năng lực và thực thi công vụ tốt hơn",
                *("82,05", "36", "", "", "", ""),
            ),
        ),
        new_block=tuple(f"S.1.4.{number}" for number in range(2, 11)),
        dropped=("CS đã góp phần giúp cho chất lượng cuộc sống của ND địa phương ngày càng tốt hơn",),
    ),
    FactorTable(
        "2.2.1",
        "MĐHL của người dân đối với tiếp cận dịch vụ",
        (
            ("S.2.1", "", "Tiếp cận dịch vụ", "83,36", "25", "83,08", "25", "0,28", "0"),
            (
                "S.2.1.1",
                "(1)",
                "BPMC có biển hiệu, hướng dẫn rõ ràng, dễ thấy;",
                *("82,83", "24", "85,25", "19", "-2,42", "-5"),
            ),
            (
                "S.2.1.2",
                "(2)",
                "BPMC có đủ ghế ngồi chờ, ghế ngồi giải quyết công việc và bàn viết cho người dân",
                *("84,40", "18", "", "", "", ""),
            ),
            (
                "S.2.1.3",
                "(3)",
                "BPMC có trang thiết bị phục vụ người dân đầy đủ, chất lượng tốt, giúp giải quyết công việc dễ dàng hơn.",
                *("82,87", "29", "80,70", "33", "2,17", "4"),
            ),
        ),
    ),
    FactorTable(
        "2.2.2",
        "MĐHL của người dân đối với thủ tục hành chính",
        (
            ("S.2.2", "", "Thủ tục hành chính", "82,72", "29", "80,95", "35", "1,77", "6"),
            (
                "S.2.2.1",
                "(1)",
                "Quy định TTHC được niêm yết công khai tại BPMC dễ thấy, dễ đọc",
                *("83,08", "30", "82,80", "29", "0,28", "-1"),
            ),
            (
                "S.2.2.2",
                "(2)",
                "Công chức yêu cầu người dân nộp hồ sơ TTHC đúng quy định",
                *("83,10", "25", "81,97", "32", "1,13", "7"),
            ),
            (
                "S.2.2.3",
                "(3)",
                "Công chức yêu cầu người dân đóng phí/lệ phí TTHC đúng theo quy định",
                *("82,66", "33", "81,44", "29", "1,22", "-4"),
            ),
            (
                "S.2.2.4",
                "(4)",
                "Thời hạn giải quyết TTHC đúng theo quy định",
                *("82,04", "33", "77,60", "49", "4,44", "16"),
            ),
        ),
    ),
    FactorTable(
        "2.2.3",
        "MĐHL của người dân đối với công chức trực tiếp giải quyết công việc",
        (
            ("S.2.3", "", "Công chức trực tiếp giải quyết công việc", "83,36", "25", "77,36", "49", "6", "24"),
            (
                "S.2.3.1",
                "(1)",
                "Công chức ở BPMC có thái độ giao tiếp lịch sự, tôn trọng người dân",
                *("83,86", "23", "77,73", "45", "6,13", "22"),
            ),
            (
                "S.2.3.2",
                "(2)",
                "Công chức ở BPMC hướng dẫn hồ sơ dễ hiểu, đầy đủ, giúp người dân có thể hoàn thiện hồ sơ sau một lần hướng dẫn",
                *("82,90", "29", "77,05", "50", "5,85", "21"),
            ),
            (
                "S.2.3.3",
                "(3)",
                "Công chức ở BPMC tuân thủ đúng quy định trong giải quyết TTHC",
                *("83,33", "25", "78,52", "45", "4,81", "20"),
            ),
        ),
    ),
    FactorTable(
        "2.2.4",
        "MĐHL của người dân đối với kết quả dịch vụ",
        (
            ("S.2.4", "", "Kết quả dịch vụ", "82,64", "30", "79,69", "44", "2,95", "14"),
            ("S.2.4.1", "(1)", "Kết quả giải quyết TTHC được trả đúng hạn", "82,22", "32", "80,30", "38", "1,92", "6"),
            (
                "S.2.4.2",
                "(2)",
                "Kết quả giải quyết TTHC có thông tin đầy đủ, chính xác",
                *("83,62", "29", "80,81", "42", "2,81", "13"),
            ),
            ("S.2.4.3", "(3)", "Kết quả giải quyết TTHC đảm bảo tính công bằng", "82,08", "28", "77,97", "48", "4,11", "20"),
        ),
    ),
    FactorTable(
        "2.2.5",
        "MĐHL của người dân đối với việc tiếp nhận, xử lý phản ánh, kiến nghị",
        (
            (
                "S.2.5",
                "",
                "Tiếp nhận, xử lý phản ánh, kiến nghị của người dân",
                *("82,04", "29", "76,72", "43", "5,32", "14"),
            ),
            (
                "S.2.5.1",
                "(1)",
                "BPMC bố trí hình thức tiếp nhận phản ánh, kiến nghị dễ dàng",
                *("81,36", "31", "74,41", "50", "6,95", "19"),
            ),
            (
                "S.2.5.2",
                "(2)",
                "BPMC tiếp nhận, xử lý phản ánh, kiến nghị đúng quy định",
                *("82,33", "28", "77,81", "42", "4,52", "14"),
            ),
            (
                "S.2.5.3",
                "(3)",
                "BPMC thông báo kết quả xử lý phản ánh kiến nghị cho người dân kịp thời.",
                *("82,42", "27", "77,94", "33", "4,48", "6"),
            ),
        ),
    ),
)

# --- Sampling points: district, ((commune, (point, point)), ...); 31 ballots at each point --------------------------------------

BALLOTS_PER_POINT = 31
SAMPLE: tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...] = (
    (
        "Thành phố Huế",
        (
            ("Phường Xuân Phú", ("Tổ dân phố 1", "Tổ dân phố 11")),
            ("Phường Vỹ Dạ", ("Tổ dân phố 1", "Tổ dân phố 13")),
            ("Phường Thủy Vân", ("Tổ dân phố Công Lương", "Tổ dân phố Xuân Hòa")),
        ),
    ),
    (
        "Thị xã Hương Thủy",
        (
            ("Phường Thủy Châu", ("Tổ dân phố 1, Tổ dân phố 2", "Tổ dân phố 10")),
            ("Xã Thủy Thanh", ("Thôn Lang Xá Bàu", "Thôn Vân Thê Trung")),
            ("Xã Thủy Tân", ("Thôn Chiết Bi", "Thôn Tô Đà 2")),
        ),
    ),
    (
        # So printed; the text of the plan has Nam Đông.
        "Huyện Đông Nam",
        (
            ("Thị trấn Khe Tre", ("Tổ dân phố 1", "Tổ dân phố 5")),
            ("Xã Thượng Quảng", ("Thôn 1, Thôn 2", "Thôn 7, Thôn 6")),
            ("Xã Hương Sơn", ("Thôn A2, Thôn Bha Bhar", "Thôn Ta Rung, Thôn Pa Noong")),
        ),
    ),
)

# --- Claims of the prose ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Statement:
    """What the plan's prose says of one criterion, figures as its prose prints them. A leading minus sign is set as "giảm"."""

    code: str
    label: str
    score: str | None = None
    rank: str | None = None
    out_of: str | None = None
    change: str | None = None
    change_rank: str | None = None
    measure: Literal["score_percent", "share"] = "score_percent"

    def sentence(self) -> str:
        clauses: list[str] = []
        if self.score is not None:
            clauses.append(f"đạt {self.score}%")
        if self.rank is not None:
            clauses.append(f"xếp thứ {self.rank}/{self.out_of}" if self.out_of else f"xếp thứ {self.rank} toàn quốc")
        if self.change is not None:
            clauses.append(f"{_direction(self.change)}% so với năm 2022")
        if self.change_rank is not None:
            clauses.append(f"{_direction(self.change_rank)} bậc")
        return f"{self.label}: {', '.join(clauses)}."

    def figures(self) -> Iterator[PrintedFigure]:
        found: tuple[tuple[FigureMeasure, str | None], ...] = (
            (self.measure, self.score),
            ("rank", self.rank),
            ("delta_score", self.change),
            ("delta_rank", self.change_rank),
        )
        for measure, raw in found:
            if raw is not None:
                yield PrintedFigure("text", YEAR, self.code, measure, raw)


@dataclass(frozen=True, slots=True)
class Range:
    """Lowest and highest figure among the criteria of one node."""

    code: str
    label: str
    low: str
    high: str
    measure: Literal["score_percent", "share"] = "score_percent"

    def sentence(self) -> str:
        return f"Các tiêu chí của {self.label} nằm trong khoảng {self.low}% - {self.high}%."

    def figures(self) -> Iterator[PrintedFigure]:
        yield PrintedFigure("text", YEAR, self.code, self.measure, self.low)
        yield PrintedFigure("text", YEAR, self.code, self.measure, self.high)


@dataclass(frozen=True, slots=True)
class Expectation:
    """Share of respondents who want one thing improved."""

    code: str
    label: str
    share: str

    def sentence(self) -> str:
        return f"Mong đợi {self.label}: đạt {self.share}%."

    def figures(self) -> Iterator[PrintedFigure]:
        yield PrintedFigure("text", YEAR, self.code, "share", self.share)


@dataclass(frozen=True, slots=True)
class NationalMean:
    code: str
    label: str
    score: str

    def sentence(self) -> str:
        return f"Mức trung bình toàn quốc của {self.label}: {self.score}%."

    def figures(self) -> Iterator[PrintedFigure]:
        yield PrintedFigure("text", YEAR, self.code, "national_mean", self.score)


@dataclass(frozen=True, slots=True)
class Target:
    """A rank that the plan aims at; not a result."""

    code: str
    label: str
    year: int
    rank: str

    def sentence(self) -> str:
        return f"Mục tiêu năm {self.year} của {self.label}: nhóm {self.rank} tỉnh, thành phố dẫn đầu."

    def figures(self) -> Iterator[PrintedFigure]:
        yield PrintedFigure("text", self.year, self.code, "rank", self.rank)


ProseClaim = Statement | Range | Expectation | NationalMean | Target


def _direction(figure: str) -> str:
    return f"giảm {figure[1:]}" if figure.startswith("-") else f"tăng {figure}"


def _item(block: PerceptionBlock, number: int, printed: str) -> Statement:
    """What the prose says of one item of a perception table."""
    return Statement(f"{block.code}.{number}", block.items[number - 1][0], score=printed, measure=block.measure)


def _label(code: str) -> str:
    """The wording of a criterion in the detail table, without its closing mark."""
    return next(row[2] for table in FACTORS for row in table.rows if row[0] == code).rstrip(";.")


# Keyed by the section of the document in which the claims stand.
PROSE: dict[str, tuple[ProseClaim, ...]] = {
    "1.1": (_item(INTEREST, 6, "81,21"),),
    "1.2": (
        _item(CHANNELS, 2, "53,45"),
        _item(CHANNELS, 1, "42,55"),
        _item(CHANNELS, 5, "39,45"),
        _item(CHANNELS, 6, "37,82"),
    ),
    "1.3": (Range("N.3", FORMS_OF_INFORMATION.group, "69,22", "79,96"),),
    "1.4": (_item(PARTICIPATION, 3, "38,77"),),
    "1.5a": (_item(HARASSMENT, 1, "82,7"), _item(HARASSMENT, 2, "16,58"), _item(HARASSMENT, 3, "0,72")),
    "1.5b": (_item(INFORMAL_PAYMENT, 1, "85,9"), _item(INFORMAL_PAYMENT, 2, "12,4"), _item(INFORMAL_PAYMENT, 3, "1,63")),
    "1.6": (_item(FORMS_OF_SERVICE, 1, "79,54"), _item(FORMS_OF_SERVICE, 3, "73,95"), _item(FORMS_OF_SERVICE, 2, "72,03")),
    "2": (Statement("S", SIPAS_LABEL, "82,28", "32", change="3,73", change_rank="8"),),
    "2.1": (
        Statement("S.1", POLICY_LABEL, "81,91", "34", "63", "4,37", "6"),
        Statement("S.1.4", _label("S.1.4"), change="7,5", change_rank="19"),
    ),
    "2.1.1": (
        Statement("S.1.1", _label("S.1.1"), "81,53", "31", change="1,36", change_rank="-02"),
        Statement("S.1.1.1", _label("S.1.1.1"), "81,23", change="1,91"),
        Statement("S.1.1.2", _label("S.1.1.2"), "81,77", change="0,81"),
    ),
    "2.1.2": (
        Statement("S.1.2", _label("S.1.2"), "80,36", "40", change="3,1"),
        Statement("S.1.2.1", _label("S.1.2.1"), "80,25", change="3,07"),
        Statement("S.1.2.2", _label("S.1.2.2"), "80,47", change="3,14"),
    ),
    "2.1.3": (
        Statement("S.1.3", _label("S.1.3"), "81,74", "34", change="3,95"),
        Range("S.1.3", _label("S.1.3"), "79,64", "83,72"),
    ),
    "2.1.4": (
        Statement("S.1.4", _label("S.1.4"), "82,44", "39", change="7,5"),
        Statement("S.1.4.8", _label("S.1.4.8"), "84,08"),
        Statement("S.1.4.1", _label("S.1.4.1"), "80,5"),
    ),
    "2.2": (
        Statement("S.2", SERVICE_LABEL, "82,82", "27", change="3,26", change_rank="14"),
        Range("S.2", SERVICE_LABEL, "82,04", "83,36"),
    ),
    "2.2.1": (
        Statement("S.2.1", _label("S.2.1"), "83,36", "25", change="-0,28"),
        Range("S.2.1", _label("S.2.1"), "82,83", "84,40"),
    ),
    "2.2.2": (
        Statement("S.2.2", _label("S.2.2"), "82,72", "29", change="1,77"),
        Range("S.2.2", _label("S.2.2"), "82,04", "83,1"),
    ),
    "2.2.3": (
        Statement("S.2.3", _label("S.2.3"), "83,36", "25", change="6"),
        Range("S.2.3", _label("S.2.3"), "82,9", "83,86"),
    ),
    "2.2.4": (
        Statement("S.2.4", _label("S.2.4"), "82,64", "30", change="2,95"),
        Range("S.2.4", _label("S.2.4"), "82,08", "83,62"),
    ),
    "2.2.5": (
        Statement("S.2.5", _label("S.2.5"), "82,04", "29", change="5,32"),
        Range("S.2.5", _label("S.2.5"), "81,36", "82,42"),
    ),
    "3": (
        Range("E", "Nhu cầu, mong đợi của người dân", "43,45", "55,32", "share"),
        Expectation(
            "E.thai_do",
            "Nâng cao tinh thần thái độ phục vụ của cán bộ, công chức, viên chức đối với người dân trong giải quyết công việc cho "
            "người dân",
            "55,32",
        ),
        Expectation(
            "E.nang_luc",
            "Nâng cao năng lực của cán bộ, công chức, viên chức trong giải quyết công việc cho người dân",
            "53,53",
        ),
        Expectation(
            "E.phan_anh",
            "Nâng cao chất lượng tiếp nhận, giải quyết ý kiến góp ý, phản ánh, kiến nghị của người dân",
            "52,88",
        ),
    ),
    "4": (
        Statement("S", SIPAS_LABEL, change="3,73", change_rank="8"),
        NationalMean("S", SIPAS_LABEL, "82,66"),
        Statement("S.2.1", _label("S.2.1"), "83,36"),
        Statement("S.2.3", _label("S.2.3"), "83,36"),
        Statement("S.1.4", _label("S.1.4"), change="7,5"),
        _item(PARTICIPATION, 4, "8,15"),
        _item(HARASSMENT, 2, "16,58"),
        _item(INFORMAL_PAYMENT, 2, "12,48"),
    ),
    "B": (Target("S", SIPAS_LABEL, 2024, "10"),),
}

# Claims of the plan's prose that none of the fixed sentence forms can carry, and so are not in the document: a figure of 2022
# (the forms speak of the year of the report; the table has it too), and how far the unnamed expectations rose.
NOT_SET: tuple[PrintedFigure, ...] = (
    PrintedFigure("text", PREVIOUS, "N.1.1", "score_percent", "96,69"),
    PrintedFigure("text", YEAR, "E", "delta_score", "7,1"),
    PrintedFigure("text", YEAR, "E", "delta_score", "10,11"),
)


def _satisfaction_figures(section: str, row: SatisfactionRow) -> Iterator[PrintedFigure]:
    code, _, _, score, rank, old_score, old_rank, change, change_rank = row
    found: tuple[tuple[int, FigureMeasure, str], ...] = (
        (YEAR, "score_percent", score),
        (YEAR, "rank", rank),
        (PREVIOUS, "score_percent", old_score),
        (PREVIOUS, "rank", old_rank),
        (YEAR, "delta_score", change),
        (YEAR, "delta_rank", change_rank),
    )
    for year, measure, raw in found:
        if raw:
            yield PrintedFigure(section, year, code, measure, raw)


def printed_figures() -> Iterator[PrintedFigure]:
    """Every figure that the document states, tables first, then prose."""
    for block in PERCEPTION:
        for number, (_, now, before) in enumerate(block.items, start=1):
            yield PrintedFigure(block.section, YEAR, f"{block.code}.{number}", block.measure, f"{now}%")
            if before:
                measure = block.previous_measure or block.measure
                yield PrintedFigure(block.section, PREVIOUS, f"{block.code}.{number}", measure, f"{before}%")
    for row, _ in SUMMARY:
        yield from _satisfaction_figures("II.2 summary", row)
    for table in FACTORS:
        for row in table.rows:
            yield from _satisfaction_figures(table.section, row)
    for claims in PROSE.values():
        for claim in claims:
            yield from claim.figures()


# --- The pages -------------------------------------------------------------------------------------------------------------------

PERCEPTION_WIDTHS = (45.0, 72.0, 24.0, 24.0)
FACTOR_WIDTHS = (65.5, 15.0, 13.0, 15.0, 13.0, 21.75, 21.75)
SUMMARY_WIDTHS = (43.0, 14.0, 11.0, 14.0, 11.0, 20.5, 20.5, 31.0)
SAMPLE_WIDTHS = (10.0, 35.0, 10.0, 35.0, 10.0, 40.0, 25.0)


def _centred(text: str, *, bold: bool = False, italic: bool = False, columns: int = 1, rows: int = 1) -> TextCell:
    return TextCell(text, columns, rows, bold, italic, "center")


def _head(text: str, *, columns: int = 1, rows: int = 1) -> TextCell:
    return _centred(text, bold=True, columns=columns, rows=rows)


def perception_table(
    block: PerceptionBlock, first: int = 1, last: int | None = None, *, group: str | None = None, goes_on: bool = False
) -> RuledTable:
    """Items `first` to `last` of a block. `goes_on`: the part after a page break, without header; `group`: what its left cell holds."""
    items = list(enumerate(block.items, start=1))[first - 1 : last]
    has_previous = block.items[0][2] is not None
    rows: list[tuple[TextCell, ...]] = []
    if not goes_on:
        head = (_head("Nhận định của người dân", columns=2), _head(f"Năm {YEAR}"))
        rows.append((*head, _head(f"Năm {PREVIOUS}")) if has_previous else head)
    for place, (number, (label, now, before)) in enumerate(items):
        left = (TextCell(block.group if group is None else group, rows=len(items)),) if place == 0 else ()
        cells = (*left, TextCell(f"{number}. {label}"), _centred(f"{now}%"))
        rows.append(cells if before is None else (*cells, _centred(f"{before}%" if before else "")))
    widths = PERCEPTION_WIDTHS if has_previous else (50.0, 91.0, 24.0)
    return RuledTable(widths, tuple(rows), padding=1.5, on_new_page=goes_on)


def _two_row_head(*after: TextCell) -> tuple[tuple[TextCell, ...], ...]:
    pair = (_head("Chỉ số của tỉnh"), _head("Vị thứ"))
    return (
        (
            _head("Nội dung", rows=2),
            _head(f"Năm {YEAR}", columns=2),
            _head(f"Năm {PREVIOUS}", columns=2),
            _head(f"Năm {YEAR}/{PREVIOUS}", columns=2),
            *after,
        ),
        (*pair, *pair, _head("Tăng/giảm tỷ lệ"), _head("Tăng/giảm vị thứ")),
    )


def summary_table() -> RuledTable:
    rows = list(_two_row_head(_head("Cơ quan chủ trì", rows=2)))
    covered = 0
    for (code, number, label, *figures), units in SUMMARY:
        is_factor, is_whole = code.count(".") == 2, code.count(".") < 2
        text = TextCell(f"{number} {label}".strip(), bold=is_whole, italic=is_factor)
        cells = (text, *(_centred(figure, bold=is_whole) for figure in figures))
        if covered:
            covered -= 1
            rows.append(cells)
            continue
        span = UNITS_SPAN.get(code, 1)
        covered = span - 1
        rows.append((*cells, _centred(units, rows=span)))
    return RuledTable(SUMMARY_WIDTHS, tuple(rows), points=9.5)


def factor_table(table: FactorTable, first: int = 0, last: int | None = None, *, goes_on: bool = False) -> RuledTable:
    """Rows `first` to before `last` of a detail table (row 0 is the factor itself). `goes_on`: after a page break, without header."""
    rows: list[tuple[TextCell, ...]] = [] if goes_on else list(_two_row_head())
    for code, number, label, score, rank, *rest in table.rows[first:last]:
        is_factor = not number
        text = TextCell(f"{number} {label}".strip(), bold=is_factor)
        cells = (text, _centred(score, bold=is_factor), _centred(rank, bold=is_factor))
        if code in table.new_block:
            block = (_centred(NEW_CRITERIA, columns=4, rows=len(table.new_block)),) if code == table.new_block[0] else ()
            rows.append((*cells, *block))
        else:
            rows.append((*cells, *(_centred(figure, bold=is_factor) for figure in rest)))
    if last is None:
        rows.extend((TextCell(label), *(_centred("") for _ in range(6))) for label in table.dropped)
    return RuledTable(FACTOR_WIDTHS, tuple(rows), points=10, on_new_page=goes_on)


def sample_table() -> RuledTable:
    rows: list[tuple[TextCell, ...]] = [
        (
            *(_head(text) for text in ("TT", "Huyện", "TT", "Xã", "TT", "Thôn")),
            _head("Số lượng khảo sát (người)"),
        )
    ]
    points = 0
    for district_number, (district, communes) in enumerate(SAMPLE, start=1):
        height = sum(len(names) for _, names in communes)
        point_number = 0
        for commune_number, (commune, names) in enumerate(communes, start=1):
            for place, name in enumerate(names):
                point_number += 1
                cells: tuple[TextCell, ...] = ()
                if point_number == 1:
                    cells += (_centred(str(district_number), rows=height), TextCell(district, rows=height))
                if place == 0:
                    cells += (_centred(str(commune_number), rows=len(names)), TextCell(commune, rows=len(names)))
                rows.append((*cells, _centred(str(point_number)), TextCell(name), _centred(str(BALLOTS_PER_POINT))))
        points += point_number
    rows.append((_head("Tổng số", columns=6), _head(str(points * BALLOTS_PER_POINT))))
    return RuledTable(SAMPLE_WIDTHS, tuple(rows))


def _claims(section: str, first: int = 0, last: int | None = None) -> Text:
    return Text(" ".join(claim.sentence() for claim in PROSE[section][first:last]), "claims")


def _chart(title: str, space: float = 0) -> Iterator[Text]:
    """The title of a chart whose figures the source gives only as a picture; `space` in mm is left where the picture was."""
    yield Text(title, "caption")
    yield Text("(Bản gốc chỉ có hình vẽ; số liệu của biểu đồ không được chế lại.)", "caption", space_before=0)
    if space:
        yield Text("", "space", space_before=space)


def _front() -> Iterator[Block]:
    yield Text("BẢN CHẾ LẠI SỐ LIỆU – KHÔNG PHẢI VĂN BẢN GỐC", "notice_head")
    yield Text(
        "Tài liệu này do dự án cchc chế bản lại từ số liệu của Kế hoạch số 216/KH-UBND ngày 23/5/2024 của UBND tỉnh Thừa Thiên "
        "Huế. Mọi con số, tên tiêu chí và tiêu đề cột là của nguồn được dẫn, kể cả chỗ lời văn của nguồn không khớp với bảng; lời "
        "văn trong bản này là của dự án. Dự án không biết địa chỉ trên mạng của bản gốc nên không ghi địa chỉ nào.",
        "notice",
    )
    yield Text(
        "This is a re-setting, made by the cchc project, of the figures of Plan No. 216/KH-UBND of 23 May 2024 of the People's "
        "Committee of Thừa Thiên Huế province. Figures, criterion names and column headings are those of the cited source, also "
        "where its prose does not agree with its tables; the wording of the prose is ours. The address of the original is unknown "
        "to us; none is given.",
        "notice",
    )
    yield Text("", "notice_foot")
    yield Text("Kế hoạch nâng cao Chỉ số SIPAS năm 2024 – kết quả đo lường", "title")
    yield Text("Chế bản lại từ Kế hoạch số 216/KH-UBND ngày 23/5/2024, UBND tỉnh Thừa Thiên Huế", "subtitle")


def _introduction() -> Iterator[Block]:
    yield Text("A. KẾT QUẢ CHỈ SỐ SIPAS CỦA TỈNH", "h1")
    yield Text("I. GIỚI THIỆU CHUNG", "h2")
    yield Text("1. Nội dung, mục đích", "h3")
    yield Text(
        "Bộ Nội vụ hằng năm hỏi ý kiến người dân về sự phục vụ của cơ quan hành chính nhà nước. Lần đo này theo phương pháp ban "
        "hành tại Quyết định số 1001/QĐ-BNV ngày 11/12/2023, áp dụng cho giai đoạn 2023-2026, và tìm hiểu 03 khía cạnh."
    )
    yield Text("Khía cạnh thứ nhất là nhận định của người dân, gồm 8 yếu tố:")
    for name in (
        "sự quan tâm đến chính sách công;",
        "kênh thông tin để theo dõi chính sách;",
        "hình thức tiếp cận thông tin nào là phù hợp;",
        "sự sẵn sàng góp ý cho cơ quan nhà nước;",
        "việc công chức gây phiền hà, sách nhiễu;",
        "việc phải đưa tiền ngoài quy định;",
        "hình thức nộp hồ sơ và nhận kết quả nào là phù hợp;",
        "trải nghiệm về chính sách và dịch vụ công (kết quả của yếu tố này không có trong văn bản).",
    ):
        yield Text(f"– {name}", "item")
    yield Text(
        "Khía cạnh thứ hai là mức độ hài lòng, gồm 02 nội dung. Nội dung về chính sách công có 04 yếu tố; nội dung về dịch vụ hành "
        "chính công có 05 yếu tố và cũng là phần được tính vào PAR INDEX. Chỉ số chung lấy trung bình cộng của mọi tiêu chí hài "
        "lòng, không qua bước trung bình của từng yếu tố. Khía cạnh thứ ba là mong đợi của người dân, gồm 10 tiêu chí."
    )
    yield Text("2. Hình thức thu thập thông tin", "h3")
    yield Text(
        "Bưu điện tỉnh giúp Bộ Nội vụ gặp và hỏi trực tiếp những người đại diện cho hộ gia đình. Mọi chỉ số trong văn bản được tính "
        "từ các phiếu đó."
    )
    yield Text("3. Số lượng khảo sát", "h3")
    yield Text(
        "Cuộc khảo sát trên địa bàn tỉnh dùng 558 phiếu tại 18 thôn, tổ dân phố, mỗi nơi 31 phiếu. Các điểm này thuộc 9 xã, phường, "
        "thị trấn của huyện Nam Đông, thị xã Hương Thủy và thành phố Huế; danh sách ở phụ lục."
    )
    yield Text("4. Cách đọc các bảng", "h3")
    yield Text(
        "Năm của số liệu được ghi ở đầu cột. Ô để trống là ô mà nguồn không in số. Các chữ viết tắt theo nguồn: CS là chính sách, "
        "CQNN là cơ quan nhà nước, CQHCCNN là cơ quan hành chính nhà nước, CBCCVC là cán bộ, công chức, viên chức, BPMC là Bộ phận "
        "Một cửa, TTHC là thủ tục hành chính, MĐHL là mức độ hài lòng, ND là người dân."
    )


def _perception() -> Iterator[Block]:
    yield Text("II. KẾT QUẢ ĐO LƯỜNG SỰ HÀI LÒNG CỦA NGƯỜI DÂN", "h2")
    yield Text("1. Kết quả đo lường nhận định, đánh giá của người dân", "h2")
    yield Text("1.1 Mức độ quan tâm của người dân đối với chính sách của cơ quan nhà nước", "h3")
    yield perception_table(INTEREST)
    yield _claims("1.1")
    yield Text(
        "Nhóm chính sách cải cách hành chính lần đầu có trong phiếu hỏi nên chưa có số để so sánh. Mọi nhóm còn lại đều thấp hơn "
        "lần đo trước; trật tự, an toàn xã hội vẫn là điều người dân để tâm nhất."
    )
    yield Text("1.2 Các kênh thông tin người dân sử dụng để theo dõi chính sách của cơ quan nhà nước", "h3")
    yield Text(
        "Họp khu dân cư vẫn là kênh quen thuộc nhất. Mỗi người được chọn nhiều kênh, vì thế các tỷ lệ không cộng lại thành một "
        "trăm phần trăm."
    )
    yield perception_table(CHANNELS)
    yield _claims("1.2")
    yield Text("1.3 Mức độ phù hợp của các hình thức cung cấp thông tin về chính sách", "h3")
    yield Text(
        "Câu hỏi này mới có trong phiếu, do đó cột của năm trước không có số. Người dân cho biết từng hình thức cung cấp thông tin có "
        "hợp với mình hay không; các hình thức được đánh giá khá gần nhau. Danh sách hình thức giống danh sách kênh thông tin ở mục "
        "trên, nhưng đây là hai câu hỏi khác nhau: mục trên hỏi người dân dùng kênh nào, mục này hỏi kênh nào là phù hợp."
    )
    yield perception_table(FORMS_OF_INFORMATION, 1, 5)
    yield perception_table(FORMS_OF_INFORMATION, 6, group="", goes_on=True)
    yield _claims("1.3")
    yield Text("1.4 Khả năng tham gia ý kiến góp ý chính sách đối với cơ quan nhà nước", "h3")
    yield perception_table(PARTICIPATION)
    yield _claims("1.4")
    yield Text(
        "Người dân sẵn lòng góp ý bằng nhiều cách, nhất là khi gặp nhau trực tiếp ở cuộc họp cư dân; góp ý trực tuyến còn ít "
        "được chọn."
    )
    yield Text("1.5 Tình trạng tiêu cực trong giải quyết công việc cho người dân", "h3")
    yield perception_table(HARASSMENT)
    yield _claims("1.5a")
    yield Text(
        "Nhiều người hơn lần đo trước nói rằng không gặp phiền hà. Bảng tiếp theo là câu hỏi về việc đưa tiền ngoài quy định."
    )
    yield perception_table(INFORMAL_PAYMENT, 1, 1, group=INFORMAL_PAYMENT_CUT)
    yield perception_table(
        INFORMAL_PAYMENT, 2, group=INFORMAL_PAYMENT.group.removeprefix(INFORMAL_PAYMENT_CUT).strip(), goes_on=True
    )
    yield _claims("1.5b")
    yield Text("Hai bảng trên là câu hỏi chọn một phương án, mỗi người chỉ trả lời một lần.")
    yield Text("1.6 Mức độ phù hợp của các hình thức giải quyết TTHC", "h3")
    yield perception_table(FORMS_OF_SERVICE)
    yield _claims("1.6")
    yield Text(
        "Nộp hồ sơ trực tiếp vẫn được coi là hợp nhất. Tỉnh đang xây dựng chính quyền số, vì vậy người dân cần được hướng dẫn "
        "thêm để dùng dịch vụ trực tuyến mà không ai bị bỏ lại phía sau."
    )


def _satisfaction() -> Iterator[Block]:
    by_section = {table.section: table for table in FACTORS}

    def factor(section: str) -> Iterator[Block]:
        yield Text(f"{section} {by_section[section].heading}", "h3")
        yield factor_table(by_section[section])
        yield _claims(section)

    yield Text(
        "2. Kết quả đo lường sự hài lòng (MĐHL) của người dân đối với sự phục vụ của cơ quan hành chính nhà nước (CQHCCNN)",
        "h2",
    )
    yield _claims("2")
    yield Text("Bảng tổng hợp dưới đây cho thấy cả hai nội dung và chín yếu tố, kèm cơ quan chủ trì.")
    yield summary_table()
    yield from _chart("Biểu đồ 1: Chỉ số MĐHL của người dân đối với sự phục vụ của CQHCCN giai đoạn 2017 - 2023")
    yield Text("2.1 MĐHL của người dân đối với việc xây dựng, tổ chức thực hiện chính sách", "h2")
    yield _claims("2.1")
    yield Text("Cả 04 yếu tố của nội dung này đều tăng điểm; kết quả, tác động của chính sách tăng nhiều hơn cả.")
    yield from factor("2.1.1")
    yield from factor("2.1.2")
    yield from factor("2.1.3")
    yield Text(
        "Trong 9 nhóm chính sách được hỏi có 01 tiêu chí mới là cải cách hành chính. Trật tự, an toàn xã hội được hài lòng nhất, "
        "phát triển kinh tế ít nhất."
    )
    yield from factor("2.1.4")
    yield Text(
        "Nội dung này được đo bằng 10 tiêu chí, tăng thêm 8 tiêu chí so với năm 2022. Bảng trên đánh dấu 09 tiêu chí mới và giữ "
        "một dòng trống cho tiêu chí đã bỏ."
    )
    yield Text("2.2 MĐHL của người dân đối với việc cung ứng dịch vụ hành chính công", "h2", on_new_page=True)
    yield _claims("2.2")
    yield Text(
        "Nội dung này gộp 05 yếu tố. Tiếp cận dịch vụ và công chức trực tiếp giải quyết công việc đứng đầu; tiếp nhận, xử lý phản "
        "ánh, kiến nghị đứng cuối."
    )
    yield from factor("2.2.1")
    yield Text("Yếu tố này có 03 tiêu chí, tăng thêm 01 tiêu chí so với năm 2022.")
    yield from _chart("Biểu đồ 2: MĐHL của người dân đối với “Tiếp cận dịch vụ”", space=60)
    yield from factor("2.2.2")
    yield Text("Trong 04 tiêu chí, nộp hồ sơ đúng quy định được hài lòng nhất, thời hạn giải quyết ít nhất.")
    yield from _chart("Biểu đồ 3: MĐHL của người dân đối với “Thủ tục hành chính”", space=55)
    public_servants = by_section["2.2.3"]
    yield Text(f"2.2.3 {public_servants.heading}", "h3")
    yield factor_table(public_servants, 0, 2)
    yield factor_table(public_servants, 2, goes_on=True)
    yield _claims("2.2.3")
    yield Text("Cả 3 tiêu chí đều tăng. Thái độ giao tiếp được hài lòng nhất, việc hướng dẫn hồ sơ ít nhất.")
    yield from _chart("Biểu đồ 4: MĐHL của người dân đối với “Công chức”")
    yield from factor("2.2.4")
    yield Text("Trong 03 tiêu chí, thông tin đầy đủ, chính xác đứng đầu; tính công bằng đứng cuối.")
    yield from _chart("Biểu đồ 5: MĐHL của người dân đối với “Kết quả dịch vụ”")
    yield from factor("2.2.5")
    yield Text(
        "Trong 03 tiêu chí, việc thông báo kết quả được hài lòng nhất. Hình thức tiếp nhận phản ánh, kiến nghị thấp nhất trong "
        "mọi tiêu chí về dịch vụ hành chính công."
    )
    yield from _chart("Biểu đồ 6: MĐHL của người dân đối với “Tiếp nhận, xử lý phản ánh kiến nghị của người dân”")


def _closing() -> Iterator[Block]:
    yield Text("3. Sự mong đợi của người dân", "h2")
    yield from _chart("Biểu đồ 7: Nhu cầu, mong đợi của người dân")
    yield _claims("3")
    yield Text(
        "Có 10 tiêu chí mong đợi, nhưng lời văn của nguồn chỉ nêu tên ba; số của bảy tiêu chí còn lại nằm trong hình. So với lần "
        "đo trước, 4 tiêu chí đã thay đổi và 6 tiêu chí giữ nguyên; cả sáu đều tăng. Hai mong đợi lớn nhất nói về cán bộ, công "
        "chức, viên chức."
    )
    yield Text("4. Đánh giá chung", "h2")
    yield _claims("4", 0, 2)
    yield _claims("4", 2, 5)
    yield _claims("4", 5)
    yield Text(
        "Theo lời văn của nguồn, 09/09 yếu tố tăng điểm, 07/09 yếu tố thấp hơn mức trung bình toàn quốc và 02 yếu tố cao hơn là "
        "tiếp cận dịch vụ và công chức trực tiếp giải quyết công việc. Yếu tố thấp nhất là cơ hội của người dân tham gia ý kiến "
        "đối với chính sách."
    )
    yield Text("B. KẾ HOẠCH NÂNG CAO CHỈ SỐ SIPAS NĂM 2024", "h1")
    yield Text("I. MỤC TIÊU", "h2")
    yield _claims("B")
    yield Text(
        "Mục tiêu chung là thực hiện Quyết định số 3044/QĐ-UBND ngày 22/12/2023 của UBND tỉnh về kế hoạch cải cách hành chính gắn "
        "với chính quyền số và đô thị thông minh."
    )
    yield Text("II. NHIỆM VỤ", "h2")
    yield Text(
        "Kế hoạch giao việc cho các sở, ban, ngành, UBND các cấp và Công an tỉnh. Sở Nội vụ theo dõi, tổng hợp và báo cáo. Văn "
        "phòng UBND tỉnh lo cải cách TTHC và cơ chế một cửa. Sở Tư pháp lo phổ biến pháp luật và công khai chính sách."
    )
    yield Text(
        "Theo lĩnh vực chính sách, Sở Công Thương phụ trách điện sinh hoạt; Sở Giao thông Vận tải phụ trách giao thông đường bộ; "
        "Sở Lao động, Thương binh và Xã hội phụ trách an sinh xã hội; Sở Nông nghiệp và Phát triển nông thôn phụ trách nước sạch; "
        "Sở Y tế phụ trách khám, chữa bệnh; Sở Giáo dục và Đào tạo phụ trách giáo dục phổ thông; Sở Tài nguyên và Môi trường phụ "
        "trách môi trường; Sở Thông tin và Truyền thông phụ trách chính quyền số và truyền thông; Công an tỉnh phụ trách trật tự, "
        "an toàn xã hội."
    )
    yield Text("C. TỔ CHỨC THỰC HIỆN", "h1")
    yield Text(
        "Từng cơ quan cụ thể hóa nhiệm vụ và định kỳ báo cáo UBND tỉnh cùng với báo cáo cải cách hành chính. Sở Nội vụ tổng hợp và "
        "đề nghị xử lý nơi không làm hoặc làm chậm."
    )
    yield Text("PHỤ LỤC: Các huyện, xã, thôn được chọn để khảo sát", "h1", on_new_page=True)
    yield sample_table()
    yield Text(
        "Ghi chú của dự án: bảng của nguồn in “Huyện Đông Nam”, lời văn của nguồn viết huyện Nam Đông. Một điểm khảo sát có thể "
        "gồm hai thôn.",
        "note",
    )


def blocks() -> list[Block]:
    return [*_front(), *_introduction(), *_perception(), *_satisfaction(), *_closing()]


PAGE = Page(
    footer="Chế bản lại từ Kế hoạch số 216/KH-UBND ngày 23/5/2024, UBND tỉnh Thừa Thiên Huế",
    title="Kế hoạch nâng cao Chỉ số SIPAS năm 2024 – kết quả đo lường (bản chế lại)",
)


def main() -> None:
    to_pdf(blocks(), PAGE, DOCUMENTS / f"{DOCUMENT_ID}.pdf")


if __name__ == "__main__":
    main()

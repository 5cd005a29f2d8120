"""Sentences of SIPAS documents: the forms that are understood, and those that must be reported."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.sipas.prose import NotUnderstoodError, has_figure, parse_sentence, sentences


def test_score_rank_and_change_of_one_factor() -> None:
    """Huế 2023, section 2.1.4: the prose prints rank 39 where the tables print 32."""
    found = parse_sentence("Kết quả, tác động của chính sách: đạt 82,44%, xếp thứ 39 toàn quốc, tăng 7,5% so với năm 2022.")
    assert found.label == "Kết quả, tác động của chính sách"
    assert found.year is None
    assert [(c.measure, c.number.value, c.negative) for c in found.clauses] == [
        ("score", Decimal("82.44"), False),
        ("rank", Decimal(39), False),
        ("change", Decimal("7.5"), False),
    ]
    assert found.clauses[2].previous == 2022


def test_fall_is_negative_and_keeps_its_raw_text() -> None:
    """Huế 2023, section 2.2.1: the prose says the score fell by 0,28; the tables say +0,28."""
    clause = parse_sentence("Tiếp cận dịch vụ: đạt 83,36%, giảm 0,28% so với năm 2022.").clauses[1]
    assert clause.negative
    assert clause.raw_text == "giảm 0,28% so với năm 2022"


def test_points_with_a_decimal_point_on_a_scale_of_ten() -> None:
    """Quảng Nam 2022: "7.58/10 điểm", printed with a decimal point."""
    found = parse_sentence(
        "Năm 2022, điểm SIPAS quy đổi trong PAR INDEX của tỉnh Quảng Nam: 7.58/10 điểm, giảm 0.83 điểm so với năm 2021."
    )
    assert (found.year, found.province) == (2022, "Quảng Nam")
    assert [(c.number.value, c.maximum) for c in found.clauses] == [(Decimal("7.58"), 10), (Decimal("0.83"), None)]


def test_the_provinces_own_survey_is_told_apart_from_the_ministrys() -> None:
    found = parse_sentence("Khảo sát riêng của tỉnh Quảng Nam năm 2022: mức độ hài lòng đạt 85,5%.")
    assert found.about == "own_survey"
    assert found.clauses[0].number.value == Decimal("85.5")


def test_range_national_mean_and_target() -> None:
    found = parse_sentence("Các tiêu chí của Tiếp cận dịch vụ nằm trong khoảng 82,83% - 84,40%.")
    assert [c.measure for c in found.clauses] == ["range_min", "range_max"]
    assert parse_sentence("Mức trung bình toàn quốc của Chỉ số SIPAS: 82,66%.").about == "nation"
    target = parse_sentence("Mục tiêu năm 2024 của Chỉ số SIPAS: nhóm 10 tỉnh, thành phố dẫn đầu.")
    assert (target.about, target.year, target.clauses[0].measure) == ("target", 2024, "target_rank")


@pytest.mark.parametrize(
    "text",
    [
        "Tỷ lệ này vào khoảng 82,44%",
        "Tiếp cận dịch vụ: đạt 83,36%, gần bằng 84% của năm ngoái.",
        "Tiếp cận dịch vụ: đạt 83,36%, tăng nhiều so với năm 2022.",
    ],
)
def test_a_sentence_with_a_figure_in_another_form_is_reported_not_half_read(text: str) -> None:
    assert has_figure(text)
    with pytest.raises(NotUnderstoodError):
        parse_sentence(text)


def test_sentences_are_split_after_a_full_stop_not_inside_a_number() -> None:
    text = "Qua loa phát thanh xã: đạt 42,55%. Qua đài, tivi, báo chí: đạt 39,45%. Điểm 7.58/10 điểm."
    assert sentences(text) == [
        "Qua loa phát thanh xã: đạt 42,55%.",
        "Qua đài, tivi, báo chí: đạt 39,45%.",
        "Điểm 7.58/10 điểm.",
    ]


@given(st.decimals(min_value=0, max_value=100, places=2), st.integers(1, 63))
def test_any_score_and_rank_in_the_printed_form_come_back(score: Decimal, rank: int) -> None:
    printed = f"{score:.2f}".replace(".", ",")
    found = parse_sentence(f"Thủ tục hành chính: đạt {printed}%, xếp thứ {rank}/63.")
    assert [c.number.value for c in found.clauses] == [score, Decimal(rank)]
    assert found.clauses[1].out_of == 63

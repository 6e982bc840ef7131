"""Numbers of papers: a report follows its request with a running index, a calibration has one certificate as a rule."""
from __future__ import annotations

import pytest

from certificates import rules
from certificates.wording import paper_word
from lab_app.samples import rules as sample_rules


@pytest.mark.parametrize(("request_number", "index", "number"), [
    ("YC-2026-0117", 1, "PKQ-2026-0117-01"), ("YC-2026-0117", 12, "PKQ-2026-0117-12"),
    ("YC-HC-2026-0031", 1, "GCN-HC-2026-0031"), ("YC-HC-2026-0031", 2, "GCN-HC-2026-0031-02"),
])
def test_the_number_of_a_paper_and_back(request_number, index, number):
    assert rules.first_number(request_number, index) == number
    assert rules.index_of(number) == index
    assert rules.index_of(rules.amended_number(number, 1)) == index
    assert rules.base_of(rules.amended_number(number, 2)) == (number, 2)


def test_the_number_names_the_paper():
    assert str(paper_word("GCN-HC-2026-0031/SĐ1")) == "Giấy chứng nhận hiệu chuẩn"
    assert str(paper_word("PKQ-2026-0117-01")) == "Phiếu kết quả thử nghiệm"


@pytest.mark.parametrize(("number", "sample", "review", "series"), [
    ("YC-2026-0117", "M26-0117-01", "XX-2026-0117", "YC/2026"), ("YC-HC-2026-0031", "MHC26-0031-01", "XX-HC-2026-0031", "YC-HC/2026"),
])
def test_what_follows_from_a_requests_number(number, sample, review, series):
    assert sample_rules.sample_code(number, 1) == sample and sample_rules.sample_index(sample, number) == 1
    assert sample_rules.sister_number("XX", number) == review and sample_rules.series_of(number) == series
    assert sample_rules.running_number(number) == int(number[-4:])


@pytest.mark.parametrize("number", ["YC-26-0117", "YC-XX-2026-0117", "HC-2026-0001", "YC-2026-17"])
def test_numbers_of_another_shape(number):
    assert sample_rules.running_number(number) is None


def test_one_requests_code_is_not_the_others():
    assert sample_rules.sample_index("MHC26-0117-01", "YC-2026-0117") is None
    assert sample_rules.sample_index("M26-0031-01", "YC-HC-2026-0031") is None

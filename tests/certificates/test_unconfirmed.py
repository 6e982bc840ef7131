"""A limit that nobody compared with its official text carries no verdict on paper, whatever the bench computed."""
from __future__ import annotations

import pytest

from certificates.assembly.results import read_off_a_curve as read_off
from certificates.rules import printed_verdict

JUDGED = ("PASS", "CONDITIONAL_PASS", "CONDITIONAL_FAIL", "FAIL")


@pytest.mark.parametrize("verdict", JUDGED)
def test_a_verdict_on_an_unconfirmed_limit_is_withheld_and_says_why(verdict):
    code, why = printed_verdict(verdict, "", "", wanted=True, ruled=True, confirmed=False)
    assert code == "no_statement" and why == {"vi": "giới hạn chưa được xác nhận", "en": "limit not confirmed"}


@pytest.mark.parametrize("verdict", JUDGED)
def test_once_confirmed_the_verdict_prints(verdict):
    assert printed_verdict(verdict, "", "", wanted=True, ruled=True, confirmed=True) == (verdict.lower(), None)


def test_what_was_not_judged_needs_no_confirmation():
    assert printed_verdict("NOT_APPLICABLE", "", "không có cổng", wanted=True, ruled=True, confirmed=False)[0] == "not_applicable"
    assert printed_verdict("PASS", "", "", wanted=False, ruled=True, confirmed=False) == (None, None)


def test_a_limit_read_off_a_curve_is_known_by_its_kind():
    line, number = {"type": "line"}, {"type": "upper"}
    assert read_off(line) and read_off({"type": "mask"}) and not read_off(number) and not read_off({})
    assert read_off({"type": "table", "rows": [{"limit": number}, {"limit": line}]})
    assert not read_off({"type": "table", "rows": [{"limit": number}]})

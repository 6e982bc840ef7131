"""Pure rules of methods: versions on two time axes, environment of a line, catalogue limits."""
from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from lab_app.metrology.limits import parse_limit
from test_methods import rules
from test_methods.formula import FormulaError
from test_methods.rules import BadParameter, VersionFact, in_force


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


FIRST = VersionFact(1, 1, at("2025-05-20"), date(2025, 6, 1), date(2026, 9, 1), at("2026-08-26"))
SECOND = VersionFact(2, 2, at("2026-08-26"), date(2026, 9, 1))
DRAFT = VersionFact(3, 3, None, None)
ALL = (FIRST, SECOND, DRAFT)


@pytest.mark.parametrize("on,known,expected", [
    (date(2025, 5, 31), "2030-01-01", None),
    (date(2025, 6, 1), "2030-01-01", 1),
    (date(2026, 8, 31), "2030-01-01", 1),
    (date(2026, 9, 1), "2030-01-01", 2),
    (date(2026, 9, 10), "2026-08-25", 1),   # the successor was not approved yet: as known then, the first still held
    (date(2025, 7, 1), "2025-05-01", None),  # approved later: not known
])
def test_which_version_was_in_force(on, known, expected):
    found = in_force(ALL, on, at(known))
    assert (found.id if found else None) == expected


def test_a_version_ended_without_a_successor():
    ended = VersionFact(1, 1, at("2025-05-20"), date(2025, 6, 1), date(2026, 3, 1), at("2026-04-01"))
    assert in_force([ended], date(2026, 2, 28), at("2026-12-01")).id == 1
    assert in_force([ended], date(2026, 3, 15), at("2026-12-01")) is None
    assert in_force([ended], date(2026, 3, 15), at("2026-03-15")).id == 1  # nobody knew yet


def test_one_word_for_a_version():
    today = date(2026, 8, 27)
    current = in_force(ALL, today, at("2026-08-27"))
    assert [rules.standing(v, today, current) for v in ALL] == ["in_force", "approved", "draft"]
    later = date(2026, 9, 2)
    assert [rules.standing(v, later, in_force(ALL, later, at("2026-09-02"))) for v in ALL] == ["superseded", "in_force", "draft"]


ENVIRONMENT = {"temperature": ["15", "35"], "humidity": ["20", "75"],
               "conditions": [{"when": "0 °C / 198 V", "temperature": ["-2", "2"]}]}


def test_environment_of_a_line():
    room = rules.environment_for(ENVIRONMENT, "2412 MHz, 25 °C, 220 V")
    assert room.temperature == (Decimal(15), Decimal(35)) and room.humidity == (Decimal(20), Decimal(75))
    chamber = rules.environment_for(ENVIRONMENT, "2442 MHz, 0 °C / 198 V")
    assert chamber.temperature == (Decimal(-2), Decimal(2)) and chamber.humidity is None
    assert rules.environment_for({"not_critical": "thử chức năng"}, "x").not_critical == "thử chức năng"
    rules.check_environment(ENVIRONMENT)


@pytest.mark.parametrize("wrong", [
    {}, {"not_critical": "  "}, {"temperature": ["35", "15"]}, {"temperature": ["15"]}, {"humidity": ["-1", "20"]},
    {"humidity": ["20", "101"]}, {"temperature": ["a", "b"]}, {"temperature": ["NaN", "3"]},
    {**ENVIRONMENT, "conditions": [{"temperature": ["1", "2"]}]}, {**ENVIRONMENT, "conditions": [{"when": "x"}]},
])
def test_an_environment_that_says_nothing_or_nonsense(wrong):
    with pytest.raises(BadParameter):
        rules.check_environment(wrong)


def test_a_limit_over_frequency_needs_its_frequency():
    line = {"type": "line", "segments": [["0.15", "0.5", "66", "56"]], "unit": "dBµV"}
    reading, frequency = {"key": "reading", "label_vi": "x"}, {"key": "frequency_mhz", "label_vi": "x"}
    rules.check_formula([reading, frequency], "reading", line)
    with pytest.raises(BadParameter):
        rules.check_formula([reading], "reading", line)
    with pytest.raises(BadParameter):
        rules.check_formula([reading, frequency], "reading; reading", line)
    with pytest.raises(FormulaError):
        rules.check_formula([reading], "reading + loss", {})


@pytest.mark.parametrize("fields", [
    [{"key": "", "label_vi": "x"}], [{"key": "a", "label_vi": "x"}, {"key": "a", "label_vi": "y"}], [{"key": "a"}],
    [{"key": "a", "label_vi": "x", "source": "hearsay"}],
])
def test_fields_that_cannot_be(fields):
    with pytest.raises(BadParameter):
        rules.check_fields(fields)


@pytest.mark.parametrize("operator,limit,expected", [
    ("<=", 20, {"": "upper"}), ("<", Decimal("0.5"), {"": "upper"}), (">=", 60, {"": "lower"}), ("abs<=", 20, {"": "abs_upper"}),
    ("within", [Decimal("2400.0"), Decimal("2483.5")], {"": "range"}), ("line", {"0.15": 66, "0.5": 56}, {"": "line"}),
    ("<=", {"QP": 56, "AV": 46}, {"QP": "upper", "AV": "upper"}), ("no fire/explosion", None, {"": "observation"}),
])
def test_catalogue_limits_become_limits(operator, limit, expected):
    found = rules.catalogue_limits(operator, limit, "dB")
    assert {suffix: parse_limit(data).to_dict()["type"] for suffix, data in found.items()} == expected


@pytest.mark.parametrize("operator,limit", [("mask", {"1": 2}), ("n/a", None), ("<=", None), ("<=", {"30M-1G": -57}), ("<=", True)])
def test_what_the_catalogue_does_not_say_plainly_stays_empty(operator, limit):
    assert rules.catalogue_limits(operator, limit, "dB") == {"": {}}


def test_strictness_and_written_digits_survive():
    assert rules.catalogue_limits("<", Decimal("0.50"), "mA")[""] == {
        "type": "upper", "limit": "0.50", "inclusive": False, "unit": "mA"}


@pytest.mark.parametrize("legal,day", [
    ("in force 01/07/2021", date(2021, 7, 1)),
    ("Thông tư 11/2021 28/10/2021; hiệu lực 01/05/2022; bắt buộc 01/07/2023", date(2022, 5, 1)),
    ("bắt buộc 01/07/2019, thay TCVN", date(2019, 7, 1)), ("", None), ("Thông tư 08/2018", None),
])
def test_day_in_force(legal, day):
    assert rules.day_in_force(legal) == day


def test_successor():
    assert rules.successor("hiệu lực 01/07/2021; superseded by 117:2023", "QCVN 117:2020/BTTTT") == "QCVN 117:2023/BTTTT"
    assert rules.successor("hiệu lực 01/07/2021", "QCVN 117:2020/BTTTT") == ""

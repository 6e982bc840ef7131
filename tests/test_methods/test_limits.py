"""Limits and editions through their services: every version kept on two axes of time, editions in a chain, refusals by field."""
from __future__ import annotations

from datetime import date, timedelta

import pytest

from lab_app.core import clock
from lab_app.core.errors import FieldRefused, NotAllowed, Refused
from test_methods import queries, services
from test_methods.queries.limits import limit_in_force, limit_versions
from tests.support import method_facts as facts
from tests.support.people_facts import make_people

pytestmark = pytest.mark.both_databases

UPPER = {"type": "upper", "limit": "20", "unit": "dBm"}
LOWERED = {"type": "upper", "limit": "17", "unit": "dBm"}
MASK = {"type": "mask", "reference": "carrier", "offset_unit": "BW", "relative": True, "unit": "dBr",
        "segments": [["0", "0.5", "0", "0"], ["0.5", "1", "-20", "-28"]]}


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def made(people):
    return facts.make_method(people)


def test_a_changed_limit_keeps_the_old_one_on_both_axes_of_time(people, made, frozen_clock):
    requirement = made.power.requirement
    before, today = clock.now(), clock.today()
    frozen_clock.advance(days=3)
    services.change_limit(people.reviewer, requirement, LOWERED, "sửa đổi 1", in_force_from=date(2026, 6, 1))
    now = clock.now()
    assert requirement.limit["limit"] == "17" and requirement.confirmed_on is None
    assert limit_in_force(requirement, today, now).limit["limit"] == "17"
    assert limit_in_force(requirement, date(2026, 5, 31), now).limit["limit"] == "20"
    known_then = limit_in_force(requirement, today, before)
    assert known_then.limit["limit"] == "20" and known_then.confirmed
    assert limit_in_force(requirement, today, clock.at_local(date(2026, 1, 1), 9)) is None
    newest, oldest = limit_versions(requirement.id)
    assert (newest.reason, newest.recorded_by_id, newest.in_force_from) == ("sửa đổi 1", people.reviewer.id, date(2026, 6, 1))
    assert oldest.confirmations[0].source.startswith("đối chiếu") and not newest.confirmations


def test_a_limit_ahead_waits_for_its_day(people, made, frozen_clock):
    requirement = made.power.requirement
    ahead = clock.today() + timedelta(days=10)
    version = services.change_limit(people.reviewer, requirement, LOWERED, "sửa đổi 1", in_force_from=ahead)
    services.confirm_limit(people.quality_manager, requirement, "công báo 12, điều 3", clock.today(), version)
    assert requirement.limit["limit"] == "20" and requirement.confirmed_source.startswith("đối chiếu")
    assert services.bring_into_force(ahead - timedelta(days=1)) == 0
    frozen_clock.advance(days=10)
    assert services.bring_into_force(ahead) == 1 and services.bring_into_force(ahead) == 0
    assert (requirement.limit["limit"], requirement.confirmed_source) == ("17", "công báo 12, điều 3")
    standing = limit_in_force(requirement, ahead, clock.now())
    assert standing.confirmed and standing.limit["limit"] == "17"


def test_a_correction_of_the_same_day_stands_over_the_earlier_one(people, made):
    requirement = made.power.requirement
    services.change_limit(people.reviewer, requirement, LOWERED, "gõ nhầm")
    services.change_limit(people.reviewer, requirement, UPPER, "gõ lại")
    assert requirement.limit["limit"] == "20" and requirement.confirmed_on is None
    assert [v.limit["limit"] for v in limit_versions(requirement.id)] == ["20", "17", "20"]


def test_a_confirmation_belongs_to_the_version_it_was_given_for(people, made):
    requirement = made.power.requirement
    services.change_limit(people.reviewer, requirement, LOWERED, "sửa đổi")
    services.confirm_limit(people.quality_manager, requirement, "bản chính", clock.today())
    newest, _oldest = limit_versions(requirement.id)
    assert [c.source for c in newest.confirmations] == ["bản chính"]
    other = made.look.requirement
    with pytest.raises(Refused):
        services.confirm_limit(people.quality_manager, other, "x", clock.today(), newest)


@pytest.mark.parametrize(
    ("limit", "field"),
    [
        ({"type": "line", "segments": [["5", "1", "20", "20"]]}, "segments"),
        ({"type": "line", "segments": [["1", "5", "abc", "20"]]}, "segments"),
        ({**MASK, "reference": ""}, "reference"),
        ({**MASK, "unit": "dBm"}, "unit"),
        ({"type": "table", "rows": []}, "rows"),
        ({"type": "table", "rows": [{"when": {"lớp": "A"}, "limit": UPPER}, {"when": {"lớp": "a"}, "limit": LOWERED}]}, "rows"),
        ({"type": "upper", "limit": "1", "unit": "parsec"}, "unit"),
        ({"type": "upper", "limit": "1", "unit": "V"}, "unit"),
        ({"type": "table", "rows": [{"when": {"lớp": "A"}, "limit": {"type": "upper", "limit": "1", "unit": "V"}}]}, "unit"),
        ({"type": "upper", "limit": "NaN"}, "high"),
        ({"type": "upper"}, "limit"),
        ({"type": "range", "low": "5", "high": "1"}, "low"),
    ],
)
def test_a_limit_that_cannot_be_is_refused_by_its_field(people, made, limit, field):
    with pytest.raises(FieldRefused) as refused:
        services.change_limit(people.reviewer, made.power.requirement, limit, "thử")
    assert refused.value.field == field and str(refused.value.message)


def test_days_of_a_limit_stay_within_the_edition(people, made):
    for day in (date(2019, 12, 31), clock.today() + timedelta(days=2000)):
        with pytest.raises(FieldRefused) as refused:
            services.change_limit(people.reviewer, made.power.requirement, LOWERED, "thử", in_force_from=day)
        assert refused.value.field == "in_force_from"
    with pytest.raises(NotAllowed):
        services.change_limit(people.auditor, made.power.requirement, LOWERED, "thử")
    with pytest.raises((Refused, FieldRefused)):
        services.change_limit(people.reviewer, made.power.requirement, LOWERED, " ")


def test_a_mask_and_a_table_are_kept_whole(people, made):
    requirement = services.add_requirement(people.reviewer, made.regulation, code="M-1", name_vi="Mặt nạ", unit="dBr", limit=MASK)
    assert requirement.limit["reference"] == "carrier" and requirement.limit["segments"] == MASK["segments"]
    table = {"type": "table", "rows": [{"when": {"cấp": "B"}, "limit": UPPER}, {"when": {"cấp": "A"}, "limit": LOWERED}]}
    services.change_limit(people.reviewer, made.power.requirement, table, "bảng")
    assert [row["when"] for row in made.power.requirement.limit["rows"]] == [{"cấp": "B"}, {"cấp": "A"}]


def test_a_new_edition_begins_with_the_old_ones_requirements_unconfirmed(people, made):
    old, author = made.regulation, people.reviewer
    new = services.new_edition(
        author, old, code="QC PT 1:2026", in_force_from=date(2027, 1, 1), circular="Thông tư 99/2026", end_old_on=date(2027, 7, 1))
    assert (new.replaces, old.replaced_by, old.in_force_to) == ([old.code], new.code, date(2027, 7, 1))
    copies = queries.requirements(new.id)
    assert [(r.code, r.limit) for r in copies] == [(r.code, r.limit) for r in queries.requirements(old.id)]
    assert all(r.confirmed_on is None for r in copies)
    assert [e.code for e in queries.edition_chain(new)] == [old.code, new.code] == [e.code for e in queries.edition_chain(old)]
    with pytest.raises(Refused):
        services.new_edition(author, old, code="QC PT 1:2028", in_force_from=date(2028, 1, 1))
    with pytest.raises(FieldRefused) as refused:
        services.end_edition(author, new, in_force_to=date(2028, 1, 1), replaced_by=old.code, reason="vòng")
    assert refused.value.field == "replaced_by"


@pytest.mark.parametrize(
    ("facts_", "field"),
    [
        ({"code": "QC PT 1:2020", "in_force_from": date(2027, 1, 1)}, "code"),
        ({"code": "QC PT 1:2026", "in_force_from": date(2019, 1, 1)}, "in_force_from"),
        ({"code": "QC PT 1:2026", "in_force_from": date(2027, 1, 1), "end_old_on": date(2026, 1, 1)}, "end_old_on"),
    ],
)
def test_an_edition_that_cannot_follow_is_refused(people, made, facts_, field):
    with pytest.raises(FieldRefused) as refused:
        services.new_edition(people.reviewer, made.regulation, **facts_)
    assert refused.value.field == field


def test_an_edition_is_corrected_and_ended_with_a_reason(people, made):
    row = services.change_edition(people.reviewer, made.regulation, circular="Thông tư 1/2020", reason="bổ sung")
    assert row.circular == "Thông tư 1/2020"
    with pytest.raises(FieldRefused) as refused:
        services.change_edition(people.reviewer, row, in_force_to=date(2019, 1, 1), reason="sai")
    assert refused.value.field == "in_force_to"
    services.end_edition(people.reviewer, row, in_force_to=date(2026, 12, 1), reason="bãi bỏ theo thông tư")
    assert row.in_force_to == date(2026, 12, 1)
    with pytest.raises(NotAllowed):
        services.end_edition(people.auditor, row, in_force_to=date(2026, 12, 1), reason="x")

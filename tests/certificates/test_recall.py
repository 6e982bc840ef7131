"""Recall by services: what is touched, directly, in a system, through standards; joined findings, decisions, letters, conclusion."""
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from certificates import services
from certificates.models import Recall, RecallDecision, RecallLetter
from certificates.recall import presenters, queries, touched
from instruments.models import Calibration, CalibrationStandard, Instrument
from lab_app.core import audit, clock, events
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.core.permissions import P
from lab_app.quality import services as quality
from lab_app.quality.models import Nonconformity
from lab_app.results.models import Reading, ReadingInstrument
from tests.support import certificates_facts as facts
from tests.support import nonconforming, recall_facts
from tests.support.certificates_facts import MEASURED
from tests.support.people_facts import SETTER

pytestmark = pytest.mark.both_databases


def ids(scope):
    return set(db.session.scalars(touched.lines(scope).with_only_columns(ReadingInstrument.reading_id, maintain_column_froms=True)))


def all_lines(recall):
    rows = db.session.scalars(touched.lines(touched.scope_of(recall)).order_by(ReadingInstrument.measured_at, ReadingInstrument.id)).all()
    beside = touched.details([used.reading_id for used in rows], recall.id)
    return presenters.lines(rows, beside, recall.instrument_id, recall.error, recall.error_unit)


def decide_all(world, recall, decision="stands"):
    every = sorted(ids(touched.scope_of(recall)))
    return services.decide_lines(world.people.quality_manager, recall, every, decision=decision, reason="đã xét")


# ---- what is touched ---------------------------------------------------------------------------------------------


def test_the_span_begins_with_its_first_moment_and_ends_before_its_last(world):
    at = {line.reading.id: line.reading.measured_at for line in world.lines}
    first, last = min(at.values()), max(at.values())
    assert ids(touched.scope(world.instrument.id, first, last, 0)) == {i for i, m in at.items() if m < last}
    assert ids(touched.scope(world.instrument.id, first + timedelta(seconds=1), last + timedelta(seconds=1), 0)) == {
        i for i, m in at.items() if m > first}


def test_counts_of_readings_results_papers_and_enterprises(world):
    _, recall = recall_facts.recalled(world, report=True)
    counts = touched.counts(touched.scope_of(recall), recall.id)
    assert (counts.readings, counts.results, counts.reports, counts.enterprises) == (4, 4, 1, 1)
    assert recall.counts == counts.as_json() and counts.undecided == 4


def test_a_reading_not_on_any_paper_and_an_old_revision_are_there_and_marked(world):
    authorize(SETTER, P.RESULT_WRITE)
    old = world.lines[0].reading
    new = Reading(line_id=old.line_id, revision=2, person_id=old.person_id, measured_at=old.measured_at, raw={}, value=Decimal("18.40"),
                  unit="dBm", u=old.u, k=old.k, margin=Decimal("1.60"), verdict="PASS", correction_reason="gõ nhầm")
    db.session.add(new)
    db.session.flush()
    db.session.add(ReadingInstrument(reading_id=new.id, instrument_id=world.instrument.id, measured_at=new.measured_at))
    db.session.flush()
    _, recall = recall_facts.recalled(world)
    rows = {row.reading.id: row for row in all_lines(recall)}
    assert rows[old.id].superseded and not rows[new.id].superseded
    assert all(not row.reports for row in rows.values())
    counts = touched.counts(touched.scope_of(recall))
    assert (counts.readings, counts.results, counts.reports) == (5, 4, 0)


def standard_chain(world, levels=2):
    """Standards S1 → S2 → the world's instrument, each calibrated in-house with the one before."""
    authorize(SETTER, P.INSTRUMENT_WRITE)
    made = []
    for n in range(1, levels + 1):
        row = Instrument(code=f"ST-{n:02d}", name_vi=f"Chuẩn {n}", maker="Sóng Giả", type="CH", serial=f"CH{n}",
                         site_id=world.people.site.id)
        db.session.add(row)
        db.session.flush()
        made.append(row)
    for n, (standard, calibrated) in enumerate(zip(made, [*made[1:], world.instrument], strict=True)):
        done = date(2026, 10, 1) + timedelta(days=n)
        calibration = Calibration(
            instrument_id=calibrated.id, done_on=done, due_on=date(2027, 10, 1), certificate_no=f"NB-{n}", laboratory="Phòng hiệu chuẩn",
            traceability="6.5.2 a)", kind="in_house", released_at=clock.at_local(done, 12))
        db.session.add(calibration)
        db.session.flush()
        db.session.add(CalibrationStandard(calibration_id=calibration.id, instrument_id=standard.id))
    for used in db.session.scalars(select(ReadingInstrument)):
        used.calibration_id = calibration.id
    db.session.flush()
    return made


def test_a_doubted_standard_reaches_the_readings_two_calibrations_away(world):
    first, second = standard_chain(world)
    since, until = datetime(2026, 9, 30, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC)
    readings = {line.reading.id for line in world.lines}
    assert ids(touched.scope(first.id, since, until, 2)) == readings, "made in November, under a calibration of October"
    assert ids(touched.scope(first.id, since, until, 1)) == set(), "one step ends at the second standard"
    assert ids(touched.scope(second.id, since, until, 1)) == readings
    assert ids(touched.scope(first.id, datetime(2026, 10, 2, tzinfo=UTC), until, 5)) == set(), "the first step was taken before the span"
    found = touched.scope(first.id, since, until, 5).branches
    assert [(b.level, b.instrument_code) for b in found] == [(1, "ST-02"), (2, world.instrument.code)]


def test_doubt_ends_for_an_instrument_that_was_calibrated_again(world):
    first, second = standard_chain(world)
    authorize(SETTER, P.INSTRUMENT_WRITE)
    db.session.add(Calibration(  # the second standard was calibrated elsewhere before it calibrated the instrument
        instrument_id=second.id, done_on=date(2026, 10, 2), due_on=date(2027, 10, 1), certificate_no="CV-9", laboratory="Viện (giả định)",
        traceability="6.5.2 a)", released_at=clock.at_local(date(2026, 10, 2), 9)))
    last = db.session.scalars(select(Calibration).where(Calibration.certificate_no == "NB-1")).one()
    last.done_on = date(2026, 10, 5)
    db.session.flush()
    assert ids(touched.scope(first.id, datetime(2026, 9, 30, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC), 5)) == {
        line.reading.id for line in world.lines} - ids(touched.scope(world.instrument.id, MEASURED - timedelta(days=1), clock.now(), 0))


def test_a_reading_reached_twice_is_one_line(world):
    first, _second = standard_chain(world)
    authorize(SETTER, P.RESULT_WRITE)
    reading = world.lines[0].reading
    db.session.add(ReadingInstrument(reading_id=reading.id, instrument_id=first.id, measured_at=reading.measured_at))
    db.session.flush()
    scope = touched.scope(first.id, datetime(2026, 9, 30, tzinfo=UTC), clock.now(), 3)
    rows = db.session.scalars(touched.lines(scope)).all()
    assert sorted(row.reading_id for row in rows) == sorted(line.reading.id for line in world.lines)
    assert touched.counts(scope).readings == 4


# ---- how it is opened --------------------------------------------------------------------------------------------


def fail(world, **more):
    wanted = {"instrument": world.instrument, "since": MEASURED - timedelta(days=3), "actor": world.people.technician, **more}
    authorize(wanted["actor"], P.INSTRUMENT_CHECK)
    events.calibration_failed.send("instruments", **wanted)
    return db.session.scalars(select(Recall).order_by(Recall.id)).all()


def test_the_news_of_a_failed_check_opens_it_for_a_technician_without_the_right(world):
    assert not world.people.technician.can(P.QUALITY_WRITE)
    (recall,) = fail(world, cause="check", found_on=clock.today(), error=Decimal("-0.5"), error_unit="dB", reason="không đạt")
    assert recall.opened_by_id == world.people.technician.id and recall.cause == "check"
    assert recall.nonconformity.source == "check_failed" and recall.nonconformity.subject_code == world.instrument.code
    assert recall.counts["readings"] == 4 and recall.until == clock.now()
    entries = audit.history("recall", recall.id)
    assert {e.actor_name for e in entries} == {world.people.technician.full_name}


def test_the_bare_news_without_further_facts_is_enough(world):
    (recall,) = fail(world)
    assert (recall.cause, recall.error, recall.nonconformity.found_on) == ("calibration", None, clock.today())


def test_a_finding_within_the_span_joins_and_widens_it(world):
    fail(world, cause="check", error=Decimal("-0.5"), error_unit="dB", reason="kiểm tra")
    (recall,) = fail(world, since=MEASURED - timedelta(days=10), cause="maintenance", reason="tháo máy không ghi")
    assert recall.since == MEASURED - timedelta(days=10) and recall.error == Decimal("-0.5")
    assert "tháo máy không ghi" in recall.note and "tháo máy không ghi" in recall.nonconformity.description
    (recall,) = fail(world, cause="check", error=Decimal("0.9"), error_unit="dB", reason="lần nữa")
    assert recall.error == Decimal("0.9"), "the larger error counts"


def test_a_finding_after_the_span_opens_another(world, frozen_clock):
    fail(world, cause="check")
    frozen_clock.advance(days=9)
    assert len(fail(world, since=clock.now() - timedelta(days=2), cause="damage", reason="rơi")) == 2


def test_late_maintenance_opens_one_only_where_something_was_measured(world, frozen_clock):
    from instruments import services as instruments

    def maintained(days, what, verified):
        instruments.record_maintenance(
            world.people.quality_manager, world.instrument, done_on=clock.local(MEASURED).date() + timedelta(days=days), what=what,
            verified_before_return=verified)

    maintained(3, "thay đầu nối", False)
    assert db.session.scalars(select(Recall)).all() == [], "nothing was measured since"
    maintained(-1, "thay ắc quy", True)
    assert db.session.scalars(select(Recall)).all() == [], "it was verified before return"
    maintained(-1, "tháo đầu vào", False)
    recall = db.session.scalars(select(Recall)).one()
    assert recall.cause == "maintenance" and recall.nonconformity.source == "maintenance" and recall.counts["readings"] == 4


@pytest.mark.parametrize(("wanted", "field"), [
    ({"since": MEASURED, "until": MEASURED}, "until"), ({"since": MEASURED, "until": MEASURED - timedelta(days=1)}, "until"),
    ({"since": MEASURED, "until": datetime(2027, 1, 1, tzinfo=UTC)}, "until"), ({"since": MEASURED, "cause": "ghosts"}, "cause"),
    ({"since": MEASURED, "error": Decimal("1"), "error_unit": "furlong"}, "error_unit"), ({"since": MEASURED, "depth": 9}, "depth"),
])
def test_a_wrong_span_cause_unit_or_depth_is_refused(world, wanted, field):
    with pytest.raises(FieldRefused) as caught:
        services.open_recall(world.people.quality_manager, world.instrument, **wanted)
    assert caught.value.field == field
    assert not db.session.new


def test_only_who_may_write_quality_records_opens_decides_or_concludes(world):
    with pytest.raises(NotAllowed):
        services.open_recall(world.people.reviewer, world.instrument, since=MEASURED)
    _, recall = recall_facts.recalled(world)
    for act in (lambda: services.decide_lines(world.people.reviewer, recall, [1], decision="stands", reason="x"),
                lambda: services.close_recall(world.people.reviewer, recall, "x"),
                lambda: services.draft_letters(world.people.technician, recall)):
        with pytest.raises(NotAllowed):
            act()


# ---- deciding ----------------------------------------------------------------------------------------------------


def test_the_latest_decision_counts_and_the_first_stays(world):
    _, recall = recall_facts.recalled(world)
    reading = world.lines[0].reading
    services.decide_lines(world.people.quality_manager, recall, [reading.id], decision="stands", reason="biên đủ")
    services.decide_lines(world.people.quality_manager, recall, [reading.id], decision="retest", reason="khách hàng yêu cầu")
    counts = touched.counts(touched.scope_of(recall), recall.id)
    assert counts.by_decision == {"retest": 1} and counts.undecided == 3
    assert [d.decision for d in db.session.scalars(select(RecallDecision).order_by(RecallDecision.id))] == ["stands", "retest"]
    row = next(row for row in all_lines(recall) if row.reading.id == reading.id)
    assert row.decision.decision == "retest"


@pytest.mark.parametrize(("change", "kind"), [
    ({"decision": "maybe"}, FieldRefused), ({"reason": "  "}, FieldRefused), ({"reading_ids": []}, FieldRefused),
    ({"reading_ids": [10**6]}, Refused), ({"reading_ids": list(range(services.AT_ONCE + 1))}, FieldRefused),
])
def test_a_decision_needs_its_kind_its_reason_and_lines_of_this_recall(world, change, kind):
    _, recall = recall_facts.recalled(world)
    wanted = {"reading_ids": [world.lines[0].reading.id], "decision": "stands", "reason": "biên đủ", **change}
    with pytest.raises(kind):
        services.decide_lines(world.people.quality_manager, recall, wanted.pop("reading_ids"), **wanted)
    assert db.session.scalars(select(RecallDecision)).all() == []


def test_nobody_decides_on_an_own_reading_even_among_others(world):
    authorize(SETTER, P.RESULT_WRITE)
    db.session.get_one(Reading, world.lines[2].reading.id).person_id = world.people.quality_manager.id
    db.session.flush()
    _, recall = recall_facts.recalled(world)
    with pytest.raises(GateRefused) as caught:
        decide_all(world, recall)
    assert caught.value.stop.gate == "recall-decided-by-another"


def test_it_is_concluded_when_all_is_decided_and_only_then_the_record_can_close(world):
    _, recall = recall_facts.recalled(world)
    row, manager = recall.nonconformity, world.people.quality_manager
    quality.answer_nonconformity(manager, row, responsible_id=manager.id, action="dừng", significance="xem danh sách",
                                 acceptability="chấp nhận", customer_told="không cần", resumption="trưởng phòng, 16/11")
    with pytest.raises(GateRefused) as caught:
        quality.close_nonconformity(manager, row)
    assert caught.value.stop.gate == "nonconformity-answered" and recall.code in str(caught.value.stop.says)
    with pytest.raises(GateRefused):
        services.close_recall(manager, recall, "Không kết quả nào đổi")
    decide_all(world, recall)
    with pytest.raises(FieldRefused):
        services.close_recall(manager, recall, " ")
    services.close_recall(manager, recall, "Không kết quả nào đổi")
    assert recall.status == "closed" and recall.closed_by_id == manager.id
    with pytest.raises(Refused):
        decide_all(world, recall)
    nonconforming.settled(manager, row)
    quality.close_nonconformity(manager, row)
    assert row.status == "closed" and db.session.get_one(Nonconformity, row.id).closed_at == clock.now()
    with pytest.raises(Refused):
        services.reopen_recall(manager, recall, "số đo ghi sau")


def test_a_reading_recorded_late_makes_it_unfinished_again(world):
    _, recall = recall_facts.recalled(world)
    decide_all(world, recall)
    services.close_recall(world.people.quality_manager, recall, "xong")
    facts.measured_again(world, world.lines[0], "18.0", days=1)
    authorize(world.people.quality_manager, P.QUALITY_WRITE)
    assert touched.counts(touched.scope_of(recall), recall.id).undecided == 1
    services.reopen_recall(world.people.quality_manager, recall, "số đo ghi sau khi kết luận")
    assert recall.status == "open"


# ---- the error against the margin -------------------------------------------------------------------------------


def test_each_line_says_what_the_error_does_to_it(world):
    _, recall = recall_facts.recalled(world, error=Decimal("-1.7"))
    found = {row.reading.value: row.effect.code for row in all_lines(recall)}
    # 18.42 under 20 has 1.58; −28.3 failed by 1.7; −34.1 has 4.1; the observation has no number.
    assert found == {Decimal("18.42"): "flips", Decimal("-28.3"): "flips", Decimal("-34.1"): "stays", None: "no_number"}


def test_without_a_known_error_nothing_is_said_to_stand(world):
    _, recall = recall_facts.recalled(world, error=None, error_unit="")
    assert {row.effect.code for row in all_lines(recall)} == {"cannot_tell", "no_number"}


# ---- letters ---------------------------------------------------------------------------------------------------------


def test_letters_go_to_enterprises_with_papers_and_follow_the_decisions_until_sent(world):
    manager = world.people.quality_manager
    _, recall = recall_facts.recalled(world, report=True)
    (letter,) = services.draft_letters(manager, recall)
    number = letter.reports[0]
    assert number in letter.text and "đang xem xét: 4" in letter.text and "under evaluation: 4" in letter.text
    decide_all(world, recall, "retest")
    (again,) = services.draft_letters(manager, recall)
    assert again.id == letter.id and "đo lại: 4" in again.text
    services.change_letter(manager, letter, "Kính gửi: nội dung đã sửa")
    services.mark_sent(manager, letter)
    assert (letter.status, letter.sent_at, letter.sent_by_id) == ("sent", clock.now(), manager.id)
    assert services.draft_letters(manager, recall) == [], "a sent letter stays as it was"
    for act in (lambda: services.change_letter(manager, letter, "khác"), lambda: services.mark_sent(manager, letter)):
        with pytest.raises(Refused):
            act()
    assert db.session.scalars(select(RecallLetter)).one().text == "Kính gửi: nội dung đã sửa"


def test_no_paper_no_letter(world):
    _, recall = recall_facts.recalled(world)
    assert services.draft_letters(world.people.quality_manager, recall) == []


def test_a_report_knows_the_recalls_that_concern_it(world):
    _, recall = recall_facts.recalled(world, report=True)
    (a,) = touched.affected_reports(touched.scope_of(recall), recall.id)
    assert [r.id for r in queries.recalls_of_report(a.report.id)] == [recall.id]
    services.open_recall(world.people.quality_manager, world.instrument, since=MEASURED - timedelta(days=40),
                         until=MEASURED - timedelta(days=30))
    assert [r.id for r in queries.recalls_of_report(a.report.id)] == [recall.id]

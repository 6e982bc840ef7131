"""Traces of a job: frozen with the factors of the day, judged per limit line, reduced, final points recorded by every gate."""
from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest

from instruments import services as instruments
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, Refused
from lab_app.results import tracing
from lab_app.results.queries import traces as queries
from lab_app.results.services import traces as services
from lab_app.results.tracing import FactorChoice
from test_methods.services.uncertainty import add_budget, choose_budget
from tests.support.people_facts import make_person
from tests.support.results_facts import MEASURED, day
from tests.support.trace_facts import make_emission

pytestmark = [pytest.mark.usefixtures("app", "writing", "frozen_clock"), pytest.mark.both_databases]

D = Decimal


@pytest.fixture
def world(app, writing, frozen_clock):
    return make_emission()


@contextmanager
def refused_by(gate):
    """The block is stopped by this gate."""
    with pytest.raises(GateRefused) as refused:
        yield refused
    assert refused.value.stop.gate == gate


def by_parameter(rows):
    return {row["parameter"]: row for row in rows}


def told(use):
    return {int(D(p["f"]) / 1_000_000): p["reason"] if not p["kept"] else "kept" for p in use.peaks}


# ---- judged and frozen ----------------------------------------------------------------------------------


def test_the_level_is_corrected_by_the_methods_formula_and_judged_per_line(world):
    use = world.use(world.sweep(), "QP")
    row = by_parameter(use.lines)["RE-QP"]
    assert row["why"] == "" and row["verdict"] == "FAIL"  # 100 MHz: 25 + 12 + 6 = 43 over 40
    assert (D(row["margin"]), row["detector"]) == (D(-3), "QP")
    worst = {int(D(p["f"]) / 1_000_000): (D(p["level"]), D(p["limit"]), D(p["margin"])) for p in row["worst"]}
    assert worst[100] == (43, 40, -3) and worst[500] == (46, 47, 1) and worst[240] == (43, 47, 4) and worst[50] == (36, 40, 4)
    assert [p["parameter"] for p in use.lines] == ["RE-QP"] and row["line_ids"] == [world.bench.line("RE-QP").id]
    assert row["gaps"] == [] and row["unmeasured"] == [] and row["confirmed"]
    assert use.correction["unit"] == "dBµV/m" and use.correction["sha256"] == use.trace.file_sha256


def test_every_peak_says_what_became_of_it(world):
    use = world.use(world.sweep(), "QP")
    assert told(use) == {500: "kept", 240: "kept", 50: "kept", 52: "too_near", 100: "ambient", 700: "below_offset"}
    assert use.correction["counts"] == {"too_near": 1, "ambient": 1, "below_offset": 1}
    assert use.correction["rules"][0]["rule"]["offset_db"] == "10"


def test_the_factors_are_the_version_of_the_day_of_capture_and_stay_what_they_were(world):
    use = world.use(world.sweep(), "QP")
    frozen = {row["key"]: row for row in use.factors}
    assert frozen["af"]["set"] == "HB/2026-01" and frozen["af"]["instrument"] == "EQ-107" and frozen["af"]["points"][0] == ["30", "12"]
    assert (frozen["cable"]["value"], frozen["cable"]["says"], frozen["preamp"]["sign"]) == ("6", "CAB-3, đo 05/2026", -1)
    instruments.add_factor_set(
        world.people.quality_manager, world.antenna, label="HB/2026-11", quantity="antenna-factor", argument_unit="MHz", unit="dB/m",
        points=[(D(30), D(20)), (D(1000), D(20))], valid_from=date(2026, 11, 16))
    db.session.flush()
    assert D(by_parameter(queries.use_by_id(use.id).lines)["RE-QP"]["margin"]) == -3
    assert queries.levels_of(use).exact(70)[1] == D(43)
    # A capture of today finds the new table, the old one is no longer offered for it; Sunday's capture still takes the old one.
    options = {o.factors.label for o in queries.factor_options(world.people.site.id, ["dB/m"], date(2026, 11, 16), clock.now())}
    before = {o.factors.label for o in queries.factor_options(world.people.site.id, ["dB/m"], date(2026, 11, 15), clock.now())}
    assert (options, before) == ({"HB/2026-11"}, {"HB/2026-01"})
    with pytest.raises(FieldRefused, match="không có hiệu lực vào ngày đo"):
        world.use(world.sweep(name="again"), "QP")


def test_a_prescan_says_margins_and_no_verdict(world):
    use = world.use(world.sweep("PK"), "QP", "AV")
    rows = by_parameter(use.lines)
    assert {(r["why"], r["verdict"]) for r in rows.values()} == {("prescan", "")}
    assert D(rows["RE-AV"]["margin"]) == -13 and rows["RE-AV"]["worst"]
    assert {p["parameter"] for p in use.peaks if p["kept"]} == {"RE-AV"}  # each peak belongs to the limit it comes nearest to


def test_another_detector_or_none_is_not_judged(world):
    rows = by_parameter(world.use(world.sweep("AV"), "QP", "AV").lines)
    assert rows["RE-QP"]["why"] == "detector_differs" and rows["RE-QP"]["margin"] is None and rows["RE-AV"]["verdict"] == "FAIL"
    unnamed = world.sweep("", name="none.csv")
    assert by_parameter(world.look(unnamed, "QP").lines)["RE-QP"]["why"] == "detector_unknown"
    assert by_parameter(world.look(unnamed, "QP", detector="QP").lines)["RE-QP"]["verdict"] == "FAIL"
    with pytest.raises(FieldRefused) as refused:
        world.look(world.sweep("AV"), "QP", detector="QP")
    assert refused.value.field == "detector"


def test_gaps_and_what_was_not_swept_are_said(world):
    row = by_parameter(world.look(world.sweep(low=20, high=900, name="short.csv"), "QP", low=D(30_000_000)).lines)["RE-QP"]
    assert row["unmeasured"] == [["900000000", "1000000000"]] and row["gaps"] == []
    with pytest.raises(FieldRefused) as refused:
        world.look(world.sweep(low=20, high=900, name="short.csv"), "QP")
    assert refused.value.field == "factor-af" and "20" in str(refused.value.message)


@pytest.mark.parametrize(("choice", "field"), [
    (FactorChoice(), "factor-cable"), (FactorChoice("stated", text="6"), "says-cable"), (FactorChoice("stated", says="x"), "stated-cable"),
    (FactorChoice("stated", text="sáu", says="x"), "stated-cable"), (FactorChoice("stated", text="30 1 2", says="x"), "stated-cable"),
    (FactorChoice("stated", text="30 1; 20 2", says="x"), "stated-cable"),
    (FactorChoice("stated", text="40 1; 1000 2", says="x"), "factor-cable"),
    (FactorChoice("set", 999), "factor-cable"),
])
def test_a_factor_that_cannot_be_is_refused_at_its_field(world, choice, field):
    with pytest.raises(FieldRefused) as refused:
        world.look(world.sweep(), "QP", factors={"cable": choice})
    assert refused.value.field == field


def test_a_stated_table_is_interpolated(world):
    found = world.look(world.sweep(), "QP", factors={"cable": FactorChoice("stated", text="30 1,0\n1000 10,7", says="CAB-3")})
    worst = next(p for p in by_parameter(found.lines)["RE-QP"]["worst"] if p["f"] == "240000000")
    assert D(worst["level"]) == D("25") + 12 + D("3.1")


def test_an_unknown_parameter_is_no_choice(world):
    with pytest.raises(FieldRefused) as refused:
        world.look(world.sweep())
    assert refused.value.field == "parameters"


# ---- what is refused ------------------------------------------------------------------------------------


def test_a_sweep_before_the_item_came_is_refused(world):
    with refused_by("trace-after-reception"):
        world.use(world.sweep(at=day(10, 8)), "QP")


def test_an_unfit_instrument_at_the_capture_is_refused_also_one_whose_factors_count(world):
    with clock.at(day(14)):
        instruments.set_state(
            world.people.quality_manager, world.antenna, "out_of_service", day(14), reason="rơi")
    assert world.use(world.sweep(at=day(13), floor=1.0), "QP").id
    with refused_by("trace-instrument-fit") as refused:
        world.use(world.sweep(), "QP")
    assert "EQ-107" in str(refused.value.stop.says)


def test_only_who_writes_results_takes_and_withdraws(world):
    use = world.use(world.sweep(), "QP")
    customer_desk = make_person("N31", "Lê Tiếp Nhận", "reception")
    for act in (lambda: world.use(world.sweep(name="x"), "QP", by=customer_desk), lambda: services.withdraw_use(customer_desk, use, "sai"),
                lambda: services.take_points(customer_desk, use, world.points(use), world.facts())):
        with pytest.raises(Exception, match="(?i)quyền|denied|permission"):
            act()


def test_a_reviewed_job_takes_no_more_traces(world):
    world.bench.job.status = "reviewed"
    with pytest.raises(Refused, match="soát xét"):
        world.use(world.sweep(), "QP")


def test_a_withdrawn_trace_stays_readable_with_its_reason(world):
    use = world.use(world.sweep(), "QP")
    with pytest.raises(FieldRefused):
        services.withdraw_use(world.people.technician, use, " ")
    services.withdraw_use(world.people.technician, use, "nhầm cực tính")
    assert use.withdrawn_reason == "nhầm cực tính" and use.lines and queries.trace_uses([use.job_id], withdrawn=False) == []
    assert [u.id for u in queries.trace_uses([use.job_id])] == [use.id]
    with pytest.raises(Refused):
        services.withdraw_use(world.people.technician, use, "lần nữa")
    with pytest.raises(Refused):
        services.take_points(world.people.technician, use, world.points(use), world.facts())


# ---- detectors against each other -----------------------------------------------------------------------


def test_an_average_above_the_quasi_peak_is_said_and_stops_the_points(world):
    first = world.use(world.sweep("QP"), "QP", conditions="phân cực H")
    wrong = world.use(world.sweep("AV", {240: 26.0, 500: 20.0}), "AV", conditions="phân cực H")
    (row,) = [r for r in wrong.correction["contradictions"] if r["f"] == "240000000"]
    assert (row["lower"], row["lower_level"], row["upper"], row["upper_level"], row["use"]) == ("AV", "44", "QP", "43", first.id)
    uses = queries.trace_uses([first.job_id])
    assert services.standing_contradictions(first, uses)[0]["use"] == wrong.id  # said on both
    for use in (first, wrong):
        with refused_by("trace-detectors-ordered"):
            services.take_points(world.people.technician, use, world.points(use), world.facts())
    services.withdraw_use(world.people.technician, wrong, "quét nhầm cực tính")
    assert services.take_points(world.people.technician, first, world.points(first, 240), world.facts()).readings


def test_another_polarisation_is_no_contradiction(world):
    world.use(world.sweep("QP"), "QP", conditions="phân cực H")
    other = world.use(world.sweep("AV", {240: 26.0}), "AV", conditions="phân cực V")
    assert other.correction["contradictions"] == []


# ---- final points ---------------------------------------------------------------------------------------


def test_final_points_fill_the_planned_line_and_add_the_others(world):
    use = world.use(world.sweep(), "QP", conditions="phân cực H")
    planned = world.bench.line("RE-QP")
    made = services.take_points(world.people.technician, use, world.points(use, 240, 500), world.facts())
    assert not made.planned and len(made.readings) == 2
    by_line = {r.line.conditions: r for r in made.readings}
    assert set(by_line) == {"240 MHz, phân cực H", "500 MHz, phân cực H"} and by_line["240 MHz, phân cực H"].line_id == planned.id
    reading = by_line["500 MHz, phân cực H"]
    assert (reading.value, reading.unit, reading.margin, reading.verdict) == (D(46), "dBµV/m", D(1), "PASS")
    assert reading.raw["reading"]["source"] == "file" and reading.raw["reading"]["trace"] == use.trace_id
    assert reading.raw["reading"]["taken"] == f"{use.trace_id}:at:500000000" and reading.raw["af"]["value"] == "12"
    assert reading.measured_at == MEASURED and {t.key for t in reading.traces} == {"reading", "frequency_mhz"}
    assert {i.instrument_id: i.factor_set_id for i in reading.instruments}[world.antenna.id] == world.factors.id
    worst = {p["f"]: p for p in by_parameter(use.lines)["RE-QP"]["worst"]}
    assert D(worst["500000000"]["margin"]) == reading.margin  # the plot and the line say the same


def test_a_point_is_taken_once_and_only_from_its_own_trace(world):
    use = world.use(world.sweep(), "QP", conditions="phân cực H")
    services.take_points(world.people.technician, use, world.points(use, 240), world.facts())
    for points, text in ((world.points(use, 240), "đã có số đọc"), ([services.FinalPoint(world.parameters["QP"].id, D(1))], "không thuộc"),
                         ([], "ít nhất một")):
        with pytest.raises(FieldRefused, match=text):
            services.take_points(world.people.technician, use, points, world.facts())


def test_the_gates_of_a_reading_apply_to_points_too(world):
    use = world.use(world.sweep(), "QP")
    with refused_by("record-complete"):
        services.take_points(world.people.technician, use, world.points(use, 240), services.PointFacts())
    with clock.at(day(17)), refused_by("late-entry-reason"):
        services.take_points(world.people.technician, use, world.points(use, 240), world.facts())


def test_points_of_a_prescan_become_lines_still_to_be_measured(world):
    use = world.use(world.sweep("PK"), "QP", conditions="phân cực V")
    made = services.take_points(world.people.technician, use, world.points(use, 50, 500), world.facts())
    assert not made.readings and [(x.conditions, x.status) for x in made.planned] == [
        ("500 MHz, phân cực V", "planned"), ("50 MHz, phân cực V", "planned")]
    again = services.take_points(world.people.technician, use, world.points(use, 50), world.facts())
    assert [x.id for x in again.planned] == [made.planned[1].id]


def test_without_a_rule_the_worst_points_may_be_taken(app, writing, frozen_clock):
    world = make_emission(rule=None)
    use = world.use(world.sweep(), "QP")
    assert use.peaks == [] and use.correction["rules"] == []
    assert {int(D(p["f"]) / 1_000_000) for p in services.final_points(use)} >= {100, 240, 500}


# ---- ambient trace, picture -----------------------------------------------------------------------------


def test_a_trace_of_the_room_tells_what_is_ambient(world):
    room = world.use(world.sweep("PK", {240: 24.0}, name="nền.csv"), "QP", conditions="nền, mẫu tắt")
    use = world.use(world.sweep("PK"), "QP", conditions="phân cực H", ambient=room)
    assert told(use)[240] == "ambient" and told(use)[500] == "kept" and use.correction["ambient_use"] == room.id


def test_the_frozen_picture_is_plain_data_and_bounded(world):
    use = world.use(world.sweep(), "QP")
    frozen = queries.frozen_trace(use, columns=200)
    assert (frozen["low"], frozen["high"], frozen["x"], frozen["unit"]) == ("30", "1000", "log", "dBµV/m")
    assert len(frozen["columns"]) <= 200 and max(D(c[2]) for c in frozen["columns"]) == 46
    assert frozen["limits"][0]["pieces"] == [["30", "230", "40", "40"], ["230", "1000", "47", "47"]]
    assert frozen["lines"][0]["worst"] == [{"f": "100"}] and D(frozen["lines"][0]["margin"]) == -3
    assert frozen["counts"] == {"too_near": 1, "ambient": 1, "below_offset": 1}
    assert {row["label_vi"]: row["set"] or row["says"] for row in frozen["factors"]}["af"] == "HB/2026-01"

    def texts(value):
        if isinstance(value, dict):
            return all(texts(v) for v in value.values())
        if isinstance(value, list):
            return all(texts(v) for v in value)
        return not isinstance(value, (float, D))

    assert texts(frozen)


def test_the_budget_of_a_trace_is_the_one_of_its_capture_as_known_when_it_is_worked_out(world, frozen_clock):
    qp = world.parameters["QP"]
    trace = world.sweep(at=day(15, 10))
    own = by_parameter(world.look(trace, "QP").lines)["RE-QP"]["U"]
    before = clock.now()
    frozen_clock.advance(minutes=1)
    wider = add_budget(world.people.reviewer, code="UB-WIDE", quantity="Phát xạ", unit="dB", components=[
        {"source": "máy thu", "value": "3", "distribution": "rectangular"}])
    choice = choose_budget(world.people.signatory, wider, qp)
    assert own != str(wider.u_expanded)
    # Captured yesterday: what is chosen from today on is not its budget.
    assert by_parameter(world.look(trace, "QP").lines)["RE-QP"]["U"] == own
    today = world.sweep(floor=3.0, name="today.csv")
    assert D(by_parameter(world.look(today, "QP").lines)["RE-QP"]["U"]) == wider.u_expanded
    # The same work repeated as it was known before anybody chose.
    then = tracing.work_out(world.bench.job, today, world.setup("QP"), before)
    assert by_parameter(then.lines)["RE-QP"]["U"] == own and choice.recorded_at > before

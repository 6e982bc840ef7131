"""The demonstration's sweeps show exactly the case's numbers: levels, margins, verdicts of its emission lines; no reading changed."""
from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from lab_app.core import clock
from lab_app.core.db import db
from lab_app.core.quantity import round_half
from lab_app.demo import traces as demo
from lab_app.demo.load import case
from lab_app.metrology.traces import read
from lab_app.metrology.units import convert
from lab_app.results.inputs import stated_frequency
from lab_app.results.models import Reading, ReadingTrace, TraceUse
from lab_app.results.queries import traces as queries
from lab_app.results.services import traces as services

LINES = {line["id"]: line for line in case()["flow"]["test_lines"]}
SWEEPS = (*demo.SEPTEMBER, *demo.OCTOBER)


@pytest.mark.parametrize("sweep", SWEEPS, ids=lambda s: s.name)
def test_the_file_shows_the_cases_readings_at_the_cases_frequencies(sweep):
    above = demo.levels_of(next(s for s in SWEEPS if s.name == sweep.below)) if sweep.below else None
    trace = read(demo.file_of(sweep, demo.levels_of(sweep, above)))
    start, stop, step = sweep.span
    assert len(trace) == (stop - start) // step + 1 and trace.unit == "dBµV"
    for ident in sweep.lines:
        khz = Decimal(ident.split("-")[2]) * 1000
        index = int((khz - start) / step)
        assert trace.point(index) == (khz * 1000, Decimal(str(LINES[ident]["raw"]["reading_dBuV"]))), ident
    assert demo.file_of(sweep, demo.levels_of(sweep, above)) == demo.file_of(sweep, demo.levels_of(sweep, above))


def test_every_emission_line_of_the_case_has_its_sweep():
    shown = [ident for sweep in SWEEPS for ident in sweep.lines]
    assert sorted(shown) == sorted(i for i, line in LINES.items() if (line.get("budget") or "").startswith("UB-EMC"))


def test_margins_and_verdicts_on_the_traces_are_the_cases(demo_app):
    uses = {use.trace.name.split(".")[0]: use for use in db.session.scalars(select(TraceUse)).unique()}
    for sweep in SWEEPS:
        use = next(u for name, u in uses.items() if name == sweep.name)
        (row,) = use.lines
        told = [LINES[ident] for ident in sweep.lines]
        worst = min(told, key=lambda line: line["margin"])
        assert row["why"] == "" and row["verdict"] == {"P": "PASS"}[worst["verdict"]], sweep.name
        assert round_half(Decimal(row["margin"]), 1) == Decimal(str(worst["margin"])), sweep.name
        assert round_half(Decimal(row["U"]), 2) == Decimal(str(worst["U"])) and row["rule"]["code"] == worst["decision_rule"], sweep.name
        # The final points are those that were measured, each with the level and the margin of its line, and no other.
        kept = {Decimal(p["f"]) / 1000: tuple(round_half(Decimal(p[key]), 1) for key in ("level", "margin"))
                for p in use.peaks if p["kept"]}
        assert kept == {Decimal(i.split("-")[2]) * 1000: (Decimal(str(LINES[i]["result"])), Decimal(str(LINES[i]["margin"])))
                        for i in sweep.lines}, sweep.name
        assert not use.correction["contradictions"] and use.correction["points"] == len(queries.levels_of(use))


def test_each_line_of_the_report_finds_its_point_on_a_trace(demo_app):
    for use in db.session.scalars(select(TraceUse)).unique():
        for row in services.final_points(use):
            lines = [x for x in queries.open_lines(use.job_id) if x.parameter_id == row["parameter_id"]]
            stated = {convert(*stated_frequency(x.conditions), "Hz") for x in lines}
            assert Decimal(row["f"]) in stated


def test_the_readings_are_as_they_were_typed(demo_app):
    linked = set(db.session.scalars(select(ReadingTrace.reading_id)))
    story = db.session.scalars(select(Reading).where(Reading.measured_at < clock.at_local(date(2026, 10, 31), 0)))
    for reading in story:
        assert reading.id not in linked and all("trace" not in body for body in reading.raw.values())


def test_a_frozen_picture_of_the_demonstration_is_small(demo_app):
    import json

    for use in db.session.scalars(select(TraceUse)).unique():
        frozen = queries.frozen_trace(use)
        assert len(frozen["columns"]) <= queries.FROZEN_COLUMNS and len(json.dumps(frozen, ensure_ascii=False)) < 60_000
        assert max(Decimal(c[2]) for c in frozen["columns"]) >= max(round_half(Decimal(p["level"]), 2) for p in use.peaks if p["kept"])

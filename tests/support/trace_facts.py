"""An emission bench for traces: a method with limit lines under three detectors, a receiver, an antenna with factors, sweeps made up."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from instruments import services as instruments
from instruments.models import FactorSet, Instrument, Trace
from instruments.services import capture
from lab_app.core import clock, files
from lab_app.results import tracing
from lab_app.results.models import TraceUse
from lab_app.results.services import traces as services
from lab_app.results.tracing import FactorChoice, Setup
from test_methods import services as methods
from test_methods.models import MethodParameter
from tests.support import equipment_facts, method_facts
from tests.support.people_facts import People, make_people
from tests.support.results_facts import MEASURED, Bench, day, make_bench
from tests.support.worlds import kept

#: Class B at 3 m, and a limit for each detector above 1 GHz left out: one span is enough here.
LINE = {"type": "line", "unit": "dBµV/m", "segments": [["30", "230", "40", "40"], ["230", "1000", "47", "47"]]}
AVERAGE = {"type": "line", "unit": "dBµV/m", "segments": [["30", "230", "30", "30"], ["230", "1000", "37", "37"]]}
FORMULA = "reading + af + cable - preamp"
FIELDS = [
    method_facts.field("frequency_mhz", "MHz", "setting"), method_facts.field("reading", "dBµV"),
    method_facts.field("af", "dB/m", "factor"), method_facts.field("cable", "dB", "factor"), method_facts.field("preamp", "dB", "factor"),
]
RULE = {"offset_db": "10", "most": 3, "window": "5", "window_unit": "MHz",
        "ambient": [{"low": "87.5", "high": "108", "unit": "MHz", "why": "phát thanh FM"}]}
NEED = {"quantity": "emi-level", "low": "30", "high": "1000", "unit": "MHz", "u": None, "u_unit": "", "required": True,
        "beside": [{"quantity": "antenna-factor", "low": "30", "high": "1000", "unit": "MHz", "u": None, "u_unit": "", "required": True}]}
RANGE = {"quantity": "emi-level", "low": Decimal(30), "high": Decimal(1000), "unit": "MHz", "u": Decimal(1), "u_unit": "dB"}
ANTENNA = {"quantity": "antenna-factor", "low": Decimal(30), "high": Decimal(1000), "unit": "MHz", "u": Decimal(1), "u_unit": "dB"}
#: Peaks of a sweep as read by the receiver, dBµV, by MHz: 18 dB less than the field strength they stand for.
PEAKS: Mapping[float, float] = {50: 18.0, 52: 15.0, 100: 25.0, 240: 25.0, 500: 28.0, 700: 15.0}


@dataclass
class Emission:
    """The bench of results with a receiver and an antenna, and the parameters by detector."""

    bench: Bench
    receiver: Instrument
    antenna: Instrument
    factors: FactorSet
    parameters: dict[str, MethodParameter]

    @property
    def people(self) -> People:
        """The people of the bench."""
        return self.bench.people

    def sweep(self, detector: str = "QP", peaks: Mapping[float, float] | None = None, *, at: datetime = MEASURED, floor: float = 2.0,
              name: str = "", low: int = 30, high: int = 1000) -> Trace:
        """A file of the receiver imported by the technician: a point every MHz, quiet but for its peaks."""
        data = sweep_file(detector, PEAKS if peaks is None else peaks, floor, low, high)
        upload = files.put_bytes(data, name or f"{detector}.csv", files.INSTRUMENT_DATA)
        return capture.import_trace(self.people.technician, self.receiver, upload, captured_at=at)

    def setup(self, *detectors: str, **facts: Any) -> Setup:
        """The parameters of these detectors, the antenna's table, 6 dB of cable, no preamplifier."""
        described: dict[str, Any] = {
            "factors": {
                "af": FactorChoice("set", self.factors.id), "cable": FactorChoice("stated", text="6", says="CAB-3, đo 05/2026"),
                "preamp": FactorChoice("stated", text="0", says="không dùng"), **facts.pop("factors", {})},
            **facts,
        }
        return Setup(tuple(self.parameters[d].id for d in detectors), **described)

    def look(self, trace: Trace, *detectors: str, **facts: Any) -> tracing.Outcome:
        """What a trace would say, nothing written."""
        return tracing.work_out(self.bench.job, trace, self.setup(*detectors, **facts), clock.now())

    def use(self, trace: Trace, *detectors: str, by: Any = None, **facts: Any) -> TraceUse:
        """The technician takes a trace into the job."""
        return services.use_trace(by or self.people.technician, self.bench.job, trace, self.setup(*detectors, **facts))

    def points(self, use: TraceUse, *frequencies: int) -> list[services.FinalPoint]:
        """Final points of a use at some MHz; all of them when none is named."""
        return [services.FinalPoint(int(p["parameter_id"]), Decimal(p["f"])) for p in services.final_points(use)
                if not frequencies or Decimal(p["f"]) / 1_000_000 in frequencies]

    def facts(self, **more: Any) -> services.PointFacts:
        """The environment of the bench beside final points."""
        return services.PointFacts(**{"environment": self.bench.environment, **more})


def sweep_file(detector: str, peaks: Mapping[float, float], floor: float = 2.0, low: int = 30, high: int = 1000) -> bytes:
    """A file as the X-series writes it, in dBµV."""
    rows = [(f * 1_000_000, peaks.get(f, floor + (f % 3) * 0.25)) for f in range(low, high + 1)]
    words = {"QP": "Quasi Peak", "AV": "EMI Average", "PK": "Peak", "": ""}
    head = (f"Trace\r\nSwept SA\r\nA.25.08,ER-7\r\nNumber of Points,{len(rows)}\r\nRBW,120000\r\nDetector,{words[detector]}\r\n"
            "Trace Name,Trace1\r\nX Axis Units,Hz\r\nY Axis Units,dBuV\r\nDATA\r\n")
    return (head + "".join(f"{f},{v}\r\n" for f, v in rows)).encode()


def emission_method(people: People, code: str = "PT 9", *, rule: Mapping[str, Any] | None = RULE) -> method_facts.Tested:
    """The method of the tests with two further parameters over frequency, one a detector, in force since February."""
    tested = method_facts.draft_method(people, code)
    with clock.at(clock.at_local(method_facts.ENTERED_ON, 9, 30)):
        for detector, limit in (("QP", LINE), ("AV", AVERAGE)):
            requirement = methods.add_requirement(
                people.reviewer, tested.regulation, code=f"RE-{detector}", name_vi=f"Phát xạ bức xạ {detector}",
                name_en=f"Radiated emission {detector}", clause="4.3", unit="dBµV/m", limit=limit)
            methods.confirm_limit(people.reviewer, requirement, "đối chiếu bản chính thức, trang 20", method_facts.ENTERED_ON)
            methods.add_parameter(
                people.reviewer, tested.version, requirement, fields=FIELDS, formula=FORMULA, places=1, budget=tested.budget,
                need=NEED, conditions=["240 MHz, phân cực H"] if detector == "QP" else [], trace_rule=dict(rule or {}))
    method_facts.approve(people, tested.version)
    return tested


@kept
def make_emission(*, rule: Mapping[str, Any] | None = RULE, decision: str = "DR-SA", **facts: Any) -> Emission:
    """Everything a trace of a job needs: the job's method is the emission method."""
    people = make_people()
    tested = emission_method(people, rule=rule)
    bench = make_bench(tested=tested, rule=decision, **facts)
    receiver = equipment_facts.fit_instrument(
        people.quality_manager, people.site, "EQ-105", ranges=[RANGE], name_vi="Máy thu đo nhiễu", type="ER-7")
    antenna = equipment_facts.fit_instrument(
        people.quality_manager, people.site, "EQ-107", ranges=[ANTENNA], name_vi="Ăng ten", type="HB-1000")
    with clock.at(day(2)):
        factors = instruments.add_factor_set(
            people.quality_manager, antenna, label="HB/2026-01", quantity="antenna-factor", argument_unit="MHz", unit="dB/m",
            points=[(Decimal(30), Decimal(12)), (Decimal(1000), Decimal(12))], valid_from=date(2026, 1, 8))
    by_code = {p.code: p for p in tested.version.parameters}
    return Emission(bench, receiver, antenna, factors, {"QP": by_code["RE-QP"], "AV": by_code["RE-AV"]})

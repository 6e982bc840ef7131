"""Sweeps behind the emission lines of the case: files of the receiver, made up here by rule so that at the case's frequencies they show
exactly the case's readings, taken into the job with the factors that counted that day (7.5.1, 6.4.11)."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from instruments.models import Instrument
from instruments.queries import factor_set_at
from instruments.services import capture
from lab_app.core import clock, files
from lab_app.core.db import db
from lab_app.demo.load import case
from lab_app.results.models import TestJob
from lab_app.results.services import traces
from lab_app.results.tracing import SET, STATED, FactorChoice, Setup
from lab_app.samples.models import Sample

RECEIVER = "EQ-005"
TESTER = "U04"
#: Hundredths of a dB; steps of frequency in kHz.
HUNDRED = 100
NOT_USED = FactorChoice(STATED, text="0", says="không dùng")
CABLE = "CAB-07, đo suy hao 06/2026"


@dataclass(frozen=True)
class Sweep:
    """One file: which lines of the case it shows, over which span (kHz), its quiet level and further peaks (kHz: hundredths of dBµV)."""

    name: str
    lines: tuple[str, ...]
    parameter: str
    conditions: str
    span: tuple[int, int, int]
    detector: str
    rbw: int
    floor: int
    factors: Mapping[str, FactorChoice | str]
    others: Mapping[int, int] = field(default_factory=dict)
    below: str = ""


#: Factors: a code names the instrument whose table of the day counts; everything else is stated as the bench had it.
CONDUCTED: dict[str, FactorChoice | str] = {
    "vdf": "EQ-006", "cable": FactorChoice(STATED, text="0.15 0.1; 0.614 0.1; 12.29 0.3; 30 0.5", says="CAB-02, đo suy hao 06/2026"),
    "limiter": FactorChoice(STATED, text="10.0", says="bộ hạn chế 10 dB, đo 06/2026")}
HORIZONTAL: dict[str, FactorChoice | str] = {
    "af": "EQ-007", "cable": FactorChoice(STATED, text="30 0.8; 125 1.6; 240 2.3; 500 3.4; 1000 4.9", says=CABLE), "preamp": NOT_USED}
VERTICAL: dict[str, FactorChoice | str] = HORIZONTAL | {"af": FactorChoice(
    STATED, text="30 18.4; 100 10.6; 125 10.9; 240 12.3; 500 18.7; 1000 24.5", says="HB-1000, CV-25-01107, bảng phân cực V")}
ABOVE: dict[str, FactorChoice | str] = {
    "af": FactorChoice(STATED, text="1000 24.2; 2250 28.4; 4824 33.2; 6000 34.6", says="HN-18, CV-25-01108"),
    "cable": FactorChoice(STATED, text="1000 4.2; 2250 6.6; 4824 9.9; 6000 11.3", says=CABLE),
    "preamp": FactorChoice(STATED, text="40.0", says="PA-40, CV-26-00066")}

MAINS = "pha L1, 220 V/50 Hz"
#: The turntable's controller radiates at 160 MHz: the method knows it as ambient.
TURNTABLE = {160_000: 1550}
SEPTEMBER: tuple[Sweep, ...] = (
    Sweep("CE-L1-QP", ("118-CE-0.198-QP", "118-CE-0.614-QP", "118-CE-12.29-QP"), "118-CE-QP", MAINS, (150, 30_000, 2), "Quasi Peak", 9000,
          1350, CONDUCTED, {208: 3650, 396: 2650, 4_096: 2400, 24_576: 2250}),
    Sweep("CE-L1-AV", ("118-CE-0.198-AV", "118-CE-12.29-AV"), "118-CE-AV", MAINS, (150, 30_000, 2), "EMI Average", 9000,
          450, CONDUCTED, {396: 1700, 614: 1450, 24_576: 1500}, below="CE-L1-QP"),
    Sweep("RE-V-QP", ("118-RE-125.0-V-QP",), "118-RE-QP-V", "phân cực V, 3 m", (30_000, 1_000_000, 50), "Quasi Peak", 120_000,
          350, VERTICAL, {48_000: 800, 250_000: 1150, **TURNTABLE}),
    Sweep("RE-H-QP", ("118-RE-240.0-H-QP", "118-RE-500.0-H-QP"), "118-RE-QP-H", "phân cực H, 3 m", (30_000, 1_000_000, 25), "Quasi Peak",
          120_000, 350, HORIZONTAL, {125_000: 1000, 243_000: 2150, 750_000: 1050, **TURNTABLE}),
    Sweep("RE-V-AV-1-6G", ("118-RE-2250.0-V-AV",), "118-RE-AV-V", "phân cực V, 3 m", (1_000_000, 6_000_000, 250), "EMI Average", 1_000_000,
          2800, ABOVE, {4_824_000: 3000}),
    Sweep("RE-H-PK-1-6G", ("118-RE-4824.0-H-PK",), "118-RE-PK-H", "phân cực H, 3 m", (1_000_000, 6_000_000, 250), "Peak", 1_000_000,
          3600, ABOVE, {2_412_000: 4550}),
)
OCTOBER: tuple[Sweep, ...] = (
    Sweep("RE-V-QP-R", ("118-RE-125.0-V-QP-R",), "118-RE-QP-V", "phân cực V, 3 m", (30_000, 1_000_000, 50), "Quasi Peak", 120_000,
          500, VERTICAL, {48_000: 950, 250_000: 1300, 160_000: 1600}),
    Sweep("RE-H-QP-R", ("118-RE-240.0-H-QP-R", "118-RE-500.0-H-QP-R"), "118-RE-QP-H", "phân cực H, 3 m", (30_000, 1_000_000, 25),
          "Quasi Peak", 120_000, 500, HORIZONTAL, {125_000: 1150, 243_000: 2300, 750_000: 1050, 160_000: 1600}),
)


def tell(sample: Sample, sweeps: Sequence[Sweep], first: datetime) -> None:
    """Each sweep imported by the EMC engineer when it was made, one every ten minutes, and taken into the job at once."""
    from lab_app.demo.story import step, who

    job = next(j for j in db.session.scalars(select(TestJob).where(TestJob.sample_id == sample.id))
               if j.method_version.method.code == "QCVN 118")
    levels: dict[str, dict[int, int]] = {}
    for n, sweep in enumerate(sweeps):
        at = first + timedelta(minutes=10 * n)
        levels[sweep.name] = levels_of(sweep, levels.get(sweep.below))
        upload = files.put_bytes(file_of(sweep, levels[sweep.name]), f"{sweep.name}.csv", files.INSTRUMENT_DATA)
        with step(at + timedelta(minutes=1)):
            trace = capture.import_trace(who(TESTER), instrument(RECEIVER), upload, captured_at=at)
            parameter = next(p for p in job.method_version.parameters if p.code == sweep.parameter)
            setup = Setup((parameter.id,), {key: _choice(key, chosen, at) for key, chosen in sweep.factors.items()}, sweep.conditions)
            traces.use_trace(who(TESTER), job, trace, setup, "en")


def instrument(code: str) -> Instrument:
    """An instrument of the case."""
    return db.session.scalars(select(Instrument).where(Instrument.code == code)).one()


def _choice(key: str, chosen: FactorChoice | str, at: datetime) -> FactorChoice:
    """The table of an instrument that counted on the day, where a code is named."""
    if isinstance(chosen, FactorChoice):
        return chosen
    row = factor_set_at(instrument(chosen).id, clock.local(at).date(), clock.now())
    assert row is not None, f"{key}: {chosen} has no factors"
    return FactorChoice(SET, row.id)


# ---- what the receiver showed ---------------------------------------------------------------------------


def levels_of(sweep: Sweep, above: Mapping[int, int] | None = None) -> dict[int, int]:
    """Hundredths of dBµV at every kHz of the sweep: noise from a fixed sequence, peaks with their skirts, the case's own readings.

    Never above `above` (the quasi-peak of the same set-up) and, near the case's peaks, never above their slope.
    """
    start, stop, step_ = sweep.span
    noise = sum(map(ord, sweep.name)) * 7919
    quiet = {}
    for khz in range(start, stop + 1, step_):
        noise = (1_103_515_245 * noise + 12_345) % 2**31
        # Four bits of the sequence's upper half make the grass of a receiver: mostly low, now and then high.
        quiet[khz] = sweep.floor + (noise >> 16) % 160 + ((noise >> 24) % 4) * 25
    for khz, peak in [*sweep.others.items(), *readings(sweep)]:
        for offset in range(-4, 5):
            at = khz + offset * step_
            if at in quiet:
                quiet[at] = peak if offset == 0 else max(min(quiet[at], peak - 50), peak - 350 * abs(offset))
    if above is not None:
        own = dict(readings(sweep))
        quiet = {khz: level if khz in own else min(level, above[khz] - 20) for khz, level in quiet.items()}
    return quiet


def readings(sweep: Sweep) -> Iterable[tuple[int, int]]:
    """The case's readings of the receiver: kHz and hundredths of dBµV."""
    by_id: dict[str, Any] = {line["id"]: line for line in case()["flow"]["test_lines"]}
    for ident in sweep.lines:
        yield int(Decimal(ident.split("-")[2]) * 1000), int(Decimal(str(by_id[ident]["raw"]["reading_dBuV"])) * HUNDRED)


def file_of(sweep: Sweep, levels: Mapping[int, int]) -> bytes:
    """The sweep as the receiver's export writes it: lines of key and value, DATA, then Hz and dBµV."""
    head = (f"Trace\r\nEMI Receiver\r\nA.04.11,ER-7\r\nSerial Number,NM000012\r\nNumber of Points,{len(levels)}\r\nRBW,{sweep.rbw}\r\n"
            f"Detector,{sweep.detector}\r\nX Axis Units,Hz\r\nY Axis Units,dBuV\r\nDATA\r\n")
    rows = (f"{khz * 1000},{level // HUNDRED}.{level % HUNDRED:02d}\r\n" for khz, level in levels.items())
    return (head + "".join(rows)).encode()

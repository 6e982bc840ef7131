"""Touched readings as a page, a spreadsheet and a paper show them."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from certificates import workflow as reports
from certificates.models import Recall, RecallDecision, Report
from certificates.recall import effects, workflow
from certificates.recall.touched import Counts, Details
from lab_app.core.i18n import show_decimal
from lab_app.core.workflow import State
from lab_app.results import presenters as results
from lab_app.results.models import Reading, ReadingInstrument


@dataclass(frozen=True)
class Line:
    """One touched reading: its result as cells, what the error does to it, the papers it stands on, what was decided.

    `through`: code of the instrument whose in-house calibration brings it here; empty where the doubted one measured it itself.
    """

    used: ReadingInstrument
    reading: Reading
    title: str
    shown: results.Shown
    effect: effects.Effect
    effect_state: State
    corrected: str
    through: str
    reports: Sequence[Report]
    decision: RecallDecision | None
    superseded: bool

    @property
    def customer(self) -> str:
        """Name of the enterprise whose item was measured."""
        return str(self.reading.line.job.sample.request.customer.name)


def _frozen(reading: Reading) -> dict[str, Any]:
    return reading.computed or {}


def effect_on(reading: Reading, error: Decimal | None, unit: str) -> effects.Effect:
    """What an error does to a recorded reading, from what was frozen with it."""
    frozen = _frozen(reading)
    values = [v for v in (results.decimal_of(x) for x in frozen.get("values") or ()) if v is not None]
    return effects.effect(
        error, unit, unit=reading.unit, value=reading.value, values=values, verdict=reading.verdict,
        limit=reading.limit_value or frozen.get("limit") or reading.line.limit, rule=frozen.get("rule") or reading.line.rule, u=reading.u,
        u_max=results.decimal_of(frozen.get("u_max")), k=reading.k,
    )


def _corrected(reading: Reading, found: effects.Effect) -> str:
    if found.corrected is None:
        return ""
    places = max(int(_frozen(reading).get("places", reading.line.parameter.places)), 1)
    return results.with_unit(results.number(found.corrected, places), reading.unit)


def line(used: ReadingInstrument, details: Details, instrument_id: int, error: Decimal | None, unit: str) -> Line:
    """One row as a page shows it."""
    reading = used.reading
    found = effect_on(reading, error, unit)
    return Line(
        used, reading, results.line_title(reading.line), results.shown_reading(reading.line, reading), found,
        workflow.EFFECTS[found.code], _corrected(reading, found), "" if used.instrument_id == instrument_id else used.instrument.code,
        details.reports.get(reading.id, ()), details.decisions.get(reading.id), reading.id in details.superseded,
    )


def lines(rows: Iterable[ReadingInstrument], details: Details, instrument_id: int, error: Decimal | None = None,
          unit: str = "") -> list[Line]:
    """Rows as a page shows them."""
    return [line(row, details, instrument_id, error, unit) for row in rows]


def error_text(recall: Recall) -> str:
    """`−1,6 dBµV`, signed; empty where the size of the error is not known."""
    if recall.error is None:
        return ""
    sign = "+" if recall.error > 0 else ""
    return results.with_unit(sign + show_decimal(recall.error), recall.error_unit)


def heads() -> list[str]:
    """Heads of the exported list."""
    return [
        gettext("Phép đo"), gettext("Việc"), gettext("Đo lúc"), gettext("Người đo"), gettext("Kết quả"), gettext("Đơn vị"), gettext("U"),
        gettext("Giới hạn"), gettext("Biên"), gettext("Kết luận"), gettext("Ảnh hưởng của sai số"), gettext("Giá trị đã bù sai số"),
        gettext("Qua thiết bị"), gettext("Bản cũ"), gettext("Phiếu"), gettext("Doanh nghiệp"), gettext("Quyết định"), gettext("Lý do"),
        gettext("Người quyết định"),
    ]


def exported(found: Line) -> list[Any]:
    """One line as cells of a spreadsheet: numbers stay numbers."""
    r, d = found.reading, found.decision
    return [
        found.title, r.line.job.code, r.measured_at, r.person.full_name, r.value if r.value is not None else found.shown.value, r.unit,
        r.u, found.shown.limit, r.margin, str(found.shown.verdict.word), str(found.effect_state.word), found.effect.corrected,
        found.through, gettext("có") if found.superseded else "", ", ".join(report.number for report in found.reports), found.customer,
        str(workflow.DECISIONS[d.decision].word) if d else "", d.reason if d else "", d.person.full_name if d else "",
    ]


def report_states() -> Mapping[str, State]:
    """States of reports by code."""
    return {state.code: state for state in reports.REPORT.states}


def percent_decided(counts: Counts) -> int:
    """How much of the work is done, in whole percent, never 100 before it is."""
    return 100 if not counts.undecided else min(99, counts.decided * 100 // counts.readings)

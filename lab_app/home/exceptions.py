"""Readings that an assessor asks about first: entered late, corrected, repeated, recorded past a gate. One list over all jobs."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, lazyload

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.i18n import pick
from lab_app.core.paging import Column, Filter
from lab_app.quality.glass import queries as glass
from lab_app.quality.glass.models import BrokenGate
from lab_app.results.models import JobLine, Reading, TestJob
from test_methods.models import MethodParameter

#: Reading → the gates broken for it.
Broken = Mapping[int, Sequence[BrokenGate]]
#: How far back the figures and the list look, by the time of measuring.
DAYS = 90

# A correction of a timely reading carries its reason in both columns: it was written again, not late.
LATE = (Reading.late_reason != "") & (Reading.late_reason != Reading.correction_reason)
CORRECTED = Reading.revision > 1
REPEATED = Reading.line_id.in_(select(JobLine.id).where(JobLine.retest_of_id.is_not(None)))
BROKEN = Reading.id.in_(glass.broken_readings())
KINDS = {"late": LATE, "corrected": CORRECTED, "repeated": REPEATED, "broken": BROKEN}
WORDS = {"late": _l("Ghi muộn"), "corrected": _l("Đã sửa"), "repeated": _l("Thử lại"), "broken": _l("Vượt chốt")}

COLUMNS = (
    Column("measured", _l("Đo lúc"), Reading.measured_at), Column("job", _l("Việc, chỉ tiêu")), Column("what", _l("Ngoại lệ")),
    Column("reason", _l("Lý do")), Column("who", _l("Người đo"), css="opt"), Column("recorded", _l("Ghi lúc"), css="opt"),
)


def recent() -> Any:
    """Readings measured within the time looked at (by its index)."""
    return Reading.measured_at >= clock.now() - timedelta(days=DAYS)


def query() -> Select[Reading]:
    """Exceptional readings of the time looked at, with what a row shows: one statement."""
    return (
        select(Reading).where(recent(), LATE | CORRECTED | REPEATED | BROKEN)
        .options(
            joinedload(Reading.person).lazyload(Person.roles),
            joinedload(Reading.line).options(
                joinedload(JobLine.parameter).options(lazyload(MethodParameter.requirement), lazyload(MethodParameter.budget)),
                joinedload(JobLine.job).options(lazyload(TestJob.sample), lazyload(TestJob.method_version)),
            ),
        )
    )


def filters() -> list[Filter]:
    """By kind of exception."""
    return [Filter("kind", _l("Ngoại lệ"), list(WORDS.items()), lambda q, kind: q.where(KINDS[kind]))]


def broken_of(rows: Sequence[Reading]) -> Broken:
    """The gates that were broken for each of these readings; one statement for all."""
    return glass.of_readings([row.id for row in rows])


def kinds_of(row: Reading, broken: Broken) -> list[str]:
    """Which exceptions a reading is."""
    late = row.late_reason not in ("", row.correction_reason)
    found = {"late": late, "corrected": row.revision > 1, "repeated": row.line.retest_of_id is not None,
             "broken": row.id in broken}
    return [kind for kind, is_one in found.items() if is_one]


def reasons_of(row: Reading, broken: Broken) -> list[str]:
    """Why, in the words of whoever recorded it or let a gate be broken."""
    said = (row.late_reason, row.correction_reason, row.line.retest_reason, *(f"{b.code}: {b.reason}" for b in broken.get(row.id, ())))
    return [text for text in dict.fromkeys(said) if text]


def table(rows: Sequence[Reading]) -> tuple[list[Any], list[list[Any]]]:
    """Heads and rows for export."""
    heads = [gettext("Đo lúc"), gettext("Ghi lúc"), gettext("Việc"), gettext("Chỉ tiêu"), gettext("Ngoại lệ"), gettext("Lý do"),
             gettext("Người đo")]
    broken = broken_of(rows)
    return heads, [
        [r.measured_at, r.recorded_at, r.line.job.code,
         pick(r.line.parameter.name_vi, r.line.parameter.name_en), ", ".join(str(WORDS[k]) for k in kinds_of(r, broken)),
         "; ".join(reasons_of(r, broken)), r.person.full_name]
        for r in rows
    ]

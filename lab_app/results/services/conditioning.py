"""Conditioning of a job's item: begun, ended, or broken off with the reason (7.4.4)."""
from __future__ import annotations

from datetime import datetime

from flask_babel import gettext

from instruments.models import Instrument
from lab_app.core import audit, clock
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.quality.models import EnvironmentRecord
from lab_app.results.models import JobConditioning, TestJob
from lab_app.results.queries.conditioning import running


def start_conditioning(
    actor: Actor, job: TestJob, *, started_at: datetime, place: str, conditions: str = "", instrument: Instrument | None = None,
    environment: EnvironmentRecord | None = None, note: str = "",
) -> JobConditioning:
    """Begin conditioning the job's item. Refuses while another one goes on, a moment in the future or before the item was received,
    a job that is over, and one without a place. The method's own time is asked for; without one, it is kept as done anyway."""
    authorize(actor, P.RESULT_WRITE)
    person_id = person_of(actor)
    if job.status in ("reviewed", "cancelled"):
        raise Refused(gettext("Việc này đã xong hoặc đã bỏ."))
    if running(job.id) is not None:
        raise Refused(gettext("Mẫu đang được ổn định; ghi kết thúc lần đó trước."))
    if not place.strip():
        raise FieldRefused("place", gettext("Cần điền mục này."))
    _checked(started_at, "started_at", job.sample.received_at, gettext("Ổn định mẫu không thể trước khi nhận mẫu."))
    version = job.method_version
    row = JobConditioning(
        job_id=job.id, minutes=version.conditioning_minutes, place=place.strip(), conditions=conditions.strip() or version.conditioning,
        instrument_id=instrument.id if instrument else None, environment_id=environment.id if environment else None,
        started_at=started_at, started_by_id=person_id, note=note.strip(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def finish_conditioning(actor: Actor, row: JobConditioning, *, ended_at: datetime, interrupted: str = "") -> JobConditioning:
    """End a conditioning. `interrupted`: why it was broken off; it does not count then. Refuses one that is over, a moment before
    its beginning or in the future, and an end that is too early without being an interruption."""
    authorize(actor, P.RESULT_WRITE)
    person_id = person_of(actor)
    if row.ended_at is not None:
        raise Refused(gettext("Lần ổn định này đã kết thúc."))
    _checked(ended_at, "ended_at", row.started_at, gettext("Kết thúc không thể trước khi bắt đầu."))
    lasted = int((ended_at - row.started_at).total_seconds() // 60)
    if lasted < row.minutes and not interrupted.strip():
        raise FieldRefused("ended_at", gettext(
            "Mới được %(n)s phút trên %(all)s phút. Đợi đủ, hoặc ghi lý do ngắt quãng (lần này không tính).", n=lasted, all=row.minutes))
    if interrupted.strip():
        audit.because(interrupted)
    row.ended_at, row.ended_by_id, row.ended_recorded_at = ended_at, person_id, clock.now()
    row.interrupted = interrupted.strip()
    db.session.flush()
    return row


def _checked(at: datetime, field: str, earliest: datetime, too_early: str) -> None:
    if at > clock.now():
        raise FieldRefused(field, gettext("Thời điểm này ở tương lai."))
    if at < earliest:
        raise FieldRefused(field, too_early)

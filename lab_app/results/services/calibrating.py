"""Calibrations as jobs: the points with their permissible errors, and the results as found and as left (7.2, 7.8.4.1 d).

Everything else (readings, gates, review) is what every job has.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext
from sqlalchemy import select

from lab_app.core import audit
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.metrology.limits import abs_upper
from lab_app.results.models import JobLine, TestJob
from lab_app.results.rules import AS_FOUND, AS_LEFT, stage_conditions
from lab_app.results.services.planning import new_line, refresh_status
from lab_app.results.workflow import LINE
from lab_app.samples.queries import agreed_rules
from test_methods.models import MethodParameter
from test_methods.rules import CALIBRATION

MOST_POINTS = 200


@dataclass(frozen=True)
class Point:
    """A point to calibrate: the parameter, where on the scale (`10 V`), the range of the item it lies in, and the permissible
    error as a half-width in the parameter's unit (None: no statement about it)."""

    parameter: MethodParameter
    at: str
    tolerance: Decimal | None = None
    scale: str = ""


def _must_be_calibration(job: TestJob) -> None:
    if job.method_version.method.kind != CALIBRATION:
        raise Refused(gettext("Việc này không phải hiệu chuẩn."))
    if job.status == "cancelled":
        raise Refused(gettext("Việc này đã bỏ."))


def _check_points(job: TestJob, points: Sequence[Point], criterion: str) -> None:
    if not points or len(points) > MOST_POINTS:
        raise FieldRefused("points", gettext("Cần từ 1 đến %(most)s điểm hiệu chuẩn.", most=MOST_POINTS))
    seen: set[tuple[int, str, str]] = set()
    for number, point in enumerate(points, 1):
        key = (point.parameter.id, point.scale.strip(), point.at.strip())
        if point.parameter.method_version_id != job.method_version_id:
            raise FieldRefused("points", gettext("Điểm %(n)s: chỉ tiêu không thuộc phiên bản phương pháp của việc.", n=number))
        if not point.at.strip() or len(point.at) > 120 or len(point.scale) > 60:
            raise FieldRefused("points", gettext("Điểm %(n)s: cần ghi điểm đo, tối đa 120 ký tự.", n=number))
        if key in seen:
            raise FieldRefused("points", gettext("Điểm %(n)s ghi hai lần: %(at)s.", n=number, at=point.at))
        if point.tolerance is not None and not (point.tolerance.is_finite() and point.tolerance > 0):
            raise FieldRefused("points", gettext("Điểm %(n)s: sai số cho phép phải lớn hơn 0.", n=number))
        seen.add(key)
    if any(point.tolerance is not None for point in points) and not criterion.strip():
        raise FieldRefused("criterion", gettext("Ghi sai số cho phép lấy từ đâu (đặc trưng kỹ thuật, tiêu chuẩn)."))


def plan_points(actor: Actor, job: TestJob, points: Sequence[Point], *, criterion: str = "") -> list[JobLine]:
    """The points of a calibration as found, in place of those the method plans; permissible errors are the item's own.

    `criterion` says where they come from and is printed; required with any tolerance. Refused once a reading was recorded.
    """
    authorize(actor, P.RESULT_WRITE)
    _must_be_calibration(job)
    _check_points(job, points, criterion)
    old = list(db.session.scalars(select(JobLine).where(JobLine.job_id == job.id)))
    if any(line.status not in ("planned", "cancelled") for line in old):
        raise Refused(gettext("Đã có số đọc: thêm từng điểm, không lập lại danh sách điểm."))
    for line in old:
        if line.status == "planned":
            LINE.move(line, "cancel")
    agreed = agreed_rules(job.request_id)
    start = max((line.position for line in old), default=0)
    rows = [
        new_line(
            job, point.parameter, stage_conditions(point.at.strip(), AS_FOUND), start + n, agreed, point=point.at.strip(),
            scale=point.scale.strip(), stage=AS_FOUND, limit_confirmed=point.tolerance is not None,
            limit=abs_upper(point.tolerance, point.parameter.unit).to_dict() if point.tolerance is not None else {},
        )
        for n, point in enumerate(points, 1)
    ]
    job.criterion = criterion.strip()
    _settle(job)
    return rows


def record_adjustment(actor: Actor, job: TestJob, what: str, lines: Sequence[JobLine] | None = None) -> list[JobLine]:
    """The item was adjusted or repaired: `what` is printed, and each line as found (or those given) is measured again as left.

    The results as found stay (7.8.4.1 d). Refused before every line as found has a reading: what was not measured before an
    adjustment can never be measured again.
    """
    authorize(actor, P.RESULT_WRITE)
    _must_be_calibration(job)
    if not what.strip():
        raise FieldRefused("what", gettext("Ghi đã hiệu chỉnh hay sửa gì, theo quy trình nào."))
    rows = list(db.session.scalars(select(JobLine).where(JobLine.job_id == job.id).order_by(JobLine.position, JobLine.id)))
    if any(line.stage == AS_LEFT and line.status != "cancelled" for line in rows):
        raise Refused(gettext("Việc này đã ghi hiệu chỉnh và có các điểm sau hiệu chỉnh."))
    found = [line for line in rows if line.stage == AS_FOUND and line.status != "cancelled"]
    if not found or any(line.status == "planned" for line in found):
        raise Refused(gettext("Đo xong mọi điểm trước hiệu chỉnh rồi mới ghi hiệu chỉnh: trạng thái trước không đo lại được."))
    repeated = {line.retest_of_id for line in found}
    chosen = [line for line in (lines if lines is not None else found) if line.id not in repeated]
    if any(line.job_id != job.id or line.stage != AS_FOUND for line in chosen) or not chosen:
        raise FieldRefused("lines", gettext("Chọn các điểm trước hiệu chỉnh của việc này."))
    audit.because(what)
    job.adjustment = what.strip()
    start = max(line.position for line in rows)
    made = []
    for n, line in enumerate(chosen, 1):
        row = JobLine(
            job_id=job.id, parameter_id=line.parameter_id, position=start + n, point=line.point, scale=line.scale, stage=AS_LEFT,
            conditions=stage_conditions(line.point, AS_LEFT), limit=dict(line.limit), limit_confirmed=line.limit_confirmed,
            rule_code=line.rule_code, rule=dict(line.rule) if line.rule else None,
        )
        db.session.add(row)
        made.append(row)
    _settle(job)
    return made


def _settle(job: TestJob) -> None:
    db.session.flush()
    db.session.refresh(job, ["lines"])
    refresh_status(job)

"""Proficiency tests: planned by sub-discipline, entered, answered before they close, scored; a bad score stops its parameter (7.7.2)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext

from lab_app.core import audit, clock, gates, numbering, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.proficiency import Class
from lab_app.metrology.rounding import EXACT, round_significant
from lab_app.quality.models import Supplier
from lab_app.quality.queries import supplier_approved
from lab_app.quality.services import open_nonconformity
from lab_app.results.services.validity import parameter_of
from lab_app.results.validity import queries, rules
from lab_app.results.validity.models import (
    ParameterStop,
    ProficiencyPlan,
    ProficiencyResult,
    ProficiencyRound,
)
from lab_app.results.validity.workflow import ProviderFacts
from test_methods.models import Method

YEARS = range(2000, 2101)


def plan_proficiency(actor: Actor, *, year: int, discipline: str, rounds: int, reason: str) -> ProficiencyPlan:
    """Plan how many rounds a sub-discipline takes part in during a year, and why so many (7.7.2). Refuses a sub-discipline planned already
    for that year, and fewer than one round without its reason."""
    authorize(actor, P.QUALITY_WRITE)
    if year not in YEARS:
        raise FieldRefused("year", gettext("Năm này nằm ngoài khoảng dùng được."))
    if not discipline.strip():
        raise FieldRefused("discipline", gettext("Cần điền mục này."))
    if not 0 <= rounds <= 50:
        raise FieldRefused("rounds", gettext("Từ 0 đến 50 vòng."))
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if any(p.discipline == discipline.strip() for p in queries.plans(year)):
        raise FieldRefused("discipline", gettext("Lĩnh vực này đã có kế hoạch cho năm đó."))
    row = ProficiencyPlan(year=year, discipline=discipline.strip(), rounds=rounds, reason=reason.strip(), person_id=person_of(actor))
    db.session.add(row)
    db.session.flush()
    return row


def provider_facts(supplier: Supplier | None, provider: str, basis: str) -> ProviderFacts:
    """Facts of gate *proficiency-provider-approved* for today."""
    today = clock.today()
    approved = supplier is not None and supplier_approved(supplier.id, "proficiency", today, clock.now())
    return ProviderFacts(supplier.name if supplier else provider, supplier.code if supplier else "", basis, approved, today)


def enter_round(
    actor: Actor, *, name: str, discipline: str, closes_at: datetime, year: int | None = None, supplier: Supplier | None = None,
    provider: str = "", provider_basis: str = "",
) -> ProficiencyRound:
    """Enter the laboratory for a round (7.7.2). Refused by gate *proficiency-provider-approved*."""
    authorize(actor, P.QUALITY_WRITE)
    for field, text in (("name", name), ("discipline", discipline), ("provider", supplier.name if supplier else provider)):
        if not text.strip():
            raise FieldRefused(field, gettext("Cần điền mục này."))
    gates.require("proficiency-provider-approved", provider_facts(supplier, provider.strip(), provider_basis))
    of_year = year if year is not None else clock.local(closes_at).year
    if of_year not in YEARS:
        raise FieldRefused("year", gettext("Năm này nằm ngoài khoảng dùng được."))
    row = ProficiencyRound(
        code=numbering.yearly("TNTT", of_year, 2), name=name.strip(), year=of_year, discipline=discipline.strip(), closes_at=closes_at,
        supplier_id=supplier.id if supplier else None, provider=supplier.name if supplier else provider.strip(),
        provider_basis=provider_basis.strip(), person_id=person_of(actor),
    )
    db.session.add(row)
    db.session.flush()
    search.put("proficiency-round", row.id, row.code, row.name, row.provider, row.discipline)
    return row


def _may_answer(row: ProficiencyRound) -> None:
    if row.scored_at is not None:
        raise Refused(gettext("Vòng này đã có báo cáo; kết quả đã gửi không sửa nữa."))
    if clock.now() >= row.closes_at:
        raise Refused(gettext("Vòng này đã hết hạn nộp kết quả."))


def _uncertainty(field: str, u: Decimal | None, k: Decimal, k_field: str) -> None:
    if u is not None and (not u.is_finite() or u <= 0):
        raise FieldRefused(field, gettext("Độ không đảm bảo đo phải lớn hơn 0."))
    if not k.is_finite() or not 1 <= k <= 10:
        raise FieldRefused(k_field, gettext("Hệ số phủ từ 1 đến 10."))


def report_result(
    actor: Actor, row: ProficiencyRound, method: Method, parameter_code: str, *, what: str, reported: Decimal, u: Decimal | None = None,
    k: Decimal = Decimal(2),
) -> ProficiencyResult:
    """Record the result sent to the provider for a parameter; `u` is its expanded uncertainty with `k`. Refused after the round closed."""
    authorize(actor, P.QUALITY_WRITE)
    _may_answer(row)
    unit = parameter_of(method, parameter_code)
    if not what.strip():
        raise FieldRefused("what", gettext("Cần điền mục này."))
    if not reported.is_finite():
        raise FieldRefused("reported", gettext("Cần điền một số."))
    _uncertainty("u", u, k, "k")
    if any((r.method_id, r.parameter_code, r.what) == (method.id, parameter_code, what.strip()) for r in row.results):
        raise FieldRefused("what", gettext("Vòng này đã có kết quả như vậy; hãy sửa kết quả đó."))
    result = ProficiencyResult(
        round=row, method_id=method.id, parameter_code=parameter_code, what=what.strip(), unit=unit, reported=reported, u=u, k=k,
        person_id=person_of(actor),
    )
    db.session.add(result)
    db.session.flush()
    return result


def correct_result(
    actor: Actor, result: ProficiencyResult, *, reported: Decimal, u: Decimal | None, k: Decimal, reason: str
) -> ProficiencyResult:
    """Change a result before the round closes, with the reason; the old one stays in the trail. Refused after the close."""
    authorize(actor, P.QUALITY_WRITE)
    _may_answer(result.round)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    _uncertainty("u", u, k, "k")
    with audit.reason(reason):
        result.reported, result.u, result.k = reported, u, k
        db.session.flush()
    return result


def _standard(u: Decimal | None, k: Decimal) -> Decimal | None:
    return None if u is None else round_significant(u / k)


def score_result(
    actor: Actor, result: ProficiencyResult, *, assigned: Decimal | None = None, sigma_pt: Decimal | None = None,
    u_assigned: Decimal | None = None, k_assigned: Decimal = Decimal(2), participants: Sequence[Decimal] = (), report_no: str = "",
) -> ProficiencyResult:
    """Score a result by the round's report (ISO 13528). `u_assigned`: expanded, with `k_assigned`.

    Without an assigned value it is the consensus of `participants` (Algorithm A; five at least). Unsatisfactory (|z| ≥ 3 or |En| > 1)
    opens nonconforming work (7.10) and stops the parameter until somebody else releases it. Refuses a second scoring, and when nothing
    can be computed.
    """
    authorize(actor, P.QUALITY_WRITE)
    if result.scored_at is not None:
        raise Refused(gettext("Kết quả này đã được tính điểm."))
    if clock.now() < result.round.closes_at:
        raise Refused(gettext("Vòng này chưa hết hạn nộp kết quả."))
    if assigned is not None and participants:
        raise FieldRefused("participants", gettext("Có giá trị ấn định thì không tính giá trị đồng thuận."))
    _uncertainty("u_assigned", u_assigned, k_assigned, "k_assigned")
    try:
        if assigned is None and participants:
            robust = rules.consensus(participants)
            if robust.degenerate:
                raise FieldRefused("participants", gettext("Quá nhiều kết quả trùng hệt nhau: không có độ lệch chuẩn để tính điểm."))
            assigned, u_assigned, k_assigned = robust.x_star, EXACT.multiply(robust.u_x_pt, 2), Decimal(2)
            sigma_pt = sigma_pt if sigma_pt is not None else robust.s_star
        if assigned is None:
            raise FieldRefused("assigned", gettext(
                "Ghi giá trị ấn định, hoặc kết quả của ít nhất %(n)s phòng.", n=rules.LEAST_PARTICIPANTS))
        found = rules.scores(result.reported, assigned, sigma_pt, _standard(result.u, result.k), _standard(u_assigned, k_assigned))
    except MetrologyError as error:
        if error.code == "too_few":
            raise FieldRefused("participants", gettext(
                "Dưới %(n)s phòng tham gia thì không có thống kê.", n=rules.LEAST_PARTICIPANTS)) from error
        raise FieldRefused("sigma_pt", gettext("Không tính được điểm từ các số này.")) from error
    if not found:
        raise FieldRefused("sigma_pt", gettext("Cần σpt, hoặc độ không đảm bảo đo của cả hai giá trị, để tính điểm."))
    now = clock.now()
    result.assigned, result.sigma_pt, result.u_assigned, result.k_assigned = assigned, sigma_pt, u_assigned, k_assigned
    result.participants = [format(v, "f") for v in participants]
    result.scores = {s.kind.value: {"value": format(s.value, "f"), "class": s.classified.value} for s in found}
    result.classified, result.scored_at, result.scored_by_id = rules.worst(found).value, now, person_of(actor)
    result.round.scored_at = result.round.scored_at or now
    result.round.report_no = report_no.strip() or result.round.report_no
    db.session.flush()
    if result.classified == Class.UNSATISFACTORY.value:
        _fail(actor, result)
    return result


def _fail(actor: Actor, result: ProficiencyResult) -> None:
    """Nonconforming work and the stop of the parameter, both about this round."""
    row, method = result.round, result.method
    told = ", ".join(f"{name} = {score['value']}" for name, score in sorted(result.scores.items()))
    work = open_nonconformity(
        actor, source="proficiency", subject_kind="proficiency-round", subject_id=row.id, subject_code=row.code, found_on=clock.today(),
        title=gettext("Thử nghiệm thành thạo %(name)s không đạt: %(what)s", name=row.name, what=result.what),
        description=gettext("%(provider)s, vòng %(name)s, %(method)s %(parameter)s: %(scores)s", provider=row.provider, name=row.name,
                            method=method.code, parameter=result.parameter_code, scores=told))
    stop = ParameterStop(
        code=numbering.yearly("DUNG", clock.today().year, 3), method_id=result.method_id, parameter_code=result.parameter_code,
        source="proficiency", subject_code=row.code, since=clock.now(), person_id=result.person_id, nonconformity_id=work.id,
        reason=gettext("thử nghiệm thành thạo %(round)s không đạt (%(scores)s)", round=row.code, scores=told),
    )
    db.session.add(stop)
    db.session.flush()
    result.stop_id = stop.id
    db.session.flush()
    search.put("parameter-stop", stop.id, stop.code, row.name, row.code, method.code, result.parameter_code)

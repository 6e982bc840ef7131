"""Deliveries behind the sign-in: of one paper, all of them, what nobody has yet, letters that came back, witnesses of the log."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from certificates import workflow
from certificates.delivery import bounces
from certificates.delivery import workflow as ways
from certificates.delivery.forms import BounceForm, HandOverForm, LinkForm, SendForm, ToldForm, WitnessForm
from certificates.models import Delivery, PersonalLink, Report, Subscription
from certificates.queries import deliveries as kept
from certificates.queries import watching
from certificates.services import delivery as service
from certificates.services import subscriptions
from certificates.views import bp
from certificates.views.register import found
from lab_app.core import clock, mail
from lab_app.core.access import Actor, current_actor, requires
from lab_app.core.errors import FieldRefused
from lab_app.core.forms import Form
from lab_app.core.paging import Column, Filter, listing
from lab_app.core.panels import Panel
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, get_or_404, or_404, page, press
from lab_app.samples.models import TestRequest

COLUMNS = (
    Column("recorded_at", _l("Lúc"), Delivery.id, "num"), Column("report", _l("Phiếu, khách hàng")), Column("to", _l("Giao cho")),
    Column("way", _l("Cách giao"), css="opt"), Column("status", _l("Tình trạng"), Delivery.status),
)
UNDELIVERED = (Column("issued_on", _l("Ban hành"), Report.issued_on, "num"), Column("report", _l("Phiếu, khách hàng")), Column("do", ""))
UNTOLD = (Column("recorded_at", _l("Lúc"), Delivery.id, "num"), Column("report", _l("Phiếu, khách hàng")), Column("what", _l("Thay đổi")),
          Column("do", ""))
WITNESSES = (Column("email", _l("Thư điện tử"), Subscription.id), Column("since", _l("Từ"), css="num"), Column("told", _l("Đã gửi tới mục"),
             css="num"), Column("do", ""))


def _panel(rows: list[Delivery], report: Report | None, actor: Actor) -> Panel:
    return Panel("certificates/_deliveries.html", {
        "rows": rows, "report": report, "state_of": ways.state_of, "ways": ways.WAYS, "purposes": ways.PURPOSES,
        "openings": kept.openings(link.id for row in rows for link in row.links), "now": clock.now(),
        "may_deliver": actor.can(P.REPORT_DELIVER), "machine": workflow.REPORT,
        "open": report is not None and report.status in ways.DELIVERABLE,
    }, side=True)


def of_report(row: Report, actor: Actor) -> Panel | None:
    """The delivery log on a paper's page."""
    if row.status in (workflow.ISSUING, workflow.VOID):
        return None
    return _panel(kept.of_report(row.id), row, actor)


def of_request(row: TestRequest, actor: Actor) -> Panel | None:
    """The delivery log on a request's page, once there is one."""
    rows = kept.of_request(row.id) if actor.can(P.REPORT_READ) else []
    return _panel(rows, None, actor) if rows else None


def _delivery(ident: int) -> Delivery:
    return or_404(kept.delivery(ident), gettext("Không có lần giao này."))


def _to_report(row: Report) -> dict[str, str]:
    return {"endpoint": "certificates.report_page", "code": row.code}


@bp.route("/reports/<code>/deliver", methods=["GET", "POST"])
@requires(P.REPORT_DELIVER)
def deliver(code: str) -> Any:
    """Send a paper by letter, write down that it was handed over, or make a link."""
    row, asked = found(code), request.form.get("do", "")
    send, hand, link = SendForm(data={"language": row.request.language}), HandOverForm(), LinkForm()
    form: Form = {"hand": hand, "link": link}.get(asked, send)
    address = ""
    if request.method == "POST" and form.validate():
        with attempt(form) as tried:
            if asked == "hand":
                service.hand_over(current_actor(), row, way=hand.way.data, to_name=hand.to_name.data, note=hand.note.data or "")
            elif asked == "link":
                _made, address = service.make_link(current_actor(), row, to_name=link.to_name.data)
            else:
                made = service.deliver(current_actor(), row, to=send.to.data or None, language=send.language.data)
        if tried.ok and not address:
            by_letter = asked == "send" and made.status == ways.QUEUED
            return done(gettext("Đã xếp thư giao phiếu.") if by_letter else gettext("Đã ghi việc giao phiếu."), **_to_report(row))
        row = found(code)
    return page(
        "certificates/deliver.html", report=row, form=form, send=send, hand=hand, link=link, address=address, mail=mail.configured(),
        contacts=service.contacts(row.request.customer), machine=workflow.REPORT, rows=kept.of_report(row.id), state_of=ways.state_of,
        deliverable=row.status in ways.DELIVERABLE, stop=service.stop(row), days=service.LINK_DAYS)


@bp.get("/deliveries")
@requires(P.REPORT_READ)
def deliveries() -> Any:
    """Every delivery, newest first."""
    filters = [
        Filter("status", gettext("Tình trạng"), [(s.code, s.word) for s in ways.STATES.values()],
               lambda q, v: q.where(Delivery.status == v)),
        Filter("way", gettext("Cách giao"), list(ways.WAYS.items()), lambda q, v: q.where(Delivery.way == v)),
        Filter("purpose", gettext("Việc"), list(ways.PURPOSES.items()), lambda q, v: q.where(Delivery.purpose == v)),
    ]
    shown = listing(kept.all_deliveries(), Delivery, COLUMNS, filters=filters, default_sort="recorded_at")
    return page("certificates/deliveries.html", page=shown, state_of=ways.state_of, ways=ways.WAYS, purposes=ways.PURPOSES,
                may_deliver=current_actor().can(P.REPORT_DELIVER))


@bp.get("/deliveries/waiting")
@requires(P.REPORT_READ)
def undelivered() -> Any:
    """Papers in force that nobody has yet."""
    shown = listing(kept.undelivered(), Report, UNDELIVERED, default_sort="issued_on")
    return page("certificates/undelivered.html", page=shown, may_deliver=current_actor().can(P.REPORT_DELIVER))


@bp.get("/deliveries/untold")
@requires(P.REPORT_READ)
def untold() -> Any:
    """Changes of status that the customer has not been told of."""
    shown = listing(kept.untold(), Delivery, UNTOLD, default_sort="recorded_at")
    return page("certificates/untold.html", page=shown, state_of=ways.state_of, machine=workflow.REPORT,
                may_deliver=current_actor().can(P.REPORT_DELIVER))


@bp.route("/deliveries/<int:id>/done", methods=["GET", "POST"])
@requires(P.REPORT_DELIVER)
def deliver_by_hand(id: int) -> Any:
    """Write down that what waits was done: who took the paper, who was told."""
    row = _delivery(id)
    form: HandOverForm = (ToldForm if row.purpose == ways.CHANGE else HandOverForm)(data={"to_name": row.to_name})
    if form.validate_on_submit():
        with attempt(form) as tried:
            service.hand_over(current_actor(), row.report, way=form.way.data, to_name=form.to_name.data, note=form.note.data or "",
                              delivery=row)
        if tried.ok:
            return done(gettext("Đã ghi."), **_to_report(row.report))
        row = _delivery(id)
    return page("certificates/delivery_done.html", form=form, row=row, state_of=ways.state_of, purposes=ways.PURPOSES,
                machine=workflow.REPORT, stop=service.stop(row.report) if row.purpose == ways.PAPER else None)


def _act(row: Delivery, said: str, act: Any) -> Response:
    """One button on a delivery: do it, and back to the paper."""
    code = row.report.code
    return press(act, said, "certificates.report_page", seen=row, code=code)


@bp.post("/deliveries/<int:id>/again")
@requires(P.REPORT_DELIVER)
def send_again(id: int) -> Any:
    """Send the letter once more, to the same address or the one typed."""
    row = _delivery(id)
    to = request.form.get("to", "").strip()
    return _act(row, gettext("Đã xếp thư gửi lại."), lambda: service.send_again(current_actor(), row, to=to or None))


@bp.post("/deliveries/<int:id>/bounced")
@requires(P.REPORT_DELIVER)
def bounced(id: int) -> Any:
    """Write down that a letter came back."""
    row = _delivery(id)
    return _act(row, gettext("Đã ghi thư bị trả lại."),
                lambda: service.note_bounce(current_actor(), row, request.form.get("reason", "")))


@bp.post("/links/<int:id>/revoke")
@requires(P.REPORT_DELIVER)
def revoke_link(id: int) -> Any:
    """End a personal link."""
    link = kept.link(id) or get_or_404(PersonalLink, None)
    return _act(link.delivery, gettext("Đã thu hồi đường dẫn."),
                lambda: service.revoke_link(current_actor(), link, request.form.get("reason", "")))


_REFUSALS = {
    "large": _l("Tệp lớn hơn 2 MB."), "kind": _l("Tệp này không phải thư báo lỗi gửi (RFC 3464)."),
    "original": _l("Thư báo lỗi không nêu thư nào bị trả lại."), "action": _l("Thư báo lỗi không nói thư bị trả lại hay bị hoãn."),
}


@bp.route("/deliveries/bounce", methods=["GET", "POST"])
@requires(P.REPORT_DELIVER)
def bounce_file() -> Any:
    """Drop the message file of a letter that came back; it names the letter by itself."""
    form = BounceForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = _bounced_by(form.file.data.read(bounces.LARGEST + 1) if form.file.data else b"")
        if tried.ok:
            return done(gettext("Đã ghi thư bị trả lại."), **_to_report(row.report))
    return page("certificates/bounce.html", form=form)


def _bounced_by(content: bytes) -> Delivery:
    try:
        told = bounces.parsed(content)
    except bounces.BadBounce as error:
        raise FieldRefused("file", str(_REFUSALS[str(error)])) from error
    row = kept.by_message(told.message_id)
    if row is None:
        raise FieldRefused("file", gettext("Thư bị trả lại không phải thư giao phiếu của phòng thử nghiệm."))
    if not told.final:
        raise FieldRefused("file", gettext("Thư mới bị hoãn, máy chủ còn gửi lại; chưa phải bị trả lại."))
    problem = " ".join(part for part in (told.recipient, told.code, told.says) if part)
    return service.note_bounce(current_actor(), row, problem or gettext("không nêu lý do"))


@bp.route("/system/witnesses", methods=["GET", "POST"])
@requires(P.LABORATORY_WRITE)
def witnesses() -> Any:
    """Who is sent the log's checkpoints, and asking somebody to be."""
    form = WitnessForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            subscriptions.add_witness(current_actor(), form.email.data, form.language.data)
        if tried.ok:
            return done(gettext("Đã gửi thư mời; điểm kiểm được gửi khi người nhận xác nhận."), "certificates.witnesses")
    shown = listing(watching.witnesses(), Subscription, WITNESSES, default_sort="email")
    return page("certificates/witnesses.html", form=form, page=shown, mail=mail.configured())


@bp.post("/system/witnesses/<int:id>/end")
@requires(P.LABORATORY_WRITE)
def end_witness(id: int) -> Any:
    """Send nobody's address checkpoints any more."""
    row = get_or_404(Subscription, id)
    return press(lambda: subscriptions.end_subscription(current_actor(), row),
                 gettext("Đã ngừng gửi và xóa địa chỉ."), "certificates.witnesses")

"""Watch lists: asked for by an address, opened by the token that its letter brings, without an account."""
from __future__ import annotations

from typing import Any

from flask import Response, abort, g, make_response, render_template, request
from flask_babel import gettext, ngettext

from certificates.limits import limited
from certificates.lookups import allowances, answering, making, receipt, table, watching, wording
from certificates.lookups.receipt import BadReceipt
from certificates.lookups.table import Question, TableRefused, understood
from certificates.services import subscriptions, watchlists
from certificates.views import bp
from certificates.views.answers import spoken
from certificates.views.bulk import BOUNDS
from lab_app.core import export, mail, rates
from lab_app.core.access import public
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.i18n import lang, nfc
from lab_app.core.web import attempt

asked = rates.limited("watch", 5, 20)
opened = rates.limited("watch-link", 40, 600)
#: The field that a person does not see and a robot fills in.
TRAP = "website"
_MOST = 2 * 1024 * 1024


def _form(status: int = 200, **context: Any) -> Response:
    shown = {"typed": "", "email": "", "name": "", "brand": "", "model": "", "daily": False, "refused": "", **context}
    if not mail.configured():  # no form that could only be refused: what can be done here without letters
        return make_response(render_template("certificates/watch_none.html", spoken=spoken(), typed=shown["typed"], **BOUNDS), status)
    return make_response(render_template(
        "certificates/watch_new.html", spoken=spoken(), most=watchlists.MOST_PAPERS, trap=TRAP, **shown), status)


@bp.get("/watch")
@public
@limited
def watch_new() -> Any:
    """The form for a new list; a paper may be named in the address."""
    return _form(typed=request.args.get("paper", "")[: table.LONGEST_PAPER])


@bp.post("/watch/from-list")
@public
@limited
def watch_from_list() -> Any:
    """The same form with the papers of an answered list. Nothing is written."""
    request.max_content_length = request.max_form_memory_size = _MOST
    try:
        text = receipt.unpacked(request.form.get("receipt", ""))
        if not making.held(text).holds:  # rows that the register did not write are not read
            raise BadReceipt("altered")
        rows = receipt.parse(text)["rows"]
    except BadReceipt:
        return _form(422, refused=gettext("Kết quả gửi kèm không còn nguyên: hãy tra lại danh sách."))
    shown = [wording.shown(row) for row in rows]
    known = [one.asked.get(table.PAPER, "") for one in shown if one.state.code not in (answering.NOT_FOUND, answering.UNREADABLE)]
    return _form(typed="\n".join(dict.fromkeys(known)))


def _questions(typed: str) -> list[Question]:
    """Papers out of what was typed; none where nothing was. FieldRefused in words."""
    if not typed.strip():
        return []
    try:
        found = understood(typed.encode("utf-8", "replace")).questions
    except TableRefused as refused:
        raise FieldRefused("list", wording.refusal(refused.code, refused.about)) from refused
    if not allowances.may_ask(answering.numbers_in(found)):
        raise FieldRefused("list", wording.refusal("too-many"))
    return found


@bp.post("/watch")
@public
@asked
def watch_start() -> Any:
    """Ask for a list. A robot that fills the hidden field is thanked like everybody and nothing happens."""
    request.max_content_length = request.max_form_memory_size = _MOST
    given = {name: nfc(request.form.get(name, "")) for name in ("email", "name", "brand", "model")}
    typed, daily = request.form.get("list", ""), bool(request.form.get("daily"))
    found = watchlists.Added()
    if not request.form.get(TRAP):
        try:
            products = [(given["brand"], given["model"])] if given["model"].strip() else []
            found = watchlists.start(
                given["email"][:300], given["name"], _questions(typed), products, daily=daily, language=lang())
            allowances.note_missed(len(found.unknown))
        except (FieldRefused, Refused) as error:
            return _form(422, typed=typed, daily=daily, refused=str(error.message), **given)
    return render_template(
        "certificates/watch_asked.html", found=found, days=subscriptions.CONFIRM_DAYS, spoken=spoken(), unknown=found.unknown[:20])


# ---- by the token -------------------------------------------------------------------------------------------


def _list(token: str) -> tuple[Any, Any]:
    """The list of a token, or 404: for a guess, for a list that was removed, for an address that never said yes."""
    found = watchlists.opened(token)
    if found is None:
        abort(404)
    return found


@bp.get("/watch/<token>")
@public
@opened
def watch_list(token: str) -> Any:
    """The list at a glance: every paper with its state today, the products watched with their papers."""
    subscription, row = _list(token)
    page = watching.overview(row, request.args.get("page", "1"), request.args.get("show", ""))
    if export.asked():
        return export.as_file("theo-doi", watching.heads(), [watching.cells(one) for one in page.every])
    return _page(subscription, row, page)


def _page(subscription: Any, row: Any, page: Any, status: int = 200, **context: Any) -> Response:
    shown = {"refused": "", "said": [], "typed": "", "unknown": [], **context}
    response = make_response(render_template(
        "certificates/watch_list.html", row=row, subscription=subscription, page=page, spoken=spoken(), most=watchlists.MOST_PAPERS,
        most_products=watchlists.MOST_PRODUCTS, **shown), status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/watch/<token>")
@public
@opened
def watch_change(token: str) -> Any:
    """Add, take off, rename, remove: what the button says."""
    request.max_content_length = request.max_form_memory_size = _MOST
    subscription, row = _list(token)
    act = _ACTS.get(request.form.get("do", ""))
    if act is None:
        abort(404)
    answer = None
    with attempt() as outcome:
        answer = act(subscription, row)
    if outcome.ok:
        return answer
    subscription, row = _list(token)  # as it stands without what was refused
    return _page(
        subscription, row, watching.overview(row), 422, refused=str(g.pop("refusal").says), typed=request.form.get("list", ""))


def _add(subscription: Any, row: Any) -> Any:
    found = watchlists.add_papers(row, _questions(request.form.get("list", "")))
    allowances.note_missed(len(found.unknown))
    said = [ngettext("Đã thêm %(num)s phiếu.", "Đã thêm %(num)s phiếu.", found.added)]
    if found.there:
        said.append(ngettext("%(num)s phiếu đã có sẵn.", "%(num)s phiếu đã có sẵn.", found.there))
    return _page(subscription, row, watching.overview(row), said=said, unknown=found.unknown[:50], typed="\n".join(found.unknown))


def _take_off(subscription: Any, row: Any) -> Any:
    gone = watchlists.remove_papers(row, request.form.getlist("paper"))
    return _page(subscription, row, watching.overview(row), said=[ngettext("Đã bỏ %(num)s phiếu.", "Đã bỏ %(num)s phiếu.", gone)])


def _add_product(subscription: Any, row: Any) -> Any:
    made = watchlists.add_product(row, request.form.get("brand", ""), request.form.get("model", ""))
    said = gettext("Đã thêm sản phẩm.") if made else gettext("Sản phẩm này đã có trong danh sách.")
    return _page(subscription, row, watching.overview(row), said=[said])


def _take_off_product(subscription: Any, row: Any) -> Any:
    typed = request.form.get("product", "")
    watchlists.remove_product(row, int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 12 else 0)
    return _page(subscription, row, watching.overview(row), said=[gettext("Đã bỏ sản phẩm.")])


def _change(subscription: Any, row: Any) -> Any:
    watchlists.change(row, name=request.form.get("name", ""), daily=bool(request.form.get("daily")))
    return _page(subscription, row, watching.overview(row), said=[gettext("Đã lưu.")])


def _remove(subscription: Any, row: Any) -> Any:
    if request.form.get("sure") != "yes":
        return _page(subscription, row, watching.overview(row), 422, refused=gettext("Đánh dấu ô xác nhận để xóa danh sách."))
    watchlists.remove(subscription, row)
    return render_template("certificates/watch_removed.html", spoken=spoken())


_ACTS = {
    "add": _add, "take-off": _take_off, "add-product": _add_product, "take-off-product": _take_off_product, "change": _change,
    "remove": _remove,
}

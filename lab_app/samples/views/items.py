"""Items: reception, list, record page, customer's answer, moves, firmware, photos."""
from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from lab_app.accounts.queries import active_people
from lab_app.core import audit, clock, export, files
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import FieldRefused
from lab_app.core.files import Upload
from lab_app.core.numbering import read_code
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, page
from lab_app.samples import presenters, queries, services
from lab_app.samples.file_shown import files_shown
from lab_app.samples.forms import AnswerForm, FirmwareForm, MoveForm, PhotosForm, ScanForm, receive_form
from lab_app.samples.models import Sample
from lab_app.samples.queries.sampling import sampling_of_items
from lab_app.samples.rules import CONDITION_KEYS
from lab_app.samples.views.blueprint import HISTORY_SHOWN, bp, request_or_404, sample_or_404
from lab_app.samples.wording import CONDITION_WORDS, DECISION_WORDS, MOVE_WORDS
from lab_app.samples.workflow import REQUEST, SAMPLE

COLUMNS = (
    Column("code", _l("Mã"), Sample.code), Column("item", _l("Tên, kiểu, số máy")),
    Column("customer", _l("Khách hàng"), css="opt"), Column("received", _l("Nhận lúc"), Sample.received_at, css="num"),
    Column("place", _l("Đang ở đâu")), Column("status", _l("Trạng thái")),
)
MOST_PHOTOS = 12


@bp.get("/samples")
@requires(P.SAMPLE_READ)
def samples() -> Any:
    """All items, newest first."""
    filters = [
        Filter("status", _l("Trạng thái"), [("here", _l("Còn tại phòng")), *[(s.code, s.word) for s in SAMPLE.states]],
               lambda q, v: q.where(Sample.status.in_(queries.HERE) if v == "here" else Sample.status == v)),
        Filter("deviation", _l("Sai lệch khi nhận"), [("open", _l("Chờ khách hàng trả lời")), ("any", _l("Có sai lệch"))],
               lambda q, v: q.where(Sample.deviation != "", ~Sample.answers.any()) if v == "open" else q.where(Sample.deviation != "")),
    ]
    query = queries.samples_query()
    shown = listing(query, Sample, COLUMNS, kind="sample", filters=filters, default_sort="received")
    if "export" in request.args:
        return export.as_file("samples", *presenters.samples_table(everything(query, Sample, shown, COLUMNS, filters, "sample")))
    return page(
        "samples/samples.html", samples=shown, states=SAMPLE, answer_state=presenters.answer_state,
        moves=queries.latest_moves(s.id for s in shown.rows),
    )


def _photos(given: Any) -> list[Upload]:
    """Bytes durable before the transaction; refuses what is no picture."""
    chosen = [f for f in given or [] if f and f.filename]
    if len(chosen) > MOST_PHOTOS:
        raise FieldRefused("photos", gettext("Tối đa %(n)s ảnh.", n=MOST_PHOTOS))
    return [files.put(f.stream, f.filename or "photo", files.IMAGES, "photos") for f in chosen]


@bp.route("/requests/<number>/receive", methods=["GET", "POST"])
@requires(P.SAMPLE_RECEIVE)
def receive(number: str) -> Any:
    """Receive one item of a request."""
    row = request_or_404(number)
    form = receive_form(row.items)
    records = {str(r.id): r for r in sampling_of_items(i.id for i in row.items)}
    form.sampling.choices = [(ident, f"{r.code} · {r.place}") for ident, r in records.items()]
    if request.method == "GET":
        form.received_at.data = clock.now()
        waiting = [i for i in row.items if sum(s.status in queries.HERE for s in i.samples) < i.quantity]
        form.item.data = (waiting or row.items)[0].id if row.items else None
        form.sampled_by.data = "customer"
    if form.validate_on_submit():
        with attempt(form) as tried:
            photos = _photos(form.photos.data)
            sample = services.receive_sample(
                current_actor(), next(i for i in row.items if i.id == form.item.data), checks=form.looked(), photos=photos,
                sampled_by=form.sampled_by.data or "customer", sampling=records.get(form.sampling.data or ""),
                **form.clean("received_at", "brought_by", "serial", "hardware", "firmware", "condition", "accessories", "deviation",
                             "storage", "storage_conditions"),
            )
        if tried.ok:
            return done(gettext("Đã nhận mẫu %(code)s. In tem và dán lên mẫu.", code=sample.code), "samples.sample_page", code=sample.code)
        row = request_or_404(number)
    return page("samples/receive.html", form=form, row=row, keys=CONDITION_KEYS, states=REQUEST, places=queries.storage_places())


@bp.get("/samples/<code>")
@requires(P.SAMPLE_READ)
def sample_page(code: str) -> Any:
    """One item: condition, deviation and answer, custody, what is being tested."""
    row = sample_or_404(code)
    return page(
        "samples/sample_page.html", row=row, states=SAMPLE, condition_words=CONDITION_WORDS, decision_words=DECISION_WORDS,
        keys=CONDITION_KEYS, moves=presenters.custody(row.custody), last=row.custody[-1] if row.custody else None,
        photos=files.attachments("sample", row.id, "photo"), answer_state=presenters.answer_state(row),
        supplied=presenters.supplied_lines(row.item.supplied), panels=presenters.panels("sample", row, current_actor()),
        entries=audit.history("sample", row.id, HISTORY_SHOWN), here=row.status in queries.HERE,
        made=files_shown([row.item])[row.item_id],
    )


@bp.route("/samples/<code>/answer", methods=["GET", "POST"])
@requires(P.SAMPLE_RECEIVE)
def answer(code: str) -> Any:
    """Record the customer's answer about a deviating item (7.4.3)."""
    row = sample_or_404(code)
    form = AnswerForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.record_answer(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi câu trả lời của khách hàng."), "samples.sample_page", code=code)
        row = sample_or_404(code)
    return page("samples/answer.html", form=form, row=row)


@bp.get("/samples/scan")
@requires(P.SAMPLE_MOVE)
def scan() -> Any:
    """Scan a label to hand the item over: straight to its move, or the reason why not."""
    form = ScanForm(request.args)
    if "q" in request.args and form.validate():
        found = queries.sample_by_code(read_code(form.q.data))
        if found is not None:
            return redirect(url_for("samples.move", code=found.code))
        form.q.errors = [gettext("Không có mẫu mang mã %(code)s.", code=form.q.data)]
    return page("samples/scan.html", status=422 if form.q.errors else None, form=form)


def _to_me(person_id: int | None) -> MultiDict[str, str]:
    """What the one button means: taken, by me, now."""
    typed = request.form.copy()
    typed["kind"], typed["to_person"] = "taken", str(person_id)
    return typed


@bp.route("/samples/<code>/move", methods=["GET", "POST"])
@requires(P.SAMPLE_MOVE)
def move(code: str) -> Any:
    """A move by scan: what, to whom, where. "To me" is one button."""
    row = sample_or_404(code)
    me = current_actor()
    form = MoveForm(formdata=_to_me(me.id)) if request.form.get("mine") else MoveForm()
    people = active_people()
    form.to_person.choices = [(str(p.id), p.full_name) for p in people]
    if request.method == "GET":
        form.kind.data, form.to_person.data, form.version.data = "handed_over", "", row.version
    if request.method == "POST" and form.validate():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            to = next((p for p in people if str(p.id) == form.to_person.data), None)
            services.move_sample(
                me, row, kind=form.kind.data, at=form.at.data or clock.now(), to_person=to, to_text=form.to_text.data or "",
                place=form.place.data or "", note=form.note.data or "",
            )
        if tried.ok:
            return done(
                gettext("Đã ghi: %(move)s, mẫu %(code)s.", move=MOVE_WORDS[form.kind.data], code=code), "samples.sample_page", code=code)
        row = sample_or_404(code)
    closed = None if row.status in queries.HERE else SAMPLE.stop(row, "taken")
    return page("samples/move.html", form=form, row=row, states=SAMPLE, moves=presenters.custody(row.custody), stop=closed,
                places=queries.storage_places())


@bp.route("/samples/<code>/firmware", methods=["GET", "POST"])
@requires(P.SAMPLE_MOVE)
def firmware(code: str) -> Any:
    """The item's firmware was changed."""
    row = sample_or_404(code)
    form = FirmwareForm()
    if request.method == "GET":
        form.changed_at.data = clock.now()
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.change_firmware(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi đổi firmware."), "samples.sample_page", code=code)
        row = sample_or_404(code)
    return page("samples/firmware.html", form=form, row=row)


@bp.route("/samples/<code>/photos", methods=["GET", "POST"])
@requires(P.SAMPLE_MOVE)
def photos(code: str) -> Any:
    """Add photos of an item."""
    row = sample_or_404(code)
    form = PhotosForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            given = _photos(form.photos.data)
            if not given:
                raise FieldRefused("photos", gettext("Chọn ít nhất một ảnh."))
            services.add_photos(current_actor(), row, given, form.caption.data or "")
        if tried.ok:
            return done(gettext("Đã thêm ảnh."), "samples.sample_page", code=code)
        row = sample_or_404(code)
    return page("samples/photos.html", form=form, row=row)

"""The item's file, its set-up photos, and the tests proposed from it."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext

from lab_app.core import files
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, or_404, page
from lab_app.samples import services
from lab_app.samples.file_shown import files_shown
from lab_app.samples.forms import ItemFileForm, SetupPhotoForm, answers_form, typed_file
from lab_app.samples.item_file import TABLES
from lab_app.samples.models import RequestItem
from lab_app.samples.queries.item_file import content_of, item_by_id
from lab_app.samples.queries.proposals import Plan, plan_of
from lab_app.samples.services.proposals import Answered
from lab_app.samples.views.blueprint import bp
from test_methods.product_words import LANES
from test_methods.properties import BY_KEY


def item_or_404(ident: int) -> RequestItem:
    """A request's item, or the 404 page."""
    return or_404(item_by_id(ident), gettext("Không có đối tượng thử nghiệm này."))


@bp.route("/requests/items/<int:id>/file", methods=["GET", "POST"])
@requires(P.REQUEST_READ)
def item_file(id: int) -> Any:
    """Write the file of an item; further rows by one button, without losing what was typed."""
    row = item_or_404(id)
    form = ItemFileForm() if request.method == "POST" else ItemFileForm(data={**typed_file(content_of(row)), "version": row.version})
    reshaped = request.method == "POST" and form.more(request.form.get("more", ""))
    if request.method == "POST" and not reshaped and form.validate():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.write_item_file(
                current_actor(), row, form.given(), reason=form.reason.data or "", changes_item=form.changes_item.data == "yes",
                changed_at=form.changed_at.data)
        if tried.ok:
            return done(gettext("Đã ghi hồ sơ mẫu."), "samples.request_page", number=row.request.number)
        row = item_or_404(id)
        for name in TABLES:  # a table's refusal stands above the form too
            form.form_errors.extend(e for e in form[name].errors if isinstance(e, str))
    return page("samples/item_file_form.html", form=form, row=row, tables=TABLES)


@bp.route("/requests/items/<int:id>/setup-photo", methods=["GET", "POST"])
@requires(P.REQUEST_READ)
def setup_photo(id: int) -> Any:
    """Add one photo of the test set-up with its caption."""
    row, form = item_or_404(id), SetupPhotoForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            given = form.photo.data
            if not given or not given.filename:
                raise FieldRefused("photo", gettext("Chọn ít nhất một ảnh."))
            upload = files.put(given.stream, given.filename, files.IMAGES, "photo")
            services.add_setup_photos(current_actor(), row, [upload], [form.caption.data or ""])
        if tried.ok:
            return done(gettext("Đã thêm ảnh."), "samples.request_page", number=row.request.number)
        row = item_or_404(id)
    return page("samples/setup_photo.html", form=form, row=row, made=files_shown([row])[id])


@bp.route("/requests/items/<int:id>/plan", methods=["GET", "POST"])
@requires(P.REQUEST_READ)
def test_plan(id: int) -> Any:
    """The tests proposed for an item with their reasons, what is not proposed and why; answers line by line."""
    row = item_or_404(id)
    plan = plan_of(row)
    form = answers_form({line.key: line.method is not None for line in plan.lines})
    if request.method == "POST" and form.validate():
        answers = {
            line.key: Answered(form[f"decision-{line.key}"].data, form[f"reason-{line.key}"].data or "",
                               form[f"laboratory-{line.key}"].data or "")
            for line in plan.lines if form[f"decision-{line.key}"].data
        }
        with attempt(form) as tried:
            if not answers:
                raise FieldRefused("decision", gettext("Chưa trả lời dòng nào."))
            services.answer_proposals(current_actor(), row, answers, reason=form["reason"].data or "")
        if tried.ok:
            return done(gettext("Đã ghi trả lời cho kế hoạch thử."), "samples.test_plan", id=id)
        row = item_or_404(id)
        plan = plan_of(row)
    return page("samples/test_plan.html", form=form, row=row, plan=plan, lanes=LANES, asked=_asked(plan), made=files_shown([row])[id])


def _asked(plan: Plan) -> list[str]:
    """Words of the properties that rules ask about and nobody stated."""
    return [str(BY_KEY[key].words) for key in plan.unstated if key in BY_KEY]

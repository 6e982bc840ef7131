"""A list of papers at once, its receipt, and receipts brought back. Nothing of it is kept: the receipt travels in the page."""
from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge

from certificates.limits import limited
from certificates.lookups import (
    allowances,
    answering,
    carried,
    cover,
    making,
    printed,
    receipt,
    table,
    wording,
)
from certificates.lookups.pages import page_of
from certificates.lookups.receipt import BadReceipt
from certificates.lookups.table import Question, TableRefused, understood
from certificates.translog import store
from certificates.views import bp
from certificates.views.answers import spoken
from lab_app.accounts.queries import laboratory
from lab_app.core.access import public
from lab_app.core.export import as_csv, as_xlsx
from lab_app.core.i18n import nfc

MEGABYTES = 8
_MOST = MEGABYTES * 1024 * 1024
#: What the forms say of the bounds.
BOUNDS = {"most": f"{table.MOST:,}".replace(",", "."), "megabytes": MEGABYTES, "per_hour": f"{allowances.BY_NUMBER:,}".replace(",", ".")}


def _form(refused: str = "", typed: str = "", status: int = 200) -> Response:
    return make_response(
        render_template("certificates/bulk.html", typed=typed, refused=refused, spoken=spoken(), **BOUNDS), status)


@bp.get("/verify/bulk")
@public
@limited
def bulk() -> Any:
    """The form for a list."""
    return _form()


def _bound(most: int) -> None:
    """Take no more of a request than `most` bytes; one that says beforehand that it is longer is not begun. RequestEntityTooLarge."""
    request.max_content_length = request.max_form_memory_size = most
    if (request.content_length or 0) > most:
        raise RequestEntityTooLarge


@bp.post("/verify/bulk")
@public
@allowances.checked
def bulk_check() -> Any:
    """Answer a list; one that cannot be read is refused with the reason, and what was pasted stays."""
    try:
        _bound(_MOST)
        typed, upload = request.form.get("list", ""), request.files.get("file")
    except RequestEntityTooLarge:
        return _form(wording.refusal("too-large", megabytes=MEGABYTES), status=413)
    data = upload.read() if upload is not None and upload.filename else typed.encode()
    try:
        found = understood(data)
    except TableRefused as refused:
        return _form(wording.refusal(refused.code, refused.about), typed, 422)
    if not allowances.may_ask(answering.numbers_in(found.questions)):
        return _form(wording.refusal("too-many"), typed, 429)
    made = making.made(found.questions)
    allowances.note_missed(sum(1 for row in made["rows"] if row["answer"]["status"] == answering.NOT_FOUND))
    page = page_of(made, made["statement"].split("\ntime ", 1)[1].split("\n", 1)[0], table=found)
    return _fresh(render_template("certificates/bulk_result.html", page=page, spoken=spoken(), **BOUNDS))


def _fresh(body: str) -> Response:
    response = make_response(body)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _carried() -> tuple[dict[str, Any], receipt.Read]:
    """The receipt that a page handed on, as long as it still is what the register signed. BadReceipt otherwise."""
    try:
        _bound(_MOST)
        text = receipt.unpacked(request.form.get("receipt", ""))
    except RequestEntityTooLarge as error:
        raise BadReceipt("too long") from error
    read = making.held(text)
    if not read.holds:
        raise BadReceipt("altered")
    return receipt.parse(text), read


@bp.post("/verify/bulk/page")
@public
@limited
def bulk_page() -> Any:
    """Another page of an answered list."""
    try:
        data, read = _carried()
    except BadReceipt:
        return _form(gettext("Kết quả gửi kèm không còn nguyên: hãy tra lại danh sách."), status=422)
    assert read.statement is not None
    typed = request.form.get("page", "1")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1
    page = page_of(data, read.statement.time, number, request.form.get("show") == "attention")
    return _fresh(render_template("certificates/bulk_result.html", page=page, spoken=spoken(), **BOUNDS))


@bp.post("/verify/bulk/file")
@public
@limited
def bulk_file() -> Any:
    """An answered list as a file: the receipt, its printed form, or a spreadsheet that runs no formula."""
    try:
        data, read = _carried()
    except BadReceipt:
        return _form(gettext("Kết quả gửi kèm không còn nguyên: hãy tra lại danh sách."), status=422)
    kind = request.form.get("kind", "")
    if kind in ("csv", "xlsx"):
        rows = [wording.cells(wording.shown(row)) for row in data["rows"]]
        return (as_csv if kind == "csv" else as_xlsx)("tra-cuu", wording.heads(), rows)
    return _receipt_file(data, read, kind)


def _receipt_file(data: dict[str, Any], read: receipt.Read, kind: str) -> Response:
    assert read.statement is not None
    stem = f"bien-nhan-{read.statement.time[:19].replace(':', '').replace('T', '-')}"
    if kind == "pdf":
        return _download(printed.draw(data, read.statement, laboratory()), "application/pdf", f"{stem}.pdf")
    return _download(receipt.written(data).encode(), "application/json", f"{stem}.json")


def _download(body: bytes, kind: str, name: str) -> Response:
    return Response(body, content_type=kind, headers={
        "Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"})


@bp.get("/verify/lookup-receipt")
@public
@limited
def receipt_of() -> Any:
    """The receipt of one look-up, of a paper that is not found too: number or code in `q`, a product beside it where one was asked."""
    plain = {name: nfc(value) for name, value in request.args.items()}
    asked = {table.PAPER: " ".join(plain.get("q", "").split())[: table.LONGEST_PAPER], **cover.Asked.of(plain).given()}
    question = Question(1, {name: value for name, value in asked.items() if value})
    if not allowances.may_ask(answering.numbers_in([question])):
        return _form(wording.refusal("too-many"), status=429)
    data = making.made([question])
    allowances.note_missed(sum(1 for row in data["rows"] if row["answer"]["status"] == answering.NOT_FOUND))
    return _receipt_file(data, making.held(receipt.written(data)), request.args.get("as", ""))


# ---- a receipt brought back ---------------------------------------------------------------------------------


def _receipt_page(status: int = 200, **context: Any) -> Response:
    shown = {"read": None, "refused": "", "said": [], "wrong": [], "page": None, **context}
    return _fresh_status(render_template(
        "certificates/receipt.html", key=store.signer().verifier.text, spoken=spoken(), **shown), status)


def _fresh_status(body: str, status: int) -> Response:
    response = _fresh(body)
    response.status_code = status
    return response


@bp.get("/verify/receipt")
@public
@limited
def receipt_check() -> Any:
    """Where a receipt is dropped."""
    return _receipt_page()


@bp.post("/verify/receipt")
@public
@limited
def receipt_check_file() -> Any:
    """Whether a receipt is what the register signed, and what it says; one that was altered is named as such, with the rows."""
    try:
        _bound(_MOST * 3)
        upload = request.files.get("file")
        content = upload.read() if upload else b""
    except RequestEntityTooLarge:
        return _receipt_page(413, refused=wording.refusal("too-large", megabytes=MEGABYTES * 3))
    if not content:
        return _receipt_page(422, refused=gettext("Chọn tệp biên nhận."))
    try:
        text = carried.given(content)
        read = making.held(text)
    except BadReceipt:
        return _receipt_page(422, refused=gettext("Tệp này không phải biên nhận tra cứu, hoặc không còn đọc được."))
    page = page_of(receipt.parse(text), read.statement.time) if read.holds and read.statement else None
    return _receipt_page(
        read=read, page=page, said=[wording.finding(one) for one in read.said], wrong=[wording.finding(one) for one in read.wrong])

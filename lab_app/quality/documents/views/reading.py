"""What I have to read, the confirmation, and the laboratory's policies for anybody (8.2.1, 8.2.5)."""
from __future__ import annotations

from typing import Any

from flask import redirect, request
from flask_babel import gettext

from lab_app.core import clock, gates
from lab_app.core.access import current_actor, public, requires, signed_in
from lab_app.core.errors import Refused
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, local_target, page
from lab_app.quality.documents import queries, receipts, rules, workflow
from lab_app.quality.documents.views.blueprint import bp, found_version


@bp.get("/reading")
@signed_in
def my_reading() -> Any:
    """What the signed-in person has still to read and confirm."""
    return page("quality/my_reading.html", rows=queries.unread_of(current_actor().id or 0), today=clock.today())


@bp.route("/quality/documents/<code>/versions/<int:number>/read", methods=["GET", "POST"])
@requires(P.DOCUMENT_READ)
def read_page(code: str, number: int) -> Any:
    """Read a version and confirm it: the page carries the hash of what it shows."""
    row, actor = found_version(code, number), current_actor()
    mine = queries.reading_of(row.id, actor.id)
    target = request.values.get("next", "")
    if request.method == "POST" and mine is not None:
        with attempt() as tried:
            if not request.form.get("read"):
                raise Refused(gettext("Đánh dấu vào ô “đã đọc và hiểu” rồi xác nhận."))
            receipts.confirm_read(actor, mine, seen_sha256=request.form.get("seen", ""))
        if tried.ok and target and local_target(target):
            return redirect(target)
        if tried.ok:
            return done(gettext("Đã xác nhận đọc %(code)s.", code=row.code), "quality_documents.my_reading")
        row = found_version(code, number)
        mine = queries.reading_of(row.id, actor.id)
    stop = gates.ask("document-effective-served", receipts.serving_facts(actor, row))  # its words are served as its file is
    return page("quality/document_read.html", row=row, document=row.document, asked_me=mine, target=target if local_target(target) else "",
                stop=stop,
                stands=rules.standing(row, clock.today()), machine=workflow.VERSION)


@bp.get("/quality/documents/at-hand/<path:method>")
@requires(P.DOCUMENT_READ)
def at_hand(method: str) -> Any:
    """What the bench may show for a method: the versions in force today. `code` and `issue` are what the method's version names."""
    return page("quality/at_hand.html", method=method, versions=queries.effective_for_method(method, clock.today()),
                code=request.args.get("code", ""), issue=request.args.get("issue", ""))


@bp.get("/policy")
@public
def policy() -> Any:
    """The laboratory's policies in force, for anybody (8.2.1; ISO 9001 5.2.2)."""
    return page("quality/policy.html", policies=queries.policies(clock.today()))

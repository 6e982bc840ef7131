"""Pages of the room: my work, search and scan, history of any record, attachments, language."""
from __future__ import annotations

from io import BytesIO
from typing import Any

import zxingcpp
from flask import Blueprint, abort, g, jsonify, redirect, request, url_for
from flask_babel import gettext
from PIL import Image, UnidentifiedImageError
from sqlalchemy import Select

from lab_app.accounts import services as accounts
from lab_app.accounts.models import Person
from lab_app.accounts.queries import facts_and
from lab_app.accounts.wording import TASK_WORDS
from lab_app.core import audit, clock, export, files, notices, numbering, search
from lab_app.core.access import current_actor, public, requires
from lab_app.core.db import db
from lab_app.core.errors import NotAllowed, NotFound
from lab_app.core.i18n import COOKIE, LANGUAGES
from lab_app.core.inbox import Ask
from lab_app.core.paging import everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import get_or_404, local_target, or_404, page
from lab_app.home import asked, exceptions, links, queries
from lab_app.results.models import Reading

bp = Blueprint("home", "lab_app.home")
HISTORY_PAGE = 50
MAX_PIXELS = 40_000_000


def _me() -> Person:
    """The signed-in person (the routes here need an account)."""
    actor = current_actor()
    if not isinstance(actor, Person):
        abort(403)
    return actor


@bp.get("/")
@requires(P.HOME)
def my_work() -> Any:
    """What waits for me, what is late, one click from the doing."""
    me = _me()
    g.lab_facts, [recorded] = facts_and(me.id, [queries.recorded_this_week(me.id)])
    return page("home/my_work.html", work=queries.my_work(me), recorded=recorded, now=clock.now(), today=clock.today(),
                task_words=TASK_WORDS)


@bp.get("/inbox")
@requires(P.HOME)
def inbox() -> Any:
    """Everything that services ask of me, by my name or by my roles."""
    return _asked(asked.mine(_me()), everybody=False)


@bp.get("/inbox/everybody")
@requires(P.QUALITY_READ)
def inbox_of_everybody() -> Any:
    """What is asked of anybody and not done: what stays undone, and whom it was asked of."""
    return _asked(asked.everybodys(), everybody=True)


def _asked(query: Select[Any], everybody: bool) -> Any:
    filters = asked.filters()
    found = listing(query, Ask, asked.COLUMNS, filters=filters, default_sort="due", default_direction="asc")
    if export.asked():
        table = asked.table(everything(query, Ask, found, asked.COLUMNS, filters, None))
        return export.as_file("asked", *table)
    return page("home/inbox.html", found=found, everybody=everybody, today=clock.today(), whom=asked.addressees(found.rows),
                says=notices.says)


@bp.get("/search", endpoint="search")
@requires(P.SEARCH)
def search_page() -> Any:
    """Find any code or words; an exact code opens its record at once."""
    typed = request.args.get("q", "").strip()[:200]
    kinds = links.kinds_for(current_actor())
    code = numbering.read_code(typed)
    exact = [f for f in search.by_code(code) or search.by_code(typed) if f.kind in kinds]
    if len(exact) == 1:
        job = queries.only_open_job(exact[0], current_actor())
        return redirect(url_for("results.bench", code=job.code) if job else links.url_of_found(exact[0]))
    found = exact or search.find(typed, kinds)
    return page("home/search.html", typed=typed, answers=links.answers(found))


@bp.post("/decode")
@requires(P.SEARCH)
def decode() -> Any:
    """A photo of a label: the code in it, and the record's page where there is one. The photo is not kept."""
    image = request.files.get("image")
    code = read_label(image.read(files.CHUNK * 25)) if image else ""
    if not code:
        says = gettext("Không đọc được mã trong ảnh. Chụp gần hơn, đủ sáng, hoặc gõ mã in dưới hình.")
        if _plain_form():
            return page("home/search.html", typed="", answers=[], says=says, status=422)
        return jsonify(says=says), 422
    if _plain_form():
        return redirect(url_for("home.search", q=code), 303)
    return jsonify(code=code, url=url_for("home.search", q=code))


def _plain_form() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "text/html"


def read_label(data: bytes) -> str:
    """The bare code in a photo's QR or bar code; an address of ours gives its last part. Empty when none is read."""
    try:
        with Image.open(BytesIO(data)) as image:
            if image.width * image.height > MAX_PIXELS:
                return ""
            found = zxingcpp.read_barcodes(image.convert("L"))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return ""
    text = found[0].text.strip() if found else ""
    return numbering.read_code(text.rstrip("/").rsplit("/", 1)[-1])


@bp.get("/history/<kind>/<int:id>")
@requires(P.HISTORY_READ)
def history(kind: str, id: int) -> Any:
    """Who changed what on a record, from what to what, when, why; newest first."""
    right = or_404(links.READ_RIGHTS.get(kind), gettext("Không có loại hồ sơ này."))
    if not current_actor().can(right):
        raise NotAllowed(gettext("Vai trò của bạn không xem được hồ sơ này (%(right)s).", right=right.value))
    before = request.args.get("before", type=int)
    entries = audit.history(kind, id, HISTORY_PAGE + 1, before)
    if not entries and before is None:
        raise NotFound(gettext("Không có hồ sơ này."))
    more = entries[HISTORY_PAGE - 1].id if len(entries) > HISTORY_PAGE else None
    code = next((e.subject_code for e in entries if e.subject_kind == kind), "")
    return page("home/history.html", entries=entries[:HISTORY_PAGE], kind=kind, code=code,
                record_url=links.url_of(kind, id, code), older=more, subject_id=id)


@bp.get("/exceptions", endpoint="exceptions")
@requires(P.JOB_READ)
def exceptional_readings() -> Any:
    """Readings entered late, corrected or repeated, over all jobs."""
    query, filters = exceptions.query(), exceptions.filters()
    found = listing(query, Reading, exceptions.COLUMNS, filters=filters, default_sort="measured")
    if export.asked():
        table = exceptions.table(everything(query, Reading, found, exceptions.COLUMNS, filters, None))
        return export.as_file("exceptions", *table)
    asked = request.args.get("kind", "")
    quick = [(word, found.url(kind=None if asked == name else name), asked == name, None, None)
             for name, word in exceptions.WORDS.items()]
    return page("home/exceptions.html", found=found, quick=quick, days=exceptions.DAYS, words=exceptions.WORDS,
                broken=exceptions.broken_of(found.rows), kinds_of=exceptions.kinds_of, reasons_of=exceptions.reasons_of)


@bp.get("/files/<int:id>")
@requires(P.HOME)
def attachment(id: int) -> Any:
    """A record's file, for those who may see the record."""
    row = get_or_404(files.Attachment, id)
    right = links.READ_RIGHTS.get(row.subject_kind)
    if right is None or not current_actor().can(right):
        abort(404)  # the same answer as for a file that does not exist
    return files.send(row.file, row.filename, inline=True)


@bp.post("/language")
@public
def set_language() -> Any:
    """Switch the language: kept with the person who is signed in, in a cookie for everybody."""
    chosen = request.form.get("lang", "")
    target = request.form.get("next", "") or request.referrer or "/"
    if "://" in target:
        target = "/" + target.split("://", 1)[1].partition("/")[2]
    response = redirect(target if local_target(target) else "/")
    if chosen in LANGUAGES:
        actor = current_actor()
        if actor.id is not None:
            accounts.set_language(_me(), chosen)
            db.session.flush()
        response.set_cookie(COOKIE, chosen, max_age=365 * 86400, samesite="Lax", httponly=True, secure=request.is_secure)
    return response

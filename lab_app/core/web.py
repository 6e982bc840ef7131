"""The request's edge: one commit per request, refusals as help, headers, error pages.

A POST that succeeds commits; GET, status 400 and above and any exception roll back. What must survive a refusal is
written afterwards on its own session. Views stay short: load, form, one service call, redirect or render.
"""
from __future__ import annotations

import hashlib
import json
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    has_request_context,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.sessions import SecureCookieSessionInterface
from flask_babel import gettext
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response as BaseResponse

from lab_app.core import breaking, gates, survive
from lab_app.core import db as database
from lab_app.core.access import current_actor
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, LabError, NotFound, Refused, Stale
from lab_app.core.forms import Form
from lab_app.core.gates import Stop
from lab_app.core.paper.typefaces import MissingGlyph

log = logging.getLogger(__name__)
T = TypeVar("T")

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: The argument of an address that carries a declared breaking act.
GLASS = "glass"


# ---- the edge --------------------------------------------------------------------------------------------


def after_commit(action: Callable[[], None]) -> None:
    """Do something once this request's transaction is safely committed (run a queued job, send a notice)."""
    g.setdefault("after_commit", []).append(action)


def keep_after(action: Callable[[Any], None]) -> None:
    """Write something on its own session even though this request is refused."""
    g.setdefault("keep_after", []).append(action)


def edge(view: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a view: commit or roll back by the outcome, then write what must survive."""

    @wraps(view)
    def wrapped(*args: Any, **kw: Any) -> Any:
        try:
            with breaking.within(_declared()):
                response = make_response(view(*args, **kw))
                if request.method in SAFE or response.status_code >= 400:
                    if db.session.registry.has():  # a page that asked nothing has nothing to end
                        db.session.rollback()
                    return response
                breaking.keep()
                db.session.commit()
            for action in g.pop("after_commit", []):
                database.end_writing()
                action()
            return response
        except BaseException as error:
            db.session.rollback()
            _note(error)
            raise
        finally:
            database.end_writing()
            _survive()

    return wrapped


def _declared() -> breaking.Breaking | None:
    """A breaking act is declared by a form that was drawn for it, whose address says so."""
    return breaking.declared() if request.method not in SAFE and request.args.get(GLASS) else None


def _survive() -> None:
    for action in g.pop("keep_after", []):
        try:
            survive.write(action)
        except Exception:  # the refusal itself must still reach the person
            log.exception("could not keep what should survive a refusal")


def _note(error: BaseException) -> None:
    """A gate's refusal is a hit: kept after the rollback."""
    if isinstance(error, GateRefused):
        actor = current_actor()
        row = (error.stop, actor.id, actor.name, f"{request.method} {request.endpoint}")
        keep_after(lambda session: session.add(gates.hit(*row)))


class Attempt:
    """Outcome of one service call made for a form."""

    ok = True


@contextmanager
def attempt(form: Form | None = None) -> Iterator[Attempt]:
    """Run one service call; a refusal rolls back and hangs itself on the form, everything typed stays.

    `Stale` goes on to the 409 page, with the form attached so that the page can keep the text.
    """
    outcome = Attempt()
    try:
        yield outcome
        db.session.flush()
    except FieldRefused as error:
        _undo(outcome, error)
        if form is None or not _refuse_field(form, error.field, str(error.message)):
            _hang(form, Stop(says=error.message))
    except GateRefused as error:
        _undo(outcome, error)
        _hang(form, error.stop)
    except Refused as error:
        _undo(outcome, error)
        _hang(form, Stop(says=error.message))
    except StaleDataError as error:
        _undo(outcome, error)
        raise Stale(None) from error
    except Stale as error:
        _undo(outcome, error)
        if form is not None:
            form.stale = error
        raise
    except IntegrityError as error:
        _undo(outcome, error)
        log.info("refused by the database: %s", error.orig)
        _hang(form, Stop(says=gettext("Đã có bản ghi như vậy, hoặc một giá trị mâu thuẫn với hồ sơ khác.")))


def _refuse_field(fields: Any, name: str, message: str) -> bool:
    """Hang a refusal on the field of this name, also on a cell of a row (`steps-2-vi`); whether there is one."""
    for field in fields:
        if field.name == name and field.type != "FormField":
            field.errors = [*field.errors, message]
            return True
        inner = field.entries if field.type == "FieldList" else field.form if field.type == "FormField" else ()
        if inner and name.startswith(f"{field.name}-") and _refuse_field(inner, name, message):
            if field.type == "FieldList":
                field.errors = [row.errors for row in field.entries]
            return True
    return False


def _undo(outcome: Attempt, error: Exception) -> None:
    outcome.ok = False
    breaking.undone()
    db.session.rollback()
    database.end_writing()
    _note(error)


def _hang(form: Form | None, stop: Stop) -> None:
    if form is not None:
        form.refusal = stop
    else:
        g.refusal = stop


def page(template: str, status: int | None = None, **context: Any) -> Response:
    """Render a page; 422 when its form was refused."""
    form = context.get("form")
    if status is None:
        status = 422 if (form is not None and form.refused) or "refusal" in g else 200
    return make_response(render_template(template, refusal=g.get("refusal"), **context), status)


def done(message: Any, endpoint: str, **values: Any) -> BaseResponse:
    """After a change: say so and go on (POST, redirect, GET)."""
    flash(str(message), "ok")
    return redirect(url_for(endpoint, **values))


def back_with_refusal(endpoint: str, **values: Any) -> BaseResponse:
    """After a refused one-button action: back to the record, the refusal shown there once."""
    stop: Stop | None = g.pop("refusal", None)
    if stop is not None:
        flash(json.dumps(stop.as_json(), ensure_ascii=False), "refusal")
    return redirect(url_for(endpoint, **values))


def press(act: Callable[[], Any], said: Any, endpoint: str, *, seen: Any = None, **values: Any) -> BaseResponse:
    """Answer a form of one button: do the act, say so on the page of this endpoint, or go back there with the refusal.

    `seen` is the record the button stood on: the act is done only on the version that the form names (`version`), else the 409 page.
    """
    with attempt() as tried:
        if seen is not None:
            check_version(seen, request.form.get("version"))
        act()
    return done(said, endpoint, **values) if tried.ok else back_with_refusal(endpoint, **values)


def problem(stop: Stop, status: int = 422) -> Response:
    """A refusal as problem+json (RFC 9457), naming the clause."""
    body = {"type": f"urn:lab:gate:{stop.gate or 'refused'}", "title": str(stop.says), "status": status, **stop.as_json()}
    response = Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/problem+json")
    return response


def wants_json() -> bool:
    """Whether the caller asked for data rather than a page."""
    return request.path.endswith(".json") or request.accept_mimetypes.best in ("application/json", "application/problem+json")


def get_or_404(model: type[T], ident: int | None) -> T:
    """The row or the 404 page."""
    return or_404(db.session.get(model, ident) if ident is not None else None)


def or_404(found: T | None, says: str = "") -> T:
    """What a query found, or the 404 page with these words ("no such record" where none are given)."""
    if found is None:
        raise NotFound(says or gettext("Không có hồ sơ này."))
    return found


def check_version(row: Any, seen: str | int | None) -> None:
    """Compare the version a person saw with the present one; raise `Stale` when another was faster.

    Opens the writing transaction first, so that nobody can change the row between this look and the change.
    """
    if seen in (None, ""):
        return
    database.begin_writing()
    if str(row.version) != str(seen):
        raise Stale(row)


# ---- errors ----------------------------------------------------------------------------------------------

PLAIN_ERROR = (
    "Hệ thống tạm thời không trả lời được. Không có gì được ghi dở. Hãy thử lại sau ít phút.\n"
    "The system cannot answer for the moment. Nothing was half-saved. Please try again in a few minutes.\n"
)
_PAGES = {400, 401, 403, 404, 405, 409, 413, 422, 429, 500}


def error_page(status: int, message: str = "", **context: Any) -> Response:
    """An error as a page, or as problem+json for a caller that wants data."""
    if wants_json():
        return problem(Stop(says=message or str(status)), status)
    name = status if status in _PAGES else (500 if status >= 500 else 400)
    try:
        body = render_template(f"errors/{name}.html", status=status, message=message, **context)
    except Exception:  # the frame needs the database; an error page must not need it
        log.exception("the error page itself could not be drawn")
        return Response(PLAIN_ERROR, status, mimetype="text/plain")
    return make_response(body, status)


def _on_lab_error(error: LabError) -> Response:
    if isinstance(error, GateRefused):
        return problem(error.stop) if wants_json() else error_page(422, str(error.message), stop=error.stop)
    if isinstance(error, Stale):
        return error_page(409, str(error.message), row=error.row, typed=_typed(), changes=_recent_changes(error.row))
    return error_page(error.status, str(error.message))


def _on_missing_glyph(error: MissingGlyph) -> Response:
    """A paper that would lose a character is not drawn, and whoever asked for it reads which character of which text."""
    found = "; ".join(f"“{character}” (U+{ord(character):04X}): {where}" for character, where in error.missing[:5])
    return error_page(422, gettext("Phông chữ của phiếu không in được một ký tự: %(found)s", found=found))


def _typed() -> list[tuple[str, str]]:
    hidden = {"csrf_token", "version", "password", "shown", "code"}
    return [(k, v) for k, v in request.form.items(multi=True) if k not in hidden and "password" not in k and v]


def _recent_changes(row: Any) -> list[Any]:
    from lab_app.core import audit

    if row is None or not hasattr(type(row), "__audit_kind__"):
        return []
    return audit.history(audit.kind_of(row), row.id, limit=3)


def _on_http(error: HTTPException) -> Any:
    if error.response is not None or (error.code or 500) < 400:
        return error
    page_ = error_page(error.code or 500, "" if error.code in (404, 429) else str(error.description or ""))
    if getattr(error, "retry_after", None) is not None:
        page_.headers["Retry-After"] = str(error.retry_after)  # type: ignore[attr-defined]
    return page_


def _on_csrf(error: Any) -> Response:
    return error_page(400, str(error.description), csrf=True, typed=_typed())


def _on_busy(error: OperationalError) -> Response:
    log.error("database: %s", error)
    return error_page(500)


def _on_data(error: DataError) -> Response:
    """What no column holds (a NUL character, a number beyond its type) came from outside; the database said so first."""
    log.warning("database: %s", error)
    return error_page(400)


class Key(IntegerConverter):
    """A whole number of an address, as far as a key can be one: what is longer is no page of ours (404)."""

    regex = r"\d{1,10}"

    def __init__(self, map: Map, **kw: Any) -> None:
        super().__init__(map, **{"max": 2**31 - 1, **kw})


# ---- assets and frame ------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _asset_hash(root: str, path: str) -> str:
    return hashlib.sha256((Path(root) / path).read_bytes()).hexdigest()[:10]


@lru_cache(maxsize=1024)
def _address(app: str, prefix: str, endpoint: str, values: tuple[tuple[str, str], ...]) -> str:
    return url_for(endpoint, **dict(values))  # type: ignore[arg-type]


def fixed_url(endpoint: str, **values: str) -> str:
    """`url_for` of an address that every page names (navigation, style sheets): worked out once.

    It depends on nothing but the values and on where the program is mounted.
    """
    if not has_request_context():
        return url_for(endpoint, **values)  # type: ignore[arg-type]
    return _address(current_app.name, request.script_root, endpoint, tuple(sorted(values.items())))


def asset(path: str) -> str:
    """Address of a static file with its content's hash, cacheable for ever."""
    return fixed_url("static", filename=path, v=_asset_hash(str(current_app.static_folder), path))


def local_target(url: str) -> bool:
    """Whether a `next` address stays on this site."""
    parts = urlsplit(url)
    return not parts.scheme and not parts.netloc and url.startswith("/") and not url.startswith(("//", "/\\"))


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookie; its signer is made once, where Flask makes one whenever a session is opened or saved."""

    def __init__(self) -> None:
        self._signers: dict[Any, URLSafeTimedSerializer | None] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if app.secret_key not in self._signers:
            self._signers = {app.secret_key: super().get_signing_serializer(app)}
        return self._signers[app.secret_key]


def init_app(app: Flask) -> None:
    """Hang the error pages, headers and template helpers on the application."""
    from flask_wtf.csrf import CSRFError

    app.session_interface = Sessions()
    app.url_map.converters["int"] = Key
    app.register_error_handler(LabError, _on_lab_error)
    app.register_error_handler(MissingGlyph, _on_missing_glyph)
    app.register_error_handler(CSRFError, _on_csrf)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(OperationalError, _on_busy)
    app.register_error_handler(DataError, _on_data)
    app.register_error_handler(500, lambda _e: error_page(500))

    @app.before_request
    def _name_request() -> None:
        database.end_writing()
        g.request_id = secrets.token_hex(8)

    @app.after_request
    def _headers(response: Response) -> Response:
        present = {name.lower() for name, _ in response.headers}
        for name, value in HEADERS.items():
            if name.lower() not in present:
                response.headers.add(name, value)
        if request.endpoint in {"static", "bootstrap.static"}:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-store"
        return response

    app.jinja_env.globals.update(asset=asset, fixed_url=fixed_url, current_actor=current_actor)


def wrap_views(app: Flask) -> None:
    """Put the edge around every view; called once all are registered."""
    for endpoint, view in list(app.view_functions.items()):
        access = getattr(view, "__access__", None)
        wrapped = edge(view)
        if access is not None:
            wrapped.__access__ = access  # type: ignore[attr-defined]
        app.view_functions[endpoint] = wrapped

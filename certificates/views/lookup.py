"""The public look-up: one question, one answer. Writes nothing, says the same of what is unknown and what is not public.

An answer carries an ETag over everything it says, so that a browser asking again gets 304 without a page being drawn.
"""
from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import (
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from certificates import queries, rules, workflow
from certificates.limits import limited
from certificates.views import bp
from lab_app.accounts.queries import facts_of, laboratory_facts
from lab_app.core.access import public
from lab_app.core.i18n import lang
from lab_app.core.web import asset

CACHE = "public, no-cache"


def _spoken() -> str | None:
    """The language asked for in the address, carried on to the next one; a cookie speaks for itself."""
    asked = request.args.get("lang")
    return asked if asked in ("vi", "en") else None


@bp.get("/verify")
@public
@limited
def verify() -> Any:
    """The search form, and the answer to a number: status and dates. A code leads to its own address."""
    typed = request.args.get("q", "").strip()[:200]
    if not typed:
        return _conditional({"form": True}, 200, lambda: render_template("certificates/verify.html", typed=""))
    code = rules.as_code(typed.split("?")[0].rstrip("/").rsplit("/", 1)[-1]) or rules.as_code(typed)
    if code is not None:
        return redirect(url_for("certificates.verify_code", code=code, lang=_spoken()))
    row = queries.public_by_number(rules.as_number(typed))
    if row is None:
        return _not_found(typed)
    g.lab_facts = facts_of(row)
    answer = {"number": row.number, "status": row.status, "issued_on": row.issued_on.isoformat(), "since": _iso(row.status_at)}
    state = workflow.REPORT.state(row.status)
    return _conditional(
        answer, 200, lambda: render_template("certificates/verify_number.html", answer=answer, state=state, typed="")
    )


@bp.get("/verify/<code>")
@public
@limited
def verify_code(code: str) -> Any:
    """The QR's target: status, what the customer agreed to show, every version, the file's hash."""
    answer = _answer(code)
    if answer is None:
        return _not_found(code)
    return _conditional(answer, 200, lambda: _code_page(answer))


@bp.get("/verify/<code>.json")
@public
@limited
def verify_json(code: str) -> Any:
    """The same answer for programs."""
    answer = _answer(code)
    if answer is None:
        response = jsonify(status="not_found", code=rules.as_code(code))
        response.status_code = 404
        return _headers(response)
    return _headers(_conditional(answer, 200, lambda: jsonify(answer), page=False))


def _answer(typed: str) -> dict[str, Any] | None:
    """Everything the look-up may say of a code, as plain data; `None` for unknown and not public alike."""
    code = rules.as_code(typed[:80])
    rows = queries.public_versions(code) if code else []
    if not rows:
        return None
    g.lab_facts = facts_of(rows[0])  # the frame shows them
    versions: dict[int, dict[str, Any]] = {}
    for row in rows:
        one = versions.setdefault(row.id, {
            "number": row.number, "code": row.code, "sequence": row.sequence, "kind": row.kind, "status": row.status,
            "issued_on": row.issued_on.isoformat(), "status_since": _iso(row.status_at), "sha256": row.file_sha256,
            "snapshot_sha256": row.snapshot_hash, "published": row.published, "reason": "",
        })
        if row.to_status == row.status:
            one["reason"] = row.public_reason or ""
    told = list(versions.values())
    asked = next(one for one in told if one["code"] == code)
    newest = next((one for one in reversed(told) if one["status"] in (workflow.VALID, workflow.SUSPENDED)), None)
    shown = ("number", "code", "sequence", "kind", "status", "issued_on", "status_since", "reason")
    fields = dict(asked["published"])
    replaces = fields.pop("amends", None)
    return {
        **{key: asked[key] for key in shown}, "replaces": replaces,
        "replaced_by": (
            {"number": newest["number"], "code": newest["code"], "issued_on": newest["issued_on"]}
            if newest is not None and asked["status"] == workflow.REPLACED else None
        ),
        "sha256": asked["sha256"], "snapshot_sha256": asked["snapshot_sha256"], "fields": fields,
        "versions": [{key: one[key] for key in shown} for one in told],
        "verify_url": f"{current_app.config['PUBLIC_URL']}/verify/{asked['code']}",
    }


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _code_page(answer: dict[str, Any]) -> str:
    states = {code: workflow.REPORT.state(code) for code in workflow.PUBLIC_STATES}
    return render_template(
        "certificates/verify_code.html", answer=answer, states=states, state=states[answer["status"]], kinds=workflow.KINDS,
        spoken=_spoken(), typed="", grouped=" ".join(answer["sha256"][i : i + 4] for i in range(0, 64, 4)),
    )


def _not_found(typed: str) -> Response:
    """Honest: this says nothing about a paper that exists elsewhere, only that none is public here by that name."""
    return _headers(make_response(render_template("certificates/verify_none.html", typed=typed), 404))


def _conditional(said: dict[str, Any], status: int, draw: Callable[[], Any], page: bool = True) -> Response:
    """The drawn answer with its ETag, or 304 when the asker holds it already; nothing is drawn then."""
    if page and "lab_facts" not in g:
        g.lab_facts = laboratory_facts()
    facts = g.lab_facts if page else {}
    basis = json.dumps([said, lang() if page else "", facts, asset("css/theme.css")], sort_keys=True, default=str)
    etag = hashlib.sha256(basis.encode()).hexdigest()[:32]
    if request.if_none_match.contains(etag):
        response = Response(status=304)
    else:
        response = make_response(draw(), status)
    response.set_etag(etag)
    return _headers(response)


def _headers(response: Response) -> Response:
    response.headers["Cache-Control"] = CACHE
    response.vary.add("Cookie")  # the language may come from there
    return response

"""The public look-up: one question, one answer. Writes nothing, says the same of what is unknown and what is not public.

An answer carries an ETag over everything it says, so that a browser asking again gets 304 without a page being drawn.
"""
from __future__ import annotations

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

from certificates import directory, queries, rules, symbols, workflow
from certificates.limits import limited, note_miss, refuse_guessers
from certificates.views import bp, living
from certificates.views.answers import conditional, headers, iso, spoken
from lab_app.accounts.queries import facts_of
from lab_app.core import mail
from lab_app.core.access import public


@bp.get("/verify")
@public
@limited
def verify() -> Any:
    """The search form, and the answer to a number: status and dates. What a symbol holds leads to its own address."""
    whole = request.args.get("q", "").strip()[: symbols.LONGEST]
    if not whole:
        return conditional({"form": True}, 200, lambda: render_template("certificates/verify.html", typed=""))
    payload = symbols.payload_in(whole)
    if payload is not None:
        return redirect(url_for("certificates.offline_check", payload=payload, lang=spoken()))
    typed = whole[:200]
    last = typed.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
    code = rules.as_code(last) or (rules.as_code(typed) if last != typed else None)
    if code is not None:
        return redirect(url_for("certificates.verify_code", code=code, lang=spoken()))
    refuse_guessers()
    row = queries.public_by_number(rules.as_number(typed))
    if row is None:
        note_miss()
        return not_found(typed)
    g.lab_facts = facts_of(row)
    answer = {"number": row.number, **living.dates(row), "since": iso(row.status_at)}
    state = living.state(answer["status"])
    return conditional(
        answer, 200, lambda: render_template("certificates/verify_number.html", answer=answer, state=state, typed="")
    )


@bp.get("/verify/<code>")
@public
@limited
def verify_code(code: str) -> Any:
    """The QR's target: status, what the customer agreed to show, every version, the file's hash."""
    answer = _answer(code)
    if answer is None:
        return not_found(code)
    return conditional(answer, living.http_status(answer), lambda: _code_page(answer))


@bp.get("/verify/<code>.json")
@public
@limited
def verify_json(code: str) -> Any:
    """The same answer for programs."""
    answer = _answer(code)
    if answer is None:
        response = jsonify(status="not_found", code=rules.as_code(code))
        response.status_code = 404
        return headers(response)
    return headers(conditional(answer, living.http_status(answer), lambda: jsonify(answer), page=False))


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
            "number": row.number, "code": row.code, "sequence": row.sequence, "kind": row.kind,
            **living.dates(row), "status_since": iso(row.status_at), "sha256": row.file_sha256,
            "snapshot_sha256": row.snapshot_hash, "published": row.published, "reason": "",
        })
        if row.to_status == row.status:
            one["reason"] = row.public_reason or ""
    told = list(versions.values())
    asked = next(one for one in told if one["code"] == code)
    newest = next((one for one in reversed(told) if one["status"] in (workflow.VALID, workflow.SUSPENDED)), None)
    shown = ("number", "code", "sequence", "kind", "status", *living.DATES, "status_since", "reason")
    fields = dict(asked["published"])
    fields.pop(directory.CODE_ONLY, None)
    replaces, items = fields.pop("amends", None), fields.pop("items", [])
    return {
        **{key: asked[key] for key in shown}, "replaces": replaces,
        "replaced_by": (
            {"number": newest["number"], "code": newest["code"], "issued_on": newest["issued_on"]}
            if newest is not None and asked["status"] == workflow.REPLACED else None
        ),
        "signature": signature(rows[0]), "sha256": asked["sha256"], "snapshot_sha256": asked["snapshot_sha256"],
        "fields": fields, "items": items,
        "versions": [{key: one[key] for key in shown} for one in told], "history": living.history(rows),
        **living.asked_day(rows, code, request.args.get("on")),
        "exhibits": any(row.exhibited for row in rows), "verify_url": f"{current_app.config['PUBLIC_URL']}/verify/{asked['code']}",
    }


def signature(row: Any) -> dict[str, Any] | None:
    """The digital signature of the paper asked for; `None` for one of before files were signed."""
    if row.level is None:
        return None
    return {
        "level": row.level, "signed_at": iso(row.signed_at), "stamped_at": iso(row.stamped_at) if row.stamped_at else None,
        "subject": row.subject, "fingerprint": row.fingerprint, "self_made": row.self_made, "sha256": sorted(row.hashes.split()),
    }


def _code_page(answer: dict[str, Any]) -> str:
    states = living.states()
    return render_template(
        "certificates/verify_code.html", answer=answer, states=states, state=states[answer["status"]], kinds=workflow.KINDS,
        follow=mail.configured(), spoken=spoken(), typed="", grouped=" ".join(answer["sha256"][i : i + 4] for i in range(0, 64, 4)),
    )


def not_found(typed: str) -> Response:
    """Honest: this says nothing about a paper that exists elsewhere, only that none is public here by that name."""
    return headers(make_response(render_template("certificates/verify_none.html", typed=typed), 404))

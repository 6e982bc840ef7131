"""The address that loggers send their readings to."""
from __future__ import annotations

from typing import Any

from flask import jsonify, request
from flask_babel import gettext

from lab_app.core import rates
from lab_app.core.access import public
from lab_app.core.gates import Stop
from lab_app.core.web import problem
from lab_app.quality.environment import services
from lab_app.quality.environment.services import pushing
from lab_app.quality.environment.views.blueprint import bp

#: A logger sends once in some seconds at most; a whole house of them may share an address.
PER_MINUTE, PER_HOUR = 240, 7_200
#: Who tries tokens is stopped long before.
WRONG_PER_MINUTE, WRONG_PER_HOUR = 10, 60
MOST_BYTES = 1_000_000


@bp.post("/api/environment/<token>")
@public
@rates.limited("environment", PER_MINUTE, PER_HOUR)
def push_readings(token: str) -> Any:
    """Readings of one logger as JSON; the token in the address says whose they are."""
    if not rates.spend("environment-wrong", WRONG_PER_MINUTE, WRONG_PER_HOUR, ask=True):
        return problem(Stop(says=gettext("Quá nhiều lần gửi bị từ chối từ địa chỉ này; thử lại sau.")), 429)
    if (request.content_length or 0) > MOST_BYTES:
        return problem(Stop(says=gettext("Bản tin lớn hơn %(n)s kB.", n=MOST_BYTES // 1000)), 413)
    try:
        answer = services.push(token, request.stream.read(MOST_BYTES))
    except services.Refusal as refusal:
        if refusal.code == "token":
            rates.spend("environment-wrong", WRONG_PER_MINUTE, WRONG_PER_HOUR)
        if refusal.code == "clock":
            pushing.ask_about_clock(token)
        return problem(Stop(says=refusal.says), refusal.status)
    status = 200 if answer.taken or answer.known or not answer.refused else 422
    return jsonify({"taken": answer.taken, "known": answer.known, "refused": answer.refused}), status

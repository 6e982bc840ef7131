"""What a public answer says of the life of a paper: its four dates, its history, where it stood on a day that was asked for."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from certificates import life, workflow
from certificates.views.answers import iso
from lab_app.core import clock
from lab_app.core.workflow import State

#: The four dates: decided, borne by the paper, in force from, to the end of.
DATES = ("decided_on", "issued_on", "valid_from", "expires_on")
#: What the register does not say but the dates on a paper do.
_BY_DATE = {
    life.COMING: State(life.COMING, _l("Chưa đến ngày có hiệu lực"), "warn", "calendar-event"),
    life.ABSENT: State(life.ABSENT, _l("Chưa có trong sổ"), "hold", "dash-circle"),
}


def state(code: str) -> State:
    """The word of a standing."""
    return _BY_DATE.get(code) or workflow.REPORT.state(code)


def states() -> dict[str, State]:
    """Every standing that a public page may show."""
    return {code: state(code) for code in (*workflow.PUBLIC_STATES, *_BY_DATE)}


def dates(row: Any) -> dict[str, str | None]:
    """Status of today, the printed dates weighed in, and the four dates (ISO). Papers older than the columns count from their issue."""
    begin = row.valid_from or row.issued_on
    return {
        "status": life.standing(row.status, begin, row.expires_on, clock.today()),
        "decided_on": (row.decided_on or row.issued_on).isoformat(), "issued_on": row.issued_on.isoformat(),
        "valid_from": begin.isoformat(), "expires_on": row.expires_on.isoformat() if row.expires_on else None,
    }


def history(rows: Sequence[Any]) -> list[dict[str, str]]:
    """Every public move of every version, newest first: number, what it became, since when, the public reason."""
    moves = [
        {"number": row.number, "code": row.code, "status": row.to_status, "at": iso(row.changed_at), "reason": row.public_reason or ""}
        for row in rows if row.to_status is not None
    ]
    return sorted(moves, key=lambda one: one["at"], reverse=True)


def _moves(rows: Iterable[Any], code: str) -> list[tuple[Any, str]]:
    return [(row.changed_at, row.to_status) for row in rows if row.code == code and row.to_status is not None]


def asked_day(rows: Sequence[Any], code: str | None, typed: str | None) -> dict[str, Any]:
    """`{"at": …}` for `?on=YYYY-MM-DD`: where the paper stood at the end of that day and which version was in force; empty without it.

    `known_then` repeats the status: the register only appends, so it says of a past day what it said on it.
    """
    if typed is None or code is None:
        return {}
    try:
        day = date.fromisoformat(typed.strip()[:10]) if len(typed.strip()) == 10 else None
    except ValueError:
        day = None
    if day is None:
        return {"at": {"on": "", "error": "not_a_day", "says": gettext("Ngày phải có dạng năm-tháng-ngày, ví dụ 2026-10-01.")}}
    if day > clock.today():
        return {"at": {"on": day.isoformat(), "error": "future", "says": gettext("Ngày này ở tương lai: sổ chưa biết.")}}
    reached = {
        row.code: life.standing_on(_moves(rows, row.code), row.valid_from or row.issued_on, row.expires_on, day) for row in rows}
    in_force = next((row for row in reversed(rows) if reached[row.code] == workflow.VALID), None)
    return {"at": {
        "on": day.isoformat(), "status": reached[code], "known_then": reached[code],
        "in_force": {"number": in_force.number, "code": in_force.code} if in_force is not None else None,
    }}


def http_status(answer: dict[str, Any]) -> int:
    """422 when a day was asked for that is none, else 200."""
    return 422 if "error" in answer.get("at", {}) else 200

"""The life of one instrument as a picture: in and out of service, what covered it, checks, repairs (6.4.13)."""
from __future__ import annotations

from datetime import date, timedelta

from flask_babel import gettext

from instruments import wording, workflow
from instruments.queries import Dossier
from lab_app.core import clock
from lab_app.core.i18n import show_date
from lab_app.core.plot import Tone
from lab_app.core.plot_lanes import Lane, Lanes, Moment, Span

STATE_TONES: dict[str, Tone] = {"in_service": "ok", "out_of_service": "bad", "in_calibration": "accent", "retired": "muted"}
#: The picture reaches this far past today, so that the end of what covers is seen.
AHEAD = timedelta(days=120)


def lifeline(file: Dossier, today: date) -> Lanes:
    """Lanes from the first thing known of an instrument until some months from today."""
    calibrations = [c for c in file.calibrations if c.released_at is not None]
    days = [clock.local(s.effective_at).date() for s in file.states] + [c.done_on for c in calibrations]
    days += [c.done_on for c in file.checks] + [m.done_on for m in file.maintenance]
    begin = min(days, default=today)
    lanes = [
        Lane(gettext("Trạng thái"), _states(file)),
        Lane(gettext("Hiệu chuẩn"), [_covered(c.done_on, c.due_on, c.passed, c.certificate_no) for c in calibrations]),
        Lane(gettext("Kiểm tra giữa kỳ"), moments=[
            Moment(c.done_on, "ok" if c.passed else "bad", f"{show_date(c.done_on)}: {wording.CHECK_STATES[c.passed].word}")
            for c in file.checks
        ]),
        Lane(gettext("Bảo trì, sửa chữa"), moments=[
            Moment(m.done_on, "muted" if m.verified_before_return else "warn", f"{show_date(m.done_on)}: {m.what}")
            for m in file.maintenance
        ]),
    ]
    return Lanes(gettext("Đời thiết bị từ %(day)s", day=show_date(begin)), lanes, begin - timedelta(days=14), today + AHEAD, today)


def _states(file: Dossier) -> list[Span]:
    rows = sorted(file.states, key=lambda s: (s.effective_at, s.id))
    if not rows:
        return []
    spans = []
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        begin = clock.local(row.effective_at).date()
        end = clock.local(following.effective_at).date() if following else None
        word = str(workflow.MACHINE.state(row.state).word)
        spans.append(Span(begin, end, STATE_TONES.get(row.state, "muted"), f"{show_date(begin)}: {word}"))
    return spans


def _covered(begin: date, due: date, passed: bool, number: str) -> Span:
    if not passed:
        return Span(begin, begin + timedelta(days=1), "bad", gettext("%(no)s: không đạt", no=number))
    last = show_date(due - timedelta(days=1))
    return Span(begin, due, "accent", gettext("%(no)s: %(from)s – %(to)s", **{"no": number, "from": show_date(begin), "to": last}))

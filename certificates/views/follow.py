"""Being told by e-mail: ask, confirm, leave. The asker hears the same whatever is known of the address; the button, not the link, acts."""
from __future__ import annotations

from typing import Any

from flask import render_template, request

from certificates import rules
from certificates.models import Report
from certificates.queries import watching
from certificates.services import subscriptions
from certificates.views import bp
from certificates.views.answers import spoken
from certificates.views.lookup import not_found
from lab_app.core import rates
from lab_app.core.access import public
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.i18n import lang

limited = rates.limited("follow", 5, 20)
opened = rates.limited("follow-link", 30, 300)
#: The field that a person does not see and a robot fills in.
TRAP = "website"


def _ask(subject: Report | tuple[str, str], title: dict[str, str], back: str) -> Any:
    """Ask for a subscription. A robot that fills the hidden field is thanked like everybody and nothing happens."""
    refused = ""
    if not request.form.get(TRAP):
        try:
            subscriptions.subscribe(request.form.get("email", "")[:300], subject, lang())
        except (FieldRefused, Refused) as error:
            refused = str(error.message)
    page = render_template("certificates/follow_asked.html", refused=refused, title=title, back=back, days=subscriptions.CONFIRM_DAYS)
    return page, 422 if refused else 200


@bp.post("/verify/<code>/follow")
@public
@limited
def follow_paper(code: str) -> Any:
    """Ask to be told of a paper's changes."""
    known = rules.as_code(code[:80])
    report = watching.public_report(known) if known else None
    if report is None:
        return not_found(code)
    return _ask(report, subscriptions.title_of(subscriptions.PAPER, report.base_number), f"/verify/{report.code}")


@bp.post("/log/follow")
@public
@limited
def follow_log() -> Any:
    """Ask to be sent the log's checkpoints as a witness."""
    return _ask((subscriptions.WITNESS, ""), subscriptions.title_of(subscriptions.WITNESS, ""), "/log")


@bp.get("/follow/<token>")
@public
@opened
def confirm_page(token: str) -> Any:
    """What is to be confirmed, and the button. A link that leads nowhere says so, whatever the reason."""
    row = subscriptions.by_token(token)
    return _follow_page(row, done=row is not None and row.confirmed_at is not None)


@bp.post("/follow/<token>")
@public
@opened
def confirm(token: str) -> Any:
    """The owner of the address says yes."""
    row = subscriptions.confirm(token)
    return _follow_page(row, done=row is not None)


def _follow_page(row: Any, done: bool) -> Any:
    title = subscriptions.title_of(row.kind, row.subject) if row is not None else None
    return render_template("certificates/follow.html", row=row, done=done, title=title, spoken=spoken()), 200 if row is not None else 404


@bp.get("/leave/<token>")
@public
@opened
def leave_page(token: str) -> Any:
    """The button that ends a subscription; the same page for a token that leads nowhere."""
    return render_template("certificates/leave.html", done=False)


@bp.post("/leave/<token>")
@public
@opened
def leave(token: str) -> Any:
    """End a subscription: by the button, or by a mail program with one click (RFC 8058). The answer never tells whether there was one."""
    subscriptions.leave(token)
    return render_template("certificates/leave.html", done=True)

"""Use cases of context: issues, interested parties, the yearly look with the scope stated, processes (ISO 9001 4)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from lab_app.accounts.models import Person
from lab_app.core import audit, clock, inbox, kpi, numbering, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.notices import N_, day
from lab_app.core.permissions import P
from lab_app.quality.context import queries, rules
from lab_app.quality.context.models import ContextIssue, ContextReview, InterestedParty, Process

LOOK = N_("Xem lại bối cảnh, bên quan tâm và phạm vi hệ thống, hạn %(on)s")


def _needed(field: str, value: str) -> str:
    if not value.strip():
        raise FieldRefused(field, gettext("Cần điền mục này."))
    return value.strip()


def _chosen(field: str, value: str, offered: dict[str, Any]) -> str:
    if value not in offered:
        raise FieldRefused(field, gettext("Lựa chọn không có trong danh sách."))
    return value


def record_issue(actor: Actor, *, side: str, topic: str, says: str, effect: str, answer: str = "") -> ContextIssue:
    """Something inside or outside that bears on the laboratory (ISO 9001 4.1)."""
    authorize(actor, P.QUALITY_WRITE)
    row = ContextIssue(
        side=_chosen("side", side, rules.SIDES), topic=_chosen("topic", topic, rules.TOPICS), says=_needed("says", says),
        effect=_chosen("effect", effect, rules.EFFECTS), answer=answer.strip(), seen_on=clock.today(), recorded_by_id=person_of(actor))
    db.session.add(row)
    db.session.flush()
    return row


def record_party(actor: Actor, *, name: str, needs: str, met_by: str = "", binding: bool = False) -> InterestedParty:
    """Who has an interest, what they need, how it is met; `binding`: the laboratory is obliged (law, contract). Refuses a name twice."""
    authorize(actor, P.QUALITY_WRITE)
    name = _needed("name", name)
    if db.session.scalar(select(InterestedParty.id).where(InterestedParty.name == name)) is not None:
        raise FieldRefused("name", gettext("Bên này đã có trong danh sách."))
    row = InterestedParty(name=name, needs=_needed("needs", needs), met_by=met_by.strip(), binding=binding, recorded_by_id=person_of(actor))
    db.session.add(row)
    db.session.flush()
    return row


def let_go(actor: Actor, row: ContextIssue | InterestedParty, reason: str) -> None:
    """It no longer bears on the laboratory, and why; it stays listed as what was."""
    authorize(actor, P.QUALITY_WRITE)
    if row.gone_on is not None:
        raise Refused(gettext("Mục này đã bỏ rồi."))
    with audit.reason(_needed("reason", reason)):
        row.gone_on, row.gone_reason = clock.today(), reason.strip()
        db.session.flush()


def review_context(
    actor: Actor, *, done_on: date, scope_vi: str, scope_en: str = "", conclusion: str, next_on: date | None = None,
) -> ContextReview:
    """The yearly look: the scope stated anew, what changed (ISO 9001 4.1 to 4.3). Refuses a day to come, nothing to look at, a next
    look later than a year."""
    authorize(actor, P.QUALITY_WRITE)
    if done_on > clock.today():
        raise FieldRefused("done_on", gettext("Ngày này ở tương lai."))
    latest = done_on + rules.REVIEW_EVERY
    next_on = next_on or latest
    if not done_on < next_on <= latest:
        raise FieldRefused("next_on", gettext("Lần xem tới sau lần này và trong vòng 12 tháng."))
    issues, parties = len(queries.issues()), len(queries.parties())
    if not issues or not parties:
        raise Refused(gettext("Ghi ít nhất một vấn đề và một bên quan tâm trước khi xem lại."))
    row = ContextReview(
        code=numbering.yearly("BC", done_on.year, 2), done_on=done_on, scope_vi=_needed("scope_vi", scope_vi), scope_en=scope_en.strip(),
        conclusion=_needed("conclusion", conclusion), issues=issues, parties=parties, next_on=next_on, person_id=person_of(actor))
    db.session.add(row)
    db.session.flush()
    inbox.settle("context/review")
    return row


def _process_words(words: dict[str, Any], code: str) -> dict[str, Any]:
    _needed("name_vi", words["name_vi"])
    _needed("inputs", words["inputs"])
    _needed("outputs", words["outputs"])
    _chosen("kind", words["kind"], rules.LANES)
    if words.get("kpi") and words["kpi"] not in kpi.registry:
        raise FieldRefused("kpi", gettext("Lựa chọn không có trong danh sách."))
    known = {p.code for p in queries.processes()}
    for fed in words["feeds"]:
        if fed not in known or fed == code:
            raise FieldRefused("feeds", gettext("Không có quá trình %(code)s.", code=fed))
    return {name: said.strip() if isinstance(said, str) else said for name, said in words.items()}


def add_process(
    actor: Actor, *, code: str, name_vi: str, kind: str, inputs: str, outputs: str, owner: Person, name_en: str = "", purpose: str = "",
    resources: str = "", documents: str = "", risks: str = "", feeds: Sequence[str] = (), kpi: str = "", position: int = 0,
) -> Process:
    """A process with its inputs, outputs, owner and figure (ISO 9001 4.4.1). Refuses a code twice, a process fed that is not there."""
    authorize(actor, P.QUALITY_WRITE)
    code = _needed("code", code)
    if queries.process_by_code(code) is not None:
        raise FieldRefused("code", gettext("Mã quá trình này đã dùng."))
    words = _process_words({
        "name_vi": name_vi, "name_en": name_en, "kind": kind, "purpose": purpose, "inputs": inputs, "outputs": outputs,
        "resources": resources, "documents": documents, "risks": risks, "feeds": list(feeds), "kpi": kpi, "position": position}, code)
    row = Process(code=code, owner_id=owner.id, **words)
    row.owner = owner
    db.session.add(row)
    db.session.flush()
    search.put("process", row.id, row.code, row.name_vi, row.name_en, row.purpose)
    return row


def change_process(actor: Actor, row: Process, *, reason: str, owner: Person, **words: Any) -> Process:
    """Change a process, with the reason."""
    authorize(actor, P.QUALITY_WRITE)
    with audit.reason(_needed("reason", reason)):
        for name, said in _process_words(words, row.code).items():
            setattr(row, name, said)
        row.owner_id, row.owner = owner.id, owner
        db.session.flush()
    search.put("process", row.id, row.code, row.name_vi, row.name_en, row.purpose)
    return row


def end_process(actor: Actor, row: Process, reason: str) -> Process:
    """It runs no more. Refused while another still feeds it."""
    authorize(actor, P.QUALITY_WRITE)
    feeding = [p.code for p in queries.processes() if row.code in p.feeds]
    if feeding:
        raise Refused(gettext("Quá trình %(codes)s còn đưa đầu ra vào đây; sửa trước.", codes=", ".join(feeding)))
    with audit.reason(_needed("reason", reason)):
        row.gone_on = clock.today()
        db.session.flush()
    return row


def ask_due(actor: Actor, today: date) -> int:
    """Ask the keepers of quality records for the yearly look at context."""
    authorize(actor, P.QUALITY_WRITE)
    latest = next(iter(queries.reviews()), None)
    due = latest.next_on if latest else today
    if due > today + timedelta(days=30):
        return 0
    inbox.ask("context/review", "context-review", LOOK, {"on": day(due)}, permission=P.QUALITY_WRITE, link="/quality/context/review",
              due_on=due)
    return 1

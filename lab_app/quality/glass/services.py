"""Breaking a gate in an emergency, and what that leaves behind: the row, the signature, nonconforming work, something asked of a person."""
from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from lab_app.accounts.models import Person
from lab_app.accounts.services import signatures
from lab_app.accounts.workflow import DECIDED, Confirmation
from lab_app.core import audit, breaking, clock, events, gates, inbox, numbering, search
from lab_app.core.access import Actor, SystemActor, held_back, person_of
from lab_app.core.breaking import Breaking, Touched
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotAllowed, Refused
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.quality import services as quality
from lab_app.quality.glass import queries, rules
from lab_app.quality.glass.models import BrokenGate, BrokenGateSubject
from lab_app.quality.models import Nonconformity

#: What papers rest on, the narrowest first: the first kind that the act wrote is what the papers concerned are found by.
NARROWEST = ("reading", "job-line", "test-job", "sample", "request")
#: What is not a record of the laboratory's work.
LEFT_OUT = frozenset({"signature", "broken-gate", "nonconformity"})
ASKED = N_("Chốt chặn bị vượt khẩn cấp (%(code)s): đánh giá, quyết định từng kết quả, báo khách hàng")


def checked(gate: str, allowed_by: Person | None, reason: str) -> Person:
    """What a declaration must hold whichever door it came by: a gate that allows it, a person with the right, a reason that says
    something. Refuses at the field that is wrong (`gate`, `allowed_by`, `reason`)."""
    known = gates.registry.get(gate)
    if known is None or not known.break_glass:
        raise FieldRefused("gate", gettext("Chốt này không vượt được, kể cả khi khẩn cấp."))
    if allowed_by is None or not allowed_by.can(P.BREAK_GLASS) or held_back(allowed_by):
        raise FieldRefused("allowed_by", gettext("Người này không có quyền cho vượt chốt khẩn cấp."))
    if not rules.says_enough(reason):
        raise FieldRefused("reason", gettext("Ghi lý do ít nhất %(n)s từ khác nhau: điều gì khẩn cấp, vì sao không chờ được.",
                                             n=rules.REASON_WORDS))
    return allowed_by


def shown(gate: str, says: str, person: str) -> dict[str, Any]:
    """What the person who lets it happen signs: which gate, the refusal as it was read, who acts."""
    return {"act": "break-glass", "gate": gate, "clauses": list(gates.registry[gate].clauses), "says": says, "person": person}


@contextmanager
def breaking_glass(actor: Actor, gate: str, *, reason: str, confirmed: Confirmation, allowed_by: Person) -> Iterator[Breaking]:
    """One service call past one gate, for whoever calls services directly (the loader, a test, the command line).

    What it leaves behind is written at the end of the block, in the caller's transaction; nothing where the gate did not refuse.
    """
    checked(gate, allowed_by, reason)
    act = Breaking(gate, actor, allowed_by.id, reason.strip(), secrets.token_hex(16), confirmed=confirmed)
    with breaking.within(act):
        yield act
        breaking.keep()


def keep(act: Breaking) -> None:
    """The keeper of the kernel (`core.breaking`): everything a passed gate leaves behind, in the transaction of the act.

    Refuses a declaration that served already, a person who lost the right, an act that wrote nothing, and by gate
    *signed-by-person* a signature over something else than the refusal that was passed.
    """
    db.session.flush()
    stop, actor = act.passed, act.actor
    assert stop is not None
    done = [one for one in act.touched if one.kind not in LEFT_OUT]
    if queries.used(act.token):
        raise Refused(gettext("Lần vượt chốt này đã dùng rồi; mỗi lần khai chỉ cho một việc."))
    if not done:
        raise Refused(gettext("Việc này không ghi gì nên không vượt chốt được."))
    person_id, allowed = person_of(actor), db.session.get(Person, act.allowed_by)
    if allowed is None or not allowed.can(P.BREAK_GLASS) or held_back(allowed):
        raise NotAllowed(gettext("Người này không có quyền cho vượt chốt khẩn cấp."))
    title = str(gates.registry[stop.gate].title)
    at = clock.now()
    code = numbering.yearly("VC", clock.local(at).year, 3)
    record = _nonconformity(act, code, title, allowed, done)
    row = BrokenGate(
        code=code, gate=stop.gate, clauses=",".join(stop.clauses), says=str(stop.says), reason=act.reason, door=act.door, token=act.token,
        person_id=person_id, allowed_by_id=allowed.id, nonconformity_id=record.id, at=at)
    row.subjects = list(_subjects(done))
    db.session.add(row)
    db.session.flush()
    signatures.sign(allowed, act.confirmed, meaning=DECIDED, subject=("broken-gate", row.id),
                    shown=shown(stop.gate, str(stop.says), actor.name))
    search.put("broken-gate", row.id, code, title, stop.gate, act.reason, record.code)
    inbox.ask(
        f"broken-gate/{row.id}/answer", "broken-gate", ASKED, {"code": code}, permission=P.QUALITY_WRITE, code=record.code,
        link=f"/quality/nonconformities/{record.code}", due_on=clock.local(at).date())
    events.gate_broken.send("quality", broken=row, actor=actor)
    db.session.flush()


def _subjects(done: Iterable[Touched]) -> Iterator[BrokenGateSubject]:
    """Each record once, with those it is part of; `concerned` are those of the narrowest kind that papers rest on."""
    found: dict[tuple[str, int], str] = {}
    for one in done:
        found.setdefault((one.kind, one.id), one.code)
    for one in done:
        if one.parent is not None and one.parent[1] is not None:
            found.setdefault((one.parent[0], one.parent[1]), "")
    kinds = {kind for kind, _ident in found}
    narrowest = next((kind for kind in NARROWEST if kind in kinds), "")
    for (kind, ident), code in sorted(found.items()):
        yield BrokenGateSubject(kind=kind, subject_id=ident, code=code, concerned=kind == narrowest)


def _nonconformity(act: Breaking, code: str, title: str, allowed: Person, done: list[Touched]) -> Nonconformity:
    """The nonconforming work that the act is (7.10.1): opened at once, whoever acted; the right to open it is lent for this alone."""
    stop, actor = act.passed, act.actor
    assert stop is not None
    main = _main(done)
    lent = SystemActor(actor.name, frozenset({P.QUALITY_WRITE}), actor.id)
    try:
        return quality.open_nonconformity(
            lent, source="gate_broken", subject_kind=main.kind, subject_id=main.id, subject_code=main.code,
            title=gettext("%(code)s: vượt chốt khẩn cấp “%(title)s”", code=code, title=title)[:300],
            description=gettext("Chốt đã nói: %(says)s\nLý do vượt: %(reason)s\nNgười làm: %(person)s. Người cho phép: %(allowed)s.",
                                says=stop.says, reason=act.reason, person=actor.name, allowed=allowed.full_name),
            found_on=clock.today())
    finally:
        audit.acting(actor)


def _main(done: list[Touched]) -> Touched:
    """What the nonconforming work is about: the job or the sample rather than the single row, where the act wrote it or a part of it."""
    by_kind = {one.kind: one for one in reversed(done)}
    for kind in ("test-job", "sample", "request"):
        if kind in by_kind:
            return by_kind[kind]
    for one in done:
        if one.parent is not None and one.parent[0] == "test-job" and one.parent[1] is not None:
            found = select(search.SearchEntry.code).where(
                search.SearchEntry.kind == "test-job", search.SearchEntry.subject_id == one.parent[1])
            return Touched("test-job", one.parent[1], db.session.scalar(found) or "")
    return done[0]

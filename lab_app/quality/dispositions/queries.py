"""Touched work with what was decided about each, and the notices to customers."""
from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lab_app.accounts.models import Person
from lab_app.core.asked import asked
from lab_app.core.db import db
from lab_app.quality.dispositions import affected, workflow
from lab_app.quality.dispositions.affected import Touched
from lab_app.quality.dispositions.models import AffectedWork, CustomerNotice, Disposition
from lab_app.quality.models import Nonconformity


@dataclass(frozen=True)
class Decided:
    """One touched thing with the decision that counts, none while nobody decided, and whether its customer is told where that is due."""

    touched: Touched
    disposition: Disposition | None
    told: bool

    @property
    def owes_notice(self) -> bool:
        """Whether a paper is changed and its customer does not know (7.10.1 e)."""
        return self.disposition is not None and self.disposition.decision in workflow.TELLS and not self.told


def named(nonconformity_id: int) -> list[AffectedWork]:
    """What people named as touched, in the order they did."""
    return list(db.session.scalars(
        select(AffectedWork).where(AffectedWork.nonconformity_id == nonconformity_id).order_by(AffectedWork.id)))


def dispositions(nonconformity_id: int) -> dict[tuple[str, int], Disposition]:
    """(kind, id) → the latest decision; one statement."""
    latest = select(func.max(Disposition.id)).where(Disposition.nonconformity_id == nonconformity_id).group_by(
        Disposition.subject_kind, Disposition.subject_id)
    rows = db.session.scalars(
        select(Disposition).where(Disposition.id.in_(latest)).options(joinedload(Disposition.person).lazyload(Person.roles)))
    return {(row.subject_kind, row.subject_id): row for row in rows}


def notices(nonconformity_id: int) -> list[CustomerNotice]:
    """Whom somebody told, in order."""
    return list(db.session.scalars(
        select(CustomerNotice).where(CustomerNotice.nonconformity_id == nonconformity_id).order_by(CustomerNotice.id)
        .options(joinedload(CustomerNotice.person).lazyload(Person.roles))))


def touched_by(row: Nonconformity) -> list[Touched]:
    """Everything touched: what rooms find now, then what people named; what was decided once stays, although a room finds it no more."""
    out = {(one.kind, one.id): one for one in affected.found(row)}
    for work in named(row.id):
        out.setdefault((work.subject_kind, work.subject_id), Touched(
            work.subject_kind, work.subject_id, work.subject_code, work.why, by_hand=True))
    return list(out.values())


def decided(row: Nonconformity) -> list[Decided]:
    """Everything touched with its decision and whether its customer was told; a constant number of statements."""
    made, told = dispositions(row.id), asked(notices, row.id)
    papers = {code.strip() for notice in told for code in notice.papers.split(",") if code.strip()}
    customers = {notice.customer.strip().casefold() for notice in told if not notice.papers.strip()}
    things = touched_by(row)
    known = {(one.kind, one.id) for one in things}
    things += [Touched(d.subject_kind, d.subject_id, d.subject_code) for key, d in made.items() if key not in known]
    return [
        Decided(one, made.get((one.kind, one.id)),
                one.told or one.code in papers or (bool(one.customer) and one.customer.casefold() in customers))
        for one in things
    ]

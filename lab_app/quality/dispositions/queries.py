"""Touched work with what was decided about each, and the notices to customers."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.asked import asked
from lab_app.core.db import db
from lab_app.quality.dispositions import affected, workflow
from lab_app.quality.dispositions.affected import Touched
from lab_app.quality.dispositions.models import AffectedWork, CustomerNotice, Disposition
from lab_app.quality.models import Nonconformity


@dataclass(frozen=True)
class Decided:
    """One touched thing with the decision that counts, none while nobody decided, and whether its customer is told of it. `early`: a
    first word to the customer, before the decision; it does not tell what was decided."""

    touched: Touched
    disposition: Disposition | None
    told: bool
    early: bool = False

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
    made, words = dispositions(row.id), asked(notices, row.id)
    things = touched_by(row)
    known = {(one.kind, one.id) for one in things}
    things += [Touched(d.subject_kind, d.subject_id, d.subject_code) for key, d in made.items() if key not in known]
    return [_decided(one, made.get((one.kind, one.id)), [notice for notice in words if _about(notice, one)]) for one in things]


def _about(notice: CustomerNotice, one: Touched) -> bool:
    """Whether a notice is about a thing: it names it, or names nothing and is the customer's."""
    papers = {code.strip() for code in notice.papers.split(",") if code.strip()}
    return one.code in papers if papers else bool(one.customer) and one.customer.casefold() == notice.customer.strip().casefold()


def _decided(one: Touched, disposition: Disposition | None, words: Sequence[CustomerNotice]) -> Decided:
    """A notice tells of a decision that stood when it was given and written down; what was said before is a first word (7.10.1 d, e)."""
    if disposition is None:
        return Decided(one, None, one.told, bool(words) and not one.told)
    day = clock.local(disposition.recorded_at).date()
    told = one.told or any(notice.told_on >= day and notice.recorded_at >= disposition.recorded_at for notice in words)
    return Decided(one, disposition, told, bool(words) and not told)

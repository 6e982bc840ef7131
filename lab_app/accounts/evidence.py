"""What the room shows an assessor: people, undertakings, authorisations, sites (4.2, 5, 6.2)."""
from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, or_, select

from lab_app.accounts.models import Authorisation, Laboratory, Person, Site
from lab_app.accounts.queries import in_force
from lab_app.accounts.rules import SOON_DAYS
from lab_app.core import clock, evidence, indicators
from lab_app.core.counting import how_many
from lab_app.core.indicators import Indicator, warn_when_any


def _without_undertaking() -> Select[int]:
    """Nobody of these can open anything: none given, or the text was replaced and the new one not signed in time."""
    late = Person.undertaking_until < clock.today()
    return how_many(Person, Person.active.is_(True), or_(Person.undertaking_on.is_(None), late))


def _ending() -> Select[int]:
    """Authorisations that run out soon and that no later one of the same kind continues."""
    today = clock.today()
    later = Authorisation.__table__.alias()
    continued = select(later.c.id).where(
        later.c.person_id == Authorisation.person_id, later.c.task == Authorisation.task,
        or_(later.c.method_code == Authorisation.method_code, later.c.method_code == "*"),
        later.c.valid_to > Authorisation.valid_to, later.c.withdrawn_from.is_(None),
    )
    return in_force(today).where(Authorisation.valid_to <= today + timedelta(days=SOON_DAYS), ~continued.exists())


def offer() -> None:
    """Register evidence and figures with the kernel."""
    evidence.offer("4.2.4", _l("Cam kết bảo mật đã ký"), "accounts.people",
                   evidence.records(Person, Person.undertaking_on.is_not(None)))
    evidence.offer("5.1", _l("Thông tin pháp lý của phòng thử nghiệm"), "accounts.laboratory", evidence.records(Laboratory))
    evidence.offer("5.4", _l("Cơ sở làm việc"), "accounts.laboratory", evidence.records(Site))
    evidence.offer("5.6", _l("Vai trò và quyền hạn"), "accounts.roles", evidence.records(Person, Person.active.is_(True)))
    evidence.offer("6.2.1", _l("Người có tài khoản"), "accounts.people", evidence.records(Person))
    evidence.offer("6.2.6", _l("Trao quyền theo người, việc, phương pháp"), "accounts.people", evidence.records(Authorisation))
    indicators.register(Indicator(
        "authorisations-ending", _l("Quyền sắp hết hạn, chưa gia hạn"), _ending, warn_when_any, "accounts.people",
        clauses=("6.2.6",), note=_l("trong 60 ngày tới"), order=40,
    ))
    indicators.register(Indicator(
        "people-without-undertaking", _l("Người chưa ký cam kết bảo mật"), _without_undertaking, warn_when_any,
        "interests.declarations", {"undertaking": "none"}, clauses=("4.2.4",), note=_l("tài khoản đang hoạt động"), order=60,
    ))

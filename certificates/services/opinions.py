"""Opinions and interpretations before a paper is issued: given by authorised people on a stated basis (7.8.7)."""
from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext

from certificates.models import Opinion, OpinionEnd
from certificates.queries.setups import unauthorised
from certificates.workflow import OpinionFacts
from lab_app.accounts.models import Person
from lab_app.core import audit, clock, gates
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.samples.models import TestRequest

LONGEST = 2000


def express(
    actor: Actor, request: TestRequest, *, methods: Sequence[str], statement_vi: str, basis_vi: str, statement_en: str = "",
    basis_en: str = "", spoken_to: str = "",
) -> Opinion:
    """Give an opinion about results of a request, obtained by these methods. It stands in the giver's name.

    Refuses by gate *opinion-authorised* whoever is not authorised for opinions on each of the methods today, and a text without its
    basis. `spoken_to`: the opinion was given in talk; the row is the record of the dialogue (7.8.7.3) and no paper prints it.
    """
    authorize(actor, P.REPORT_DRAFT)
    person = db.session.get(Person, actor.id) if actor.id is not None else None
    if person is None:
        raise Refused(gettext("Ý kiến đứng tên một người có tài khoản."))
    known = {test.method.code for item in request.items for test in item.tests}
    chosen = list(dict.fromkeys(methods))
    if not chosen or not set(chosen) <= known:
        raise FieldRefused("methods", gettext("Chọn phương pháp của yêu cầu mà ý kiến nói tới."))
    texts = {"statement_vi": statement_vi, "statement_en": statement_en, "basis_vi": basis_vi, "basis_en": basis_en}
    texts = {name: text.strip() for name, text in texts.items()}
    if not texts["statement_vi"]:
        raise FieldRefused("statement_vi", gettext("Cần điền mục này."))
    if not texts["basis_vi"]:
        raise FieldRefused("basis_vi", gettext("Cần ghi cơ sở của ý kiến (7.8.7.1)."))
    for name, text in texts.items():
        if len(text) > LONGEST:
            raise FieldRefused(name, gettext("Tối đa %(n)s ký tự.", n=LONGEST))
    missing = unauthorised(person.id, chosen, clock.today(), clock.now())
    gates.require("opinion-authorised", OpinionFacts(((person.full_name, tuple(missing)),) if missing else ()))
    row = Opinion(request_id=request.id, methods=chosen, person_id=person.id, spoken_to=spoken_to.strip(), **texts)
    db.session.add(row)
    db.session.flush()
    return row


def take_back(actor: Actor, opinion: Opinion, reason: str) -> OpinionEnd:
    """Take one's own opinion back before issue; papers issued with it keep it. Refuses somebody else's and one taken back."""
    authorize(actor, P.REPORT_DRAFT)
    if opinion.ending is not None:
        raise Refused(gettext("Ý kiến này đã được rút lại."))
    if actor.id != opinion.person_id:
        raise Refused(gettext("Chỉ %(name)s rút lại được ý kiến này.", name=opinion.person.full_name))
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    audit.because(reason)
    row = OpinionEnd(opinion_id=opinion.id, reason=reason.strip(), person_id=actor.id)
    db.session.add(row)
    db.session.flush()
    return row

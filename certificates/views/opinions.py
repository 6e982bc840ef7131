"""Opinions and interpretations of a request's results, before its paper is issued (7.8.7)."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext

from certificates.models import Opinion
from certificates.queries import setups as reads
from certificates.services import opinions as services
from certificates.setup_forms import OpinionForm
from certificates.views import bp
from certificates.views.prepare import wanted_request
from certificates.workflow import OpinionFacts
from lab_app.core import clock, gates
from lab_app.core.access import current_actor, requires
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, get_or_404, page, press
from lab_app.samples.models import TestRequest


@bp.route("/requests/<number>/opinions", methods=["GET", "POST"])
@requires(P.REPORT_DRAFT)
def opinions(number: str) -> Any:
    """What was said of the results, by whom and on what basis; a form for those authorised to say more."""
    wanted = wanted_request(number)
    form = OpinionForm()
    form.methods.choices = _methods(wanted)
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.express(
                current_actor(), wanted, methods=form.methods.data or [], statement_vi=form.statement_vi.data,
                basis_vi=form.basis_vi.data, statement_en=form.statement_en.data or "", basis_en=form.basis_en.data or "",
                spoken_to=form.dialogue())
        if tried.ok:
            return done(gettext("Đã ghi ý kiến."), "certificates.opinions", number=number)
        wanted = wanted_request(number)
    codes = [code for code, _name in form.methods.choices]
    actor = current_actor()
    missing = reads.unauthorised(actor.id, codes, clock.today(), clock.now()) if actor.id is not None else codes
    stop = gates.ask("opinion-authorised", OpinionFacts(((actor.name, tuple(codes)),))) if set(missing) == set(codes) else None
    return page("certificates/opinions.html", form=form, request_=wanted, opinions=reads.opinions_of(wanted.id),
                stop=stop, reader_id=actor.id)


def _methods(wanted: TestRequest) -> list[tuple[str, str]]:
    found = {test.method.code: test.method.code for item in wanted.items for test in item.tests}
    return list(found.items())


@bp.post("/opinions/<int:ident>/take-back")
@requires(P.REPORT_DRAFT)
def take_back_opinion(ident: int) -> Any:
    """Take one's own opinion back, with the reason."""
    row = get_or_404(Opinion, ident)
    number = row.request.number
    return press(lambda: services.take_back(current_actor(), row, request.form.get("reason", "")),
                 gettext("Đã rút lại ý kiến; ý kiến vẫn nằm trong hồ sơ."), "certificates.opinions", number=number)

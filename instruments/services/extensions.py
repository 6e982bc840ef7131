"""Extensions of a due date: a decision before the day, with evidence; there is no silent grace (6.4.6, 7.10)."""
from __future__ import annotations

from datetime import date, timedelta

from flask_babel import gettext

from instruments import queries, rules, workflow
from instruments.models import Extension, Instrument
from instruments.services.standing import refresh
from lab_app.core import audit, clock, files, gates
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.files import Upload
from lab_app.core.permissions import P

#: Days by which all extensions together may move one due date.
LONGEST_EXTENSION = 92


def extension_facts(instrument: Instrument, kind: str, facts: rules.InstrumentFacts | None = None) -> workflow.ExtensionFacts:
    """Facts of gate *extension-before-due* as they stand now."""
    now, today = clock.now(), clock.today()
    facts = facts or queries.facts_of([instrument])[instrument.id]
    cover = rules.cover_at(facts, kind, today, now)
    due_on = cover.until if cover is not None and cover.passed else None
    return workflow.ExtensionFacts(instrument.code, str(rules.CYCLES.get(kind, kind)), due_on, today)


def extend(
    actor: Actor, instrument: Instrument, *, kind: str, until: date, reason: str, evidence: str, upload: Upload | None = None,
) -> Extension:
    """Decide that an instrument may be used until another day (exclusive) than what is due says, with the evidence.

    Refused by gate *extension-before-due* from the due date on, and where nothing in force could be extended. All extensions of one
    due date together move it by at most `LONGEST_EXTENSION` days, and never by more than the term that is being extended.
    """
    authorize(actor, P.INSTRUMENT_RELEASE)
    person_id = person_of(actor)
    if kind not in rules.CYCLE_KINDS:
        raise FieldRefused("kind", gettext("Không có loại chu kỳ này."))
    facts = queries.facts_of([instrument])[instrument.id]
    gates.require("extension-before-due", extension_facts(instrument, kind, facts))
    for field, text in (("reason", reason), ("evidence", evidence)):
        if not text.strip():
            raise FieldRefused(field, gettext("Cần điền mục này."))
    cover = rules.cover_at(facts, kind, clock.today(), clock.now())
    due_on = cover.until if cover and cover.until else clock.today()
    base = cover.due_on if cover and cover.due_on else due_on
    if until <= due_on:
        raise FieldRefused("until", gettext("Ngày gia hạn phải sau ngày đến hạn %(day)s.", day=due_on.strftime("%d/%m/%Y")))
    longest = min(LONGEST_EXTENSION, (base - cover.done_on).days) if cover else LONGEST_EXTENSION
    if until > base + timedelta(days=longest):
        raise FieldRefused("until", gettext("Gia hạn nhiều nhất %(n)s ngày kể từ ngày đến hạn.", n=longest))
    with audit.reason(reason):
        row = Extension(
            instrument_id=instrument.id, kind=kind, due_on=due_on, until=until, reason=reason.strip(), evidence=evidence.strip(),
            person_id=person_id)
        db.session.add(row)
        db.session.flush()
    if upload is not None:
        files.attach(upload, "instrument", instrument.id, actor.id, purpose="extension", caption=evidence.strip()[:200])
    refresh(instrument)
    return row

"""After a change of the item: each earlier result stands for a technical reason, or is measured again (7.8.1.2, 6.2.6)."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext

from lab_app.core import audit, gates
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.results.models import StandingDecision
from lab_app.results.queries.standing import (
    FIRMWARE,
    Change,
    Question,
    changes_of,
    lines_of_sample,
    questions,
)
from lab_app.results.services.reviewing import repeat_line, review_facts
from lab_app.samples.models import Sample

STANDS, REPEAT = "stands", "repeat"


@dataclass(frozen=True)
class Verdict:
    """The answer for one line: it stands or is repeated, and why."""

    decision: str
    reason: str


def decide_standing(actor: Actor, sample: Sample, change_key: str, answers: Mapping[int, Verdict]) -> list[StandingDecision]:
    """Answer, for lines of a sample (line id → answer), whether what was measured before a change stands. By a person authorised to
    review the method who did not measure the line; a repeat makes the retest. Refuses a line that the change does not ask about or
    that was answered, and an answer without its technical reason."""
    authorize(actor, P.RESULT_REVIEW)
    person_id = person_of(actor)
    change = next((c for c in changes_of(sample) if c.key == change_key), None)
    if change is None:
        raise Refused(gettext("Không có thay đổi này ở mẫu %(code)s.", code=sample.code))
    asked = {q.line.id: q for q in questions(lines_of_sample(sample.id)) if q.change.key == change_key}
    out = []
    for line_id, answer in answers.items():
        question = asked.get(line_id)
        if question is None or question.decision is not None:
            raise FieldRefused(f"decision-{line_id}", gettext("Dòng này không còn chờ trả lời; mở lại trang."))
        if answer.decision not in (STANDS, REPEAT):
            raise FieldRefused(f"decision-{line_id}", gettext("Lựa chọn không có trong danh sách."))
        if not answer.reason.strip():
            raise FieldRefused(f"reason-{line_id}", gettext("Cần ghi lý do kỹ thuật."))
        facts = review_facts(actor, question.line)
        gates.require("reviewer-is-another", facts)
        gates.require("reviewer-authorised", facts)
        out.append(_kept(question, change, answer, person_id))
    db.session.flush()
    return out


def _kept(question: Question, change: Change, answer: Verdict, person_id: int) -> StandingDecision:
    reason = answer.reason.strip()
    audit.because(reason)
    again = repeat_line(question.line, gettext("%(change)s: %(reason)s", change=change.what, reason=reason)) \
        if answer.decision == REPEAT else None
    row = StandingDecision(
        line_id=question.line.id, reading_id=question.reading.id, decision=answer.decision, reason=reason,
        firmware_change_id=change.id if change.kind == FIRMWARE else None,
        file_revision_id=change.id if change.kind != FIRMWARE else None,
        retest_id=again.id if again is not None else None, decided_by_id=person_id,
    )
    db.session.add(row)
    db.session.flush()
    return row

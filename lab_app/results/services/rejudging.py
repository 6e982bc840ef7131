"""Old results judged again beside their first verdict: new records, never a change (7.5.2)."""
from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext

from lab_app.core import audit, gates
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.results.models import JobLine, Reading, Rejudgement
from lab_app.results.queries.overrides import standing_verdicts
from lab_app.results.queries.rejudgements import rejudgements_of
from lab_app.results.rejudging import JudgedAgain, judge_again
from lab_app.results.workflow.overrides import RejudgementFacts
from test_methods.models import DecisionRule, Requirement

MOST = 200


def rejudgement_facts(
    line: JobLine, reading: Reading, requirement: Requirement, rule: DecisionRule | None, judged: JudgedAgain
) -> RejudgementFacts:
    """What the gate looks at."""
    standing = line.reading
    same_rule = rule is None or (rule.code == line.rule_code and rule.definition == line.rule)
    return RejudgementFacts(
        line=f"{line.job.code}/{line.position}", superseded=standing is None or standing.id != reading.id, mismatch=judged.mismatch,
        same=requirement.limit == line.limit and same_rule)


def rejudge_reading(
    actor: Actor, line: JobLine, reading: Reading, requirement: Requirement, rule: DecisionRule | None, reason: str
) -> Rejudgement:
    """Judge one reading by the limit of a requirement as it stands now, and by a rule (None: the one the line was judged by).

    Refused by the gate for a superseded reading, another quantity, or nothing new. An unconfirmed limit is filed as "no statement".
    """
    authorize(actor, P.RESULT_REVIEW)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi vì sao xét lại."))
    before = standing_verdicts([reading.id])[reading.id]
    row = _made(actor, line, reading, requirement, rule, reason, before)
    db.session.flush()
    return row


def rejudge_lines(
    actor: Actor, lines: Sequence[JobLine], requirement: Requirement, rule: DecisionRule | None, reason: str
) -> list[Rejudgement]:
    """Judge the standing readings of some lines; those filed already by the same limit and rule stay as filed. Statements do not grow
    with the lines but for what is written."""
    authorize(actor, P.RESULT_REVIEW)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi vì sao xét lại."))
    if not lines:
        raise FieldRefused("line", gettext("Chưa chọn kết quả nào."))
    if len(lines) > MOST:
        raise FieldRefused("line", gettext("Mỗi lần xét lại tối đa %(n)s kết quả.", n=MOST))
    filed = rejudgements_of([x.id for x in lines])
    known = {(r.reading_id, r.requirement_id, _key(r.limit), r.rule_code, r.limit_confirmed) for r in filed}
    verdicts = standing_verdicts([x.reading.id for x in lines if x.reading is not None])
    made = []
    for line in lines:
        reading = line.reading
        code = rule.code if rule is not None else line.rule_code
        if reading is None or (
                reading.id, requirement.id, _key(requirement.limit), code, requirement.confirmed_on is not None) in known:
            continue
        made.append(_made(actor, line, reading, requirement, rule, reason, verdicts[reading.id]))
    if not made:
        raise Refused(gettext("Các kết quả đã chọn đều đã được xét lại theo giới hạn và quy tắc này."))
    db.session.flush()
    return made


def _key(limit: object) -> str:
    return repr(sorted(limit.items())) if isinstance(limit, dict) else repr(limit)


def _made(
    actor: Actor, line: JobLine, reading: Reading, requirement: Requirement, rule: DecisionRule | None, reason: str, before: str
) -> Rejudgement:
    confirmed = requirement.confirmed_on is not None
    definition = dict(rule.definition) if rule is not None else (dict(line.rule) if line.rule else None)
    judged = judge_again(line, reading, requirement.limit, confirmed, definition)
    gates.require("rejudgement-of-standing-result", rejudgement_facts(line, reading, requirement, rule, judged))
    outcome = judged.outcome
    audit.because(reason)
    row = Rejudgement(
        line_id=line.id, reading_id=reading.id, requirement_id=requirement.id, limit=dict(requirement.limit), limit_confirmed=confirmed,
        limit_value=outcome.limit.to_dict() if outcome is not None and outcome.limit is not None else None,
        rule_code=rule.code if rule is not None else line.rule_code, rule=definition, before=before, verdict=str(judged.verdict),
        why=judged.why[:60], margin=outcome.decision.margin if outcome is not None else None, unit=reading.unit,
        decision=outcome.decision.to_dict() if outcome is not None else {}, reason=reason.strip(), by_id=actor.id)
    db.session.add(row)
    return row

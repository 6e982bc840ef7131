"""Earlier results under each rule offered (workflow case Q1)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lab_app.metrology.decision import DR_ETSI, DR_GB_U, DR_GB_U_BINARY, DR_SA, Verdict
from lab_app.metrology.errors import RuleError
from lab_app.metrology.limits import upper
from lab_app.metrology.rehearsal import PastResult, rehearse

D = Decimal
LIMIT = upper(D(54))
PAST = [PastResult(text, LIMIT, D(text), D(3)) for text in ("50.9", "53.0", "54.0", "57.1")]


def test_case_q1_every_rule_beside_the_others() -> None:
    found = rehearse(PAST, [DR_SA, DR_GB_U, DR_GB_U_BINARY])
    verdicts = {code: [decision.verdict for decision in decisions] for code, decisions in found.decisions.items()}
    assert verdicts == {
        "DR-SA": [Verdict.PASS, Verdict.PASS, Verdict.PASS, Verdict.FAIL],
        "DR-GB-U": [Verdict.PASS, Verdict.CONDITIONAL_PASS, Verdict.CONDITIONAL_PASS, Verdict.FAIL],
        "DR-GB-U2": [Verdict.PASS, Verdict.FAIL, Verdict.FAIL, Verdict.FAIL],
    }
    assert found.differing() == (1, 2)
    assert found.counts("DR-SA") == {Verdict.PASS: 3, Verdict.FAIL: 1}


def test_what_a_rule_cannot_judge_is_shown_as_such() -> None:
    found = rehearse([PastResult("no U", LIMIT, D(50)), PastResult("too uncertain", LIMIT, D(50), D(3), D(2))], [DR_ETSI])
    assert [d.verdict for d in found.decisions["DR-ETSI"]] == [Verdict.NOT_EVALUATED, Verdict.NO_STATEMENT]


def test_rules_are_told_apart() -> None:
    for rules, code in (([], "empty"), ([DR_SA, DR_SA], "duplicate")):
        with pytest.raises(RuleError) as refusal:
            rehearse(PAST, rules)
        assert refusal.value.code == code
    assert rehearse([], [DR_SA]).differing() == ()

"""The thirty nonconformities that assessors find most often: each is barred by gates that have their journeys, or shown by a named test,
or stands here with the reason why a program can only help.

The numbers are those of the laboratory's own list of frequent findings (compiled, not measured).
"""
from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.journeys.test_gates import BREACHES

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Finding:
    """What an assessor writes; the gates that bar it; tests that show how it is found or prevented; what is left to people."""

    says: str
    gates: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    reason: str = ""


FINDINGS: dict[int, Finding] = {
    1: Finding("technical record without equipment, operator, time or environment",
               ("record-complete", "time-plausible", "environment-within-limits")),
    2: Finding("corrections overwrite what was there", ("correction-has-reason",),
               ("migrations/test_migrations.py::test_the_trail_is_append_only_in_the_database",)),
    3: Finding("equipment used past its calibration", ("instrument-fit", "extension-before-due")),
    4: Finding("testing or reviewing without an authorisation in force", ("person-authorised", "reviewer-authorised")),
    5: Finding("no uncertainty evaluation, or an old one", ("version-verified", "budget-used-by-another")),
    6: Finding("certificate not evaluated on return", ("calibration-evaluated", "verified-before-service")),
    7: Finding("correction factors not brought up to date", ("factors-decided",)),
    8: Finding("intermediate checks not done, or without criteria", ("instrument-fit",)),
    9: Finding("decision rule not agreed, or not applied", ("rule-agreed-at-review", "rule-agreed")),
    10: Finding("report without an item it must have", ("report-items-complete",)),
    11: Finding("accreditation mark on a result outside the scope", ("uncertainty-within-capability",),
                ("certificates/test_issue.py::test_scope_marks_come_from_the_register_on_the_test_date",)),
    12: Finding("amended report not identified", ("issued-is-final", "not-issued-twice")),
    13: Finding("obsolete standard or method in use", ("method-in-force", "method-current")),
    14: Finding("method introduced without verification", ("version-verified",)),
    15: Finding("software not validated or protected", ("vectors-pass",),
                reason="a spreadsheet beside the program is not seen by it; its own validation runs by `flask validate`"),
    16: Finding("shared accounts, weak access, backups never restored", (), ("accounts/test_sign_in.py::*",),
                reason="who sits at the keyboard is not seen; a restore is rehearsed by the administrator's guide"),
    17: Finding("proficiency plan with holes, poor result without action", ("proficiency-provider-approved",),
                ("results/test_proficiency.py::*",)),
    18: Finding("control data collected, trend not looked at", ("control-not-rejected", "stop-released-by-another"),
                reason="a drift inside the limits is drawn and counted; what it means is judged by a person"),
    19: Finding("internal audit with gaps, auditors auditing themselves", (), (),
                "internal audits are not kept by the program yet; an auditor's account reads everything and writes nothing"),
    20: Finding("corrective action without a root cause", ("corrective-cause-and-evidence",),
                reason="a cause must be analysed and stated; whether it is the real one shows at the effectiveness check"),
    21: Finding("effectiveness never checked", ("effectiveness-by-another", "effectiveness-not-early")),
    22: Finding("nonconforming work not raised, earlier results not looked at",
                ("nonconformity-answered", "affected-disposed", "recall-all-decided")),
    23: Finding("management review without its inputs", (), (), "management reviews are not kept by the program yet"),
    24: Finding("provider not evaluated, traceability without evidence", ("provider-approved", "supplier-evaluated", "incoming-accepted")),
    25: Finding("contract review missing or after the start", ("contract-review-complete", "contract-review-approved")),
    26: Finding("gaps in a sample's identity, condition or custody", ("deviation-answered", "sample-here", "sampling-recorded")),
    27: Finding("impartiality risks not looked for", ("no-declared-interest", "declaration-current"),
                reason="everybody is asked every year and the register every quarter; what nobody declares is not seen"),
    28: Finding("documents not reviewed, wrong version at the bench", ("document-approved-by-another", "document-effective-served"),
                reason="a paper copy on a wall is not seen; printed copies carry person and date and call themselves uncontrolled"),
    29: Finding("competence criteria or monitoring not defined", ("function-has-criteria", "competence-evidenced")),
    30: Finding("opinion or conformity statement by somebody without authorisation, customer's data not marked",
                ("opinion-authorised", "signatory-authorised")),
}


def functions(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)}


def test_all_thirty_are_answered():
    assert sorted(FINDINGS) == list(range(1, 31))


@pytest.mark.parametrize("number", sorted(FINDINGS))
def test_a_frequent_finding_is_barred_shown_or_explained(number):
    finding = FINDINGS[number]
    assert finding.gates or finding.tests or finding.reason
    for name in finding.gates:
        assert name in BREACHES, f"{name}: no journey proves this gate"
    for named in finding.tests:
        file, _sep, pattern = named.partition("::")
        found = [name for name in functions(ROOT / file) if name.startswith("test_")]
        wanted = pattern.strip("*")
        assert any(wanted in name if "*" in pattern else wanted == name for name in found), named

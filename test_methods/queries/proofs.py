"""Questions about records of verification and validation, and about test vectors and what they gave."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import func, select

from lab_app.core.db import db
from test_methods import workflow
from test_methods.models import MethodParameter, MethodProof, MethodVersion, TestVector, VectorRun
from test_methods.queries.versions import by_name_alone
from test_methods.rules.calculations import computed, fingerprint
from test_methods.rules.proofs import missing_parts, unmet
from test_methods.rules.vectors import state_of

PARTS = ("procedure", "requirements", "characteristics", "results", "statement", "fit", "performed_by_id", "performed_on")


def proof(version_id: int) -> MethodProof | None:
    """The record of a version, with who performed the work."""
    return db.session.scalar(
        select(MethodProof).where(MethodProof.method_version_id == version_id).options(by_name_alone(MethodProof.performed_by)))


def proof_fact(version: MethodVersion) -> workflow.ProofFact | None:
    """The record of a version as its gate looks at it; `None` where nobody began one."""
    row = proof(version.id)
    if row is None:
        return None
    return workflow.ProofFact(
        row.kind, missing_parts({name: getattr(row, name) for name in PARTS}), unmet(row.characteristics), row.fit)


def fingerprint_of(parameter: MethodParameter, vector: TestVector) -> str:
    """What a run of this vector would stand on now."""
    return fingerprint(
        {"fields": parameter.fields, "calculations": parameter.calculations, "formula": parameter.formula, "unit": parameter.unit},
        {"inputs": vector.inputs, "expected": vector.expected, "tolerance": vector.tolerance})


def vectors_of(parameters: Sequence[MethodParameter]) -> list[tuple[MethodParameter, list[TestVector]]]:
    """Each parameter that computes something with its vectors in order; one statement."""
    asked = [p for p in parameters if p.kind == "number"]
    found: dict[int, list[TestVector]] = defaultdict(list)
    for row in db.session.scalars(
            select(TestVector).where(TestVector.parameter_id.in_([p.id for p in asked])).order_by(TestVector.position, TestVector.id)):
        found[row.parameter_id].append(row)
    return [(p, found[p.id]) for p in asked if found[p.id] or computed(p.fields, p.calculations, p.formula)]


def latest_runs(vector_ids: Sequence[int]) -> dict[int, VectorRun]:
    """Vector id → what it gave last; one statement."""
    last = select(func.max(VectorRun.id)).where(VectorRun.vector_id.in_(list(vector_ids))).group_by(VectorRun.vector_id)
    rows = db.session.scalars(select(VectorRun).where(VectorRun.id.in_(last)).options(by_name_alone(VectorRun.run_by)))
    return {row.vector_id: row for row in rows}


def vector_facts(parameters: Sequence[MethodParameter]) -> list[workflow.VectorFact]:
    """How the vectors of each computing parameter stand; two statements."""
    rows = vectors_of(parameters)
    runs = latest_runs([v.id for _, vectors in rows for v in vectors])
    return [workflow.VectorFact(parameter.code, state_of(
        (fingerprint_of(parameter, v), (runs[v.id].fingerprint, runs[v.id].passed) if v.id in runs else None) for v in vectors))
        for parameter, vectors in rows]

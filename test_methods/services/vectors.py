"""Test vectors of a calculation and what they gave: entered, run, kept (7.11.6)."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from sqlalchemy import func, select

from lab_app import __version__
from lab_app.core import audit
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.core.quantity import NotANumber, parse_decimal
from test_methods import queries
from test_methods.formula import FormulaError, Value
from test_methods.models import MethodParameter, MethodVersion, TestVector, VectorRun
from test_methods.rules import vectors as rules
from test_methods.rules.calculations import evaluate
from test_methods.services.faults import at_its_field
from test_methods.services.parameters import must_be_draft
from test_methods.services.reasons import must_have_reason


def add_vector(
    actor: Actor, parameter: MethodParameter, *, name: str, inputs: Mapping[str, str], expected: Sequence[str], tolerance: Decimal,
    source: str, locale: str = "en",
) -> TestVector:
    """Enter inputs with the result that somebody worked out independently. `inputs`: field key → text, several values by semicolons.

    Refuses a missing or unreadable input at its own field, another number of results than the formula gives, a tolerance
    that is not positive, and a vector without a source: who computed it, and how.
    """
    authorize(actor, P.METHOD_WRITE)
    must_be_draft(parameter.method_version)
    if parameter.kind != "number":
        raise Refused(gettext("Chỉ tiêu quan sát không có phép tính để kiểm tra."))
    for field, text in (("name", name), ("source", source)):
        if not text.strip():
            raise FieldRefused(field, gettext("Cần điền ô này."))
    if not tolerance.is_finite() or tolerance <= 0:
        raise FieldRefused("tolerance", gettext("Dung sai phải lớn hơn 0."))
    with at_its_field("expected"):
        kept_inputs = rules.read_inputs(parameter.fields, inputs, _reader(locale))
        kept_expected = rules.read_expected(expected, len(parameter.formula.split(";")), _reader(locale))
    position = 1 + int(db.session.scalar(select(func.max(TestVector.position)).where(TestVector.parameter_id == parameter.id)) or 0)
    row = TestVector(
        parameter_id=parameter.id, parameter=parameter, position=position, name=name.strip(), inputs=kept_inputs, expected=kept_expected,
        tolerance=tolerance, source=source.strip(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def remove_vector(actor: Actor, vector: TestVector, reason: str) -> None:
    """Take a wrong vector out of a draft, with the reason; what it gave stays in the history."""
    authorize(actor, P.METHOD_WRITE)
    must_be_draft(vector.parameter.method_version)
    must_have_reason(reason)
    with audit.reason(reason):
        for run in vector.runs:
            db.session.delete(run)
        db.session.flush()
        db.session.delete(vector)
        db.session.flush()


def run_vectors(actor: Actor, version: MethodVersion) -> list[VectorRun]:
    """Run every vector of a version through the calculation of its parameter as it stands now, and keep each result."""
    authorize(actor, P.METHOD_WRITE)
    runs = []
    for parameter, vectors in queries.vectors_of(queries.parameters(version.id)):
        for vector in vectors:
            run = VectorRun(vector_id=vector.id, vector=vector, software=f"laboratory-system {__version__}", run_by_id=actor.id,
                            **_result(parameter, vector))
            db.session.add(run)
            runs.append(run)
    if not runs:
        raise Refused(gettext("Phiên bản chưa có véc-tơ thử nào."))
    db.session.flush()
    return runs


def _result(parameter: MethodParameter, vector: TestVector) -> dict[str, Any]:
    mark = queries.fingerprint_of(parameter, vector)
    try:
        found = evaluate(parameter.fields, parameter.calculations, parameter.formula, _values(parameter, vector))
    except FormulaError as error:
        return {"fingerprint": mark, "values": [], "passed": False, "fault": f"{error.code} {error.detail}".strip()[:200]}
    return {"fingerprint": mark, "values": [format(v, "f") for v in found],
            "passed": rules.passes(found, vector.expected, vector.tolerance), "fault": ""}


def _values(parameter: MethodParameter, vector: TestVector) -> dict[str, Value]:
    return rules.values_of(parameter.fields, vector.inputs)


def _reader(locale: str) -> Any:
    def read(text: str) -> Decimal | None:
        try:
            return parse_decimal(text, locale)
        except NotANumber:
            return None

    return read

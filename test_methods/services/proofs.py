"""The record of verification (7.2.1.5) or validation (7.2.2) of a version, and its conclusion."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext

from lab_app.accounts.models import Person
from lab_app.core import clock, files
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P
from test_methods import queries, workflow
from test_methods.models import MethodProof, MethodVersion
from test_methods.rules.proofs import PROOF_KINDS, VALIDATION, VERIFICATION, check_characteristics
from test_methods.services.faults import at_its_field
from test_methods.services.parameters import must_be_draft
from test_methods.services.versions import approval_facts

#: What the files of a record are attached as.
EVIDENCE = "evidence"


def kind_for(version: MethodVersion) -> str:
    """The kind of record a version needs: a standard method is verified, any other validated (7.2.1.5, 7.2.2.1)."""
    return VERIFICATION if version.method.standard_method else VALIDATION


def record_verification(
    actor: Actor, version: MethodVersion, statement: str = "", *, kind: str | None = None, procedure: str = "", requirements: str = "",
    characteristics: Sequence[Mapping[str, Any]] = (), results: str = "", fit: bool | None = None, performed_by: Person | None = None,
    performed_on: date | None = None,
) -> MethodProof:
    """Write the record of a draft with its five parts (7.2.2.4 a to e). Parts may still be missing: the gate names them at its conclusion.

    `statement` with `fit`: validity of the method and its fitness for the intended use. Refuses a day that has not come.
    """
    authorize(actor, P.METHOD_WRITE)
    must_be_draft(version)
    kind = kind or kind_for(version)
    if kind not in PROOF_KINDS:
        raise FieldRefused("kind", gettext("Chọn kiểm tra xác nhận hoặc xác nhận giá trị sử dụng."))
    if performed_on is not None and performed_on > clock.today():
        raise FieldRefused("performed_on", gettext("Ngày thực hiện chưa đến."))
    with at_its_field("characteristics"):
        rows = check_characteristics(characteristics)
    columns: dict[str, Any] = {
        "kind": kind, "procedure": procedure.strip(), "requirements": requirements.strip(), "characteristics": rows,
        "results": results.strip(), "statement": statement.strip(), "fit": fit,
        "performed_by_id": performed_by.id if performed_by else None, "performed_on": performed_on,
    }
    found = queries.proof(version.id)
    if found is None:
        found = MethodProof(method_version_id=version.id, method_version=version, **columns)
        db.session.add(found)
    else:
        for name, value in columns.items():
            if getattr(found, name) != value:
                setattr(found, name, value)
    db.session.flush()
    return found


def add_evidence(actor: Actor, version: MethodVersion, upload: files.Upload, caption: str = "") -> None:
    """Hang a file on the record of a draft (raw data, the report of an interlaboratory comparison)."""
    authorize(actor, P.METHOD_WRITE)
    must_be_draft(version)
    record = queries.proof(version.id)
    if record is None:
        raise FieldRefused("evidence", gettext("Lưu hồ sơ trước, rồi đính kèm tệp."))
    files.attach(upload, "method-proof", record.id, actor.id, purpose=EVIDENCE, caption=caption.strip()[:300])


def conclude_verification(actor: Actor, version: MethodVersion) -> MethodVersion:
    """Conclude the record: the draft becomes verified or validated and is not changed from then on, unless it is opened again.

    Refused by gate *version-verified*, which names every part that is missing.
    """
    authorize(actor, P.METHOD_WRITE)
    must_be_draft(version)
    record = queries.proof(version.id)
    step = "validate" if record is not None and record.kind == VALIDATION else "verify"
    workflow.MACHINE.move(version, step, approval_facts(version, None, approving=False))
    db.session.flush()
    return version

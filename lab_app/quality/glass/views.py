"""Broken gates: the list, one, and which gates may be broken at all."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from lab_app.accounts.queries import signatures_on
from lab_app.accounts.workflow import MEANINGS, METHODS
from lab_app.core import export, gates
from lab_app.core.access import current_actor, requires
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.panels import panels_for
from lab_app.core.permissions import P
from lab_app.core.web import or_404, page
from lab_app.quality import workflow
from lab_app.quality.glass import queries, rules
from lab_app.quality.glass.models import BrokenGate

bp = Blueprint("quality_glass", __name__)

COLUMNS = (
    Column("code", _l("Số"), BrokenGate.id), Column("gate", _l("Chốt chặn")), Column("reason", _l("Lý do vượt")),
    Column("who", _l("Người làm, người cho phép"), css="opt"), Column("nonconformity", _l("Công việc không phù hợp")),
)


def titles() -> dict[str, Any]:
    """Gate → its title."""
    return {name: gate.title for name, gate in gates.registry.items()}


@bp.get("/quality/broken-gates")
@requires(P.QUALITY_READ)
def broken_gates() -> Any:
    """Every gate that was passed in an emergency, newest first; and which gates may be passed, with the reason."""
    said = titles()
    options = [(name, said[name]) for name, gate in sorted(gates.registry.items()) if gate.break_glass]
    filters = [Filter("gate", _l("Chốt chặn"), options, lambda q, name: q.where(BrokenGate.gate == name))]
    shown = listing(queries.broken_gates(), BrokenGate, COLUMNS, kind="broken-gate", filters=filters, default_sort="code")
    if export.asked():
        rows = everything(queries.broken_gates(), BrokenGate, shown, COLUMNS, filters, "broken-gate")
        heads = [gettext("Số"), gettext("Lúc"), gettext("Chốt chặn"), gettext("Điều"), gettext("Chốt đã nói"), gettext("Lý do vượt"),
                 gettext("Người làm"), gettext("Người cho phép"), gettext("Công việc không phù hợp")]
        table = [[r.code, r.at, str(said.get(r.gate, r.gate)), r.clauses, r.says, r.reason, r.person.full_name, r.allowed_by.full_name,
                  r.nonconformity.code] for r in rows]
        return export.as_file("broken-gates", heads, table)
    known = sorted(gates.registry.values(), key=lambda g: (not g.break_glass, g.clauses, g.name))
    return page("quality/broken_gates.html", page=shown, titles=said, machine=workflow.NONCONFORMITY, known=known, why=rules.why)


@bp.get("/quality/broken-gates/<code>")
@requires(P.QUALITY_READ)
def broken_gate_page(code: str) -> Any:
    """One: what the gate said, why it was passed, who let it, what was written, which papers it concerns."""
    row = or_404(queries.broken_gate(code))
    drawn = [Markup(render_template(p.template, **p.context)) for p in panels_for("broken-gate", row, current_actor())]
    return page(
        "quality/broken_gate.html", broken=row, title=titles().get(row.gate, row.gate), machine=workflow.NONCONFORMITY, panels=drawn,
        signatures=signatures_on({"broken-gate": [row.id]}), meanings=MEANINGS, methods=METHODS,
    )

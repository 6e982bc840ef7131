"""What buying shows on the pages of suppliers and instruments."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

from lab_app.core import clock
from lab_app.core.access import Actor
from lab_app.core.panels import Panel
from lab_app.core.permissions import P
from lab_app.quality import rules as room_rules
from lab_app.quality.models import Supplier
from lab_app.quality.purchases import queries, rules, workflow


def of_supplier(row: Supplier, actor: Actor) -> Panel:
    """Evaluations, what arrived, who of ours is close."""
    return Panel("quality/purchases/supplier_panel.html", {
        "row": row, "evaluations": queries.evaluations(row.id), "ties": queries.ties(row.id), "arrived": queries.checks_of_supplier(row.id),
        "counted": queries.arrived(row.id, clock.today() - timedelta(days=365)), "services": room_rules.SUPPLIER_SERVICES,
        "kinds": rules.KINDS, "outcomes": rules.OUTCOMES, "tones": rules.TONES, "relations": rules.RELATIONS, "machine": workflow.CHECK,
        "may": actor.can(P.QUALITY_WRITE),
    })


def of_instrument(row: Any, actor: Actor) -> Panel | None:
    """What arrived for an instrument; nothing where nothing did."""
    arrived = queries.checks_about("instrument", row.id)
    if not arrived:
        return None
    return Panel("quality/purchases/instrument_panel.html",
                 {"arrived": arrived, "machine": workflow.CHECK, "may": actor.can(P.QUALITY_READ)}, side=True)

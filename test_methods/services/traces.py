"""How a draft reduces the peaks of a trace to final points (7.2.1.2)."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.permissions import P
from test_methods.models import MethodParameter
from test_methods.rules.trace_rules import checked_trace_rule
from test_methods.services.faults import at_its_field
from test_methods.services.parameters import must_be_draft


def set_trace_rule(actor: Actor, parameter: MethodParameter, rule: Mapping[str, Any]) -> MethodParameter:
    """Store how peaks are reduced with a draft's parameter; {} takes it away. Refuses by field, and a version that is no draft."""
    authorize(actor, P.METHOD_WRITE)
    must_be_draft(parameter.method_version)
    with at_its_field():
        kept = checked_trace_rule(rule)
    parameter.trace_rule = kept
    db.session.flush()
    return parameter

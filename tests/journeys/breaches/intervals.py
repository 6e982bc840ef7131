"""The forbidden act about interval reviews."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from instruments import services
from instruments.models import IntervalReview
from lab_app.core.db import db
from tests.support import equipment_facts as equipment
from tests.support.people_facts import make_people


def own_proposal_granted(world: Any) -> Any:
    """Whoever proposed to keep an interval decides on it too."""
    people = make_people()
    row = equipment.register(people.quality_manager, people.site)
    review = IntervalReview(code="CK-2026-0001", instrument_id=row.id, instrument=row, method="staircase",
                            current_months=12, proposed_months=18,
                            reason="xem xét", proposed_by_id=people.quality_manager.id)
    db.session.add(review)
    db.session.flush()
    return services.decide_interval(people.quality_manager, review, decision="kept", reason="giữ")


BREACHES: dict[str, Callable[[Any], Any]] = {"interval-approver-is-another": own_proposal_granted}

"""The forbidden acts of the room, one for each gate: everything but the one fact is in order."""
from __future__ import annotations

from datetime import date
from typing import Any

from lab_app.core.access import authorize
from lab_app.core.permissions import P
from lab_app.quality import services
from tests.support.nonconforming import classed
from tests.support.people_facts import SETTER, make_people


def closed_with_a_part_unanswered(_app: Any) -> None:
    """7.10.1: five parts are answered; nobody said who lets the work go on."""
    people = make_people()
    authorize(SETTER, P.LABORATORY_WRITE)
    row = services.open_nonconformity(
        people.quality_manager, source="other", subject_kind="", subject_id=0, subject_code="", title="Nhiệt độ phòng RF vượt giới hạn",
        description="", found_on=date(2026, 11, 12), responsible=people.reviewer)
    services.answer_nonconformity(
        people.quality_manager, row, action="dừng", significance="không", acceptability="chấp nhận", customer_told="không cần")
    classed(people.quality_manager, row)
    services.close_nonconformity(people.quality_manager, row)


BREACHES = {"nonconformity-answered": closed_with_a_part_unanswered}

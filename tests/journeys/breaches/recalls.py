"""The forbidden acts over a recall, one for each gate: everything but the one fact is in order."""
from __future__ import annotations

from typing import Any

from certificates import services
from lab_app.core import clock
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.permissions import P
from lab_app.results.models import Reading
from tests.support import recall_facts as facts
from tests.support.people_facts import SETTER


def own_reading_decided(_app: Any) -> None:
    """4.1.4: who decides that a result stands had measured it."""
    world, recall = facts.recalled()
    authorize(SETTER, P.RESULT_WRITE)
    reading = db.session.get_one(Reading, world.lines[0].reading.id)
    reading.person_id = world.people.quality_manager.id
    db.session.flush()
    services.decide_lines(world.people.quality_manager, recall, [reading.id], decision="stands", reason="biên lớn hơn sai số")


def concluded_with_a_line_undecided(_app: Any) -> None:
    """7.10.1: one reading was left out."""
    world, recall = facts.recalled()
    ids = [line.reading.id for line in world.lines]
    services.decide_lines(world.people.quality_manager, recall, ids[:-1], decision="stands", reason="biên lớn hơn sai số")
    services.close_recall(world.people.quality_manager, recall, f"Không kết quả nào đổi ({clock.today():%d/%m/%Y})")


BREACHES = {"recall-decided-by-another": own_reading_decided, "recall-all-decided": concluded_with_a_line_undecided}

"""Sensors of the environment as instruments of the register: whether each may be believed at a moment (6.3.3, 6.4.4)."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from instruments.models import Instrument
from instruments.queries import fitness
from lab_app.core.db import db
from lab_app.core.i18n import pick
from lab_app.quality.environment.sensors import Sensor


def sensors_at(codes: list[str], at: datetime, known_at: datetime) -> dict[str, Sensor]:
    """Sensors of these codes as they stood at `at`, as known at `known_at`; a code that is not in the register is left out."""
    rows = list(db.session.scalars(select(Instrument).where(Instrument.code.in_(codes))))
    reasons = fitness(rows, at, None, known_at)
    return {row.code: Sensor(row.code, pick(row.name_vi, row.name_en), tuple(r.says for r in reasons[row.id])) for row in rows}

"""Rooms that are watched: limits, a logger that may be believed, what it sends, validated sites."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from lab_app.core import clock, files
from lab_app.core.access import SystemActor
from lab_app.core.db import db
from lab_app.core.permissions import P
from lab_app.quality.environment import rules, services
from lab_app.quality.environment.models import Channel, Intake, Logger
from lab_app.quality.environment.services.taking import Entry, Taken, take
from lab_app.quality.models import Room
from lab_app.quality.sites import services as sites
from lab_app.quality.sites.models import SiteValidation
from tests.support import equipment_facts
from tests.support.people_facts import SETTER, People
from tests.support.worlds import kept

#: When the logger began to watch; the tests' present is Monday 16/11/2026 09:00.
SINCE = date(2026, 11, 2)
FEED = SystemActor("LOG-01", frozenset({P.ENVIRONMENT_WRITE}))
RANGES = ({"quantity": "temperature", "low": Decimal(0), "high": Decimal(50), "unit": "°C", "u": Decimal("0.4"), "u_unit": "°C"},)


@dataclass
class Watched:
    """A room, its logger, the two channels, and the token with which it pushes."""

    room: Room
    logger: Logger
    temperature: Channel
    humidity: Channel
    token: str

    def read(self, values: Mapping[datetime, str], channel: Channel | None = None) -> Taken:
        """What the logger read at some moments, as it would have sent it."""
        one = channel or self.temperature
        intake = Intake(logger_id=self.logger.id, way="push")
        db.session.add(intake)
        db.session.flush()
        entries = [
            Entry(n, one, rules.seconds_of(at), int(Decimal(value).scaleb(one.decimals)))
            for n, (at, value) in enumerate(sorted(values.items()))]
        return take(FEED, entries, intake)

    def steady(self, begins: datetime, ends: datetime, value: str = "23.0", minutes: int = 10) -> Taken:
        """The same temperature and 50 %RH every few minutes."""
        moments = list(every(begins, ends, minutes))
        self.read(dict.fromkeys(moments, "50.0"), self.humidity)
        return self.read(dict.fromkeys(moments, value))


def every(begins: datetime, ends: datetime, minutes: int) -> Iterable[datetime]:
    """Moments from one to another."""
    while begins <= ends:
        yield begins
        begins += timedelta(minutes=minutes)


@kept
def watch_room(people: People, room: Room, code: str = "LOG-01", instrument: str = "EQ-114") -> Watched:
    """The room between 18 and 28 °C and under 80 %RH, watched since `SINCE` by a logger that is a calibrated instrument."""
    equipment_facts.fit_instrument(people.quality_manager, people.site, instrument, ranges=list(RANGES), type=f"TH-{code}")
    with clock.at(clock.at_local(SINCE, 8)):
        logger = services.add_logger(SETTER, code=code, name="Bộ ghi nhiệt ẩm", instrument_code=instrument, interval_minutes=10,
                                     most_gap_minutes=60)
        for quantity, low, high in (("temperature", "18", "28"), ("humidity", None, "80")):
            services.set_limit(people.quality_manager, room, quantity, low=Decimal(low) if low else None, high=Decimal(high),
                               basis="QCVN mẫu, mục 2.1")
        made = [services.add_channel(SETTER, logger, room, name=name, quantity=quantity)
                for name, quantity in (("T", "temperature"), ("RH", "humidity"))]
        token = services.give_token(SETTER, logger)
    return Watched(room, logger, made[0], made[1], token)


def report(text: str = "báo cáo xác nhận") -> files.Upload:
    """The bytes of a report, on disk."""
    return files.put_bytes(text.encode(), "bao-cao.txt")


def validate_site(people: People, room: Room, kind: str = "nsa", *, on: date = date(2026, 3, 2), months: int = 12, result: str = "pass",
                  recorded_on: date | None = None, **facts: Any) -> SiteValidation:
    """A validation of a room, filed on the day it was done unless said."""
    with clock.at(clock.at_local(recorded_on or on, 10)):
        return sites.record_validation(
            people.quality_manager, room, kind=kind, standard="CISPR 16-1-4:2019", performed_on=on, performed_by="Phòng thử nghiệm Mẫu",
            result=result, cycle_months=months, upload=report(f"{kind} {on} {result}"), **facts)

"""The rows of one unit: a request with everything that follows it until its lines are reviewed. The same size, the same rows."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bench import foundation
from lab_app.core.numbering import CODE_ALPHABET

YEARS = 5
OPEN_AT_MOST = 300
CITIES = ("Hà Nội", "Đà Nẵng", "Cần Thơ", "Huế", "Hải Phòng", "Đồng Nai")
WARES = ("Điểm truy cập Wi-Fi", "Bộ đàm cầm tay", "Thiết bị đầu cuối 5G", "Khóa cửa điện tử", "Máy in nhãn", "Loa không dây")

#: Phases of the newest units; everything older is done.
DRAFT, IN_REVIEW, EXPECTED, MEASURING, SUBMITTED, REVIEWED, DONE = range(7)


class Size:
    """How many rows of each kind a laboratory of `units` requests has, and where each unit stands."""

    def __init__(self, units: int, now: datetime, instruments: int | None = None) -> None:
        self.units, self.now = units, now
        self.customers = max(20, units // 10)
        self.instruments = instruments or max(40, units // 10)
        self.open = min(OPEN_AT_MOST, units // 4)

    def phase(self, i: int) -> int:
        """Phase of unit `i` (from 1)."""
        return DONE if i <= self.units - self.open else i % DONE

    def at(self, i: int) -> datetime:
        """When unit `i` was asked for: spread over five years up to now."""
        return self.now - timedelta(days=20) - timedelta(minutes=(self.units - i) * YEARS * 365 * 24 * 60 / self.units)

    def number(self, prefix: str, i: int) -> str:
        """A running number with its year."""
        return f"{prefix}-{self.at(i).year}-{i:07d}"

    def amended(self, i: int) -> bool:
        """Whether unit `i` was amended after its report was issued."""
        return i % 20 == 0 and self.phase(i) == DONE


def _code(rng: random.Random) -> str:
    return "-".join("".join(rng.choices(CODE_ALPHABET, k=4)) for _ in range(4))


def code_of(i: int) -> str:
    """The public code of report `i`: always the same, as unguessable-looking as a real one."""
    return _code(random.Random(i))


# ---- one unit ---------------------------------------------------------------------------------------------


def request(size: Size, i: int) -> dict[str, Any]:
    at, phase = size.at(i), size.phase(i)
    return {
        "id": i,
        "version": 1,
        "number": size.number("YC", i),
        "customer_id": 1 + i % size.customers,
        "site_id": 1,
        "requested_on": at.date(),
        "due_on": (at + timedelta(days=14)).date(),
        "status": {DRAFT: "draft", IN_REVIEW: "in_review"}.get(phase, "accepted"),
        "wants_statement": True,
        "language": "vi+en",
        "copies": 1,
        "return_items": True,
        "public_fields": ["customer", "product"],
        "contract_no": "",
        "note": "",
        "paid_on": at.date() if phase == DONE else None,
        "reported_on": (at + timedelta(days=6)).date() if phase == DONE else None,
        "vat_percent": Decimal(8),
        "registered_by_id": 1 + i % foundation.PEOPLE,
        "recorded_at": at,
    }


def item(_size: Size, i: int) -> dict[str, Any]:
    return {
        "id": i,
        "version": 1,
        "request_id": i,
        "name": WARES[i % 6],
        "name_en": "Radio equipment",
        "brand": "Giả Định",
        "model": f"GD-{i:06d}",
        "manufacturer": "",
        "origin": "Việt Nam",
        "quantity": 1,
        "power": "5 V",
        "supplied": [],
    }


def requested_test(_size: Size, i: int) -> dict[str, Any]:
    return {"id": i, "version": 1, "request_id": i, "item_id": i, "method_id": 1 + i % foundation.METHODS, "subcontracted": ""}


def review(size: Size, i: int) -> dict[str, Any] | None:
    phase, at = size.phase(i), size.at(i) + timedelta(hours=2)
    if phase == DRAFT:
        return None
    decided = phase > IN_REVIEW
    keys = ("requirements", "capability", "methods", "decision_rule", "subcontracting")
    return {
        "id": i,
        "version": 1,
        "number": size.number("XX", i),
        "request_id": i,
        "reviewer_id": 1 + i % foundation.PEOPLE,
        "checks": {key: {"answer": "yes", "note": ""} for key in keys} if decided else {},
        "questions": [],
        "deviations": "",
        "outcome": "accepted" if decided else "open",
        "reason": "",
        "reviewed_on": at.date() if decided else None,
        "recorded_at": at,
        "decided_at": at if decided else None,
    }


def agreed(size: Size, i: int) -> dict[str, Any] | None:
    if size.phase(i) < EXPECTED:
        return None
    at = size.at(i) + timedelta(hours=2)
    return {
        "id": i,
        "review_id": i,
        "method_id": 1 + i % foundation.METHODS,
        "parameter_codes": [],
        "rule_code": "DR-SA",
        "rule": foundation.RULE,
        "agreed_by": "Bà Đặng Thử",
        "agreed_on": at.date(),
        "evidence": "thư",
        "recorded_at": at,
    }


def sample(size: Size, i: int) -> dict[str, Any] | None:
    phase = size.phase(i)
    if phase < MEASURING:
        return None
    at = size.at(i) + timedelta(days=1)
    return {
        "id": i,
        "version": 1,
        "code": f"M{at.year % 100}-{i:07d}",
        "request_id": i,
        "item_id": i,
        "serial": f"S{i:08d}",
        "hardware": "A1",
        "firmware": "1.0",
        "received_at": at,
        "received_by_id": 1 + i % foundation.PEOPLE,
        "brought_by": "chuyển phát",
        "sampled_by": "customer",
        "condition": "Nguyên vẹn",
        "checks": {key: {"ok": True, "note": ""} for key in ("intact", "complete", "matches", "documents", "safe")},
        "accessories": "nguồn",
        "deviation": "",
        "storage": "Kệ B",
        "storage_conditions": "",
        "status": "returned" if phase == DONE else "in_use",
        "recorded_at": at,
    }


def custody(size: Size, i: int) -> dict[str, Any] | None:
    """Events 2k-1 (received) and 2k (returned, when the unit is done) of sample k."""
    unit, first = (i + 1) // 2, i % 2 == 1
    phase = size.phase(unit)
    if phase < MEASURING or (phase != DONE and not first):
        return None
    at = size.at(unit) + timedelta(days=1 if first else 15)
    return {
        "id": i,
        "sample_id": unit,
        "kind": "received" if first else "returned",
        "from_text": "khách hàng",
        "to_person_id": None,
        "to_text": "",
        "place": "Kệ B",
        "note": "",
        "at": at,
        "by_id": 1 + unit % foundation.PEOPLE,
        "recorded_at": at,
    }


JOB_STATUS = {MEASURING: "in_progress", SUBMITTED: "submitted", REVIEWED: "reviewed", DONE: "reviewed"}


def job(size: Size, i: int) -> dict[str, Any] | None:
    phase = size.phase(i)
    if phase < MEASURING:
        return None
    at = size.at(i) + timedelta(days=1)
    return {
        "id": i,
        "version": 1,
        "code": f"T{at.year % 100}-{i:07d}",
        "sample_id": i,
        "request_id": i,
        "site_id": 1,
        "method_version_id": 1 + i % foundation.METHODS,
        "assignee_id": 1 + i // DONE % foundation.PEOPLE,
        "due_on": (size.at(i) + timedelta(days=12)).date(),
        "due_key": (size.at(i) + timedelta(days=12)).date(),
        "status": JOB_STATUS[phase],
        "started_at": at,
        "superseded_reason": "",
        "recorded_at": at,
    }


def of_line(size: Size, i: int) -> tuple[int, int, int]:
    """Unit, position and phase of line `i`."""
    unit, position = (i + foundation.PARAMETERS - 1) // foundation.PARAMETERS, 1 + (i - 1) % foundation.PARAMETERS
    return unit, position, size.phase(unit)


def line(size: Size, i: int) -> dict[str, Any] | None:
    unit, position, phase = of_line(size, i)
    if phase < MEASURING:
        return None
    status = {MEASURING: "recorded" if position == 1 else "planned", SUBMITTED: "submitted"}.get(phase, "reviewed")
    return {
        "id": i,
        "version": 1,
        "job_id": unit,
        "parameter_id": (unit % foundation.METHODS) * foundation.PARAMETERS + position,
        "position": position,
        "conditions": "2412 MHz",
        "limit": foundation.LIMIT,
        "limit_confirmed": True,
        "rule_code": "DR-SA",
        "rule": foundation.RULE,
        "status": status,
        "retest_reason": "",
        "recorded_at": size.at(unit) + timedelta(days=1),
    }


def _has_reading(phase: int, position: int) -> bool:
    return phase > MEASURING or (phase == MEASURING and position == 1)


def reading(size: Size, i: int) -> dict[str, Any] | None:
    unit, position, phase = of_line(size, i)
    if not _has_reading(phase, position):
        return None
    at, level = size.at(unit) + timedelta(days=2), Decimal(1500 + i % 400) / 100
    return {
        "id": i,
        "line_id": i,
        "revision": 1,
        "person_id": 1 + unit // DONE % foundation.PEOPLE,
        "measured_at": at,
        "recorded_at": at + timedelta(minutes=3),
        "late_reason": "",
        "correction_reason": "",
        "environment_id": foundation.environment_of(at, size.now),
        "environment_text": "",
        "firmware": "1.0",
        "raw": {"level": {"text": f"{level}", "value": f"{level}", "unit": "dBm", "source": "measured"}},
        "observation": "",
        "note": "",
        "value": level,
        "unit": "dBm",
        "u": Decimal("0.58"),
        "k": Decimal(2),
        "limit_value": foundation.LIMIT,
        "margin": Decimal(20) - level,
        "guard_band": Decimal(0),
        "verdict": "pass",
        "computed": {
            "parameter": f"P{position}",
            "kind": "number",
            "formula": "level",
            "places": 2,
            "values": [f"{level}"],
            "rule": foundation.RULE,
            "budget": foundation.BUDGET,
            "limit": foundation.LIMIT,
            "u_exempt_reason": "",
            "u_max": None,
            "decision": {},
        },
    }


def reading_instrument(size: Size, i: int) -> dict[str, Any] | None:
    unit, position, phase = of_line(size, i)
    if not _has_reading(phase, position):
        return None
    instrument = 1 + unit % size.instruments
    return {
        "id": i, "reading_id": i, "instrument_id": instrument, "calibration_id": 2 * instrument,
        "measured_at": size.at(unit) + timedelta(days=2),
    }


def line_review(size: Size, i: int) -> dict[str, Any] | None:
    unit, _position, phase = of_line(size, i)
    if phase < REVIEWED:
        return None
    return {
        "id": i,
        "line_id": i,
        "reading_id": i,
        "decision": "approved",
        "reason": "",
        "reviewer_id": 1 + (unit + 3) % foundation.PEOPLE,
        "recorded_at": size.at(unit) + timedelta(days=4),
    }

"""The rows of the registers: enterprises and instruments with their calibrations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bench import foundation
from bench.units import CITIES, WARES, Size


def customer(size: Size, i: int) -> dict[str, Any]:
    return {
        "id": i,
        "version": 1,
        "code": f"KH-{i:06d}",
        "name": f"Công ty TNHH {WARES[i % 6]} {CITIES[i * 7 % 6]} số {i} (giả định)",
        "name_en": f"Company {i} (fictional)",
        "tax_code": f"99{i:08d}",
        "address": f"Số {i}, đường Thí Dụ, {CITIES[i % 6]}",
        "address_en": "",
        "contact": "Bà Đặng Thử",
        "phone": "0900 000 002",
        "email": f"qa{i}@enterprise.example",
        "recorded_at": size.at(1),
    }


def instrument(size: Size, i: int) -> dict[str, Any]:
    return {
        "id": i,
        "version": 1,
        "code": f"EQ-{i:06d}",
        "name_vi": f"Máy phân tích phổ {i}",
        "name_en": f"Spectrum analyser {i}",
        "maker": "Hãng Giả Định",
        "type": f"SA-{i % 9}",
        "serial": f"SN{i:08d}",
        "firmware": "1.0",
        "range_text": "9 kHz – 26,5 GHz",
        "uncertainty_text": "0,5 dB",
        "ownership": "own",
        "site_id": 1,
        "room_id": 1,
        "location": "Kệ A",
        "calibration_required": True,
        "no_calibration_reason": "",
        "check_interval_days": 0,
        "check_name": "",
        "check_criterion": "",
        "state": "in_service",
        "unusable_from": size.now.date() + timedelta(days=i % 360),
        "recorded_at": size.at(1),
    }


def calibration(size: Size, i: int) -> dict[str, Any]:
    """Two calibrations for each instrument: 2k-1 the one before, 2k the present one."""
    instrument, present = (i + 1) // 2, i % 2 == 0
    due = size.now.date() + timedelta(days=instrument % 360)
    if not present:
        due -= timedelta(days=365)
    done = size.now - timedelta(days=365 * 7) if not present else size.now - timedelta(days=365 - instrument % 360)
    return {
        "id": i,
        "version": 1,
        "instrument_id": instrument,
        "done_on": done.date(),
        "due_on": due,
        "certificate_no": f"HC-{i:07d}",
        "laboratory": "Viện Hiệu chuẩn Giả Định",
        "laboratory_accreditation": "VILAS 0001",
        "traceability": "6.5.2 a",
        "passed": True,
        "evaluation": "Đạt",
        "released_at": done,
        "released_by_id": 2,
        "recorded_at": done,
    }


POINTS = 5  # of a calibration


def point(size: Size, i: int) -> dict[str, Any]:
    """Five points as found for each calibration, well inside their criterion."""
    calibration, position = (i - 1) // POINTS + 1, (i - 1) % POINTS + 1
    error = Decimal((i * 7) % 60 - 30) / 100
    return {
        "id": i,
        "calibration_id": calibration,
        "position": position,
        "stage": "as_found",
        "quantity": "rf-level",
        "condition": "",
        "argument": Decimal(100 * position),
        "argument_unit": "MHz",
        "reference": Decimal(60),
        "indicated": Decimal(60) + error,
        "unit": "dBµV",
        "error": error,
        "u": Decimal("0.4"),
        "k": Decimal(2),
        "tolerance": Decimal("1.5"),
        "verdict": "pass",
        "recorded_at": size.now - timedelta(days=365),
    }


def state(size: Size, i: int) -> dict[str, Any]:
    at = size.now - timedelta(days=365 * 7)
    return {
        "id": i,
        "instrument_id": i,
        "state": "in_service",
        "effective_at": at,
        "recorded_at": at,
        "person_id": 2,
        "verification": "Kiểm tra trước khi dùng: đạt",
        "reason": "",
    }


def _due(size: Size, i: int) -> date:
    """When instrument `i` is due for calibration; so is the first of its cycles."""
    return size.now.date() + timedelta(days=i % 360)


def _responsible(i: int) -> int | None:
    return None if i % 4 == 0 else 1 + i % foundation.PEOPLE


def cycle(size: Size, i: int) -> dict[str, Any]:
    """Every instrument is maintained yearly, half a year away from its calibration."""
    return {
        "id": i,
        "instrument_id": i,
        "kind": "maintenance",
        "interval_months": 12,
        "use_unit": "",
        "lead_days": 30,
        "blocks": True,
        "active": True,
        "responsible_id": _responsible(i),
        "cost": Decimal(1_500_000),
        "work_hours": Decimal(2),
        "effective_from": (size.now - timedelta(days=365 * 6)).date(),
        "reason": "theo nhà sản xuất",
        "person_id": 2,
        "recorded_at": size.now - timedelta(days=365 * 6),
    }


def cycle_event(size: Size, i: int) -> dict[str, Any]:
    """The maintenance that covers now."""
    due = _due(size, i)
    done = due - timedelta(days=365)
    return {
        "id": i,
        "instrument_id": i,
        "kind": "maintenance",
        "done_on": done,
        "due_on": due,
        "passed": True,
        "by_whom": "",
        "note": "",
        "person_id": 2,
        "recorded_at": size.now - timedelta(days=365),
    }


def due_entries(size: Size, i: int) -> Iterator[dict[str, Any]]:
    """What is due of instrument `i`, as the program would repeat it."""
    due = _due(size, i)
    for n, kind in enumerate(("calibration", "maintenance")):
        maintained = kind == "maintenance"
        yield {
            "id": 2 * i - 1 + n,
            "instrument_id": i,
            "kind": kind,
            "due_on": due,
            "send_by": due - timedelta(days=30),
            "responsible_id": _responsible(i) if maintained else None,
            "site_id": 1,
            "room_id": 1,
            "blocks": True,
            "extended": False,
            "month": due.year * 100 + due.month,
            "cost_vnd": 1_500_000 if maintained else None,
            "work_minutes": 120 if maintained else None,
        }

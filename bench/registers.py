"""The rows of the registers: enterprises and instruments with their calibrations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

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

"""The few rows every laboratory of the measurements stands on: itself, its people, rooms, rules and methods."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert

from lab_app.accounts.models import Authorisation, Laboratory, Person, Role, Site, person_role
from lab_app.accounts.services import ROLES
from lab_app.core import search
from lab_app.metrology.decision import STANDARD_RULES
from lab_app.quality.models import EnvironmentRecord, Room
from test_methods.models import (
    DecisionRule,
    Method,
    MethodParameter,
    MethodVersion,
    Regulation,
    Requirement,
    ScopeEntry,
    UncertaintyBudget,
)

EMAIL = "bench@laboratory.example"
PASSWORD = "measured-by-hand-2026"
PEOPLE = 12
DAYS = 6 * 365  # since the first record
METHODS = 6
PARAMETERS = 2  # of each method: as many lines as a job gets
RULE = STANDARD_RULES["DR-SA"].to_dict()
BUDGET = {"code": "UB-01", "quantity": "Công suất", "unit": "dB", "u_c": "0.289", "k": "2", "U": "0.58"}
LIMIT = {"type": "upper", "limit": "20", "inclusive": True, "unit": "dBm"}
NAMES = ("Nguyễn Thị Hạnh", "Đỗ Văn Bình", "Trần Quốc Dũng", "Lê Thu Ân", "Phạm Minh Ước", "Vũ Đình Khôi")
_WRITERS = [name for name in ROLES if name not in ("auditor", "sales")]


def rows(now: datetime, password_hash: str) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Tables with their rows, in the order foreign keys allow. Person 1 holds the account of the measurements."""
    begun = now - timedelta(days=DAYS)
    until = now.date() + timedelta(days=365)
    return [
        (
            Laboratory.__table__,
            [
                {
                    "id": 1,
                    "version": 1,
                    "name_vi": "Phòng thử nghiệm Đo Đạc (giả định)",
                    "name_en": "Measured Laboratory (fictional)",
                    "tax_code": "9910000015",
                    "address_vi": "Số 1, đường Thí Dụ",
                    "address_en": "",
                    "phone": "0900 000 001",
                    "email": "lab@laboratory.example",
                    "place_vi": "Hà Nội",
                    "disclaimer": "",
                    "accreditation": {"number": "VILAS 0000", "standard": "ISO/IEC 17025:2017"},
                    "designation": {},
                    "settings": {"short_name": "Đo Đạc", "field_vi": "Vô tuyến và EMC", "field_en": "Radio and EMC"},
                }
            ],
        ),
        (
            Site.__table__,
            [{"id": 1, "version": 1, "code": "HN", "name_vi": "Hà Nội", "name_en": "Ha Noi", "address_vi": "", "address_en": ""}],
        ),
        (
            Role.__table__,
            [
                {"id": n, "version": 1, "name": name, "title_vi": vi, "title_en": en, "granted": sorted(p.value for p in rights)}
                for n, (name, (vi, en, rights)) in enumerate(ROLES.items(), 1)
            ],
        ),
        (Person.__table__, [_person(n, begun, password_hash) for n in range(1, PEOPLE + 1)]),
        (
            person_role,
            [
                {"person_id": n, "role_id": r}
                for n in range(1, PEOPLE + 1)
                for r, name in enumerate(ROLES, 1)
                if (name in _WRITERS if n == 1 else r == 1 + n % len(ROLES))
            ],
        ),
        (Authorisation.__table__, _authorisations(begun, until)),
        (Room.__table__, [{"id": 1, "version": 1, "code": "RF", "name_vi": "Phòng RF", "name_en": "RF room", "site_id": 1}]),
        (EnvironmentRecord.__table__, [_environment(n, begun + timedelta(days=n)) for n in range(1, DAYS)]),
        (
            DecisionRule.__table__,
            [
                {
                    "id": n,
                    "version": 1,
                    "code": rule.code,
                    "name_vi": rule.code,
                    "name_en": rule.code,
                    "definition": rule.to_dict(),
                    "risk_vi": "",
                    "risk_en": "",
                }
                for n, rule in enumerate(STANDARD_RULES.values(), 1)
            ],
        ),
        *_methods(begun, until),
    ]


def _person(n: int, begun: datetime, password_hash: str) -> dict[str, Any]:
    name = NAMES[n % len(NAMES)]
    return {
        "id": n,
        "version": 1,
        "code": f"U{n:02d}",
        "email": EMAIL if n == 1 else f"u{n:02d}@laboratory.example",
        "password": password_hash if n == 1 else None,
        "active": True,
        "fs_uniquifier": f"person-{n:02d}-of-the-bench",
        "full_name": name,
        "sort_name": search.given_name_key(name),
        "title_vi": "Kỹ sư",
        "title_en": "Engineer",
        "language": "vi",
        "role_names": _WRITERS if n == 1 else [list(ROLES)[n % len(ROLES)]],
        "undertaking_on": begun.date(),
        "recorded_at": begun,
    }


def _authorisations(begun: datetime, until: date) -> list[dict[str, Any]]:
    return [
        {
            "version": 1,
            "person_id": n,
            "task": task,
            "method_code": "*",
            "valid_from": begun.date(),
            "valid_to": until,
            "authorised_by_id": 2 if n == 1 else 1,
            "basis": "QĐ-01",
            "recorded_at": begun,
            "withdrawn_reason": "",
        }
        for n in range(1, PEOPLE + 1)
        for task in Authorisation.TASKS
    ]


def _environment(n: int, at: datetime) -> dict[str, Any]:
    return {
        "id": n,
        "code": f"MT-{n:06d}",
        "room_id": 1,
        "from_at": at,
        "to_at": at + timedelta(hours=10),
        "t_low": Decimal("23.1"),
        "t_high": Decimal("24.6"),
        "rh_low": Decimal("48"),
        "rh_high": Decimal("56"),
        "extra": {},
        "sensor_code": "NA-01",
        "note": "",
        "recorded_by_id": 1 + n % PEOPLE,
        "recorded_at": at + timedelta(hours=10),
        "reason": "",
    }


def environment_of(at: datetime, now: datetime) -> int:
    """The record of conditions of that day."""
    return max(1, min(DAYS - 1, (at - now).days + DAYS))


def _methods(begun: datetime, until: date) -> list[tuple[Any, list[dict[str, Any]]]]:
    ids = range(1, METHODS + 1)
    numbers = [(m, p, (m - 1) * PARAMETERS + p) for m in ids for p in range(1, PARAMETERS + 1)]
    fields = [{"key": "level", "label_vi": "Mức đọc", "label_en": "Level", "unit": "dBm", "source": "measured"}]
    return [
        (
            Regulation.__table__,
            [
                {
                    "id": m,
                    "version": 1,
                    "code": f"QCVN {50 + m}:2020/GĐ",
                    "title_vi": f"Thiết bị vô tuyến loại {m} (giả định)",
                    "title_en": f"Radio equipment type {m} (fictional)",
                    "in_force_from": begun.date(),
                    "replaced_by": "",
                    "adopts": [],
                    "products": [],
                    "legal": "",
                    "note": "",
                    "confirmed": "bản giấy",
                    "confirmed_fields": [],
                    "recorded_at": begun,
                }
                for m in ids
            ],
        ),
        (
            Requirement.__table__,
            [
                {
                    "id": n,
                    "version": 1,
                    "regulation_id": m,
                    "position": p,
                    "code": f"P{p}",
                    "clause": f"2.{p}",
                    "name_vi": f"Công suất phát {p}",
                    "name_en": f"Output power {p}",
                    "unit": "dBm",
                    "limit": LIMIT,
                    "conditions": "",
                    "seen": "",
                    "confirmed_source": "bản giấy",
                    "confirmed_by_id": 1,
                    "confirmed_on": begun.date(),
                    "confirmed_recorded_at": begun,
                }
                for m, p, n in numbers
            ],
        ),
        (
            Method.__table__,
            [
                {
                    "id": m,
                    "version": 1,
                    "code": f"TM-{m:02d}",
                    "title_vi": f"Đo công suất loại {m}",
                    "title_en": f"Power, type {m}",
                    "reference": "",
                    "regulation_id": m,
                    "standard_method": True,
                }
                for m in ids
            ],
        ),
        (
            MethodVersion.__table__,
            [
                {
                    "id": m,
                    "version": 1,
                    "method_id": m,
                    "number": 1,
                    "status": "approved",
                    "effective_from": begun.date(),
                    "author_id": 3,
                    "approved_by_id": 2,
                    "approved_at": begun,
                    "verification": "Kiểm tra xác nhận đạt",
                    "environment": {"temperature": ["15", "35"], "humidity": ["20", "75"]},
                    "change_note": "",
                    "recorded_at": begun,
                }
                for m in ids
            ],
        ),
        (
            UncertaintyBudget.__table__,
            [
                {
                    "id": 1,
                    "version": 1,
                    "code": "UB-01",
                    "quantity": "Công suất",
                    "unit": "dB",
                    "components": json.loads(
                        '[{"name":"Máy đo","half_width":"0.5","distribution":"rectangular","sensitivity":"1"}]'
                    ),
                    "u_c": Decimal("0.289"),
                    "k": Decimal(2),
                    "u_expanded": Decimal("0.58"),
                    "note": "",
                    "recorded_at": begun,
                }
            ],
        ),
        (
            MethodParameter.__table__,
            [
                {
                    "id": n,
                    "version": 1,
                    "method_version_id": m,
                    "requirement_id": n,
                    "position": p,
                    "code": f"P{p}",
                    "name_vi": f"Công suất phát {p}",
                    "name_en": f"Output power {p}",
                    "kind": "number",
                    "fields": fields,
                    "formula": "level",
                    "unit": "dBm",
                    "places": 2,
                    "budget_id": 1,
                    "u_exempt_reason": "",
                    "inherent_rule": "",
                    "default_rule": "DR-SA",
                    "need": {},
                    "conditions": ["2412 MHz"],
                }
                for m, p, n in numbers
            ],
        ),
        (
            ScopeEntry.__table__,
            [
                {
                    "id": m,
                    "method_code": f"TM-{m:02d}",
                    "parameter_code": "",
                    "status": "accredited",
                    "decision": "VILAS 0000",
                    "valid_from": begun.date(),
                    "valid_to": until,
                    "recorded_at": begun,
                }
                for m in ids
            ],
        ),
    ]


def lay(connection: Connection, now: datetime, password_hash: str) -> None:
    """Insert all of it."""
    for table, values in rows(now, password_hash):
        for same in _alike(values):
            connection.execute(insert(table), same)


def _alike(values: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Rows grouped by the columns they name: one statement takes one set of columns."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for value in values:
        groups.setdefault(tuple(sorted(value)), []).append(value)
    return list(groups.values())

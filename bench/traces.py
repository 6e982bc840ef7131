"""What a unit leaves behind: its report with the register's lines, its audit entries, and what each record is found by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from bench import foundation, registers, units
from bench.units import DONE, WARES, Size, code_of, of_line
from lab_app.core import audit, search

LONG_HISTORY = 2_000


def reports(size: Size, i: int, snapshot: str) -> Iterator[dict[str, Any]]:
    if size.phase(i) != DONE:
        return
    at, amended, number = size.at(i) + timedelta(days=6), size.amended(i), size.number("PKQ", i)
    first = {
        "id": i,
        "version": 1,
        "number": number,
        "base_number": number,
        "sequence": 0,
        "code": code_of(i),
        "request_id": i,
        "site_id": 1,
        "kind": "final",
        "status": "replaced" if amended else "valid",
        "layout": "test-report/1",
        "snapshot": snapshot,
        "snapshot_hash": audit.digest(number),
        "published": {
            "customer": {"vi": f"Khách hàng số {i}", "en": f"Customer no. {i}"},
            "product": {"vi": f"{WARES[i % 6]}, kiểu GD-{i:06d}", "en": f"Radio equipment, model GD-{i:06d}"},
        },
        "issued_on": at.date(),
        "signatory_id": 1 + i % foundation.PEOPLE,
        "replaces_id": None,
        "amendment_reason": "",
        "file_sha256": audit.digest(f"{number} pdf"),
        "libraries": {},
        "recorded_at": at,
        "status_at": at,
    }
    yield first
    if amended:
        later = at + timedelta(days=5)
        yield first | {
            "id": size.units + i,
            "number": f"{number}/1",
            "sequence": 1,
            "code": code_of(size.units + i),
            "status": "valid",
            "snapshot_hash": audit.digest(number + "/1"),
            "file_sha256": audit.digest(f"{number}/1 pdf"),
            "issued_on": later.date(),
            "replaces_id": i,
            "amendment_reason": "Sửa tên sản phẩm",
            "recorded_at": later,
            "status_at": later,
        }


def files(size: Size, i: int) -> Iterator[dict[str, Any]]:
    for report in reports(size, i, ""):
        yield {
            "sha256": report["file_sha256"],
            "size": 76_000,
            "media_type": "application/pdf",
            "created_at": report["recorded_at"],
        }


def report_line(size: Size, i: int) -> dict[str, Any] | None:
    unit, position, phase = of_line(size, i)
    return {"id": i, "report_id": unit, "position": position, "job_line_id": i, "reading_id": i} if phase == DONE else None


def changes(size: Size, i: int) -> Iterator[dict[str, Any]]:
    if size.phase(i) != DONE:
        return
    at = size.at(i) + timedelta(days=6)
    yield {
        "id": i,
        "report_id": i,
        "from_status": "issuing",
        "to_status": "valid",
        "reason": "",
        "public_reason": "",
        "person_id": 1,
        "recorded_at": at,
    }
    if size.amended(i):
        yield {
            "id": size.units + i,
            "report_id": i,
            "from_status": "valid",
            "to_status": "replaced",
            "reason": "Sửa tên",
            "public_reason": "Sửa tên sản phẩm",
            "person_id": 1,
            "recorded_at": at + timedelta(days=5),
        }


def _entry(kind: str, subject: int, code: str, at: datetime, parent: tuple[str, int] | None = None, n: int = 0) -> dict[str, Any]:
    body = {
        "action": "change" if n else "create",
        "actor": foundation.NAMES[1],
        "actor_id": "1",
        "at": at.isoformat(),
        "changes": {"note": [str(n - 1), str(n)]} if n else {"status": [None, "draft"]},
        "code": code,
        "id": str(subject),
        "kind": kind,
        "reason": "",
        "request": "",
    }
    canonical = json.dumps(body, ensure_ascii=False, separators=(",", ":"))  # keys in order, words alone: the canonical form
    return {
        "at": at,
        "actor_id": 1,
        "actor_name": foundation.NAMES[1],
        "action": "change" if n else "create",
        "subject_kind": kind,
        "subject_id": subject,
        "subject_code": code,
        "parent_kind": parent[0] if parent else None,
        "parent_id": parent[1] if parent else None,
        "reason": "",
        "canonical": canonical,
        "hash": audit.digest(canonical),
    }


def entries(size: Size, i: int) -> Iterator[dict[str, Any]]:
    at = size.at(i)
    yield _entry("request", i, size.number("YC", i), at)
    yield _entry("request-item", i, f"GD-{i:06d}", at, ("request", i))
    sample, job = units.sample(size, i), units.job(size, i)
    if sample and job:
        yield _entry("sample", i, sample["code"], sample["recorded_at"])
        yield _entry("test-job", i, job["code"], job["recorded_at"])
    for report in reports(size, i, ""):
        yield _entry("report", report["id"], report["number"], report["recorded_at"])


def long_history(size: Size, _i: int) -> Iterator[dict[str, Any]]:
    """One request that was changed thousands of times: its page must not cost more than another's."""
    unit = long_unit(size)
    for n in range(1, LONG_HISTORY + 1):
        yield _entry("request", unit, size.number("YC", unit), size.at(unit) + timedelta(minutes=n), n=n)


def long_unit(size: Size) -> int:
    """The unit with the long history."""
    return size.units // 2 + 1


def _findable(kind: str, subject: int, code: str, title: str, *words: str) -> dict[str, Any]:
    return {"kind": kind, "subject_id": subject, "code": code, "title": title, "body": search.body_of(kind, code, title, *words)}


def search_entries(size: Size, i: int) -> Iterator[dict[str, Any]]:
    customer = registers.customer(size, 1 + i % size.customers)["name"]
    yield _findable("request", i, size.number("YC", i), customer, WARES[i % 6], f"GD-{i:06d}")
    sample, job = units.sample(size, i), units.job(size, i)
    if sample and job:
        yield _findable("sample", i, sample["code"], WARES[i % 6], f"GD-{i:06d}", customer)
        yield _findable("test-job", i, job["code"], f"TM-{1 + i % foundation.METHODS:02d}", sample["code"])
    for report in reports(size, i, ""):
        yield _findable("report", report["id"], report["number"], customer, WARES[i % 6])


def search_customers(size: Size, i: int) -> Iterator[dict[str, Any]]:
    row = registers.customer(size, i)
    yield _findable("customer", i, row["code"], row["name"], row["tax_code"])


def search_instruments(size: Size, i: int) -> Iterator[dict[str, Any]]:
    row = registers.instrument(size, i)
    yield _findable("instrument", i, row["code"], row["name_vi"], row["serial"], row["type"])

"""Pure decisions about suppliers: what an evaluation adds up to, who is too close, what is looked at when something arrives (6.6)."""
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from lab_app.core.search import fold

_BREAKS = re.compile(r"[^\w\s]+")
#: Marks of one criterion: 0 (not at all) to 5 (fully).
MOST = 5
#: Below this share of what could be reached a supplier is not suitable; between, it is so under conditions that are stated.
SUITABLE, CONDITIONAL = Decimal(70), Decimal(50)
#: An approval rests on an evaluation of that service not older than this.
FRESH = timedelta(days=366)
#: Looked at again at the latest after this time.
AGAIN = timedelta(days=366)

KINDS: dict[str, Any] = {"first": _l("Đánh giá ban đầu"), "again": _l("Đánh giá lại"), "monitoring": _l("Theo dõi kết quả cung cấp")}
OUTCOMES: dict[str, Any] = {"suitable": _l("Đạt"), "conditional": _l("Đạt có điều kiện"), "unsuitable": _l("Không đạt")}
TONES = {"suitable": "ok", "conditional": "warn", "unsuitable": "bad"}
RELATIONS: dict[str, Any] = {
    "contact": _l("Là đầu mối liên hệ của nhà cung cấp"), "relative": _l("Có người thân ở nhà cung cấp"),
    "owner": _l("Có vốn, lợi ích tài chính"), "former": _l("Từng làm việc ở đó trong 2 năm qua"), "other": _l("Quan hệ khác"),
}
INCOMING: dict[str, Any] = {"goods": _l("Hàng hóa, vật tư"), "service": _l("Dịch vụ"), "certificate": _l("Giấy chứng nhận, báo cáo")}
#: What is looked at by kind of what arrived: key → words.
POINTS: dict[str, dict[str, Any]] = {
    "goods": {
        "ordered": _l("Đúng loại, đúng số lượng đã đặt"), "intact": _l("Nguyên vẹn, không hư hỏng khi vận chuyển"),
        "papers": _l("Đủ giấy tờ đi kèm (chứng nhận, hướng dẫn, số lô, số máy)"), "valid": _l("Còn hạn dùng, điều kiện bảo quản đúng"),
        "criteria": _l("Đạt tiêu chí chấp nhận ghi trong đơn"),
    },
    "service": {
        "scope": _l("Làm đúng phạm vi đã đặt"), "competent": _l("Người thực hiện đúng năng lực đã yêu cầu"),
        "report": _l("Có biên bản, kết quả bàn giao"), "criteria": _l("Đạt tiêu chí chấp nhận ghi trong đơn"),
    },
    "certificate": {
        "identity": _l("Đúng đối tượng: tên, kiểu, số máy"), "complete": _l("Đủ kết quả, độ không đảm bảo đo, điều kiện"),
        "traceable": _l("Có công nhận, liên kết chuẩn được nêu"), "points": _l("Đủ điểm, đủ dải đã đặt"),
        "criteria": _l("Đạt tiêu chí chấp nhận ghi trong đơn"),
    },
}
#: The four things a supplier is told (6.6.3): attribute of the order → letter and words.
TOLD: dict[str, tuple[str, Any]] = {
    "product": ("a", _l("Sản phẩm, dịch vụ cần cung cấp")), "acceptance": ("b", _l("Tiêu chí chấp nhận")),
    "competence": ("c", _l("Năng lực, trình độ nhân sự cần có")),
    "premises": ("d", _l("Việc phòng hoặc khách hàng dự định làm tại cơ sở nhà cung cấp")),
}


@dataclass(frozen=True)
class Judged:
    """What marks add up to: share in %, and the outcome they allow."""

    score: Decimal
    outcome: str


def judged(marks: Sequence[Mapping[str, Any]]) -> Judged:
    """Weighted share of what could be reached, in % with one decimal, and its outcome. A mark under its criterion's minimum makes
    the supplier unsuitable whatever the rest. Each mark: `mark` 0 to 5, `weight`, `minimum`. Refuses no marks (ValueError)."""
    if not marks:
        raise ValueError("nothing was judged")
    reached = sum(int(m["mark"]) * int(m["weight"]) for m in marks)
    share = Decimal(100 * reached) / (MOST * sum(int(m["weight"]) for m in marks))
    score = share.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
    if any(int(m["mark"]) < int(m["minimum"]) for m in marks) or share < CONDITIONAL:
        return Judged(score, "unsuitable")
    return Judged(score, "suitable" if share >= SUITABLE else "conditional")


def named_in(contact: str, full_name: str, email: str) -> bool:
    """Whether a supplier's contact line names a person of ours: by e-mail, or by the whole name as words that stand together, no
    comma between (marks and case aside)."""
    text = fold(contact)
    mail, name = fold(email), " ".join(fold(full_name).split())
    parts = [f" {' '.join(part.split())} " for part in _BREAKS.split(text)]
    return bool(mail and mail in text) or bool(name and any(f" {name} " in part for part in parts))


def unlooked(kind: str, points: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Points of an incoming check that nobody answered, in words."""
    said = {p["key"]: p.get("ok") for p in points}
    return tuple(str(words) for key, words in POINTS[kind].items() if not isinstance(said.get(key), bool))


def failed(kind: str, points: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Points of an incoming check that were not fine, in words."""
    said = {p["key"]: p.get("ok") for p in points}
    return tuple(str(words) for key, words in POINTS[kind].items() if said.get(key) is False)


def replaced(points: Sequence[Mapping[str, Any]]) -> dict[str, list[tuple[bool, str, str, datetime]]]:
    """Point of an incoming check → its answers that were replaced, oldest first: fine or not, words, who replaced it, when (UTC)."""
    return {
        str(p["key"]): [(bool(b["ok"]), str(b["says"]), str(b["by"]), datetime.fromisoformat(b["at"])) for b in p["before"]]
        for p in points if p.get("before")}


def evaluation_stands(done_on: date, on: date) -> bool:
    """Whether an evaluation is fresh enough for an approval that begins on a day."""
    return on <= done_on + FRESH

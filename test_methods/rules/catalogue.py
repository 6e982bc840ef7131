"""Pure rules of the room: which version was in force as known when, environment of a line, what a parameter may be."""
from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

#: What a method may be based on: a technical regulation, a standard, a published calibration document (ĐLVN), an own procedure.
REGULATION = "regulation"


DOCUMENT_KINDS = (REGULATION, "standard", "calibration_document", "procedure")


SCOPE_STATUSES = ("accredited", "designated", "registered")


_DAY = re.compile(r"(?:in force|hiệu lực|bắt buộc)[^0-9]{0,12}(\d{2})/(\d{2})/(\d{4})")


_REPLACED = re.compile(r"superseded by (\d+:\d{4})")


def day_in_force(legal: str) -> date | None:
    """The first day named as in force in a legal note (`hiệu lực 01/07/2024`), `None` where none is named."""
    found = _DAY.search(legal)
    return date(int(found[3]), int(found[2]), int(found[1])) if found else None


def successor(legal: str, code: str) -> str:
    """The edition a legal note says replaced this one, as a full code; empty when none is named."""
    found = _REPLACED.search(legal)
    return f"{code.split()[0]} {found[1]}/{code.rpartition('/')[2]}" if found else ""


_CIRCULAR = re.compile(r"Thông tư \d+/\d{4}/[A-ZĐ-]+")
_BEFORE = re.compile(r"thay (?:QCVN )?(\d+:\d{4})")


def circular_of(legal: str) -> str:
    """The circular that a legal note names first; empty where it names none."""
    found = _CIRCULAR.search(legal)
    return found[0] if found else ""


def predecessors(legal: str, code: str) -> list[str]:
    """The editions of the same regulation that a legal note says this one replaces, as full codes."""
    number, issuer = code.split()[1].partition(":")[0], code.rpartition("/")[2]
    return [f"{code.split()[0]} {found}/{issuer}" for found in _BEFORE.findall(legal) if found.partition(":")[0] == number]


def _text(number: Any) -> str:
    return format(Decimal(str(number)), "f")


def catalogue_limits(operator: str, limit: Any, unit: str) -> dict[str, dict[str, Any]]:
    """A catalogue's operator and limit as limits of `metrology.limits`: suffix of the requirement's code → limit.

    One entry with an empty suffix, or one for each detector (`QP`, `AV`, `PK`). What is a mask, a text or a table of cases stays an
    empty limit: somebody has to read the regulation and write it down.
    """
    plain = {"<=": "upper", "<": "upper", ">=": "lower", ">": "lower", "abs<=": "abs_upper"}
    if operator.startswith("no "):
        return {"": {"type": "observation", "answers": ["PASS", "FAIL", "NA", "NT"]}}
    if operator == "within" and isinstance(limit, (list, tuple)) and len(limit) == 2:
        return {"": {"type": "range", "low": _text(limit[0]), "high": _text(limit[1]), "low_inclusive": True,
                     "high_inclusive": True, "unit": unit}}
    if operator == "line" and isinstance(limit, dict) and len(limit) == 2:
        (f1, l1), (f2, l2) = sorted(limit.items(), key=lambda part: Decimal(part[0]))
        return {"": {"type": "line", "side": "upper", "inclusive": True, "scale": "log", "f_unit": "MHz", "unit": unit,
                     "segments": [[_text(f1), _text(f2), _text(l1), _text(l2)]]}}
    if operator in plain and isinstance(limit, dict) and set(limit) <= {"QP", "AV", "PK"}:
        return {detector: {"type": plain[operator], "limit": _text(value), "inclusive": operator[-1] == "=", "unit": unit}
                for detector, value in limit.items()}
    if operator in plain and isinstance(limit, (int, Decimal)) and not isinstance(limit, bool):
        return {"": {"type": plain[operator], "limit": _text(limit), "inclusive": operator[-1] == "=", "unit": unit}}
    return {"": {}}

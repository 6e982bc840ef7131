"""What a record of verification or validation must hold (ISO/IEC 17025:2017 7.2.2.4)."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lab_app.metrology.errors import UnitError
from lab_app.metrology.units import find_unit
from test_methods.rules.parameters import BadParameter

VERIFICATION, VALIDATION = "verification", "validation"


PROOF_KINDS = (VERIFICATION, VALIDATION)


MAX_ROWS = 60


def missing_parts(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the parts that nobody has filled in, in the order of the standard; who performed the work and when among them.

    `record` holds the columns of `MethodProof`. A characteristic counts when requirement, finding and judgement stand.
    """
    rows = record.get("characteristics") or []
    have = {
        "procedure": str(record.get("procedure") or "").strip(), "requirements": str(record.get("requirements") or "").strip(),
        "characteristics": bool(rows) and all(_whole(row) for row in rows),
        "results": str(record.get("results") or "").strip(),
        "statement": str(record.get("statement") or "").strip() and record.get("fit") is not None,
        "performed_by": record.get("performed_by_id"), "performed_on": record.get("performed_on"),
    }
    return tuple(name for name, there in have.items() if not there)


def unmet(rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Names of the characteristics that do not meet their requirement."""
    return tuple(str(row["name"]) for row in rows if row.get("meets") is False)


def check_characteristics(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows as they are kept. BadParameter names the cell at fault: no name, an unknown unit, a judgement that is none."""
    if len(rows) > MAX_ROWS:
        raise BadParameter("too_many", "characteristics", str(MAX_ROWS))
    out = []
    for at, row in enumerate(rows):
        texts = {name: str(row.get(name) or "").strip() for name in ("name", "requirement", "found", "unit")}
        if not texts["name"]:
            raise BadParameter("missing", f"characteristics-{at}-name")
        if texts["unit"]:
            try:
                texts["unit"] = find_unit(texts["unit"]).symbol
            except UnitError as error:
                raise BadParameter("unit_unknown", f"characteristics-{at}-unit", texts["unit"][:40]) from error
        meets = row.get("meets")
        if meets not in (True, False, None):
            raise BadParameter("judgement", f"characteristics-{at}-meets", str(meets)[:40])
        out.append({**texts, "meets": meets})
    return out


def _whole(row: Mapping[str, Any]) -> bool:
    return bool(row.get("name") and row.get("requirement") and row.get("found")) and row.get("meets") is not None

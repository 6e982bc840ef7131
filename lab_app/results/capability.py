"""Whether a calibrated point states less uncertainty than the scope of accreditation allows, while it is typed and before it is issued
(ILAC-P14, 7.6.2)."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from lab_app.core import clock
from lab_app.results.computation import Outcome, Raw
from lab_app.results.models import JobLine
from test_methods.models import ScopeEntry
from test_methods.queries import scope_on
from test_methods.rules.capability import Capability, Measured, below

REFERENCE = "reference"


def reference_of(raw: Mapping[str, Any]) -> Measured | None:
    """The value a calibration stands at, from raw readings as they are kept: what the standard gave."""
    part = raw.get(REFERENCE) or {}
    number = part.get("value") or next(iter(part.get("values") or ()), None)
    return None if number is None else (Decimal(str(number)), str(part.get("unit") or ""))


def below_scope(
    line: JobLine, u: Decimal, k: Decimal | None, unit: str, reference: Measured | None, scope: Iterable[ScopeEntry], day: date,
) -> bool:
    """Whether U of a calibrated point (in `unit`, with its k) is smaller than the capability on the register that day, or the value
    lies outside every range it states one for."""
    method = line.job.method_version.method.code
    return below(u, k or Decimal(2), unit, reference, [
        Capability(entry.cmc, entry.cmc_unit, entry.cmc_low, entry.cmc_high, entry.cmc_range_unit) for entry in scope
        if entry.cmc is not None and entry.method_code == method and entry.parameter_code in ("", line.parameter.code)
        and entry.valid_from <= day <= entry.last_day])


def capability_warning(line: JobLine, outcome: Outcome | None, raw: Mapping[str, Raw], at: datetime) -> str:
    """What to say while a calibrated point is typed whose certificate would be refused or would not carry the mark; empty elsewhere.

    One statement, and only for a calibration with a U.
    """
    if not line.stage or outcome is None or outcome.u is None:
        return ""
    day = clock.local(at).date()
    given = raw.get(REFERENCE)
    reference = (given.values[0], given.unit) if given is not None and given.values else None
    scope = scope_on(day, None, [line.job.method_version.method.code])
    if not below_scope(line, outcome.u, outcome.k, outcome.unit, reference, scope, day):
        return ""
    return gettext("U nhỏ hơn CMC của phạm vi công nhận: sẽ không phát hành được; hoặc giá trị nằm ngoài khoảng đo đã công nhận: điểm này "
                   "không mang dấu công nhận (7.6.2)")

"""Whether what an instrument measures is what a method needs (6.4.5)."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from flask_babel import lazy_gettext as _l

from instruments.rules.facts import MeasurementNeed, RangeFact, Unfit
from lab_app.metrology.errors import UnitError
from lab_app.metrology.units import convert


def _covers(ranges: Iterable[RangeFact], need: MeasurementNeed) -> bool:
    """Whether spans of the needed quantity, joined end to end, cover the need; units of one quantity are converted."""
    spans = []
    for part in ranges:
        try:
            spans.append((convert(part.low, part.unit, need.unit), convert(part.high, part.unit, need.unit)))
        except UnitError:
            continue
    reached: Decimal | None = None
    for low, high in sorted(spans):
        if reached is None:
            if low <= need.low <= high:
                reached = high
        elif low <= reached:
            reached = max(reached, high)
        if reached is not None and reached >= need.high:
            return True
    return False


def _good_enough(part: RangeFact, need: MeasurementNeed) -> bool:
    if need.u is None:
        return True
    if part.u is None:
        return False
    if not need.u_unit or not part.u_unit or need.u_unit == part.u_unit:
        return part.u <= need.u
    try:
        return convert(part.u, part.u_unit, need.u_unit) <= need.u
    except UnitError:
        return False


def meets(ranges: Sequence[RangeFact], need: MeasurementNeed) -> Unfit | None:
    """Why the ranges do not meet one need (what stands beside it is not looked at); `None` when they do."""
    fitting = [part for part in ranges if part.quantity == need.quantity]
    if not fitting:
        return Unfit(
            "quantity-not-measured", ("6.4.5",), _l("Thiết bị không dùng cho phép đo này: cần %(need)s.", need=need.words()),
            _l("Chọn thiết bị khác."), about_need=True,
        )
    if not _covers(fitting, need):
        return Unfit(
            "range-too-small", ("6.4.5",), _l("Dải đo không phủ hết: cần %(need)s.", need=need.words()),
            _l("Chọn thiết bị có dải đo phủ hết."), about_need=True,
        )
    if not _covers([part for part in fitting if _good_enough(part, need)], need):
        return Unfit(
            "uncertainty-too-large", ("6.4.5",), _l("Độ không đảm bảo của thiết bị chưa đạt: cần %(need)s.", need=need.words()),
            _l("Chọn thiết bị chính xác hơn."), about_need=True,
        )
    return None


def judge_need(ranges: Sequence[RangeFact], need: MeasurementNeed | None) -> list[Unfit]:
    """Whether the instrument has a place in the measurement: it meets the need, or one of those that may stand beside it."""
    if need is None:
        return []
    quantities = {part.quantity for part in ranges}
    reasons = []
    for wanted in (need, *need.beside):
        if wanted.quantity not in quantities:
            continue
        reason = meets(ranges, wanted)
        if reason is None:
            return []
        reasons.append(reason)
    return reasons[:1] or [Unfit(
        "quantity-not-measured", ("6.4.5",), _l("Thiết bị không dùng cho phép đo này: cần %(need)s.", need=need.words()),
        _l("Chọn thiết bị khác."), about_need=True,
    )]


def missing_from_set(sets: Sequence[Sequence[RangeFact]], need: MeasurementNeed | None) -> list[Unfit]:
    """What the instruments of a reading lack together: nobody measures the quantity, or a required companion is absent.

    `sets` holds the ranges of each instrument chosen. Empty without a need, or when the set is complete.
    """
    if need is None:
        return []
    lacking = []
    for wanted in (need, *(part for part in need.beside if part.required)):
        if not any(meets(ranges, wanted) is None for ranges in sets):
            lacking.append(Unfit(
                "instrument-missing", ("6.4.5", "7.5.1"), _l("Thiếu thiết bị cho: %(need)s.", need=wanted.words()),
                _l("Chọn thêm thiết bị đáp ứng."), about_need=True, evaluated=False,
            ))
    return lacking

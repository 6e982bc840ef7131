"""Correction factors between the points of a table: linear or logarithmic in the argument, never beyond the ends (6.4.11)."""
from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeAlias

from flask_babel import lazy_gettext as _l

from instruments.rules.words import QUANTITIES
from lab_app.core.i18n import show_decimal
from lab_app.metrology.errors import UnitError
from lab_app.metrology.interpolation import Scale, interpolate
from lab_app.metrology.rounding import EXACT
from lab_app.metrology.units import convert

SCALES: Final[dict[str, Any]] = {"linear": _l("tuyến tính theo đối số"), "log": _l("tuyến tính theo lg đối số")}
Pair = tuple[Decimal, Decimal]
#: Text, translated when it is shown (the translation library carries no types).
Words: TypeAlias = Any


class TableRefused(ValueError):
    """Why a table of factors cannot be used: the line (from 1) and the words."""

    def __init__(self, line: int, says: Any) -> None:
        super().__init__(str(says))
        self.line, self.says = line, says


@dataclass(frozen=True, slots=True)
class FactorValue:
    """A correction at one argument: value, unit, the label of its table, whether it lies between two tabulated points."""

    value: Decimal
    unit: str
    label: str
    factor_set_id: int
    between: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    """Why there is no correction: `missing` (no table), `outside` (beyond its ends), `unit` (the argument's unit does not fit)."""

    code: str
    says: Any


def checked(points: Iterable[Pair], scale: str) -> tuple[Pair, ...]:
    """A table whose arguments rise strictly; positive ones where the scale is logarithmic. Raises `TableRefused`."""
    rows = tuple(points)
    if not rows:
        raise TableRefused(1, _l("Bảng không có dòng nào."))
    for number, (x, y) in enumerate(rows, 1):
        if not x.is_finite() or not y.is_finite():
            raise TableRefused(number, _l("Cần một số hữu hạn."))
        if scale == "log" and x <= 0:
            raise TableRefused(number, _l("Nội suy theo lg cần đối số lớn hơn 0."))
        if number > 1 and x <= rows[number - 2][0]:
            raise TableRefused(number, _l("Đối số phải tăng dần, không lặp lại."))
    return rows


def value_at(points: Sequence[Pair], argument: Decimal, scale: str) -> Decimal | None:
    """The tabulated value at an argument, or the one interpolated between its neighbours; `None` beyond the ends."""
    if not points or not argument.is_finite() or not points[0][0] <= argument <= points[-1][0]:
        return None
    i = bisect_left(points, argument, key=lambda pair: pair[0])
    if points[i][0] == argument:
        return points[i][1]
    (x1, y1), (x2, y2) = points[i - 1], points[i]
    return interpolate(argument, x1, y1, x2, y2, Scale.LOG if scale == "log" else Scale.LIN)


def look_up(
    points: Sequence[Pair], argument: Decimal, unit: str, argument_unit: str, scale: str, label: str
) -> tuple[Decimal, bool] | Why:
    """The factor at an argument given in `unit`, and whether it was interpolated; or why there is none."""
    try:
        place = convert(argument, unit, argument_unit)
    except UnitError:
        return Why("unit", _l("Bảng hệ số %(label)s tính theo %(theirs)s, không theo %(ours)s.", label=label, theirs=argument_unit,
                              ours=unit))
    value = value_at(points, place, scale)
    if value is None:
        return Why("outside", _l(
            "%(at)s %(unit)s nằm ngoài bảng hệ số %(label)s (%(low)s – %(high)s %(unit)s); không ngoại suy.", at=show_decimal(place),
            unit=argument_unit, label=label, low=show_decimal(points[0][0]), high=show_decimal(points[-1][0])))
    return value, all(place != x for x, _y in points)


def from_points(points: Iterable[Any]) -> tuple[Pair, ...]:
    """Corrections from calibration points with an argument: −error at each, by rising argument (in the first point's unit).

    Raises `TableRefused` when no point has an argument or two have the same.
    """
    rows = [p for p in points if p.argument is not None]
    if not rows:
        raise TableRefused(1, _l("Không điểm nào có đối số để lập bảng hệ số."))
    unit = rows[0].argument_unit
    pairs = []
    for number, p in enumerate(rows, 1):
        try:
            pairs.append((convert(p.argument, p.argument_unit, unit), EXACT.minus(p.error)))
        except UnitError as error:
            raise TableRefused(number, _l("Các đối số không cùng đại lượng.")) from error
    return checked(sorted(pairs), "linear")


def no_table(quantity: str) -> Any:
    """The words for an instrument without a table of this quantity on that day."""
    return _l("Không có bảng hệ số %(quantity)s nào có hiệu lực ngày này.", quantity=QUANTITIES.get(quantity, quantity))

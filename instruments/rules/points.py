"""Calibration points: units that fit, error, verdict by a decision rule, and what a table of them says (6.5, 7.8.6).

The error of a point is indicated − reference. Two levels (dBm, dBµV) differ by decibels, so error, U and tolerance of a level are in
dB; of a linear quantity they are in the unit of the value. A percentage never meets a level.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from lab_app.metrology.decision import DecisionRule, Verdict, decide
from lab_app.metrology.errors import UnitError
from lab_app.metrology.limits import Bounds
from lab_app.metrology.rounding import EXACT, round_significant
from lab_app.metrology.units import convert, find_unit, same_quantity

AS_FOUND, AS_LEFT = "as_found", "as_left"
STAGES: Final[dict[str, Any]] = {AS_FOUND: _l("Trước hiệu chỉnh"), AS_LEFT: _l("Sau hiệu chỉnh")}
#: Rules by which points may be judged; the two of test standards speak of disturbances and max. U, not of certificates.
POINT_RULES: Final[dict[str, Any]] = {
    "simple": _l("Chấp nhận đơn giản: |sai số| ≤ dung sai (w = 0)"),
    "guarded_binary": _l("Có dải bảo vệ, hai kết luận: |sai số| ≤ dung sai − r·U"),
    "guarded_nonbinary": _l("Có dải bảo vệ, bốn kết luận (đạt có điều kiện, không đạt có điều kiện)"),
}
#: No certificate states a coverage factor beyond this.
K_MAX = Decimal(10)
#: Dimensions of units in which points of a quantity may be written; other quantities take any known unit.
DIMENSIONS: Final[dict[str, frozenset[str]]] = {
    "rf-power": frozenset({"power", "level_difference"}),
    "rf-level": frozenset({"power", "voltage", "electric_field", "level_difference"}),
    "frequency": frozenset({"frequency"}),
    "rf-signal": frozenset({"power", "voltage", "frequency", "level_difference"}),
    "wlan-link": frozenset({"power", "level_difference"}),
    "emi-level": frozenset({"power", "voltage", "current", "electric_field", "level_difference"}),
    "lisn": frozenset({"level_difference", "resistance"}),
    "antenna-factor": frozenset({"antenna_factor", "level_difference"}),
    "gain": frozenset({"level_difference", "antenna_gain"}),
    "test-site": frozenset({"level_difference"}),
    "supply-voltage": frozenset({"voltage"}),
    "dc-voltage": frozenset({"voltage"}),
    "dc-current": frozenset({"current"}),
    "temperature": frozenset({"temperature"}),
    "humidity": frozenset({"relative_humidity"}),
    "time": frozenset({"time"}),
    "mass": frozenset({"mass"}),
    "length": frozenset({"length"}),
}


@dataclass(frozen=True, slots=True)
class PointIn:
    """One point as the certificate prints it. `u_unit` is the unit of U as printed (dB, %, V); `tolerance` in the unit of the error."""

    quantity: str
    reference: Decimal | None
    indicated: Decimal | None
    unit: str
    u: Decimal | None
    u_unit: str = ""
    k: Decimal | None = None
    argument: Decimal | None = None
    argument_unit: str = ""
    tolerance: Decimal | None = None
    stage: str = AS_FOUND
    condition: str = ""


class PointRefused(ValueError):
    """Why a point is not taken: the field and the words."""

    def __init__(self, field: str, says: Any) -> None:
        super().__init__(str(says))
        self.field, self.says = field, says


@dataclass(frozen=True, slots=True)
class JudgedPoint:
    """A point with what follows from it; `u` in `error_unit`; `verdict` empty where there is no criterion."""

    given: PointIn
    unit: str
    argument_unit: str
    error: Decimal
    error_unit: str
    u: Decimal
    k: Decimal
    verdict: str


def error_unit(unit: str) -> str:
    """The unit of differences of values in `unit`: dB for levels and ratios in decibels, else the unit itself."""
    found = find_unit(unit)
    return "dB" if found.is_level else found.symbol


def _unit(field: str, text: str, missing: Any) -> str:
    if not text.strip():
        raise PointRefused(field, missing)
    try:
        return find_unit(text).symbol
    except UnitError as error:
        raise PointRefused(field, _l("Không biết đơn vị “%(unit)s”.", unit=error.detail)) from error


def _u_in_error_unit(point: PointIn, unit: str, u: Decimal) -> Decimal:
    """U as printed, in the unit of the error; a decibel and a linear percentage never meet."""
    target = error_unit(unit)
    printed = _unit("u_unit", point.u_unit or target, "")
    a, b = find_unit(printed), find_unit(unit)
    if b.is_level:
        if printed != "dB":
            raise PointRefused("u_unit", _l("U ghi bằng %(u)s, còn giá trị là %(unit)s: cần U bằng dB.", u=printed, unit=unit))
        return u
    if a.is_level:
        raise PointRefused("u_unit", _l("U ghi bằng %(u)s, còn %(unit)s là đơn vị tuyến tính: cần U bằng %(unit)s hoặc %%.", u=printed,
                                        unit=unit))
    if same_quantity(printed, unit):
        return convert(u, printed, unit)
    if a.dimension == "ratio" and b.dimension not in ("temperature", "relative_humidity", "number"):
        assert point.reference is not None
        if point.reference == 0:
            raise PointRefused("u_unit", _l("U tương đối của giá trị 0 không có nghĩa; ghi U bằng %(unit)s.", unit=unit))
        share = EXACT.multiply(convert(u, printed, "%"), Decimal("0.01"))
        return round_significant(EXACT.multiply(point.reference.copy_abs(), share))
    raise PointRefused("u_unit", _l("Đơn vị của U (%(u)s) không hợp với %(unit)s.", u=printed, unit=unit))


def _number(field: str, value: Decimal | None, missing: Any) -> Decimal:
    if value is None:
        raise PointRefused(field, missing)
    if not value.is_finite():
        raise PointRefused(field, _l("Cần một số hữu hạn."))
    return value


def judge_point(point: PointIn, rule: DecisionRule | None) -> JudgedPoint:
    """Compute a point's error and verdict; raises `PointRefused` naming the field.

    Refused: no U, no unit, no k, a unit that does not fit the quantity, dB against a percentage, U or tolerance not above zero.
    """
    if point.stage not in STAGES:
        raise PointRefused("stage", _l("Chọn trước hoặc sau hiệu chỉnh."))
    reference = _number("reference", point.reference, _l("Thiếu giá trị chuẩn."))
    indicated = _number("indicated", point.indicated, _l("Thiếu chỉ thị."))
    u = _number("u", point.u, _l("Thiếu độ không đảm bảo đo U."))
    k = _number("k", point.k, _l("Thiếu hệ số phủ k."))
    unit = _unit("unit", point.unit, _l("Thiếu đơn vị."))
    fitting = DIMENSIONS.get(point.quantity)
    if fitting is not None and find_unit(unit).dimension not in fitting:
        raise PointRefused("unit", _l("Đơn vị %(unit)s không hợp với đại lượng này.", unit=unit))
    if u <= 0:
        raise PointRefused("u", _l("U phải lớn hơn 0."))
    if not 0 < k <= K_MAX:
        raise PointRefused("k", _l("Hệ số phủ k phải lớn hơn 0 và không quá 10."))
    if point.tolerance is not None and not (point.tolerance.is_finite() and point.tolerance > 0):
        raise PointRefused("tolerance", _l("Dung sai phải lớn hơn 0."))
    argument_unit = ""
    if point.argument is not None:
        _number("argument", point.argument, "")
        argument_unit = _unit("argument_unit", point.argument_unit, _l("Thiếu đơn vị của đối số."))
    u = _u_in_error_unit(point, unit, u)
    error = EXACT.subtract(indicated, reference)
    verdict = ""
    if point.tolerance is not None and rule is not None:
        verdict = decide(rule, Bounds(high=point.tolerance, absolute=True), error, u, k=k).verdict.value
    return JudgedPoint(point, unit, argument_unit, error, error_unit(unit), u, k, verdict)


def _key(point: JudgedPoint) -> tuple[Any, ...]:
    """What makes two points the same: stage, quantity, condition, and place on the scale (the nominal value where there is none)."""
    given = point.given
    if given.argument is None:
        assert given.reference is not None
        return given.stage, given.quantity, given.condition.casefold().strip(), "", given.reference.normalize(EXACT)
    unit = find_unit(point.argument_unit)
    place = EXACT.multiply(given.argument, unit.scale).normalize(EXACT)
    return given.stage, given.quantity, given.condition.casefold().strip(), f"{unit.dimension} {unit.is_level}", place


def judge_points(points: Iterable[PointIn], rule: DecisionRule | None) -> tuple[list[JudgedPoint], list[tuple[int, PointRefused]]]:
    """Judge a table; answers what was understood and, by line from 1, what was refused, duplicates included."""
    judged: list[JudgedPoint] = []
    refused: list[tuple[int, PointRefused]] = []
    seen: dict[tuple[Any, ...], int] = {}
    for number, given in enumerate(points, 1):
        try:
            found = judge_point(given, rule)
            first = seen.setdefault(_key(found), number)
            if first != number:
                raise PointRefused("argument", _l("Trùng điểm với dòng %(n)s; nếu là hai phép đo thì ghi điều kiện khác nhau.", n=first))
        except PointRefused as error:
            refused.append((number, error))
        else:
            judged.append(found)
    return judged, refused


@dataclass(frozen=True)
class Summary:
    """What a table of points says: how many, how many with a criterion and a verdict, the worst against its tolerance.

    `ratio` is |error| / tolerance of the worst, `smallest_tur` the smallest tolerance / U, `largest_u` the largest U.
    """

    count: int
    with_criterion: int
    unjudged: int
    failed: int
    doubtful: int
    worst: Any = None
    ratio: Decimal | None = None
    smallest_tur: Decimal | None = None
    largest_u: Any = None


_BAD = frozenset({Verdict.FAIL.value})
_DOUBTFUL = frozenset({Verdict.CONDITIONAL_PASS.value, Verdict.CONDITIONAL_FAIL.value})
_NONE = frozenset({"", Verdict.NOT_EVALUATED.value, Verdict.NO_STATEMENT.value})
_DIVIDE = Context(prec=12)


def summary(points: Sequence[Any]) -> Summary:
    """Sum up points, each with `.error`, `.u`, `.tolerance`, `.verdict`."""
    judged = [p for p in points if p.tolerance is not None]
    worst = max(judged, key=lambda p: _DIVIDE.divide(abs(p.error), p.tolerance), default=None)
    return Summary(
        len(points), len(judged), sum(p.verdict in _NONE for p in judged), sum(p.verdict in _BAD for p in judged),
        sum(p.verdict in _DOUBTFUL for p in judged), worst,
        None if worst is None else _DIVIDE.divide(abs(worst.error), worst.tolerance),
        min((_DIVIDE.divide(p.tolerance, p.u) for p in judged), default=None), max(points, key=lambda p: p.u, default=None),
    )


def final(points: Sequence[Any]) -> list[Any]:
    """The points that say what the instrument is worth now: as left where there are such of a quantity, else as found."""
    left = {p.quantity for p in points if p.stage == AS_LEFT}
    return [p for p in points if p.stage == AS_LEFT or p.quantity not in left]


def found_out(points: Sequence[Any]) -> Any | None:
    """The worst point that was found beyond its tolerance, `None` when none was: what was measured before is in doubt."""
    out = [p for p in points if p.stage == AS_FOUND and p.tolerance is not None and abs(p.error) > p.tolerance]
    return max(out, key=lambda p: _DIVIDE.divide(abs(p.error), p.tolerance), default=None)

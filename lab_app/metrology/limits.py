"""Limits as data: numbers and ranges, lines over frequency, masks, tables by conditions, observations.

A limit is a value object that round-trips through JSON (numbers as strings), because it is frozen with the job and printed from
the snapshot.  :func:`parse_limit` is the one door in, :func:`resolve` the one door from any limit to the bounds that decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from lab_app.metrology.bounds import (
    Bounds,
    PrintedMargin,
    Values,
    abs_upper,
    as_values,
    from_operator,
    inside,
    lower,
    margin,
    printed_margin,
    upper,
    within,
)
from lab_app.metrology.errors import LimitError
from lab_app.metrology.interpolation import Scale
from lab_app.metrology.limit_lines import LimitLine, Segment
from lab_app.metrology.limit_tables import LimitRow, LimitTable
from lab_app.metrology.masks import RELATIVE_UNITS, Mask
from lab_app.metrology.receiver import Receiver, parse_receiver
from lab_app.metrology.rounding import within_reason

__all__ = [
    "Answer", "Bounds", "Limit", "LimitLine", "LimitRow", "LimitTable", "Mask", "ObservationLimit", "PrintedMargin", "Receiver",
    "Segment", "Values", "abs_upper", "as_values", "chosen", "from_operator", "inside", "lower", "margin", "needed", "parse_limit",
    "printed_margin", "resolve", "upper", "within",
]


class Answer(StrEnum):
    """Allowed answers of an observation: đạt, không đạt, không áp dụng, không thử."""

    PASS = "PASS"
    FAIL = "FAIL"
    NA = "NA"
    NT = "NT"


#: Answers that stand only with a reason: what was seen, or why it was not tried.
REASONED: Final = (Answer.FAIL, Answer.NA, Answer.NT)


@dataclass(frozen=True, slots=True)
class ObservationLimit:
    """A requirement judged by observation, with the answers a person may choose from; every one but đạt needs a reason."""

    answers: tuple[Answer, ...] = tuple(Answer)
    unit: str = field(default="", init=False)

    def __post_init__(self) -> None:
        if not self.answers or len(set(self.answers)) != len(self.answers):
            raise LimitError("missing" if not self.answers else "duplicate", "answers")

    @staticmethod
    def needs_reason(answer: Answer | str) -> bool:
        """Whether the answer stands only with a reason."""
        return answer in REASONED

    def to_dict(self) -> dict[str, Any]:
        """JSON form; :func:`parse_limit` reads it back."""
        return {"type": "observation", "answers": [answer.value for answer in self.answers]}


Limit = Bounds | LimitLine | Mask | LimitTable | ObservationLimit


def _decimal(data: Mapping[str, Any], key: str) -> Decimal:
    return _to_decimal(data.get(key), key)


def _to_decimal(raw: object, name: str) -> Decimal:
    if raw is None:
        raise LimitError("missing", name)
    if isinstance(raw, bool) or not isinstance(raw, (str, int, Decimal)):
        raise LimitError("not_a_decimal", name)
    try:
        number = Decimal(raw)
    except InvalidOperation:
        raise LimitError("not_a_decimal", name, str(raw)[:40]) from None
    if number.is_finite() and not within_reason(number):
        raise LimitError("not_finite", name, str(raw)[:40])
    return number


def _flag(data: Mapping[str, Any], key: str, default: bool = True) -> bool:
    flag = data.get(key, default)
    if not isinstance(flag, bool):
        raise LimitError("not_a_flag", key)
    return flag


def _segments(data: Mapping[str, Any]) -> tuple[Segment, ...]:
    rows = data.get("segments")
    if not isinstance(rows, (list, tuple)):
        raise LimitError("missing", "segments")
    segments = []
    for row in rows:
        if not isinstance(row, (list, tuple)) or len(row) != 4:
            raise LimitError("four_numbers", "segments")
        f1, f2, l1, l2 = (_to_decimal(part, "segments") for part in row)
        segments.append(Segment(f1, f2, l1, l2))
    return tuple(segments)


def _line(data: Mapping[str, Any], unit: str) -> LimitLine:
    return LimitLine(
        _segments(data),
        data.get("scale", Scale.LOG),
        data.get("side", "upper"),
        _flag(data, "inclusive"),
        str(data.get("f_unit") or "MHz"),
        unit,
        parse_receiver(data),
    )


def _mask(data: Mapping[str, Any], unit: str) -> Mask:
    edges = data.get("edges")
    if edges is not None and (not isinstance(edges, (list, tuple)) or len(edges) != 2):
        raise LimitError("two_numbers", "edges")
    floor = data.get("floor")
    return Mask(
        segments=_segments(data),
        reference=str(data.get("reference") or ""),
        offset_unit=str(data.get("offset_unit") or "MHz"),
        relative=_flag(data, "relative", unit in RELATIVE_UNITS),
        symmetric=_flag(data, "symmetric"),
        edges=None if edges is None else (_to_decimal(edges[0], "edges"), _to_decimal(edges[1], "edges")),
        scale=data.get("scale", Scale.LIN),
        side=data.get("side", "upper"),
        inclusive=_flag(data, "inclusive"),
        f_unit=str(data.get("f_unit") or "MHz"),
        unit=unit,
        level_unit=str(data.get("level_unit") or ""),
        floor=None if floor in (None, "") else _to_decimal(floor, "floor"),
        receiver=parse_receiver(data),
    )


def _table(data: Mapping[str, Any], unit: str) -> LimitTable:
    rows = data.get("rows")
    if not isinstance(rows, (list, tuple)):
        raise LimitError("missing", "rows")
    read = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping) or not isinstance(row.get("limit"), Mapping):
            raise LimitError("missing", "rows", str(number))
        when = row.get("when")
        if isinstance(when, str):
            when = {"conditions": when}
        if not isinstance(when, Mapping) or not all(isinstance(part, str) for pair in when.items() for part in pair):
            raise LimitError("missing", "when", str(number))
        limit = parse_limit({"unit": unit, **row["limit"]})
        if isinstance(limit, (LimitTable, ObservationLimit)):
            raise LimitError("unknown", "rows", f"{number}: {row['limit'].get('type')}"[:40])
        read.append(LimitRow(tuple(sorted(when.items())), limit))  # kept data has sorted keys, so the order says nothing
    return LimitTable(tuple(read))


def parse_limit(data: Mapping[str, Any]) -> Limit:
    """Read a limit from its JSON form.  Numbers are strings or integers, never floats.

    ``{"type": "upper"|"lower"|"abs_upper", "limit": "20", "inclusive": true, "unit": "dBm"}``,
    ``{"type": "range", "low": "2400", "high": "2483.5", ...}``,
    ``{"type": "line", "scale": "log", "segments": [["0.15", "0.5", "66", "56"]], ...}``,
    ``{"type": "mask", "reference": "carrier", "offset_unit": "BW", "relative": true, "segments": [...], ...}``,
    ``{"type": "table", "rows": [{"when": {"detector": "QP"}, "limit": {...}}]}``,
    ``{"type": "observation", "answers": ["PASS", "FAIL"]}``.
    Lines and masks may state ``detector``, ``rbw`` and ``distance``.

    :raises LimitError: naming the field.
    """
    kind = data.get("type")
    unit = str(data.get("unit") or "")
    if kind == "upper":
        return upper(_decimal(data, "limit"), unit, _flag(data, "inclusive"))
    if kind == "lower":
        return lower(_decimal(data, "limit"), unit, _flag(data, "inclusive"))
    if kind == "abs_upper":
        return abs_upper(_decimal(data, "limit"), unit, _flag(data, "inclusive"))
    if kind == "range":
        ends = _flag(data, "low_inclusive"), _flag(data, "high_inclusive")
        return within(_decimal(data, "low"), _decimal(data, "high"), unit, *ends)
    if kind == "line":
        return _line(data, unit)
    if kind == "mask":
        return _mask(data, unit)
    if kind == "table":
        return _table(data, unit)
    if kind == "observation":
        try:
            return ObservationLimit(tuple(Answer(answer) for answer in data.get("answers") or ()))
        except ValueError as error:
            if isinstance(error, LimitError):
                raise
            raise LimitError("unknown", "answers") from None
    raise LimitError("unknown", "type", str(kind)[:20])


def chosen(limit: Limit, conditions: Mapping[str, str] | None = None) -> Limit:
    """The limit that applies under the conditions: of a table its one row, any other limit as it is."""
    return limit.row_for(conditions or {}).limit if isinstance(limit, LimitTable) else limit


def resolve(
    limit: Limit,
    conditions: Mapping[str, str] | None = None,
    frequency: Decimal | None = None,
    reference: Decimal | None = None,
    *,
    bandwidth: Decimal | None = None,
    level: Decimal | None = None,
) -> Bounds:
    """The bounds that decide at one point: the one door from any numerical limit.

    ``conditions`` choose a table's row (:meth:`LimitTable.row_for`); ``frequency``, the ``reference`` frequency of a mask
    (carrier or band edge) and its ``bandwidth`` are in the ``f_unit`` of the line or mask; ``level`` is the reference level of
    a relative mask, in its ``level_unit``.

    :raises LimitError: naming what is missing or does not fit: the condition, ``frequency``, ``reference``, ``bandwidth``,
        ``reference_level``; ``outside`` where the limit does not reach; ``observation`` for a limit that has no numbers.
    """
    at = chosen(limit, conditions)
    if isinstance(at, Bounds):
        return at
    if isinstance(at, (LimitTable, ObservationLimit)):
        raise LimitError("observation", "limit")
    if frequency is None:
        raise LimitError("missing", "frequency")
    if not frequency.is_finite():
        raise LimitError("not_finite", "frequency")
    if isinstance(at, LimitLine):
        return at.limit_at(frequency)
    return at.limit_at(frequency, reference, bandwidth, level)


def needed(limit: Limit, conditions: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """What :func:`resolve` must be given besides the conditions: ``frequency``, ``reference``, ``bandwidth``, ``reference_level``."""
    at = chosen(limit, conditions)
    if isinstance(at, LimitLine):
        return ("frequency",)
    if not isinstance(at, Mask):
        return ()
    wanted = (
        ("frequency", True), ("reference", at.edges is None), ("bandwidth", at.needs_bandwidth), ("reference_level", at.needs_level),
    )
    return tuple(name for name, needs in wanted if needs)

"""Test vectors: what may be entered, and whether a result is the one expected (ISO/IEC 17025:2017 7.11.6)."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from test_methods.formula import Value
from test_methods.rules.parameters import BadParameter

#: Reads one typed number, `None` where it is none (or not finite).
Read = Callable[[str], Decimal | None]


def _asked(fields: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [f for f in fields if f.get("fixed") in (None, "")]


def read_inputs(fields: Sequence[Mapping[str, Any]], inputs: Mapping[str, str], read: Read) -> dict[str, str]:
    """Field key → text with decimal points, several values parted by semicolons. BadParameter names the field (`input-key`)."""
    kept = {}
    for field in _asked(fields):
        key = str(field["key"])
        pieces = [p.strip() for p in str(inputs.get(key) or "").split(";") if p.strip()]
        if not pieces:
            raise BadParameter("missing", f"input-{key}", key)
        if len(pieces) > 1 and not field.get("many"):
            raise BadParameter("number", f"input-{key}", "; ".join(pieces)[:40])
        kept[key] = "; ".join(format(_read(piece, f"input-{key}", read), "f") for piece in pieces)
    return kept


def read_expected(expected: Sequence[str], results: int, read: Read) -> list[str]:
    """The expected results, as many as the formula gives."""
    texts = [str(text).strip() for text in expected if str(text).strip()]
    if len(texts) != results:
        raise BadParameter("results", "expected", f"{len(texts)}/{results}")
    return [format(_read(text, "expected", read), "f") for text in texts]


def _read(text: str, field: str, read: Read) -> Decimal:
    number = read(text)
    if number is None or not number.is_finite():
        raise BadParameter("number", field, text[:40])
    return number


def values_of(fields: Sequence[Mapping[str, Any]], inputs: Mapping[str, str]) -> dict[str, Value]:
    """The inputs as the calculation takes them; fixed fields bring their own value."""
    values: dict[str, Value] = {}
    for field in fields:
        key = str(field["key"])
        if field.get("fixed") not in (None, ""):
            values[key] = Decimal(str(field["fixed"]))
            continue
        numbers = [Decimal(piece) for piece in str(inputs.get(key) or "").split(";") if piece.strip()]
        if numbers:
            values[key] = numbers if field.get("many") else numbers[0]
    return values


def passes(found: Sequence[Decimal], expected: Sequence[str], tolerance: Decimal) -> bool:
    """Whether every result lies within the tolerance of the one expected, the end included."""
    return len(found) == len(expected) and all(abs(f - Decimal(e)) <= tolerance for f, e in zip(found, expected, strict=True))


def state_of(vectors: Iterable[tuple[str, tuple[str, bool] | None]]) -> str:
    """How a parameter stands: `vectors` as (fingerprint now, latest run's (fingerprint, passed) or None). Worst word of all wins.

    none: no vector; not_run; stale: something changed since the run; failed; passed.
    """
    worst = "none"
    order = ("passed", "stale", "not_run", "failed")
    for now, run in vectors:
        state = "not_run" if run is None else "stale" if run[0] != now else "passed" if run[1] else "failed"
        worst = state if worst == "none" else max(worst, state, key=order.index)
    return worst

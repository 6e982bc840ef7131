"""Reads cases, recomputes them through the functions of the application, compares by tolerance.

A value passes when ``|got - expected| <= max(abs, rel * |expected|)``; words, truth values and empty answers must be equal,
lists and maps agree element by element.  A kind that nobody solves and a case that cannot be computed count as failed; a case
whose file is absent is *not run* and counted apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.rounding import within_reason
from lab_app.validation.registry import SOLVERS, CaseFileAbsent, Context, Printed, solves

__all__ = [
    "FORMAT", "OWN_CASES", "Case", "CaseFileAbsent", "CasesUnreadable", "Comparison", "Context", "Outcome", "Status",
    "compare", "read_cases", "run", "run_case", "solves",
]

FORMAT: Final = "metrology-refcases-1"
OWN_CASES: Final = Path(__file__).with_name("cases")
LARGEST_FILE: Final = 20_000_000
_TOLERANCE_KEYS: Final = frozenset({"abs", "rel"})


class CasesUnreadable(ValueError):
    """A folder without cases, a file that is not in the format, or one case of a file that is not.

    ``case``: the name of what could not be read, the file's where no case can be named.
    """

    def __init__(self, text: str, case: str = "", kind: str = "") -> None:
        super().__init__(text)
        self.case = case
        self.kind = kind


class Status(StrEnum):
    """What became of a case."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Case:
    """One case as read: where it stands, what it claims, and whence it comes."""

    id: str
    kind: str
    source: str
    provenance: str
    note: str
    inputs: dict[str, Any]
    expected: dict[str, Any]
    tolerance: Mapping[str, Any]
    path: Path


@dataclass(frozen=True, slots=True)
class Comparison:
    """One expected value against the one recomputed; ``name`` is its path (``index_percent.dm``, ``t[2]``)."""

    name: str
    expected: Any
    got: Any
    allowed: Decimal | None
    agrees: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case run: every comparison, and the reason when it could not be computed."""

    case: Case
    status: Status
    comparisons: tuple[Comparison, ...] = ()
    reason: str = ""


def _refused_constant(word: str) -> Any:
    raise ValueError(f"{word} is not a number")


def _case(raw: object, kind: str, path: Path, place: int) -> Case | CasesUnreadable:
    """One case, or why it is none: a case that is not in the format takes no other with it."""
    if not isinstance(raw, dict):
        return CasesUnreadable(f"{path.name}: case {place} is not an object", path.name, kind)
    name_of_case = str(raw.get("id") or f"case {place}")
    maps: dict[str, dict[str, Any]] = {}
    for name in ("inputs", "expected", "tolerance"):
        value = raw.get(name)
        if not isinstance(value, dict) or (not value and name == "expected"):
            text = f"{path.name}: {name_of_case}: {name} is missing or no map"
            return CasesUnreadable(text, name_of_case, str(raw.get("kind") or kind))
        maps[name] = value
    beyond = next((number for name in ("inputs", "expected") for number in _numbers(maps[name]) if not within_reason(number)), None)
    if beyond is not None:
        text = f"{path.name}: {name_of_case}: no quantity has the value {beyond:.3E}"
        return CasesUnreadable(text, name_of_case, str(raw.get("kind") or kind))
    wrong = _bad_tolerance(maps["tolerance"])
    if wrong:
        return CasesUnreadable(f"{path.name}: {name_of_case}: tolerance of {wrong}", name_of_case, str(raw.get("kind") or kind))
    return Case(
        id=str(raw.get("id") or "?"),
        kind=str(raw.get("kind") or kind),
        source=str(raw.get("source") or ""),
        provenance=str(raw.get("provenance") or ""),
        note=str(raw.get("note") or ""),
        inputs=maps["inputs"],
        expected=maps["expected"],
        tolerance=maps["tolerance"],
        path=path,
    )


def _numbers(value: object) -> Iterator[Decimal]:
    """Every number of nested lists and maps."""
    if isinstance(value, Decimal):
        yield value
    elif isinstance(value, (list, dict)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _numbers(inner)


def _bad_tolerance(tolerance: Mapping[str, Any], name: str = "everything") -> str:
    """The name whose tolerance is neither a number nor a map of names; empty when all are well formed."""
    for key, value in tolerance.items():
        if isinstance(value, dict):
            found = _bad_tolerance(value, key)
            if found:
                return found
        elif key not in _TOLERANCE_KEYS or not isinstance(value, Decimal) or value < 0:
            return f"{name}: {key} {str(value)[:20]}"
    return ""


def _read_file(path: Path) -> list[Case | CasesUnreadable]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ValueError("the file is too large")
        text = path.read_text(encoding="utf-8-sig")
        data = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_refused_constant)
    except (OSError, ValueError, InvalidOperation, RecursionError) as error:
        raise CasesUnreadable(f"{path.name}: {error}", path.name) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT or not isinstance(data.get("cases"), list):
        raise CasesUnreadable(f"{path.name}: not in the format {FORMAT}", path.name)
    kind = str(data.get("kind") or "")
    return [_case(raw, kind, path, place) for place, raw in enumerate(data["cases"], 1)]


def read_cases(folder: Path) -> Iterator[Case | CasesUnreadable]:
    """Every case of every ``*.json`` of a folder, in order of names; a file or a case that cannot be read comes as its refusal.

    :raises CasesUnreadable: when the folder holds no such file.
    """
    paths = sorted(folder.glob("*.json")) if folder.is_dir() else []
    if not paths:
        raise CasesUnreadable(f"no *.json in {folder}")
    for path in paths:
        try:
            yield from _read_file(path)
        except CasesUnreadable as refusal:
            yield refusal


def _allowed(expected: Decimal, tolerance: Mapping[str, Any]) -> Decimal:
    parts = [Decimal(str(tolerance.get(name, 0))) for name in ("abs", "rel")]
    return max(parts[0], parts[1] * abs(expected))


def _below(tolerance: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The tolerance of one name: its own, the default, or the one that holds for everything."""
    if not tolerance or tolerance.keys() <= _TOLERANCE_KEYS:
        return tolerance
    found = tolerance.get(name, tolerance.get("default", {}))
    if isinstance(found, dict) and not found.keys() <= _TOLERANCE_KEYS and "default" not in found:
        return {"default": tolerance.get("default", {}), **found}
    return found if isinstance(found, dict) else {}


def _number(value: object) -> Decimal | None:
    """A recomputed number as a Decimal; a word or a truth value is none, and what is not finite agrees with nothing."""
    if isinstance(value, Printed):
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, (Decimal, int, float)):
        return None
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return number if number.is_finite() else None


def _compare(name: str, expected: Any, got: Any, tolerance: Mapping[str, Any]) -> Iterator[Comparison]:
    if isinstance(expected, dict):
        if not isinstance(got, Mapping):
            yield Comparison(name, expected, got, None, False)
            return
        for key, value in expected.items():
            yield from _compare(f"{name}.{key}", value, got.get(key), _below(tolerance, key))
    elif isinstance(expected, list):
        if not isinstance(got, (list, tuple)) or len(got) != len(expected):
            yield Comparison(name, expected, got, None, False)
            return
        if not expected:
            yield Comparison(name, expected, got, None, True)
        for place, (value, mine) in enumerate(zip(expected, got, strict=True)):
            yield from _compare(f"{name}[{place}]", value, mine, tolerance)
    elif isinstance(expected, Decimal):
        number = _number(got)
        flat = tolerance if tolerance.keys() <= _TOLERANCE_KEYS else _below(tolerance, "default")
        allowed = _allowed(expected, flat)
        yield Comparison(name, expected, got, allowed, number is not None and abs(number - expected) <= allowed)
    else:
        same = isinstance(got, str) if isinstance(expected, str) else type(got) is type(expected)
        yield Comparison(name, expected, got, None, same and bool(got == expected))


def compare(expected: Mapping[str, Any], got: Mapping[str, Any], tolerance: Mapping[str, Any]) -> tuple[Comparison, ...]:
    """Every expected value against what was recomputed; a name that is missing agrees with nothing but null."""
    found: list[Comparison] = []
    for name, value in expected.items():
        found.extend(_compare(name, value, got.get(name), _below(tolerance, name)))
    return tuple(found)


def _load_kinds() -> None:
    """Import the files that register the kinds: they pull in the heavy libraries, so only a run pays for them."""
    from lab_app.validation import kinds_quality, kinds_uncertainty

    assert kinds_quality and kinds_uncertainty


def _reason(error: Exception) -> str:
    """Why a case could not be computed, in words a reader of the report can act on."""
    if isinstance(error, KeyError):
        return f"input missing: {error.args[0] if error.args else '?'}"
    if isinstance(error, MetrologyError):
        return f"refused: {error}"
    if isinstance(error, ArithmeticError):
        return f"cannot be computed: {type(error).__name__}"
    if isinstance(error, ValueError):
        return str(error) or type(error).__name__
    return f"inputs are not in the form of the kind: {error or type(error).__name__}"


def run_case(case: Case) -> Outcome:
    """Recompute one case.  Whatever a function raises is the reason of a failure, never the end of the run."""
    _load_kinds()
    solver = SOLVERS.get(case.kind)
    if solver is None:
        return Outcome(case, Status.FAILED, reason=f"unsupported kind: {case.kind[:60] or '?'}")
    try:
        got = solver(case.inputs, Context(case.path.parent))
        comparisons = compare(case.expected, got, case.tolerance)
    except CaseFileAbsent as absent:
        return Outcome(case, Status.NOT_RUN, reason=f"file absent: {absent}")
    except Exception as error:  # a foreign case must never stop the others
        return Outcome(case, Status.FAILED, reason=" ".join(_reason(error).split())[:300])
    if all(comparison.agrees for comparison in comparisons):
        return Outcome(case, Status.PASSED, comparisons)
    unknown = [name for name in case.expected if name not in got]
    reason = f"nothing computes these outputs from the inputs given: {', '.join(unknown)[:200]}" if unknown else ""
    return Outcome(case, Status.FAILED, comparisons, reason)


def run(folder: Path = OWN_CASES) -> Iterator[Outcome]:
    """Run every case of a folder, one after the other as they are computed; what cannot be read is a failure of its own.

    :raises CasesUnreadable: when there is nothing to run.
    """
    for case in read_cases(folder):
        if isinstance(case, CasesUnreadable):
            empty = Case(case.case, case.kind or "?", "", "", "", {}, {}, {}, folder)
            yield Outcome(empty, Status.FAILED, reason=str(case))
        else:
            yield run_case(case)

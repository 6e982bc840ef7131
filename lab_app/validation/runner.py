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

from lab_app.validation.registry import SOLVERS, CaseFileAbsent, Context, solves

__all__ = [
    "FORMAT", "OWN_CASES", "Case", "CaseFileAbsent", "CasesUnreadable", "Comparison", "Context", "Outcome", "Status",
    "compare", "read_cases", "run", "run_case", "solves",
]

FORMAT: Final = "metrology-refcases-1"
OWN_CASES: Final = Path(__file__).with_name("cases")
LARGEST_FILE: Final = 20_000_000
_TOLERANCE_KEYS: Final = frozenset({"abs", "rel"})


class CasesUnreadable(ValueError):
    """A folder without cases, or a file that is not in the format."""


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


def _case(raw: object, kind: str, path: Path) -> Case:
    if not isinstance(raw, dict):
        raise CasesUnreadable(f"{path.name}: a case is not an object")
    maps: dict[str, dict[str, Any]] = {}
    for name in ("inputs", "expected", "tolerance"):
        value = raw.get(name)
        if not isinstance(value, dict) or (not value and name == "expected"):
            raise CasesUnreadable(f"{path.name}: {raw.get('id', '?')}: {name} is missing")
        maps[name] = value
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


def _read_file(path: Path) -> list[Case]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ValueError("the file is too large")
        text = path.read_text(encoding="utf-8")
        data = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_refused_constant)
    except (OSError, ValueError, InvalidOperation, RecursionError) as error:
        raise CasesUnreadable(f"{path.name}: {error}") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT or not isinstance(data.get("cases"), list):
        raise CasesUnreadable(f"{path.name}: not in the format {FORMAT}")
    return [_case(raw, str(data.get("kind") or ""), path) for raw in data["cases"]]


def read_cases(folder: Path) -> Iterator[Case | CasesUnreadable]:
    """Every case of every ``*.json`` of a folder, in order of names; a file that cannot be read comes as its refusal.

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
        yield Comparison(name, expected, got, None, type(got) is type(expected) and bool(got == expected))


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
        return Outcome(case, Status.FAILED, reason=f"{type(error).__name__}: {error}"[:300])
    passed = all(comparison.agrees for comparison in comparisons)
    return Outcome(case, Status.PASSED if passed else Status.FAILED, comparisons)


def run(folder: Path = OWN_CASES) -> Iterator[Outcome]:
    """Run every case of a folder, one after the other as they are computed; an unreadable file is a failure of its own.

    :raises CasesUnreadable: when there is nothing to run.
    """
    for case in read_cases(folder):
        if isinstance(case, CasesUnreadable):
            name = str(case).partition(":")[0]
            empty = Case(name, "?", "", "", "", {}, {}, {}, folder / name)
            yield Outcome(empty, Status.FAILED, reason=str(case))
        else:
            yield run_case(case)

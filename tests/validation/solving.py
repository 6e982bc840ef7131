"""Cases made up by tests: a kind solved as ``flask validate`` does, and compared with numbers from a second source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from lab_app.validation import kinds_quality, kinds_uncertainty
from lab_app.validation.registry import SOLVERS, Context
from lab_app.validation.runner import Outcome, Status, run

D = Decimal
NOWHERE = Context(Path("/nonexistent"))


def decimals(value: Any) -> Any:
    """Python numbers as a case file gives them: Decimals throughout."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {key: decimals(inner) for key, inner in value.items()}
    return [decimals(inner) for inner in value] if isinstance(value, (list, tuple)) else D(str(value))


def solve(kind: str, inputs: dict[str, Any], context: Context = NOWHERE) -> Mapping[str, Any]:
    """The outputs of a case, those on demand unasked."""
    assert kinds_quality and kinds_uncertainty
    return SOLVERS[kind](decimals(inputs), context)


def near(got: Any, expected: Any, within: float = 0.0, share: float = 0.0) -> bool:
    """Whether a number, or every number of a list, agrees within an absolute or a relative distance."""
    if isinstance(expected, (list, tuple)):
        return len(got) == len(expected) and all(near(a, b, within, share) for a, b in zip(got, expected, strict=True))
    if got is None or expected is None:
        return got is expected
    return bool(abs(float(got) - float(expected)) <= max(within, share * abs(float(expected))))


def outcome(folder: Path, kind: str, inputs: dict[str, Any], expected: dict[str, Any], tolerance: Any = None) -> Outcome:
    """One case written to a file of its kind, read and run."""
    case = {
        "id": "made up", "source": "a test", "provenance": "cross-checked: two programs", "kind": kind, "inputs": inputs,
        "expected": expected, "tolerance": tolerance or {"rel": 1e-9, "abs": 1e-12}, "note": "",
    }  # fmt: skip
    data = {"format": "metrology-refcases-1", "kind": kind, "set": "test", "cases": [case]}
    (folder / f"{kind}.json").write_text(json.dumps(data), encoding="utf-8")
    (found,) = run(folder)
    return found


def passes(folder: Path, kind: str, inputs: dict[str, Any], expected: dict[str, Any], tolerance: Any = None) -> bool:
    """Whether the case passes; the comparisons that disagree are shown where it does not."""
    found = outcome(folder, kind, inputs, expected, tolerance)
    wrong = [(c.name, c.expected, c.got) for c in found.comparisons if not c.agrees]
    assert (found.status, found.reason, wrong) == (Status.PASSED, "", [])
    return True

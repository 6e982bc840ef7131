"""Forbidden acts on signatures: only the named gate stands in the way."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab_app.results import services as results
from tests.support.results_facts import make_bench
from tests.support.signing import confirmed

BREACHES: dict[str, Callable[[Any], Any]] = {}


def submitted_with_a_colleagues_signature(world: Any) -> Any:
    """The technician hands the job over; it is a colleague who typed the password."""
    bench = make_bench()
    bench.record_all()
    return results.submit_job(bench.people.technician, bench.job, confirmed=confirmed(bench.people.second_technician))


BREACHES["signed-by-person"] = submitted_with_a_colleagues_signature

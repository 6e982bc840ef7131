"""Forbidden acts on worksheets: only the named gate stands in the way."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab_app.results import services as results
from lab_app.results.services import worksheets
from tests.support.signing import confirmed
from tests.support.worksheet_facts import make_sheet

BREACHES: dict[str, Callable[[Any], Any]] = {}


def added_to_a_closed_worksheet(world: Any) -> Any:
    """A line is put on a worksheet whose results were all reviewed."""
    made = make_sheet(1)
    made.record({0: "15.4"})
    made.submit()
    results.review_line(made.bench.people.reviewer, made.rows[0].line, "approved", confirmed=confirmed(made.bench.people.reviewer))
    other = made.bench.line("P-01", "2472 MHz")
    return worksheets.add_lines(made.bench.people.technician, made.sheet, [other])


BREACHES["worksheet-not-closed"] = added_to_a_closed_worksheet

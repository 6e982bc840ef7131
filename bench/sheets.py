"""Worksheets of two hundred jobs: opened and recorded through their pages, beside the same rows by bare Flask and bare inserts.

The jobs come on top of a filled laboratory, each item received six days ago, all of one method version, none measured. Recording
uses a worksheet up, so there are as many as the measurement will ask for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask, render_template, request
from jinja2 import DictLoader
from sqlalchemy import Engine, MetaData, Table, insert, select
from sqlalchemy.orm import DeclarativeBase, Session

from bench import floors, foundation, units
from bench.cases import WrongAnswer
from bench.laboratory import NOW, Laboratory
from bench.units import MEASURING, Size
from bench.visitor import Answer, Visitor
from lab_app.quality.models import EnvironmentRecord
from lab_app.results.models import JobLine, TestJob, Worksheet, WorksheetLine
from lab_app.samples.models import (
    AgreedRule,
    ContractReview,
    CustodyEvent,
    RequestedTest,
    RequestItem,
    Sample,
    TestRequest,
)

JOBS = 200
OPEN_FLOOR, SAVE_FLOOR = "bare Flask, grid of 200 rows", "bare ORM, 200 audited rows"


class Waiting(Size):
    """Further units of a laboratory, all received and waiting to be measured."""

    def phase(self, i: int) -> int:
        """Every one is at the bench."""
        return MEASURING

    def at(self, i: int) -> datetime:
        """Asked for a week ago."""
        return self.now - timedelta(days=7)


def _ids(size: Size, sheets: int) -> list[int]:
    """Units of method 1, after those there are."""
    first = size.units - size.units % foundation.METHODS + foundation.METHODS
    return [first + n * foundation.METHODS for n in range(1, sheets * JOBS + 1)]


def lay(lab: Laboratory, sheets: int) -> list[str]:
    """Put so many worksheets of two hundred jobs into a laboratory; answers their codes."""
    size = Waiting(lab.size.units, NOW, lab.size.instruments)
    ids = _ids(lab.size, sheets)
    engine = lab.plain_engine()
    makers: list[tuple[Any, Callable[[Size, int], Any]]] = [
        (TestRequest, units.request), (RequestItem, units.item), (RequestedTest, units.requested_test), (ContractReview, units.review),
        (AgreedRule, units.agreed), (Sample, units.sample), (CustodyEvent, lambda s, i: units.custody(s, 2 * i - 1)),
        (TestJob, lambda s, i: {**(units.job(s, i) or {}), "status": "planned", "started_at": None, "assignee_id": None}),
        (JobLine, lambda s, i: {**(units.line(s, _line(i)) or {}), "status": "planned"}),
    ]  # fmt: skip
    codes = [f"BG-{NOW.year}-{n:03d}" for n in range(1, sheets + 1)]
    with engine.begin() as connection:
        connection.execute(insert(EnvironmentRecord.__table__), [_environment()])
        for model, maker in makers:
            connection.execute(insert(model.__table__), [maker(size, i) for i in ids])
        connection.execute(insert(Worksheet.__table__), [_sheet(n, code) for n, code in enumerate(codes, 1)])
        connection.execute(insert(WorksheetLine.__table__), list(_rows(ids)))
    engine.dispose()
    return codes


def _line(unit: int) -> int:
    """The first line of a unit."""
    return (unit - 1) * foundation.PARAMETERS + 1


def _environment() -> dict[str, Any]:
    return foundation._environment(foundation.DAYS, NOW - timedelta(hours=2)) | {"to_at": NOW + timedelta(hours=8)}


def _sheet(n: int, code: str) -> dict[str, Any]:
    return {
        "id": n, "version": 1, "code": code, "method_version_id": 1, "site_id": 1, "person_id": 1, "status": "open", "note": "",
        "instruments": [], "environment_id": None, "measured_at": None, "late_reason": "", "closed_at": None,
        "recorded_at": NOW - timedelta(hours=1),
    }  # fmt: skip


def _rows(ids: list[int]) -> Iterator[dict[str, Any]]:
    for n, unit in enumerate(ids):
        yield {
            "id": n + 1, "version": 1, "worksheet_id": n // JOBS + 1, "position": n % JOBS + 1, "kind": "line", "line_id": _line(unit),
            "chart_id": None, "value_id": None, "comparison_id": None, "settings": {}, "removed_at": None,
            "recorded_at": NOW - timedelta(hours=1),
        }  # fmt: skip


# ---- what is measured ---------------------------------------------------------------------------------------------


def opening(person: Visitor, code: str) -> Callable[[], Answer]:
    """Open a worksheet of two hundred rows."""

    def act() -> Answer:
        answer = person.get(f"/worksheets/{code}")
        if answer.status != 200:
            raise WrongAnswer(f"/worksheets/{code} answered {answer.status}")
        return answer

    return act


def saving(person: Visitor, codes: list[str], lab: Laboratory) -> Callable[[], Answer]:
    """Record two hundred rows of the next worksheet: form, gates, results, audit entries, commit."""
    instrument = fit_instrument(lab)
    token = person.get(f"/worksheets/{codes[0]}").token
    cookies = person.cookies
    left = iter(enumerate(codes))

    def act() -> Answer:
        n, code = next(left)
        person.cookies = cookies
        cells = {f"c.{n * JOBS + row}.level.0": f"{15 + row % 40 / 10:.1f}" for row in range(1, JOBS + 1)}
        form = {"csrf_token": token, "instruments": str(instrument), "environment": str(foundation.DAYS), **cells}
        answer = person.post(f"/worksheets/{code}/record", form)
        if answer.status not in (302, 303):
            raise WrongAnswer(f"/worksheets/{code}/record answered {answer.status}")
        return answer

    return act


def fit_instrument(lab: Laboratory) -> int:
    """An instrument of the laboratory that may be used now."""
    from instruments.models import Instrument
    from instruments.services import unfit_reasons
    from lab_app.core.db import db

    with lab.app.app_context():
        for ident in range(1, lab.size.instruments + 1):
            row = db.session.get(Instrument, ident)
            if row is not None and not unfit_reasons(row, NOW, None, NOW):
                return ident
    raise LookupError("no instrument of this laboratory may be used")


def recorded(lab: Laboratory, code: str) -> int:
    """How many rows of a worksheet have a reading."""
    from sqlalchemy import func

    from lab_app.results.models import Reading

    engine = lab.plain_engine()
    query = (
        select(func.count()).select_from(Reading).join(WorksheetLine, WorksheetLine.line_id == Reading.line_id)
        .join(Worksheet, Worksheet.id == WorksheetLine.worksheet_id).where(Worksheet.code == code)
    )  # fmt: skip
    with engine.connect() as connection:
        found = int(connection.execute(query).scalar_one())
    engine.dispose()
    return found


# ---- floors ---------------------------------------------------------------------------------------------------------

GRID = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{{ code }}</title></head><body><form method="post"><table>
{% for row in rows %}<tr><th>{{ row.position }}</th><td><a href="/jobs/{{ row.job }}">{{ row.job }}</a></td><td>{{ row.sample }}</td>
<td>{{ row.conditions }}</td><td><input name="c.{{ row.id }}.level.0" value=""></td><td>{{ row.limit }}</td><td>{{ row.status }}</td></tr>
{% endfor %}</table></form></body></html>"""


def bare_grid(engine: Engine) -> Flask:
    """The rows of a worksheet by one statement of SQLAlchemy Core, drawn as a grid of inputs by a plain template."""
    app = Flask("floor_grid")
    app.jinja_loader = DictLoader({"grid.html": GRID})
    query = (
        select(WorksheetLine.id, WorksheetLine.position, JobLine.conditions, JobLine.limit, JobLine.status, TestJob.code.label("job"),
               Sample.code.label("sample"))
        .join(Worksheet, Worksheet.id == WorksheetLine.worksheet_id).join(JobLine, JobLine.id == WorksheetLine.line_id)
        .join(TestJob, TestJob.id == JobLine.job_id).join(Sample, Sample.id == TestJob.sample_id).order_by(WorksheetLine.position)
    )  # fmt: skip

    @app.get("/<code>")
    def show(code: str) -> str:
        with engine.connect() as connection:
            rows = connection.execute(query.where(Worksheet.code == code)).all()
        return render_template("grid.html", code=code, rows=rows)

    return app


def bare_rows(engine: Engine) -> Flask:
    """Two hundred rows of readings with their hashed audit entries by the ORM alone, in one transaction.

    They hang on lines and revisions of their own, so that the floor never meets the program's.
    """
    app = Flask("floor_rows")
    floors._durable(engine)

    class Floor(DeclarativeBase):
        pass

    tables = MetaData()

    class Row(Floor):
        __table__ = Table("reading", tables, autoload_with=engine)

    entries = Table("audit_entry", tables, autoload_with=engine)
    naive = NOW.replace(tzinfo=None) if engine.dialect.name == "sqlite" else NOW
    turn = iter(range(1000, 100_000))

    @app.post("/")
    def create() -> tuple[str, int]:
        revision, lines = next(turn), json.loads(request.form["lines"])
        with Session(engine) as session:
            rows = [Row(**_bare_reading(line, revision, naive)) for line in lines]
            session.add_all(rows)
            session.flush()
            session.execute(insert(entries), [_bare_entry(row.id, naive) for row in rows])  # type: ignore[attr-defined]
            session.commit()
        return "", 303

    return app


def _bare_reading(line: int, revision: int, at: datetime) -> dict[str, Any]:
    found = units.reading(Waiting(1, NOW), _line(1)) or {}
    text = {key: json.dumps(found[key]) for key in ("raw", "limit_value", "computed")}
    numbers = {key: str(value) for key, value in found.items() if isinstance(value, Decimal)}
    return {key: value for key, value in found.items() if key != "id"} | text | numbers | {
        "line_id": line, "revision": revision, "measured_at": at, "recorded_at": at, "environment_id": foundation.DAYS,
    }  # fmt: skip


def _bare_entry(ident: int, at: datetime) -> dict[str, Any]:
    canonical = json.dumps({"kind": "reading", "id": ident, "changes": {"value": "15.4"}}, sort_keys=True)
    return {
        "at": at, "actor_id": 1, "actor_name": "bench", "action": "create", "subject_kind": "reading", "subject_id": ident,
        "subject_code": "", "reason": "", "canonical": canonical, "hash": hashlib.sha256(canonical.encode()).hexdigest(),
    }  # fmt: skip


def floors_of(lab: Laboratory, codes: list[str]) -> dict[str, Callable[[], Answer]]:
    """Both floors, each refused when it does not answer. The rows hang on the lines of the last worksheet, which nobody measures."""
    grid, rows = Visitor(bare_grid(lab.plain_engine())), Visitor(bare_rows(lab.plain_engine()))
    lines = json.dumps([_line(unit) for unit in _ids(lab.size, len(codes))[-JOBS:]])

    def asked(act: Callable[[], Answer], status: int) -> Callable[[], Answer]:
        answer = act()
        if answer.status != status:
            raise WrongAnswer(f"a floor of the worksheets answered {answer.status}")
        return act

    return {
        OPEN_FLOOR: asked(lambda: grid.get(f"/{codes[0]}"), 200),
        SAVE_FLOOR: asked(lambda: rows.post("/", {"lines": lines}), 303),
    }

"""`flask recall-drill`: what drills there were, and how long the program's own part takes on the present data."""
from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import click
from flask.cli import AppGroup

from certificates.drills import copying, queries, services
from certificates.models import RecallDrill
from certificates.recall.queries import instrument_named
from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.db import db

drill_group = AppGroup("recall-drill", help="Recall drills: on a copy of the data, never on the live records.")
REHEARSAL = "rehearsal"


@drill_group.command("list")
def list_drills() -> None:
    """Every drill: state, counts, minutes, aim."""
    for row in db.session.scalars(queries.drills().order_by(RecallDrill.id)):
        took = f"{services.seconds(row) / 60:.1f} min of {row.target_minutes}" if row.finished_at else "-"
        click.echo(f"{row.code}  {row.status:<9} {row.instrument.code:<12} {row.counts.get('readings', 0)} readings, "
                   f"{row.counts.get('reports', 0)} papers, {row.counts.get('enterprises', 0)} enterprises  {took}")


@drill_group.command("rehearse")
@click.argument("instrument")
@click.option("--since", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The fictitious last good day.")
@click.option("--error", default=None, help="How far the instrument is said to be off.")
@click.option("--unit", default="dB", show_default=True, help="Unit of the error.")
def rehearse(instrument: str, since: datetime, error: str | None, unit: str) -> None:
    """Copy the data, inject the fault there, say what is touched and how long that took; the copy is removed, nothing is filed."""
    row = instrument_named(instrument)
    if row is None:
        raise click.ClickException(f"no instrument {instrument}")
    person: Any = db.session.query(Person).order_by(Person.id).first()
    fault = (row.id, clock.at_local(since.date()), Decimal(error) if error else None, unit if error else "", "rehearsal")
    db.session.rollback()
    try:
        made = copying.make(REHEARSAL)
        began = clock.now()
        _code, counts, found = services.inject(REHEARSAL, person.id, *fault)
        click.echo(f"copy {made.size / 1e6:.1f} MB in {made.milliseconds} ms, searched in {(clock.now() - began).total_seconds():.2f} s")
        click.echo(f"{counts['readings']} readings, {counts['results']} results, {counts['reports']} papers, {len(found)} enterprises")
        for one in found:
            click.echo(f"  {one.code}  {one.name}: {one.readings} readings; {', '.join(one.reports) or 'no paper'}; "
                       f"{one.contact or 'NO CONTACT'}")
    finally:
        copying.remove(REHEARSAL)

"""Commands of the `flask` line: the same services as the pages, with a named system actor."""
from __future__ import annotations

import secrets
import signal
import sys
import threading
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_babel import lazy_gettext as _l

from lab_app.core import audit, drafts, files, jobs, schedule
from lab_app.core import db as database
from lab_app.core.access import SystemActor
from lab_app.core.db import db
from lab_app.core.permissions import P

audit_group = AppGroup("audit", help="The audit trail: seal and verify its chain.")
accounts_group = AppGroup("accounts", help="Accounts of people.")
demo_group = AppGroup("demo", help="The demonstration laboratory.")
jobs_group = AppGroup("jobs", help="Queued work and housekeeping.")


@audit_group.command("verify")
def audit_verify() -> None:
    """Recompute the chain; exit 1 and name the first broken link when it does not hold."""
    found = audit.verify(db.engine)
    click.echo(f"entries {found.entries}, sealed {found.sealed}, not yet sealed {found.unsealed}"
               + (f" (oldest {found.oldest_unsealed_seconds} s)" if found.unsealed else ""))
    click.echo(f"head {found.head}")
    if found.broken:
        click.echo(f"BROKEN: {found.broken}", err=True)
        sys.exit(1)
    click.echo("the chain holds")


@audit_group.command("seal")
def audit_seal() -> None:
    """Seal the entries that have no seal yet."""
    click.echo(f"sealed {audit.seal(db.engine)} entries")


@accounts_group.command("create-admin")
@click.option("--email", required=True, help="The address the administrator signs in with.")
@click.option("--name", required=True, help="Full name, as in the trail.")
@click.option("--code", default="QT01", show_default=True, help="Staff code.")
@click.option("--password", default=None, help="Asked for, or made at random, when not given.")
def create_admin(email: str, name: str, code: str, password: str | None) -> None:
    """Create the first administrator of a new installation."""
    from lab_app.accounts import services
    from lab_app.accounts.sign_in import password_hash

    shown = password or secrets.token_urlsafe(12)
    hashed = password_hash(shown)
    actor = SystemActor("flask accounts create-admin", frozenset({P.ROLE_WRITE, P.PERSON_WRITE}))
    try:
        services.ensure_roles(actor)
        services.add_person(actor, code=code, full_name=name, email=email, password_hash=hashed, roles=["administrator"])
        db.session.commit()
    finally:
        database.end_writing()
    click.echo(f"created {email}" + ("" if password else f" with password {shown}"))


@demo_group.command("load")
@click.option("--if-empty", is_flag=True, help="Do nothing when the database already holds a laboratory.")
def demo_load(if_empty: bool) -> None:
    """Load the demonstration laboratory: its story at its own dates, and one open request to walk by hand."""
    from lab_app.demo import load

    click.echo(load.load(if_empty=if_empty))


def _round() -> None:
    """Queue what comes back, run what is due, seal the trail."""
    schedule.queue_due()
    jobs.run_due()
    audit.seal(db.engine)
    db.session.remove()


@jobs_group.command("work")
@click.option("--once", is_flag=True, help="Do what is due and stop.")
@click.option("--pause", default=5.0, show_default=True, help="Seconds between two looks.")
def work(once: bool, pause: float) -> None:
    """Run queued and scheduled jobs and seal the audit trail. Several workers may run: each job is done by one of them."""
    _round()
    if once:
        return
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())

    def look() -> None:
        with app.app_context():
            schedule.queue_due()
            db.session.remove()

    with schedule.ticking(look):
        while not stopped.wait(pause):
            jobs.run_due()
            audit.seal(db.engine)
            db.session.remove()


@schedule.scheduled("housekeeping", _l("Dọn bản nháp cũ, tệp không ai dùng"), every="hour", minute=10)
def housekeeping(_payload: dict[str, Any]) -> None:
    """Sweep old drafts, orphaned files and rows of scheduled work done long ago."""
    with jobs.transaction():
        drafts.sweep()
        schedule.forget_old()
    files.sweep()


def init_app(app: Flask) -> None:
    """Hang the commands on the application."""
    for group in (audit_group, accounts_group, demo_group, jobs_group):
        app.cli.add_command(group)
    from lab_app.validation.command import validate

    app.cli.add_command(validate)

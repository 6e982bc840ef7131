"""Parts of the demonstration told by themselves on Monday 16/11/2026, 09:00, each once in a run of the tests."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from flask import Flask

from lab_app.core import clock
from tests.support.installation import Installation


def told(scratch: Path, name: str, *steps: Callable[[], object]) -> Iterator[Flask]:
    """The application with what the steps told, each committed, inside an application context; the clock stands meanwhile."""
    from lab_app.core import db as database

    def tell() -> None:
        for step in steps:
            step()
            database.db.session.commit()
            database.end_writing()

    installation = Installation("sqlite", scratch)
    clock.set_process_clock(clock.at_local(date(2026, 11, 16), 9))
    try:
        app = installation.reset(name, tell)
        with app.app_context():
            yield app
            database.db.session.rollback()
            database.end_writing()
    finally:
        clock.set_process_clock(None)
        installation.close()

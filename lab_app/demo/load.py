"""Fills an empty installation with the demonstration laboratory, by the same services as the pages.

The historical story is told at its own dates through the loader's clock; authorisations, calibrations and checks current
today are added, with one open request to walk by hand. Production refuses the clock and with it the demonstration.
"""
from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from lab_app.core import db as database
from lab_app.core.db import db

if TYPE_CHECKING:
    import config

HERE = Path(__file__).resolve().parent
PASSWORD_FILE = "demo_password"
SHOWN_PASSWORD = "mayxanh-2026"


def case() -> dict[str, Any]:
    """The demonstration case as data."""
    return json.loads((HERE / "demo_case.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def password(settings: config.Settings) -> str:
    """Fixed and shown on loopback only; elsewhere random, made once and kept beside the data."""
    if settings.loopback or settings.mode == "test":
        return SHOWN_PASSWORD
    path = settings.instance / PASSWORD_FILE
    if not path.exists():
        path.write_text(secrets.token_urlsafe(12), encoding="ascii")
        path.chmod(0o600)
    return path.read_text(encoding="ascii").strip()


def load(if_empty: bool) -> str:
    """Load everything and commit; answers one line for the command line."""
    from certificates.signing import local
    from lab_app.accounts.models import Person
    from lab_app.demo import (
        aims,
        calibration_certificate_story,
        calibration_story,
        capture_story,
        competence,
        deciding,
        deviation_story,
        documents,
        equipment,
        glass,
        interests,
        life,
        limits,
        methods,
        nonconforming,
        papers,
        people,
        places_story,
        plan_story,
        planning,
        publicity,
        recall_story,
        register_story,
        story,
        today,
        uncertainty,
        use_story,
        validity_story,
        voices,
        worksheets,
    )

    if db.session.scalar(select(Person.id).limit(1)) is not None:
        db.session.rollback()
        if if_empty:
            return "the database already holds people; nothing was loaded"
        raise SystemExit("the demonstration loads into an empty database only")
    db.session.rollback()
    local.ensure(current_app.config["LAB"])
    try:
        for step in (
            lambda: people.load_people(password(current_app.config["LAB"])),
            papers.tell,
            equipment.load_equipment,
            calibration_story.tell,
            register_story.tell,
            plan_story.tell,
            methods.load_methods,
            competence.answer_versions,
            planning.load_rules,
            limits.tell,
            validity_story.tell,
        ):
            step()
            _commit()
        told = story.tell_to_the_report()
        recall_story.tell_earlier()
        equipment.receiver_found_wrong()
        _commit()
        recall_story.tell()
        story.tell_the_amendment(*told)
        calibration_certificate_story.tell()
        today.load_today()
        planning.tell_today()
        deviation_story.tell()
        _commit()
        capture_story.tell()
        _commit()
        use_story.tell()
        _commit()
        uncertainty.tell()
        _commit()
        deciding.tell()
        _commit()
        worksheets.tell()
        _commit()
        life.tell()
        _commit()
        publicity.tell()
        _commit()
        nonconforming.tell()
        _commit()
        competence.tell()
        _commit()
        interests.tell()
        _commit()
        documents.tell()
        _commit()
        glass.tell()
        _commit()
        voices.tell()
        _commit()
        aims.tell()
        _commit()
        places_story.tell()
        _commit()
    finally:
        db.session.rollback()
        database.end_writing()
    return "the demonstration laboratory is loaded"


def _commit() -> None:
    db.session.commit()
    database.end_writing()


def accounts() -> list[dict[str, Any]]:
    """The demonstration's people with their roles, in the order they were loaded; empty where it is not loaded."""
    from lab_app.accounts.models import Person
    from lab_app.core.i18n import pick

    query = select(Person).where(Person.email.like("%@mayxanh.example")).order_by(Person.id)
    people = db.session.scalars(query.options(selectinload(Person.roles)))
    return [
        {"email": p.email, "role": ", ".join(pick(r.title_vi, r.title_en) for r in p.roles), "password": SHOWN_PASSWORD}
        for p in people
        if p.roles
    ]


def account_lines(settings: config.Settings) -> list[str]:
    """The demonstration's accounts, one for each role, for the terminal; the password on loopback only."""
    found = accounts()
    if not found:
        return []
    shown = SHOWN_PASSWORD if settings.loopback else f"in {settings.instance / PASSWORD_FILE}"
    return ["", f"  Tài khoản minh họa / demonstration accounts (mật khẩu / password: {shown})",
            *(f"    {a['email']:<28} {a['role']}" for a in found)]

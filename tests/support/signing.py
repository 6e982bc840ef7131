"""Signatures of the tests' people: as the loader tells them, or typed like a person's, without the cost of a hash in a loop."""
from __future__ import annotations

from typing import Any

from lab_app.accounts.models import Person
from lab_app.accounts.services import signatures
from lab_app.accounts.workflow import Confirmation

PASSWORD = "mật khẩu của người thử"


def confirmed(person: Person) -> Confirmation:
    """The person signs what the service is about to do, as the demonstration's loader tells it: for tests of something else."""
    return signatures.told(person)


def with_password(person: Person, password: str = PASSWORD) -> Person:
    """The person has a password from now on (the caller's transaction writes); hashed once a process."""
    from lab_app.core import db as database

    database.begin_writing()
    person.password = _hash(password)
    database.db.session.flush()
    return person


_hashes: dict[str, str] = {}


def _hash(password: str) -> str:
    from flask import current_app

    from lab_app.accounts.sign_in import password_hash

    key = f"{current_app.config['LAB'].password_salt}:{password}"
    if key not in _hashes:
        _hashes[key] = password_hash(password)
    return _hashes[key]


def typed(shown: Any, password: str = PASSWORD, **more: Any) -> dict[str, Any]:
    """The fields of a signing form: the password and the hash of what the page showed."""
    return {"password": password, "shown": signatures.digest(shown), **more}

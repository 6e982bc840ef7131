"""Signatures of the tests' people: as the loader tells them, or typed like a person's, without the cost of a hash in a loop."""
from __future__ import annotations

import re
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


def typed(client: Any, person: Person, page: str, action: str = "") -> dict[str, str]:
    """What the person types to sign on a page: the password, and the hash that the page carries (of the form that posts to `action`)."""
    with_password(person)
    body = client.get(page).get_data(as_text=True)
    forms = re.findall(r"<form[^>]*>.*?</form>", body, re.S)
    wanted = [form for form in forms if f'action="{action}' in form.split(">", 1)[0]] if action else []
    found = re.search(r'name="shown"[^>]*value="([0-9a-f]{64})"', "".join(wanted) or body)
    return {"password": PASSWORD, "shown": found[1] if found else ""}

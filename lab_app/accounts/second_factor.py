"""The second factor: one-time codes of an authenticator (RFC 6238), by Flask-Security's own class; no code is taken twice.

Secrets stand encrypted in the database under a key derived from the installation's secret; without that secret nobody makes codes
from a copy of the database.
"""
from __future__ import annotations

import hashlib

from flask import current_app
from flask_security.totp import Totp
from sqlalchemy import func, select

from lab_app.accounts.models import Person, UsedCode
from lab_app.core import clock
from lab_app.core.db import db

#: Seconds before and after in which a code still counts: the phone's clock and the person's fingers.
WINDOW = 30


class Codes(Totp):
    """Flask-Security's codes, judged at our clock and with the number of the code that matched."""

    def matched(self, token: str, secret: str, last_counter: int | None) -> int | None:
        """Number of the code, or None: not a code, a wrong one, one outside the window, or one at or before `last_counter`."""
        try:
            found = self._totp.verify(token, secret, time=clock.now(), window=WINDOW, last_counter=last_counter)
        except ValueError:  # what the library raises for a code that is none is a ValueError too
            return None
        return int(found.counter)


def codes() -> Codes:
    """The maker and checker of this installation's codes."""
    made = current_app.extensions.get("one_time_codes")
    if made is None:
        settings = current_app.config["LAB"]
        key = hashlib.sha256(f"one-time codes {settings.secret_key}".encode()).hexdigest()
        issuer = settings.public_url.partition("://")[2].partition(":")[0].partition("/")[0] or "LAB"  # the standard forbids a colon
        made = current_app.extensions["one_time_codes"] = Codes({"1": key}, issuer=issuer)
    return made  # type: ignore[no-any-return]


def counter_of(person: Person, typed: str) -> int | None:
    """Number of the person's code that was typed, or None when it is wrong, too old or used before. Reads only."""
    last = db.session.scalar(select(func.max(UsedCode.counter)).where(UsedCode.person_id == person.id))
    return codes().matched("".join(typed.split()), person.tf_totp_secret or "", last)

"""The two addresses of a complaint without an account: the form that was opened (once, not by a robot) and the page that shows progress.

A form carries a signed note of when it was opened and a number used once. The progress token follows from that number and the
installation's secret: the same form sent twice leads to the same complaint and the same page, and only hashes are kept.
"""
from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from lab_app.core import clock

#: A person needs longer to read the form than this (seconds); a robot does not.
QUICKEST = 4
#: A form left open longer than this (seconds) is opened anew, with what was typed.
LONGEST = 24 * 3600
_SALT = "complaint-form"


@dataclass(frozen=True)
class Opened:
    """A form that came back: its number, and whether it was sent faster than a person reads, or after too long."""

    nonce: str
    too_quick: bool = False
    too_old: bool = False


def opened(secret: str) -> str:
    """The note for a form opened now."""
    made: Any = URLSafeSerializer(secret, salt=_SALT).dumps([int(clock.now().timestamp()), secrets.token_urlsafe(12)])
    return str(made)


def read(secret: str, note: str) -> Opened | None:
    """What a note says; none for one that is not ours."""
    try:
        at, nonce = URLSafeSerializer(secret, salt=_SALT).loads(note)
        age = int(clock.now().timestamp()) - int(at)
    except (BadSignature, TypeError, ValueError):
        return None
    return Opened(str(nonce), age < QUICKEST, age > LONGEST)


def progress(secret: str, nonce: str) -> str:
    """The token of the progress page that follows from a form's number."""
    made = hmac.new(secret.encode(), f"complaint-progress:{nonce}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(made).decode().rstrip("=")


def hashed(token: str) -> str:
    """What is kept of a token or a number."""
    return hashlib.sha256(token.encode()).hexdigest()

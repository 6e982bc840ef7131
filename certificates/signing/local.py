"""The key of an installation that is no laboratory's: the demonstration, a trial, a test."""
from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from certificates.signing import making
from config import Settings

NAME = "Phòng thử nghiệm dùng thử"
#: A trial tells stories of months past: the certificate was good then, and is for years.
SINCE, DAYS = datetime(2025, 1, 1, tzinfo=UTC), 3650


def ensure(settings: Settings, bits: int = making.BITS, rounds: int = making.ROUNDS) -> bool:
    """Make the key of a trial where there is none; says whether it did. Never in production: there a person makes or buys one."""
    ways = settings.signing
    if settings.production or ways.token or ways.key.exists():
        return False
    content, _identity = making.make(
        name=NAME, organisation="", address=f"{settings.public_url}/verify", not_before=SINCE, days=DAYS, password=ways.password,
        bits=bits, rounds=rounds)
    with suppress(FileExistsError):  # another process was first
        making.write(ways.key, content)
    return True

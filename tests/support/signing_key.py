"""One signing key for a run of the tests: making one costs more than a signature, and every test may sign with the same."""
from __future__ import annotations

import pickle
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from certificates.signing import making
from certificates.signing.identity import Identity
from tests.support.shelf import once

if TYPE_CHECKING:
    import config

PASSWORD = "the-password-of-the-tests-key-and-of-nothing-else"
NAME = "Phòng thử nghiệm kiểm tra"


@cache
def made() -> tuple[bytes, Identity]:
    """The key file's bytes and what its certificate says; the same for every process of the run, whose states are copied."""
    def make(to: Path) -> None:
        to.write_bytes(pickle.dumps(making.make(
            name=NAME, organisation="Trung tâm Đo lường", address="https://lab.example/verify",
            not_before=datetime(2020, 1, 1, tzinfo=UTC), days=7300, password=PASSWORD, bits=2048, rounds=1000)))

    return pickle.loads(once("signing_key", make).read_bytes())  # type: ignore[no-any-return]


def install(settings: config.Settings) -> None:
    """Give an installation the key, at the place its settings name."""
    if not settings.signing.key.exists():
        making.write(settings.signing.key, made()[0])

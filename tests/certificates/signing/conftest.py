"""An archived paper, the key of the tests, and the paper signed with it: made once for a module."""
from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

import config
from certificates.paper import archive, draw
from certificates.paper.stamp_place import StampPlace
from certificates.signing import keys, sealing, stamp
from tests.certificates.demo_snapshot import demo_snapshot
from tests.support import signing_key

MOMENT = datetime(2026, 11, 16, 9, 30, 15, tzinfo=UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
PLACE = StampPlace(1, (320.3, 80.0, 547.1, 148.0))


@pytest.fixture(scope="session")
def archived() -> bytes:
    snapshot = demo_snapshot()
    return archive.archive(draw(snapshot), snapshot)


@pytest.fixture(scope="session")
def ways(tmp_path_factory) -> config.Signing:
    path: Path = tmp_path_factory.mktemp("key") / "key.p12"
    path.write_bytes(signing_key.made()[0])
    return config.Signing(key=path, password=signing_key.PASSWORD)


@pytest.fixture(scope="session")
def said() -> sealing.Statement:
    words = stamp.words_of(
        signing_key.made()[1], laboratory="Trung tâm Đo lường và Thử nghiệm Thiết bị Viễn thông Khu vực Tây Nguyên",
        signatory="Nguyễn Phước Thịnh", office="Phó Giám đốc", moment="16/11/2026 16:30:15 +07:00", register="lab.example/verify")
    return sealing.Statement("Phát hành PKQ-1", "Đà Nẵng", "https://lab.example/verify/x", words, PLACE)


@pytest.fixture(scope="session")
def signed(archived, ways, said) -> SimpleNamespace:
    made = sealing.seal(archived, keys.load(ways), moment=MOMENT, said=said)
    return SimpleNamespace(pdf=made.content, sealed=made, unsigned=archived)

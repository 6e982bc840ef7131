"""Where the demonstration's instruments are, and an interval under review: an issue that came back, two that are out, a proposal
that waits for its decision (6.4.3, 6.4.7)."""
from __future__ import annotations

from datetime import timedelta

from instruments import queries, services
from instruments.models import Instrument
from instruments.rules.intervals import Bounds
from lab_app.core import clock
from lab_app.demo.people import person

STEWARD = "U06"


def tell() -> None:
    """At present: what is out today depends on the day of loading, as do the due dates beside it."""
    today = clock.today()
    _lent_and_back(_by_code("EQ-003"))
    services.lend(
        person(STEWARD), _by_code("EQ-012"), holder_kind="person", holder="", holder_person=person("U04"),
        due_back_on=today + timedelta(days=6), condition_out="Đủ dây nguồn, tem còn nguyên",
        purpose="Thử dải điện áp nguồn tại buồng môi trường", out_at=clock.now() - timedelta(hours=3))
    services.lend(
        person(STEWARD), _by_code("EQ-015"), holder_kind="bench", holder="Bàn đo phát xạ dẫn", due_back_on=today - timedelta(days=2),
        condition_out="Pin mới", purpose="Theo dõi phòng phát xạ dẫn trong tuần", out_at=clock.now() - timedelta(days=9))
    services.propose_interval(
        person(STEWARD), _by_code("EQ-002"), method="staircase", bounds=Bounds(longest_months=24),
        reason="Xem xét hằng năm: các lần hiệu chuẩn liền nhau đều dùng chưa hết dung sai")


def _lent_and_back(instrument: Instrument) -> None:
    with clock.at(clock.now() - timedelta(days=30)):
        loan = services.lend(
            person(STEWARD), instrument, holder_kind="site", holder="Hiện trường trạm gốc Giả Định",
            due_back_on=clock.today() + timedelta(days=3), condition_out="Đủ phụ kiện trong va li",
            purpose="Đo tại chỗ theo yêu cầu của khách hàng")
    with clock.at(clock.now() - timedelta(days=28)):
        services.take_back(person(STEWARD), loan, condition_back="Nguyên vẹn; tự kiểm tra đạt")


def _by_code(code: str) -> Instrument:
    found = queries.by_code(code)
    if found is None:
        raise LookupError(f"the demonstration has no instrument {code}")
    return found

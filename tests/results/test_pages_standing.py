"""Pages of what stands after a change, and of conditioning: answered without script, refused in words, shown beside the bench."""
from __future__ import annotations

from datetime import timedelta

import pytest

from lab_app.core import clock
from lab_app.core.access import authorize
from lab_app.core.db import begin_writing, db
from lab_app.core.permissions import P
from lab_app.results.models import JobConditioning, StandingDecision
from lab_app.samples import services as samples
from test_methods.models import MethodVersion
from tests.support import results_facts
from tests.support.people_facts import SETTER
from tests.support.results_facts import MEASURED


def text_of(answer):
    return answer.get_data(as_text=True)


def typed(moment):
    return clock.local(moment).strftime("%d/%m/%Y %H:%M")


@pytest.fixture
def bench(app, writing, frozen_clock):
    return results_facts.make_bench()


@pytest.fixture
def changed(bench):
    bench.record()
    bench.record(bench.line(conditions="2472 MHz"))
    samples.change_firmware(bench.people.reception, bench.sample, firmware="1.0.4", changed_at=MEASURED + timedelta(minutes=2),
                            by="Ông Đặng Thử Nghiệm", reason="giảm phát xạ giả")
    db.session.commit()
    return bench


def test_the_reviewer_answers_with_one_reason_for_several_lines(client_as, changed):
    code = changed.sample.code
    client = client_as(changed.people.reviewer)
    address = f"/samples/{code}/standing"
    assert "còn 2 kết quả chờ trả lời" in text_of(client.get(address))
    assert "2 kết quả chờ trả lời" in text_of(client.get(f"/samples/{code}")), "the sample's page says so"
    assert "2 kết quả đo trước đó chờ trả lời" in text_of(client.get(f"/jobs/{changed.job.code}")), "and so does the bench"
    lines = [line.id for line in changed.job.lines if line.readings]
    from lab_app.results.queries.standing import changes_of

    key = changes_of(changed.sample)[0].key
    both = {"change": key, **{f"decision-{ident}": "stands" for ident in lines}}
    refused = client.post(address, data=both)
    assert refused.status_code == 422 and "Cần ghi lý do kỹ thuật." in text_of(refused)
    assert client.post(address, data={"change": key}).status_code == 422, "nothing was chosen"
    assert client.post(address, data={**both, "reason": "phần cao tần không đổi"}).status_code == 302
    assert {d.reason for d in db.session.query(StandingDecision)} == {"phần cao tần không đổi"}
    assert "đã trả lời hết" in text_of(client.get(address))


def test_a_technician_reads_but_does_not_answer(client_as, changed):
    from lab_app.results.queries.standing import changes_of

    client = client_as(changed.people.technician)
    address = f"/samples/{changed.sample.code}/standing"
    page = text_of(client.get(address))
    assert "Người soát xét được trao quyền trả lời." in page and "Lưu trả lời" not in page
    line = next(line.id for line in changed.job.lines if line.readings)
    answer = client.post(address, data={"change": changes_of(changed.sample)[0].key, f"decision-{line}": "stands", "reason": "x"})
    assert answer.status_code == 403 and db.session.query(StandingDecision).count() == 0


def test_a_sample_that_never_changed_says_so(client_as, bench):
    db.session.commit()
    client = client_as(bench.people.reviewer)
    assert "Không có kết quả nào đo trước khi mẫu thay đổi." in text_of(client.get(f"/samples/{bench.sample.code}/standing"))
    assert client.get("/samples/M99-0000-01/standing").status_code == 404


def test_conditioning_is_begun_and_ended_on_its_page_and_stops_the_bench_until_then(client_as, bench):
    authorize(SETTER, P.METHOD_WRITE)
    version = db.session.get_one(MethodVersion, bench.tested.version.id)
    version.conditioning_minutes, version.conditioning = 60, "23 ± 2 °C"
    db.session.commit()
    client, code = client_as(bench.people.technician), bench.job.code
    stopped = text_of(client.get(f"/jobs/{code}"))
    assert "chưa ghi lần ổn định nào" in stopped and "chưa ổn định" in stopped
    assert client.post(f"/jobs/{code}/conditioning/finish", data={"ended_at": typed(clock.now())}).status_code == 404
    bad = client.post(f"/jobs/{code}/conditioning/start", data={"started_at": "hôm qua", "place": ""})
    assert bad.status_code == 422 and db.session.query(JobConditioning).count() == 0
    start = clock.now() - timedelta(minutes=90)
    assert client.post(f"/jobs/{code}/conditioning/start", data={"started_at": typed(start), "place": "Phòng RF"}).status_code == 302
    row = db.session.query(JobConditioning).one()
    assert "đã đủ thời gian, ghi kết thúc" in text_of(client.get(f"/jobs/{code}"))
    early = {"version": row.version, "ended_at": typed(start + timedelta(minutes=30))}
    refused = client.post(f"/jobs/{code}/conditioning/finish", data=early)
    assert refused.status_code == 422 and "Mới được 30 phút trên 60 phút" in text_of(refused)
    done = client.post(f"/jobs/{code}/conditioning/finish", data={"version": row.version, "ended_at": typed(start + timedelta(minutes=70))})
    assert done.status_code == 302 and "đã ổn định xong" in text_of(client.get(f"/jobs/{code}"))
    begin_writing()
    db.session.expire_all()


def test_who_may_not_measure_does_not_condition(client_as, bench):
    db.session.commit()
    answer = client_as(bench.people.reception).post(f"/jobs/{bench.job.code}/conditioning/start",
                                                    data={"started_at": typed(clock.now()), "place": "x"})
    assert answer.status_code == 403


def test_the_pages_ask_little_of_the_database(client_as, changed, statements):
    client = client_as(changed.people.reviewer)
    for address in (f"/samples/{changed.sample.code}/standing", f"/jobs/{changed.job.code}/conditioning"):
        client.get(address)
        with statements() as seen:
            assert client.get(address).status_code == 200
        assert len(seen) <= 15, (address, len(seen), seen)

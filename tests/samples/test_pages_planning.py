"""Pages of the item's file, the proposed plan and sampling: filled without script, bad input at its field, rights, statements."""
from __future__ import annotations

import pytest

from lab_app.core import clock
from lab_app.core.db import begin_writing, db
from lab_app.samples.models import ItemFileRevision, RequestedTest, SamplingRecord
from lab_app.samples.queries.proposals import plan_of
from lab_app.samples.services.item_file import write_item_file
from test_methods.services.plan_rules import add_plan_rule
from tests.support import samples_facts

WIFI = {"radio": ["wifi24"], "multimedia": "yes"}


def text_of(answer):
    return answer.get_data(as_text=True)


@pytest.fixture
def item(people, made):
    add_plan_rule(people.quality_manager, code="PR-1", regulation="QC PT 1", reason_vi="Có Wi-Fi 2,4 GHz",
                  conditions=[{"property": "radio", "operator": "has", "value": "wifi24"}])
    found = samples_facts.make_request(people, items=[samples_facts.item_facts(model="Kiểu-rất-dài-" * 6)]).items[0]
    db.session.commit()
    return found


def commit(item, people, **properties):
    begin_writing()
    write_item_file(people.reception, item, {"properties": properties}, reason="mô tả")
    db.session.commit()


def test_the_file_is_written_row_by_row_without_script(desk, item):
    address = f"/requests/items/{item.id}/file"
    page = desk.get(address)
    assert page.status_code == 200 and "Thêm dòng: Cáp" in text_of(page)
    typed = {"version": "1", "device": "access_point", "radio": ["wifi24"], "eirp_24": "100", "multimedia": "yes",
             "cables-0-port": "LAN 1", "cables-0-type": "Cat 6", "cables-0-length": "1,5"}
    more = desk.post(address, data={**typed, "more": "cables"})
    assert 'name="cables-1-port"' in text_of(more) and 'value="LAN 1"' in text_of(more), "nothing typed was lost"
    done = desk.post(address, data={**typed, "cables-1-port": "LAN 2", "cables-1-type": "Cat 5e"})
    assert done.status_code == 302, text_of(done)
    kept = db.session.query(ItemFileRevision).one().content
    assert [c["length"] for c in kept["cables"]] == ["1.5", ""] and kept["properties"]["multimedia"] is True
    shown = text_of(desk.get(f"/requests/{item.request.number}"))
    assert "Cat 5e" in shown and "Thông tin do khách hàng cung cấp (7.8.2.2)." in shown


@pytest.mark.parametrize(("typed", "says"), [
    ({"eirp_24": "nhiều"}, "không phải là số"), ({"cables-0-port": "LAN", "cables-0-type": ""}, "thiếu “Loại cáp”"),
    ({"cables-0-port": "LAN", "cables-0-type": "Cat 6", "cables-0-length": "dài"}, "phải là một số không âm"),
    ({"radio": ["khói"]}, "Lựa chọn không có trong danh sách"), ({"ports-0-name": "LAN", "ports-0-kind": "lạ"}, "Lựa chọn không có"),
])
def test_bad_input_is_answered_at_the_form_and_nothing_is_kept(desk, item, typed, says):
    answer = desk.post(f"/requests/items/{item.id}/file", data={"version": "1", **typed})
    assert answer.status_code == 422 and says in text_of(answer)
    assert db.session.query(ItemFileRevision).count() == 0


def test_a_file_changed_by_somebody_else_meanwhile_is_not_overwritten(desk, people, item):
    commit(item, people, **WIFI)
    assert desk.post(f"/requests/items/{item.id}/file", data={"version": "1", "device": "phone", "reason": "x"}).status_code == 409


def test_the_plan_is_answered_line_by_line(desk, people, item):
    empty = text_of(desk.get(f"/requests/items/{item.id}/plan"))
    assert "Chưa có phép thử nào được đề xuất" in empty
    commit(item, people, **WIFI)
    key = plan_of(item).lines[0].key
    address = f"/requests/items/{item.id}/plan"
    page = text_of(desk.get(address))
    assert "Có Wi-Fi 2,4 GHz" in page and f"decision-{key}" in page
    refused = desk.post(address, data={f"decision-{key}": "declined"})
    assert refused.status_code == 422 and "Ghi vì sao không thử." in text_of(refused)
    assert desk.post(address, data={}).status_code == 422, "no line was answered"
    assert desk.post(address, data={f"decision-{key}": "accepted"}).status_code == 302
    assert db.session.query(RequestedTest).filter_by(item_id=item.id).one().reason.startswith("Có Wi-Fi 2,4 GHz")


def sampling_typed(people, **facts):
    now = clock.local(clock.now()).strftime("%d/%m/%Y %H:%M")
    known = {"plan": "2 trên 50", "method": "QT-7.3-01", "began_at": now, "ended_at": now, "identification": "thùng 19", "taken": "1",
             "lot_size": "50", "sampled_by": str(people.technician.id), "equipment": "hộp", "conditions": "24 °C", "place": "Kho A",
             "location": "dãy C", "deviations": "Không có"}
    return {**known, **facts}


def test_an_item_we_sampled_is_received_only_by_its_record(desk, people, made):
    request = samples_facts.accepted_request(people, made.method)
    item = request.items[0]
    db.session.commit()
    number, ident = request.number, item.id
    reception = {
        "item": str(ident), "received_at": clock.local(clock.now()).strftime("%d/%m/%Y %H:%M"), "condition": "tốt", "storage": "K1",
        "sampled_by": "laboratory", **{f"ok-{k}": "yes" for k in samples_facts.GOOD},
    }
    refused = desk.post(f"/requests/{number}/receive", data=reception)
    assert refused.status_code == 422 and "chưa chọn biên bản lấy mẫu" in text_of(refused) and "7.3.3" in text_of(refused)
    assert desk.post(f"/requests/items/{ident}/sampling/new", data=sampling_typed(people)).status_code == 302
    record = db.session.query(SamplingRecord).one()
    for address in (f"/sampling/{record.code}", f"/sampling/{record.code}/print", "/sampling"):
        assert record.code in text_of(desk.get(address))
    assert desk.post(f"/requests/{number}/receive", data={**reception, "sampling": str(record.id)}).status_code == 302
    again = desk.post(f"/requests/{number}/receive", data={**reception, "sampling": str(record.id), "serial": "2"})
    assert again.status_code == 422 and "đã nhận đủ số mẫu" in text_of(again), "the record counted one item"


@pytest.mark.parametrize("field", ["plan", "method", "identification", "equipment", "conditions", "place", "location", "deviations",
                                   "sampled_by", "began_at", "ended_at"])
def test_each_of_the_eight_groups_is_asked_for(desk, people, item, field):
    answer = desk.post(f"/requests/items/{item.id}/sampling/new", data=sampling_typed(people, **{field: ""}))
    assert answer.status_code == 422 and db.session.query(SamplingRecord).count() == 0


def test_a_record_is_replaced_with_a_reason_while_nothing_came_by_it(desk, people, item):
    desk.post(f"/requests/items/{item.id}/sampling/new", data=sampling_typed(people))
    first = db.session.query(SamplingRecord).one().code
    assert desk.post(f"/sampling/{first}/replace", data=sampling_typed(people)).status_code == 422, "without a reason"
    assert desk.post(f"/sampling/{first}/replace", data=sampling_typed(people, place="Kho B", reason="ghi nhầm kho")).status_code == 302
    assert "ghi nhầm kho" in text_of(desk.get(f"/sampling/{first}")) and db.session.query(SamplingRecord).count() == 2


def test_whoever_only_reads_changes_nothing(client_as, people, item):
    reader = client_as(people.auditor)
    assert reader.get(f"/requests/items/{item.id}/file").status_code == 200
    assert reader.post(f"/requests/items/{item.id}/file", data={"version": "1", "device": "phone"}).status_code == 403
    assert reader.post(f"/requests/items/{item.id}/sampling/new", data=sampling_typed(people)).status_code == 403
    assert db.session.query(ItemFileRevision).count() == db.session.query(SamplingRecord).count() == 0


def test_the_pages_ask_little_of_the_database(desk, people, item, statements):
    commit(item, people, **WIFI)
    for _ in range(6):
        desk.post(f"/requests/items/{item.id}/sampling/new", data=sampling_typed(people))
    for address in ("/sampling", f"/requests/items/{item.id}/plan", f"/requests/items/{item.id}/file", f"/requests/{item.request.number}"):
        desk.get(address)
        with statements() as seen:
            assert desk.get(address).status_code == 200
        assert len(seen) <= 15, (address, len(seen), seen)

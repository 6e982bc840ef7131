"""The item's file: written once, kept in every state, marked as the customer's; bad rows are refused by name."""
from __future__ import annotations

from datetime import timedelta

import pytest

from lab_app.core import clock
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotAllowed, Refused
from lab_app.samples import services
from lab_app.samples.item_file import read_properties, read_table
from lab_app.samples.models import RequestItem
from lab_app.samples.queries.item_file import item_file
from lab_app.samples.services.item_file import add_setup_photos, write_item_file
from tests.support import samples_facts
from tests.support.pictures import PNG

FILE = {
    "properties": {"device": "access_point", "radio": ["wifi5", "wifi24"], "eirp_24": "100", "multimedia": "yes", "emc_class": "B"},
    "versions": {"hardware": "B1", "firmware": "1.0.3", "software": "QRCT 4.0"},
    "modes": [{"name": "Phát liên tục", "settings": "802.11n HT20, kênh 1, 7, 13", "worst": "yes"}, {"name": "", "worst": "no"}],
    "ports": [{"name": "LAN 1–4", "kind": "signal", "count": "4"}],
    "cables": [{"port": "LAN 1", "type": "Cat 6 U/UTP", "length": "1.5", "shield": "no", "termination": "máy tính phụ trợ"}],
    "auxiliary": [{"name": "Máy tính điều khiển", "model": "PC-1"}],
}


@pytest.fixture
def item(people, made):
    return samples_facts.accepted_request(people, made.method).items[0]


def test_the_file_is_written_once_and_read_by_every_page(people, item):
    first = write_item_file(people.reception, item, FILE)
    assert (first.number, first.asks, item.file_revision) == (1, False, 1)
    shown = item_file([item.id])[item.id]
    assert shown.content["properties"]["radio"] == ["wifi24", "wifi5"], "codes stand in the vocabulary's order"
    assert shown.content["properties"]["multimedia"] is True
    assert [m["name"] for m in shown.content["modes"]] == ["Phát liên tục"], "a row that says nothing is left out"
    assert shown.content["cables"][0]["length"] == "1.5" and not shown.empty
    assert write_item_file(people.reception, item, FILE) is None, "nothing changed: no revision"


def test_a_change_keeps_the_state_before_and_says_why(people, item, frozen_clock):
    write_item_file(people.reception, item, FILE)
    samples_facts.received_sample(people, item.request)
    longer = {**FILE, "cables": [{**FILE["cables"][0], "length": "3"}]}
    with pytest.raises(FieldRefused) as caught:
        write_item_file(people.technician, item, longer)
    assert caught.value.field == "reason"
    at = clock.now() - timedelta(hours=1)
    second = write_item_file(people.technician, item, longer, reason="khách hàng đổi cáp", changes_item=True, changed_at=at)
    assert (second.number, second.asks, second.changed, second.changed_at) == (2, True, ["cables"], at)
    kept = item_file([item.id])[item.id].revisions
    assert [r.content["cables"][0]["length"] for r in kept] == ["1.5", "3"]
    described = write_item_file(people.reception, item, {**longer, "versions": {"hardware": "B1"}}, reason="ghi nhầm")
    assert not described.asks, "a better description asks nothing"


def test_times_that_cannot_be_are_refused(people, item):
    write_item_file(people.reception, item, FILE)
    sample = samples_facts.received_sample(people, item.request)
    other = {**FILE, "ports": []}
    for at in (clock.now() + timedelta(minutes=5), sample.received_at - timedelta(minutes=1)):
        with pytest.raises(FieldRefused) as caught:
            write_item_file(people.reception, item, other, reason="đổi", changes_item=True, changed_at=at)
        assert caught.value.field == "changed_at"


@pytest.mark.parametrize(("part", "rows"), [
    ("cables", [{"port": "LAN", "type": ""}]), ("cables", [{"port": "LAN", "type": "Cat 6", "length": "dài"}]),
    ("cables", [{"port": "LAN", "type": "Cat 6", "length": "-1"}]), ("cables", [{"port": "LAN", "type": "Cat 6", "length": "NaN"}]),
    ("ports", [{"name": "LAN", "kind": "bí mật"}]), ("modes", [{"settings": "kênh 1"}]), ("auxiliary", [{"name": "x" * 301}]),
    ("modes", [{"name": str(n)} for n in range(41)]),
])
def test_a_bad_row_is_refused_naming_its_table(people, item, part, rows):
    with pytest.raises(FieldRefused) as caught:
        write_item_file(people.reception, item, {**FILE, part: rows})
    assert caught.value.field == part
    assert db.session.get_one(RequestItem, item.id).file_revision == 0


@pytest.mark.parametrize(("key", "value"), [
    ("device", "spaceship"), ("radio", ["wifi24", "smoke"]), ("eirp_24", "nhiều"), ("eirp_24", "Infinity"), ("multimedia", "maybe"),
    ("hs", "9" * 301),
])
def test_a_bad_property_is_refused_naming_it(people, item, key, value):
    with pytest.raises(FieldRefused) as caught:
        write_item_file(people.reception, item, {**FILE, "properties": {key: value}})
    assert caught.value.field == key


def test_an_unknown_property_is_refused():
    with pytest.raises(ValueError):
        read_properties({"colour": "red"})
    assert read_table("ports", [{"name": "", "kind": "ac"}]) == [], "a choice alone is not a row"


def test_who_may_write_and_when(people, item):
    with pytest.raises(NotAllowed):
        write_item_file(people.auditor, item, FILE)
    item.request.status = "cancelled"
    with pytest.raises(Refused):
        write_item_file(people.reception, item, FILE)


def test_setup_photos_carry_captions(app, people, item):
    from lab_app.core import files

    shot = files.put_bytes(PNG, "bo-tri.png", files.IMAGES)
    with pytest.raises(FieldRefused) as caught:
        add_setup_photos(people.technician, item, [shot], [" "])
    assert caught.value.field == "caption"
    with pytest.raises(FieldRefused):
        add_setup_photos(people.technician, item, [], [])
    add_setup_photos(people.technician, item, [shot], ["Bố trí đo phát xạ bức xạ"])
    assert [p.caption for p in item_file([item.id])[item.id].photos] == ["Bố trí đo phát xạ bức xạ"]


def test_items_are_read_in_a_constant_number_of_statements(people, made, statements):
    request = samples_facts.make_request(people, items=[samples_facts.item_facts(made.method, model=f"M{n}") for n in range(6)])
    for one in request.items:
        write_item_file(people.reception, one, FILE)
    db.session.expire_all()
    ids = [one.id for one in request.items]
    with statements() as seen:
        assert len(item_file(ids)) == 6
    assert len(seen) <= 4, seen


def test_a_file_survives_a_change_of_the_request(people, item):
    write_item_file(people.reception, item, FILE)
    services.change_request(people.reception, item.request, reason="ghi chú", note="giao trước 10 giờ")
    assert item_file([item.id])[item.id].content["versions"]["firmware"] == "1.0.3"

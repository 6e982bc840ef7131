"""Pages of environment: lists and records within their statements, forms that refuse, rights (6.3)."""
from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from lab_app.core import clock
from lab_app.core.db import db
from lab_app.quality.environment import services
from lab_app.quality.environment.models import Channel, Excursion, Logger, RoomLimit
from tests.support.people_facts import SETTER
from tests.support.places_facts import every
from tests.support.results_facts import day


@pytest.fixture
def filled(watched):
    """Twelve excursions and a month of readings of the room."""
    for n in range(12):
        at = day(3) + timedelta(hours=8 * n)
        watched.read({at: "23", at + timedelta(minutes=10): f"{29 + n / 10:.1f}", at + timedelta(minutes=20): "23"})
    watched.read(dict.fromkeys(every(day(8), day(16, 8, 50), 30), "24.5"))
    watched.steady(day(16, 8), day(16, 8, 50), minutes=5)
    for n in range(2, 14):
        services.add_logger(SETTER, code=f"LOG-{n:02d}", name=f"Bộ ghi {n}", instrument_code="EQ-114")
    db.session.commit()
    return watched


PAGES = ("/quality/environment/excursions", "/quality/environment/loggers", "/quality/environment/loggers/LOG-01", "/rooms/P-RF",
         "/rooms/P-RF/course", "/rooms/P-RF/course?span=all", "/quality/environment/excursions/VGH-2026-001")


def test_every_page_answers_within_its_statements(filled, client_as, statements):
    visitor = client_as("quality_manager")
    visitor.get("/")
    for address in PAGES:
        with statements() as seen:
            shown = visitor.get(address)
        assert shown.status_code == 200, address
        assert len(seen) <= 15, (address, len(seen), list(seen)[-6:])
        assert not seen.repeated(), address


def test_an_excursion_shows_its_chart_and_is_judged_by_the_form(filled, client_as):
    visitor, address = client_as("quality_manager"), "/quality/environment/excursions/VGH-2026-001"
    shown = visitor.get(address).text
    assert "<polyline" in shown and "giới hạn trên 28" in shown and "p-bad" in shown
    assert visitor.get(address + "/assess").status_code == 200
    nothing = visitor.post(address + "/assess", data={"words": "ok"})
    assert nothing.status_code == 422 and "7.10.1" in nothing.text
    forged = visitor.post(address + "/assess", data={"decision": "whatever", "words": "một lý do đủ dài để được nhận"})
    assert forged.status_code == 422
    done = visitor.post(address + "/assess", data={"decision": "no_effect", "words": "không có phép đo nào trong 20 phút đó"})
    assert done.status_code == 302
    assert db.session.scalar(select(Excursion.status).where(Excursion.code == "VGH-2026-001")) == "assessed"
    stale = visitor.post(address + "/assess", data={"version": "1", "decision": "no_effect", "words": "lần nữa, cũng lý do ấy thôi"})
    assert stale.status_code in (409, 422)


def test_lists_are_filtered_searched_and_exported(filled, client_as):
    visitor = client_as("auditor")
    assert visitor.get("/quality/environment/excursions?status=unjudged&quantity=temperature").text.count("VGH-2026-") >= 12
    assert "VGH-2026-" not in visitor.get("/quality/environment/excursions?status=assessed").text
    assert visitor.get("/quality/environment/excursions?export=csv").text.count("\n") >= 13
    assert visitor.get("/quality/environment/loggers?export=xlsx").status_code == 200
    readings = visitor.get("/rooms/P-RF/course?span=all&export=csv").text
    assert "LOG-01,T,EQ-114,2026-11-" in readings and "24.50" in readings


def test_a_span_is_typed_or_chosen_and_a_wrong_one_is_told(filled, client_as):
    visitor = client_as("technician")
    assert visitor.get("/rooms/P-RF/course?from=16/11/2026 08:00&to=16/11/2026 09:00").status_code == 200
    assert "ít nhất 10 phút" in visitor.get("/rooms/P-RF/course?from=16/11/2026 09:00&to=16/11/2026 08:00").text
    assert "không phải thời điểm" in visitor.get("/rooms/P-RF/course?from=x&to=y").text
    assert visitor.get("/rooms/NOPE/course").status_code == 404


def test_limits_loggers_channels_and_tokens_by_their_pages(watched, client_as):
    manager, keeper = client_as("quality_manager"), client_as("administrator")
    limit = "/rooms/P-RF/limits/new"
    assert manager.post(limit, data={"quantity": "temperature", "low": "26", "high": "20", "basis": "x"}).status_code == 422
    assert manager.post(limit, data={"quantity": "temperature", "low": "1.234", "high": "x", "basis": ""}).status_code == 422
    assert manager.post(limit, data={"quantity": "temperature", "low": "20,5", "high": "25", "basis": "CISPR"}).status_code == 302
    assert str(db.session.scalars(select(RoomLimit).order_by(RoomLimit.id.desc())).first().low) == "20.5"
    assert client_as("technician").get(limit).status_code == 403
    new = "/quality/environment/loggers/new"
    facts = {"code": "LOG-09", "name": "Bộ ghi", "instrument_code": "EQ-404", "interval_minutes": "5", "most_gap_minutes": "30"}
    assert keeper.post(new, data=facts).status_code == 422
    assert keeper.post(new, data=facts | {"instrument_code": "EQ-114"}).status_code == 302
    channel = "/quality/environment/loggers/LOG-09/channels/new"
    assert keeper.post(channel, data={"name": "P", "quantity": "pressure", "room": "NOPE", "decimals": "1"}).status_code == 422
    assert keeper.post(channel, data={"name": "P", "quantity": "pressure", "room": "P-RF", "decimals": "1"}).status_code == 302
    given = keeper.post("/quality/environment/loggers/LOG-09/token", data={})
    assert given.status_code == 200 and "/api/environment/" in given.text
    row = db.session.scalars(select(Logger).where(Logger.code == "LOG-09")).one()
    token = given.text.split("/api/environment/")[1].split("<")[0]
    assert row.token_sha256 and token not in keeper.get("/quality/environment/loggers/LOG-09").text, "shown once"
    assert keeper.post("/quality/environment/loggers/LOG-09/token/revoke", data={"reason": ""}).status_code == 302
    db.session.refresh(row)
    assert row.token_revoked_at is None, "no reason, no revoking"
    keeper.post("/quality/environment/loggers/LOG-09/token/revoke", data={"reason": "mất máy"})
    db.session.refresh(row)
    assert row.token_revoked_at is not None
    ident = db.session.scalar(select(Channel.id).where(Channel.logger_id == row.id))
    end = f"/quality/environment/loggers/LOG-09/channels/{ident}/end"
    assert keeper.post(end, data={"reason": " "}).status_code == 422 and keeper.post(end, data={"reason": "tháo"}).status_code == 302
    keeper.post("/quality/environment/loggers/LOG-09/retire", data={"reason": "hỏng"})
    assert "Thôi dùng" in keeper.get("/quality/environment/loggers/LOG-09").text
    assert client_as("technician").post("/quality/environment/loggers/LOG-01/token").status_code == 403


def test_a_record_is_read_off_the_loggers_by_a_button(watched, client_as):
    watched.steady(day(16, 7), clock.now(), minutes=5)
    db.session.commit()
    visitor = client_as("technician")
    shown = visitor.post("/rooms/P-RF/environment/logged", follow_redirects=True)
    assert shown.status_code == 200 and "EQ-114" in shown.text and "23" in shown.text
    assert client_as("auditor").post("/rooms/P-RF/environment/logged").status_code == 403

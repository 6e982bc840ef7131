"""Confidential information given because the law obliges: basis, what was given, the customer told unless a rule forbids (4.2.2)."""
from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from lab_app.core import db as database
from lab_app.core import inbox
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.quality.disclosures import services
from lab_app.quality.disclosures.models import Disclosure
from tests.support.people_facts import People

FACTS: dict[str, Any] = {
    "authority": "Cục Viễn thông", "basis": "Luật Viễn thông 24/2023/QH15, điều 9", "asked_on": date(2026, 11, 10),
    "customer": "Công ty Sao Hôm", "wanted": "Phiếu kết quả và số đọc gốc", "demand": "88/CVT-TTra"}
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def keep() -> None:
    db.session.commit()
    database.end_writing()


def open_asks(row: Disclosure) -> list[str]:
    found = db.session.scalars(select(inbox.Ask.key).where(inbox.Ask.code == row.code, inbox.Ask.settled_at.is_(None)))
    return sorted(key.rsplit("/", 1)[1] for key in found)


def test_from_the_demand_to_the_end(people: People) -> None:
    manager = people.quality_manager
    row = services.register_demand(manager, **FACTS)
    assert row.code == "CCTT-2026-001" and open_asks(row) == ["answer"]
    with pytest.raises(Refused):
        services.close(manager, row)
    services.give(manager, row, given="Bản sao phiếu", given_on=date(2026, 11, 12))
    assert open_asks(row) == ["tell"]
    with pytest.raises(GateRefused) as caught:
        services.close(manager, row)
    assert caught.value.stop.clauses == ("4.2.2",) and "Công ty Sao Hôm" in str(caught.value.stop.says)
    services.tell_customer(manager, row, told_on=date(2026, 11, 12), told_how="Công văn 12/PTN")
    services.close(manager, row)
    assert row.status == "closed" and open_asks(row) == []


def test_a_rule_that_forbids_telling_stands_in_for_telling_and_not_beside_it(people: People) -> None:
    manager = people.quality_manager
    row = services.register_demand(manager, **FACTS)
    services.give(manager, row, given="Bản sao phiếu", given_on=date(2026, 11, 12))
    for told in ({"told_on": None, "told_how": "", "forbidden_by": " "},
                 {"told_on": date(2026, 11, 12), "told_how": "thư", "forbidden_by": "điều 5"},
                 {"told_on": date(2026, 11, 12), "told_how": ""}, {"told_on": date(2026, 11, 9), "told_how": "thư"},
                 {"told_on": date(2026, 11, 17), "told_how": "thư"}):
        with pytest.raises(FieldRefused):
            services.tell_customer(manager, row, **told)
    services.tell_customer(manager, row, told_on=None, told_how="", forbidden_by="Bộ luật Tố tụng hình sự, điều 177")
    services.close(manager, row)
    assert row.status == "closed" and row.told_on is None


@pytest.mark.parametrize("change", [
    {"authority": " "}, {"basis": ""}, {"customer": ""}, {"wanted": " "}, {"asked_on": date(2026, 11, 17)},
    {"subject_kind": "report", "subject_code": "KHONG-CO"},
])
def test_a_demand_without_its_parts_is_refused(people: People, change: dict[str, Any]) -> None:
    with pytest.raises(FieldRefused):
        services.register_demand(people.quality_manager, **{**FACTS, **change})


def test_giving_before_the_demand_twice_or_after_a_refusal_is_refused(people: People) -> None:
    manager = people.quality_manager
    row = services.register_demand(manager, **FACTS)
    with pytest.raises(FieldRefused):
        services.give(manager, row, given="x", given_on=date(2026, 11, 9))
    db.session.rollback()
    database.end_writing()
    row = services.register_demand(manager, **FACTS)
    services.refuse(manager, row, "Văn bản không nêu điều luật.")
    assert row.status == "refused" and open_asks(row) == []
    with pytest.raises(Refused):
        services.give(manager, row, given="x", given_on=date(2026, 11, 12))


def test_only_who_manages_quality_writes_and_opens_the_papers(people: People, client_as: Any, client: Any) -> None:
    with pytest.raises(NotAllowed):
        services.register_demand(people.signatory, **FACTS)
    desk = client_as(people.quality_manager)
    answer = desk.post("/quality/disclosures/new", data={
        **{k: v for k, v in FACTS.items() if k != "asked_on"}, "asked_on": "10/11/2026", "subject_kind": "", "subject_code": "",
        "file": (BytesIO(PNG), "cong-van.png")}, content_type="multipart/form-data")
    assert answer.status_code == 302 and answer.location.endswith("/quality/disclosures/CCTT-2026-001")
    assert "cong-van.png" in desk.get(answer.location).get_data(as_text=True)
    paper = f"{answer.location}/files/1"
    assert desk.get(paper).status_code == 200
    reader = client_as(people.auditor)
    assert reader.get(answer.location).status_code == 200 and "cong-van.png" not in reader.get(answer.location).get_data(as_text=True)
    assert reader.get(paper).status_code == 403 and reader.post(f"{answer.location}/close").status_code == 403


def test_by_forms_and_by_a_crafted_request_the_end_meets_the_gate(people: People, client_as: Any, statements: Any) -> None:
    row = services.register_demand(people.quality_manager, **FACTS)
    keep()
    desk, place = client_as(people.quality_manager), f"/quality/disclosures/{row.code}"
    assert desk.post(f"{place}/give", data={"given": "Bản sao phiếu", "given_on": "12/11/2026", "version": "1"}).status_code == 302
    assert 'aria-disabled="true"' in desk.get(place).get_data(as_text=True)
    assert desk.post(f"{place}/close").status_code == 302
    assert "4.2.2" in desk.get(place).get_data(as_text=True)
    assert db.session.scalars(select(Disclosure.status)).one() == "given"
    assert desk.post(f"{place}/tell", data={"told_on": "12/11/2026", "told_how": "Công văn"}).status_code == 302
    assert desk.post(f"{place}/close").status_code == 302
    assert db.session.scalars(select(Disclosure.status)).one() == "closed"
    for page in (place, "/quality/disclosures"):
        with statements() as seen:
            assert desk.get(page).status_code == 200
        assert len(seen) <= 15
    assert "CCTT-2026-001" in desk.get("/quality/disclosures?export=csv").get_data(as_text=True)

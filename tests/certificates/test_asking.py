"""The customer's opinion is asked some days after the paper reached them, once a paper, and on the page of their personal link (8.6.2)."""
from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from certificates import services
from certificates.services import asking, delivery
from lab_app.core import db as database
from lab_app.core import mail
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.permissions import P
from lab_app.quality.feedback.models import Feedback, FeedbackRequest
from lab_app.samples.models import Customer
from tests.support import certificates_facts as facts
from tests.support.signing import confirmed

ADDRESS = "khach@saohom.example"


@pytest.fixture
def world(app: Any, frozen_clock: Any) -> facts.World:
    """A reviewed request of a customer with an address, committed."""
    made = facts.ready_request()
    authorize(facts.SETTER, P.CUSTOMER_WRITE)
    db.session.get_one(Customer, made.request.customer_id).email = ADDRESS
    facts.commit()
    return made


@pytest.fixture
def report(world: facts.World) -> Any:
    """Its report, issued and handed over at the counter."""
    made = facts.issued(world)
    for row in [delivery.deliver(world.people.reception, made)]:
        if row.status == "waiting":
            delivery.hand_over(world.people.reception, row, way="collect", to_name="Anh Ví")
    facts.commit()
    return made


def ask() -> list[FeedbackRequest]:
    database.begin_writing()
    asking.ask_due()
    facts.commit()
    return list(db.session.scalars(select(FeedbackRequest)))


def test_after_three_days_once_a_paper_and_not_after_a_month(report: Any, frozen_clock: Any, statements: Any) -> None:
    frozen_clock.advance(days=2)
    assert ask() == []
    frozen_clock.advance(days=2)
    found = ask()
    assert [(f.subject_kind, f.subject_id, f.subject_code, f.to_address) for f in found] == [("report", report.id, report.number, ADDRESS)]
    assert len(ask()) == 1
    with statements() as seen:
        database.begin_writing()
        asking.ask_due()
    assert len(seen) <= 3


def test_too_old_is_left_alone(report: Any, frozen_clock: Any) -> None:
    frozen_clock.advance(days=31)
    assert ask() == []


def test_a_paper_out_of_force_is_not_asked_about(world: facts.World, report: Any, frozen_clock: Any) -> None:
    by = world.people.quality_manager
    services.change_status(by, report, to="suspended", reason="x", public_reason="đang kiểm tra", confirmed=confirmed(by))
    facts.commit()
    frozen_clock.advance(days=4)
    assert ask() == []


def test_the_letter_speaks_the_customers_language_and_its_address_takes_the_answer(
    report: Any, frozen_clock: Any, client: Any, monkeypatch: Any,
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(mail, "queue", lambda *a, **k: sent.append(a) or True)
    frozen_clock.advance(days=4)
    ask()
    to, subject, body, key = sent[0]
    assert to == ADDRESS and report.number in subject and "\n" not in subject and key == "feedback:1"
    place = re.search(r"https://lab\.example(/feedback/\S+)", body)
    assert place is not None
    assert client.post(place[1], data={"satisfaction": "5"}, csrf=False).status_code == 302
    row = db.session.scalars(select(Feedback)).one()
    assert (row.subject_kind, row.subject_id, row.satisfaction) == ("report", report.id, 5)


def test_the_personal_page_leads_to_the_questions_and_to_the_complaint_form(world: facts.World, report: Any, client: Any) -> None:
    _made, address = delivery.make_link(world.people.reception, report, to_name="Anh Ví")
    facts.commit()
    body = client.get(address.removeprefix("https://lab.example")).get_data(as_text=True)
    asked, complained = re.search(r'href="(/feedback/[^"]+)"', body), re.search(r'href="(/complaints/new[^"]+)"', body)
    assert asked is not None and complained is not None
    assert report.number in client.get(asked[1]).get_data(as_text=True)
    assert client.post(asked[1], data={"recommend": "9"}, csrf=False).status_code == 302
    assert "Cảm ơn" in client.get(asked[1]).get_data(as_text=True)
    assert f'value="{report.number}"' in client.get(complained[1].replace("&amp;", "&")).get_data(as_text=True)

"""Feedback: asked by a signed address, answered once without an account, low scores looked into, counted by month, analysed (8.6.2)."""
from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from lab_app.core import clock, kpi
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotAllowed
from lab_app.quality.events.models import Event
from lab_app.quality.feedback import presenters, queries, services
from lab_app.quality.feedback.models import Feedback, FeedbackRequest
from lab_app.quality.feedback.rules import Tally, is_low
from tests.support.people_facts import People

SUBJECT = ("report", 7, "0117/PKQ")


def keep() -> None:
    db.session.commit()
    database.end_writing()


def token(key: str = "request/1", way: str = "link") -> str:
    return services.invitation(way, key, SUBJECT, 3, "Công ty Sao Hôm")


def kept() -> list[Feedback]:
    return list(db.session.scalars(select(Feedback).order_by(Feedback.id)))


@pytest.mark.parametrize(("scores", "low"), [
    ({"satisfaction": 2}, True), ({"satisfaction": 3}, False), ({"timeliness": 1, "recommend": 10}, True), ({"recommend": 4}, True),
    ({"recommend": 5}, False), ({"satisfaction": None, "timeliness": None, "recommend": None}, False), ({}, False),
])
def test_which_answers_are_low(scores: dict[str, int | None], low: bool) -> None:
    assert is_low(scores) is low


def test_figures_of_counts() -> None:
    one = Tally(asked=10, answers=4, satisfaction=3, satisfied=2, timeliness=4, in_time=4, recommend=4, promoters=2, detractors=1)
    assert (one.csat, one.punctual, one.nps, one.rate) == (Decimal("66.7"), Decimal("100.0"), Decimal("25.0"), Decimal("40.0"))
    assert (one + one).recommend == 8 and Tally().nps is None and Tally().csat is None and Tally().rate is None
    assert Tally(recommend=3, detractors=3).nps == Decimal("-100.0")


def test_a_customer_answers_once_without_an_account(client: Any, people: People, frozen_clock: Any) -> None:
    place = f"/feedback/{token()}"
    page = client.get(place)
    assert page.status_code == 200 and "0117/PKQ" in page.get_data(as_text=True) and "<script" not in page.get_data(as_text=True)
    assert page.headers["Referrer-Policy"] == "no-referrer" and "Set-Cookie" not in page.headers
    said = {"satisfaction": "5", "timeliness": "4", "recommend": "9", "words": "Nhanh, rõ."}
    assert client.post(place, data=said, csrf=False).status_code == 302
    assert client.post(place, data={**said, "satisfaction": "1", "words": "khác"}, csrf=False).status_code == 302
    found = kept()
    assert [(f.code, f.satisfaction, f.timeliness, f.recommend, f.words, f.way, f.month) for f in found] == [
        ("PH-2026-0001", 5, 4, 9, "Nhanh, rõ.", "link", "2026-11")]
    assert (found[0].subject_id, found[0].customer_name, found[0].person_id) == (7, "Công ty Sao Hôm", None)
    assert "Cảm ơn" in client.get(place).get_data(as_text=True)
    assert db.session.scalars(select(Event)).all() == []


@pytest.mark.usefixtures("people", "frozen_clock")
@pytest.mark.parametrize(("said", "status"), [
    ({}, 422), ({"words": "   "}, 422), ({"satisfaction": "6"}, 422), ({"satisfaction": "0"}, 422), ({"recommend": "11"}, 422),
    ({"recommend": "-1"}, 422), ({"timeliness": "năm"}, 422), ({"satisfaction": "²"}, 422), ({"words": "x" * 3500}, 422),
    ({"satisfaction": "5", "website": "http://x"}, 302),
])
def test_bad_answers_and_robots_leave_nothing(client: Any, said: dict[str, str], status: int) -> None:
    assert client.post(f"/feedback/{token()}", data=said, csrf=False).status_code == status and kept() == []


@pytest.mark.usefixtures("people")
def test_a_false_token_leads_nowhere(client: Any) -> None:
    good = token()
    for bad in ("x", good[:-2], good + "a", "a." * 900, "../../etc"):
        assert client.get(f"/feedback/{bad}").status_code == 404
        assert client.post(f"/feedback/{bad}", data={"satisfaction": "5"}, csrf=False).status_code in (404, 405)
    assert kept() == []


@pytest.mark.usefixtures("people")
def test_a_low_score_is_an_event_that_somebody_looks_into_and_words_stay_words(client: Any, client_as: Any, people: People) -> None:
    words = "<script>alert(1)</script> chờ ba tuần"
    client.post(f"/feedback/{token()}", data={"satisfaction": "1", "words": words}, csrf=False)
    event = db.session.scalars(select(Event)).one()
    assert kept()[0].event_code == event.code and "chờ ba tuần" in event.words and event.subject_code == "0117/PKQ"
    body = client_as(people.quality_manager).get("/quality/feedback").get_data(as_text=True)
    assert "<script>alert" not in body and "chờ ba tuần" in body and event.code in body


def test_one_of_us_writes_down_what_was_said(people: People, client_as: Any) -> None:
    row = services.write_down(people.sales, way="phone", customer="Công ty A", satisfaction=4, timeliness=None, recommend=None)
    assert row.person_id == people.sales.id and row.answered_key is None
    for change, field in (({"way": "link"}, "way"), ({"customer": " "}, "customer"), ({"satisfaction": 9}, "satisfaction")):
        with pytest.raises(FieldRefused) as caught:
            services.write_down(people.sales, **{"way": "phone", "customer": "A", "satisfaction": 4, **change})
        assert caught.value.field == field
    keep()
    answer = client_as(people.technician).post("/quality/feedback/new", data={
        "way": "person", "customer": "Công ty B", "report": "KHONG-CO", "satisfaction": "4"})
    assert answer.status_code == 422 and "KHONG-CO" in answer.get_data(as_text=True)


def test_a_customer_is_asked_once_about_one_paper(people: People) -> None:
    sent: list[str] = []

    def letter(url: str) -> tuple[str, str]:
        sent.append(url)
        return "x", url

    facts: dict[str, Any] = {"subject": SUBJECT, "customer_id": 3, "customer": "A", "to": "a@b.vn", "language": "vi", "letter": letter}
    row = services.ask(people.reception, **facts)
    assert row is not None and row.month == clock.today().strftime("%Y-%m") and services.ask(people.reception, **facts) is None
    assert sent[0].startswith("https://lab.example/feedback/")
    found = services.invited(sent[0].rsplit("/", 1)[1])
    assert found is not None and (found.subject, found.key) == (SUBJECT, f"request/{row.id}")
    with pytest.raises(NotAllowed):
        services.ask(people.technician, **facts)


def _answer(month: str, **scores: int) -> None:
    year, number = (int(p) for p in month.split("-"))
    n = len(db.session.scalars(select(Feedback.id)).all()) + 1
    db.session.add(Feedback(code=f"PH-{n}", way="link", customer_name="A", month=month,
                            answered_at=datetime(year, number, 15, tzinfo=UTC), **scores))
    db.session.flush()


def test_months_are_counted_in_one_statement_and_the_same_by_hand(people: People, statements: Any, frozen_clock: Any) -> None:
    database.begin_writing()
    _answer("2026-09", satisfaction=5, timeliness=5, recommend=10)
    _answer("2026-10", satisfaction=4, recommend=9)
    _answer("2026-10", satisfaction=1, timeliness=2, recommend=3)
    _answer("2026-11", timeliness=4)
    db.session.add(FeedbackRequest(subject_kind="report", subject_id=1, subject_code="x", month="2026-10"))
    keep()
    with statements() as seen:
        found = queries.by_month("2026-09", "2026-11")
    assert len(seen) == 1
    assert found["2026-10"] == Tally(asked=1, answers=2, satisfaction=2, satisfied=1, timeliness=1, in_time=0, recommend=2, promoters=1,
                                     detractors=1)
    trend = presenters.trend(date(2026, 11, 16))
    assert len(trend.months) == 24 and trend.months[-1].window.csat == Decimal("66.7")
    assert trend.months[-1].window.nps == Decimal("33.3") and trend.months[-4].window.csat is None
    spans = kpi.months(date(2026, 11, 16), 3)
    sums = kpi.series_of([kpi.registry["feedback-satisfied"], kpi.registry["feedback-nps"]], spans)
    assert [(int(s.total), s.n) for s in sums["feedback-satisfied"]] == [(1, 1), (1, 2), (0, 0)]
    assert [(int(s.total), s.n) for s in sums["feedback-nps"]] == [(1, 1), (0, 2), (0, 0)]


def test_an_analysis_freezes_its_figures_and_asks_for_a_use(people: People, client_as: Any, frozen_clock: Any) -> None:
    database.begin_writing()
    _answer("2026-10", satisfaction=5, recommend=9)
    keep()
    manager = people.quality_manager
    facts: dict[str, Any] = {"since": date(2026, 1, 1), "until": date(2026, 11, 16), "findings": "Tốt lên.", "use": "Giữ lịch hẹn."}
    row = services.analyse(manager, **facts)
    assert row.figures == {"asked": 0, "answers": 1, "csat": "100.0", "punctual": "", "nps": "100.0"}
    for change in ({"use": " "}, {"findings": ""}, {"until": date(2025, 1, 1)}, {"until": date(2026, 11, 17)}):
        with pytest.raises(FieldRefused):
            services.analyse(manager, **{**facts, **change})
    with pytest.raises(NotAllowed):
        services.analyse(people.technician, **facts)
    keep()
    assert "Giữ lịch hẹn." in client_as(people.auditor).get("/quality/feedback").get_data(as_text=True)


def test_the_page_asks_few_questions_however_many_answers(people: People, client_as: Any, statements: Any, frozen_clock: Any) -> None:
    database.begin_writing()
    for _ in range(40):
        _answer("2026-10", satisfaction=5, recommend=9)
    keep()
    desk = client_as(people.quality_manager)
    desk.get("/quality/feedback")
    with statements() as seen:
        body = desk.get("/quality/feedback").get_data(as_text=True)
    assert len(seen) <= 15 and not seen.repeated() and body.count("<polyline") > 3 and 'class="plot' in body
    assert desk.get("/quality/feedback?export=csv").get_data(as_text=True).count("PH-") == 40

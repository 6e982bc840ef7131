"""Nonconforming work freezes what it concerns until another, authorised person lets it go on (7.10.1 b, f)."""
from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lab_app.accounts.models import Signature
from lab_app.core import clock, gates, inbox
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.core.permissions import P
from lab_app.quality import services as quality
from lab_app.quality.holds import facts, queries, services
from lab_app.quality.holds.models import Hold
from lab_app.quality.holds.workflow import HoldFacts
from tests.support.nonconforming import answered
from tests.support.signing import confirmed, typed


def work(people, **more):
    wanted = {"source": "other", "subject_kind": "room", "subject_id": 1, "subject_code": "P-RF", "title": "Nhiệt độ vượt giới hạn",
              "description": "31 °C", "found_on": date(2026, 11, 12), **more}
    return quality.open_nonconformity(people.quality_manager, **wanted)


def held(people, row=None, **more):
    wanted = {"subject_kind": "instrument", "subject_id": 7, "subject_code": "TB-07", "reason": "đọc thấp", **more}
    return services.place_hold(people.quality_manager, row or work(people), **wanted)


def commit():
    db.session.commit()
    database.end_writing()


def test_it_stands_from_its_moment_until_the_release_and_was_never_before(people, frozen_clock):
    hold = held(people, since=clock.now() - timedelta(days=3))
    subject = [("instrument", 7), ("method", 1)]
    assert hold.code == "GL-2026-001" and [h.id for h in queries.standing(subject)] == [hold.id]
    assert queries.standing(subject, clock.now() - timedelta(minutes=1)) == []  # doubt reaches back, the stop itself does not
    assert queries.standing([("instrument", 8), ("method", 7)]) == [] and queries.standing([]) == []
    frozen_clock.advance(hours=5)
    placed = clock.now() - timedelta(hours=1)
    services.release_hold(people.reviewer, hold, basis="kiểm tra đạt", confirmed=confirmed(people.reviewer))
    assert queries.standing(subject) == [] and [h.id for h in queries.standing(subject, placed)] == [hold.id]
    assert facts.held(subject) == () and [f.code for f in facts.held(subject, placed)] == [hold.code]


@pytest.mark.parametrize(("change", "field"), [
    ({"subject_kind": "person"}, "subject_kind"), ({"reason": "  "}, "reason"), ({"since": "tomorrow"}, "since")])
def test_what_cannot_be_frozen_is_refused(people, change, field):
    if change.get("since"):
        change = {"since": clock.now() + timedelta(days=1)}
    with pytest.raises(FieldRefused) as caught:
        held(people, **change)
    assert caught.value.field == field


def test_the_same_thing_is_frozen_once_under_one_work_and_by_a_second_work_again(people):
    row = work(people)
    first = held(people, row)
    with pytest.raises(FieldRefused):
        held(people, row)
    second = held(people)
    services.release_hold(people.reviewer, first, basis="đạt", confirmed=confirmed(people.reviewer))
    assert [h.id for h in queries.standing([("instrument", 7)])] == [second.id]
    assert held(people, row).id not in (first.id, second.id)


def test_another_authorised_person_releases_signed_on_a_stated_basis(people):
    hold = held(people)
    with pytest.raises(NotAllowed):  # the quality manager stops work, and has no right to resume it
        services.release_hold(people.quality_manager, hold, basis="đạt", confirmed=confirmed(people.quality_manager))
    with pytest.raises(NotAllowed):
        services.release_hold(people.technician, hold, basis="đạt", confirmed=confirmed(people.technician))
    with pytest.raises(FieldRefused):
        services.release_hold(people.reviewer, hold, basis=" ", confirmed=confirmed(people.reviewer))
    with pytest.raises(GateRefused) as unsigned:
        services.release_hold(people.reviewer, hold, basis="đạt")
    assert unsigned.value.stop.gate == "signed-by-person"
    with pytest.raises(GateRefused):  # somebody else's signature
        services.release_hold(people.reviewer, hold, basis="đạt", confirmed=confirmed(people.signatory))
    services.release_hold(people.reviewer, hold, basis="kiểm tra đạt", confirmed=confirmed(people.reviewer))
    signed = db.session.scalars(select(Signature).where(Signature.subject_kind == "hold")).one()
    assert signed.person_id == people.reviewer.id and hold.released_at == clock.now()
    with pytest.raises(Refused):
        services.release_hold(people.signatory, hold, basis="đạt", confirmed=confirmed(people.signatory))


def test_whoever_may_release_is_asked_until_it_is_done(people):
    def asks(person):
        rights = {str(p) for p in P if person.can(p)}
        return [a.code for a in db.session.scalars(inbox.of(person.id, rights)) if a.kind == "hold"]

    hold = held(people)
    assert asks(people.reviewer) == [hold.code] == asks(people.signatory) and asks(people.quality_manager) == []
    services.release_hold(people.reviewer, hold, basis="đạt", confirmed=confirmed(people.reviewer))
    assert asks(people.reviewer) == [] == asks(people.signatory)


def test_work_with_a_standing_hold_is_not_closed_and_closed_work_freezes_nothing(people):
    row = work(people)
    hold = held(people, row)
    answered(people.quality_manager, row)
    with pytest.raises(GateRefused) as caught:
        quality.close_nonconformity(people.quality_manager, row)
    assert hold.code in str(caught.value.stop.says) and caught.value.stop.clauses == ("7.10.1",)
    services.release_hold(people.reviewer, hold, basis="đạt", confirmed=confirmed(people.reviewer))
    quality.close_nonconformity(people.quality_manager, row)
    with pytest.raises(Refused):
        held(people, row, subject_id=9)


def test_the_refusal_names_the_clause_and_leads_to_the_hold(people, app):
    hold = held(people)
    stop = gates.ask("not-held", HoldFacts(facts.held([("instrument", 7)])))
    with app.test_request_context("/"):
        assert stop.clauses == ("7.10.1",) and stop.link_url == f"/quality/holds/{hold.code}" and "TB-07" in str(stop.says)
    assert gates.ask("not-held", HoldFacts()) is None


def test_pages_of_a_hold(people, client_as):
    row = work(people)
    commit()
    manager = client_as(people.quality_manager)
    address = f"/quality/nonconformities/{row.code}/holds/new"
    unknown = manager.post(address, data={"subject_kind": "instrument", "subject_code": "TB-99", "reason": "x"})
    assert unknown.status_code == 422 and "Không có hồ sơ nào mang mã này." in unknown.text
    assert manager.post(address, data={"subject_kind": "room", "subject_code": "P-RF", "reason": "x"}).status_code == 422
    assert client_as(people.technician).post(address, data={}).status_code == 403
    hold = held(people, db.session.merge(row))
    commit()
    page = f"/quality/holds/{hold.code}"
    assert "đọc thấp" in client_as(people.technician).get(page).text  # whose work stands still may read why
    assert manager.post(f"{page}/release", data={"basis": "đạt"}).status_code == 403
    reviewer = client_as(people.reviewer)
    bare = reviewer.post(f"{page}/release", data={"basis": "đạt"})
    assert bare.status_code == 422 and db.session.scalars(select(Hold)).one().released_at is None
    signed = {**typed(reviewer, people.reviewer, page), "basis": "kiểm tra đạt"}
    commit()
    assert reviewer.post(f"{page}/release", data=signed).status_code == 302
    db.session.expire_all()
    assert db.session.scalars(select(Hold)).one().released_by_id == people.reviewer.id
    assert "Đã cho làm lại" in reviewer.get(page).text and reviewer.get("/quality/holds/GL-1999-001").status_code == 404


def test_the_list_costs_the_same_however_much_is_held(people, client_as, statements):
    row = work(people)
    for n in range(30):
        held(people, row, subject_id=100 + n, subject_code=f"TB-{100 + n}")
    commit()
    reader = client_as(people.auditor)
    reader.get("/quality/holds")
    with statements() as seen:
        page = reader.get("/quality/holds")
    assert page.status_code == 200 and len(seen) <= 15 and not {s for s, n in seen.repeated().items() if n > 2}, str(seen)
    assert "TB-129" in page.text and "TB-129" not in reader.get("/quality/holds?state=released").text
    assert reader.get("/quality/holds?export=xlsx").mimetype.endswith("sheet")

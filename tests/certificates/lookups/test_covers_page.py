"""The question about one's own product, as a page and for programs: what is published, at one statement, for everybody alike."""
from __future__ import annotations

import pytest

from certificates import services
from tests.support import certificates_facts as facts
from tests.support.signing import confirmed


def ask(client, report, ending="", **asked):
    return client.get(f"/verify/{report.code}/covers{ending}", query_string=asked)


def text(response):
    return response.get_data(as_text=True)


def test_the_page_of_a_paper_asks_for_ones_product(client, report):
    body = text(client.get(f"/verify/{report.code}"))
    assert f'action="/verify/{report.code}/covers"' in body and 'name="model"' in body and "lookup-receipt" in body


def test_the_form_says_what_the_paper_states(client, report):
    body = text(ask(client, report))
    for said in ("SAOHOM", "SH-AX30", "B1", "1.0.4", 'name="firmware"'):
        assert said in body, said
    assert "answer" not in body.split("<form")[0].split("<main")[1]


@pytest.mark.parametrize(("asked", "says"), [
    ({"model": "sh ax30", "brand": "saohom", "firmware": "v1.0.4"}, "Đúng: phiếu này cho sản phẩm đó"),
    ({"model": "SH-AX30-EU"}, "Kiểu gần nhất mà phiếu nêu: SH-AX30."),
    ({"model": "XX-1"}, "Không: phiếu này không phải cho sản phẩm đó"),
    ({"model": "SH-AX30", "firmware": "1.0.3"}, "kết luận dành cho bản 1.0.4"),
    ({"brand": "SAOHOM"}, "Cần biết kiểu"),
])
def test_the_answer(client, report, asked, says):
    response = ask(client, report, **asked)
    assert response.status_code == 200 and says in text(response)


def test_a_paper_out_of_force_never_looks_like_a_yes(client, world, report):
    manager = world.people.quality_manager
    services.change_status(manager, report, to="withdrawn", reason="x", public_reason="y", confirmed=confirmed(manager))
    facts.commit()
    body = text(ask(client, report, model="SH-AX30"))
    assert "Đúng sản phẩm, nhưng phiếu không dùng được" in body and "Đã thu hồi" in body and "answer--warn" in body


def test_json_says_the_same(client, report):
    data = ask(client, report, ".json", model="sh-ax30", firmware="1.0.3").get_json()
    assert (data["verdict"], data["reason"], data["number"]) == ("contradicted", "firmware:earlier", report.number)
    assert [point["field"] for point in data["points"]] == ["model", "firmware"] and data["not_compared"] == ["brand", "hardware"]
    assert ask(client, report, ".json").status_code == 422
    assert client.get("/verify/AAAA-BBBB-CCCC-DDDD/covers.json?model=x").status_code == 404


def test_a_silent_paper_answers_every_question_alike(client, silent):
    answers = {text(ask(client, silent, ".json", model=model)).replace(model, "?") for model in ("SH-AX30", "XX-999", "SH-AX31")}
    assert len(answers) == 1 and '"cannot_tell"' in answers.pop()
    body = text(ask(client, silent, model="SH-AX30"))
    assert "Chưa nói được" in body and "SAOHOM" not in body and "1.0.4" not in body


def test_unknown_and_issuing_are_not_found(client, world):
    unknown = client.get("/verify/2222-3333-4444-5555/covers?model=SH-AX30")
    assert unknown.status_code == 404 and "Không tìm thấy" in text(unknown)


@pytest.mark.parametrize("typed", [
    "<script>alert(1)</script>", "%s%(stated)s{{7*7}}", "x" * 5000, "\u0000", "'; DROP TABLE report; --", "\ud7ff"])
def test_hostile_names_are_shown_as_text(client, report, typed):
    response = ask(client, report, model=typed, brand=typed, firmware=typed, hardware=typed)
    assert response.status_code == 200 and "<script>alert" not in text(response) and ">49<" not in text(response)


def test_it_costs_what_the_look_up_costs_and_answers_304(client, report, statements):
    with statements() as seen:
        first = ask(client, report, model="SH-AX30")
    assert len(seen) <= 2, seen
    again = client.get(f"/verify/{report.code}/covers?model=SH-AX30", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.headers["ETag"] == first.headers["ETag"]
    other = ask(client, report, model="SH-AX31")
    assert other.headers["ETag"] != first.headers["ETag"]


def test_a_paper_not_yet_in_force_is_no_yes_either(client, world, frozen_clock):
    from datetime import date

    coming = facts.issued(world, valid_from=date(2026, 12, 1), expires_on=date(2027, 11, 30))
    body = text(ask(client, coming, model="SH-AX30"))
    assert "Đúng sản phẩm, nhưng phiếu không dùng được" in body
    listed = client.post("/verify/bulk", data={"list": coming.code}, csrf=False)
    assert "Chưa đến ngày có hiệu lực" in text(listed) and "01/12/2026" in text(listed)
    frozen_clock.advance(minutes=60 * 24 * 400)
    assert "Đúng sản phẩm, nhưng phiếu không dùng được" in text(ask(client, coming, model="SH-AX30"))
    assert "Hết hiệu lực" in text(client.post("/verify/bulk", data={"list": coming.code}, csrf=False))

"""The frame as the whole application draws it: the door, the rail, error pages for a visitor and for a person."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lab_app.accounts.models import Person, Role
from lab_app.core.db import db


@pytest.fixture
def person(app: Any, writing: None) -> Person:
    role = Role(name="reader", title_vi="Người đọc", title_en="Reader", granted=["home:see", "search:use"])
    somebody = Person(
        code="U77", email="u77@lab.example", fs_uniquifier="u77", full_name="Trần <b>Thị</b> Mẫu", sort_name="mau", roles=[role],
        title_vi="Trưởng phòng", title_en="Head of laboratory",
    )
    db.session.add(somebody)
    db.session.commit()
    return somebody


def test_the_door_is_in_vietnamese_and_keeps_what_was_typed(client):
    text = client.get("/sign-in").text
    for word in ("Đăng nhập", "Thư điện tử", "Mật khẩu"):
        assert word in text
    assert "Email Address" not in text and ">Password<" not in text
    again = client.post("/sign-in", data={"email": "ai@do.example", "password": "sai"})
    assert 'value="ai@do.example"' in again.text and 'value="sai"' not in again.text
    assert 'role="alert"' in again.text and "không đúng" in again.text


def test_a_visitor_who_is_lost_gets_the_public_frame(client):
    answer = client.get("/no-such-page")
    assert answer.status_code == 404 and "Không tìm thấy" in answer.text
    assert 'class="rail"' not in answer.text and "csrf-token" not in answer.text


def test_a_person_who_is_lost_keeps_the_rail(client_as: Callable[..., Any], person: Person):
    answer = client_as(person).get("/no-such-page")
    assert answer.status_code == 404
    assert 'class="rail"' in answer.text and "Trưởng phòng" in answer.text and "Người đọc" in answer.text
    assert "Trần &lt;b&gt;Thị&lt;/b&gt; Mẫu" in answer.text and "<b>Thị" not in answer.text


def test_an_old_form_token_says_so_and_gives_the_text_back(client_as: Callable[..., Any], person: Person):
    answer = client_as(person).post("/language", data={"lang": "en", "note": "chữ đã gõ"}, csrf=False)
    assert answer.status_code == 400 and "để quá lâu" in answer.text and "chữ đã gõ" in answer.text


def test_every_drawing_a_page_points_at_is_in_the_page(client_as: Callable[..., Any], person: Person):
    import re

    text = client_as(person).get("/no-such-page").text
    assert set(re.findall(r'<use href="#([^"]+)"', text)) <= set(re.findall(r'<symbol id="([^"]+)"', text))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 422, 429, 500])
def test_each_error_says_what_happened_and_what_to_do(app: Any, status: int):
    from lab_app.core.web import error_page

    with app.test_request_context("/x"):
        answer = error_page(status, typed=[("name", "đã gõ")], changes=[], row=None)
    text = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert "<h1" in text and 'class="btn btn-primary"' in text and text.count("<p>") >= 2
    assert "style=" not in text and "Traceback" not in text

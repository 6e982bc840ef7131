"""The building blocks, drawn with values that try to break them."""
from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from wtforms import BooleanField, FileField, RadioField
from wtforms.validators import Optional

from lab_app.core import forms, history, i18n, icons
from lab_app.core.audit import AuditEntry
from lab_app.core.gates import Stop
from lab_app.core.gauge import margin_gauge

NASTY = '<script>alert(1)</script>" onload="x'
STOP = Stop(
    says=f"Chưa làm được {NASTY}", do="Làm bước trước.", who="Trưởng phòng", gate="room.some_gate", clauses=("7.5.1", "7.1.1")
)


@pytest.fixture(scope="module")
def app():
    made = Flask("lab_app")
    made.config.update(SECRET_KEY="test", TESTING=True)
    made.jinja_env.trim_blocks = made.jinja_env.lstrip_blocks = True
    i18n.init_app(made)
    LoginManager(made).user_loader(lambda ident: None)
    CSRFProtect(made)
    Bootstrap5(made)
    icons.init_app(made)
    history.init_app(made)
    return made


def draw(app: Flask, body: str, path: str = "/", **values: Any) -> str:
    imports = (
        '{% from "macros/parts.html" import icon, status, code, refusal, refusals, action, ask, crumbs, header, panel, facts,'
        " steps, history, gauge, empty, tally, timeline, queue, scan, note %}"
        '{% from "macros/forms.html" import form_open, form_close, field, summary, submit, pair, group %}'
        '{% from "macros/lists.html" import listing %}'
    )
    with app.test_request_context(path):
        return render_template_string(imports + body, **values)


class Tree(HTMLParser):
    """Tags with their attributes; fails on a tag closed out of turn."""

    VOID = frozenset({"input", "br", "img", "meta", "link", "hr"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> repeats an attribute: {names}"
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def find(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [a for t, a in self.tags if t == tag and all(a.get(k.rstrip("_").replace("_", "-")) == v for k, v in wanted.items())]


class SampleForm(forms.Form):
    class Meta(forms.Form.Meta):
        csrf = False

    product = forms.TextField("Tên sản phẩm", [forms.required()], description="Ghi như trên nhãn.")
    level = forms.DecimalField("Mức đọc", unit="dBm")
    due = forms.DayField("Hạn")
    at = forms.MomentField("Lúc")
    price = forms.MoneyField("Giá")
    note = forms.LongTextField("Ghi chú", [Optional()])
    customer = forms.Choice("Khách hàng", empty="Chọn", choices=[("1", NASTY)])
    rule = RadioField("Quy tắc", choices=[("a", "A"), ("b", "B")], validators=[forms.required()])
    agree = BooleanField("Đồng ý")
    photo = FileField("Ảnh")
    version = forms.version_field()


def sent(app: Flask, **values: str) -> tuple[str, SampleForm]:
    with app.test_request_context("/", method="POST", data=values):
        form = SampleForm()
        form.validate()
        body = (
            '{% from "macros/forms.html" import form_open, form_close, field, summary, submit %}'
            "{{ summary(form) }}{{ form_open(form) }}"
            "{% for f in form %}{{ field(f) }}{% endfor %}{{ submit('Lưu') }}{{ form_close() }}"
        )
        return render_template_string(body, form=form), form


def test_every_error_stands_beside_its_field_and_on_top_with_a_link(app):
    html, form = sent(app, level="1.234", due="31/02/2026", product="")
    tree = Tree(html)
    refused = {name for name in form.errors}
    assert {"product", "level", "due", "rule"} <= refused
    ids = {a["id"] for _, a in tree.tags if a.get("id")}
    links = {a["href"][1:] for a in tree.find("a") if (a.get("href") or "").startswith("#")}
    assert links <= ids, "a link of the summary leads nowhere"
    assert len(links) == len(refused)
    for name in refused - {"rule"}:
        (field,) = [a for t, a in tree.tags if t in {"input", "select", "textarea"} and a.get("name") == name]
        assert field["aria-invalid"] == "true"
        assert f"{name}-e" in field["aria-describedby"].split()


def test_everything_described_exists(app):
    html, _ = sent(app, level="x")
    tree = Tree(html)
    ids = [a["id"] for _, a in tree.tags if a.get("id")]
    assert len(ids) == len(set(ids))
    for _, attributes in tree.tags:
        for target in (attributes.get("aria-describedby") or "").split():
            assert target in ids


def test_typed_text_stays_and_is_escaped(app):
    html, _ = sent(app, level="1.234", due="31/02/2026", product=NASTY, note="</textarea><b>")
    tree = Tree(html)
    assert tree.find("script") == [] and tree.find("b") == []
    assert tree.find("input", name="product")[0]["value"] == NASTY
    assert tree.find("input", name="level")[0]["value"] == "1.234"
    assert tree.find("input", name="due")[0]["value"] == "31/02/2026"


def test_hidden_fields_are_written_once_and_files_make_the_form_multipart(app):
    html, _ = sent(app, product="x", version="3")
    tree = Tree(html)
    assert [a["value"] for a in tree.find("input", name="version")] == ["3"]
    assert tree.find("form")[0]["enctype"] == "multipart/form-data"


def test_no_invented_attributes_reach_the_page(app):
    tree = Tree(sent(app)[0])
    for tag, attributes in tree.tags:
        assert not {"unit", "echo", "kind"} & set(attributes), f"<{tag}> {attributes}"


def test_a_refused_button_stays_and_is_described_by_the_box(app):
    tree = Tree(draw(app, "{{ action('Phát hành', post='/x', stop=stop) }}{{ refusals([stop, none, stop]) }}", stop=STOP))
    (button,) = tree.find("button")
    assert button["aria-disabled"] == "true" and button["type"] == "button"
    assert tree.find("form") == []
    (box,) = tree.find("section")
    assert button["aria-describedby"] == box["id"]
    assert tree.find("script") == []


def test_a_stop_without_a_gate_has_an_id_that_can_be_pointed_at(app):
    stop = Stop(says="Không làm được khi hồ sơ ở trạng thái “Nháp”.")
    tree = Tree(draw(app, "{{ action('Gửi', stop=stop) }}{{ refusal(stop) }}", stop=stop))
    assert tree.find("button")[0]["aria-describedby"] == tree.find("section")[0]["id"]
    assert " " not in (tree.find("section")[0]["id"] or "")


def test_a_post_action_carries_the_token_and_its_fields(app):
    tree = Tree(draw(app, "{{ action('Nhận', post='/x', fields={'version': 3, 'note': n}) }}", n=NASTY))
    assert tree.find("form", method="post", action="/x")
    assert tree.find("input", name="csrf_token")[0]["value"]
    assert tree.find("input", name="version")[0]["value"] == "3"
    assert tree.find("input", name="note")[0]["value"] == NASTY


def test_ask_keeps_the_reason_and_shows_its_error(app):
    tree = Tree(draw(app, "{{ ask('Trả lại', '/back', 'Lý do', value=n, error='Cần lý do.') }}", n="đã gõ"))
    assert "open" in tree.find("details")[0]
    (area,) = tree.find("textarea")
    assert area["aria-invalid"] == "true" and area["aria-describedby"]


def test_status_always_has_icon_and_word(app):
    for tone in ("ok", "warn", "bad", "info", "hold", "nonsense"):
        html = draw(app, "{{ status(word, tone) }}", word="Đạt <b>", tone=tone)
        assert "<use" in html and "Đạt &lt;b&gt;" in html


def test_an_unknown_icon_is_an_error_here(app):
    with pytest.raises(LookupError):
        draw(app, "{{ icon('no-such-icon') }}")


def test_a_page_carries_each_icon_it_uses_once(app):
    html = draw(app, "{{ icon('lock') }}{{ icon('lock') }}{{ icon('check-lg') }}{{ icon_symbols('x-lg') }}")
    for name in ("lock", "check-lg", "x-lg"):
        assert html.count(f'<symbol id="i-{name}"') == 1
    used = set(re.findall(r'href="#(i-[a-z-]+)"', html))
    assert used <= set(re.findall(r'<symbol id="(i-[a-z-]+)"', html))


def test_gauge_is_attributes_only(app):
    html = draw(app, "{{ gauge(m) }}", m=margin_gauge(Decimal("-0.8"), Decimal("1.39"), failed=True, label="Dư địa −0,80 dB"))
    assert "style=" not in html and 'x1="97.6"' in html and "g--bad" in html
    empty = Tree(draw(app, "{{ gauge(m) }}", m=margin_gauge(None, label="chưa có số đọc")))
    tick = empty.find("line", class_="g-v")[0]
    assert tick["y1"] == tick["y2"], "a value that is not known must have no length"


def test_history_tells_old_and_new_in_words(app):
    history.say_kinds({"test.thing": "mẫu thử"})
    history.say_fields("test.thing", {"place": "Nơi giữ"})
    history.say_values("test.thing", "status", {"held": "Đang giữ"})
    entry = AuditEntry(
        at=datetime(2026, 9, 17, 3, 0, 0, 123456, tzinfo=UTC), actor_name=NASTY, action="change", subject_kind="test.thing",
        subject_id=1, subject_code="M26-0117-01", reason="nhập kho",
        canonical='{"changes":{"place":["Phòng EMC","K1-03"],"status":[null,"held"],"due_date":["2026-09-01",null],'
        '"customer_id":["1","2"]}}',
    )
    with app.test_request_context("/"):
        (one,) = history.told([entry])
        assert one.what == "Sửa: mẫu thử"
    assert [(str(a), str(b), str(c)) for a, b, c in one.changes] == [
        ("Nơi giữ", "Phòng EMC", "K1-03"), ("Trạng thái", "", "Đang giữ"), ("Hạn", "01/09/2026", ""),
    ]
    html = draw(app, "{{ history(entries) }}", entries=[one])
    tree = Tree(html)
    assert len(tree.find("del")) == 2 and len(tree.find("ins")) == 3 and tree.find("script") == []
    assert tree.find("time")[0]["datetime"] == "2026-09-17T03:00:00+00:00"


def listing_page(**changes: Any) -> SimpleNamespace:
    column = SimpleNamespace
    values: dict[str, Any] = {
        "rows": [("EQ-001", NASTY)],
        "columns": [
            column(key="code", label="Mã", sortable=True, css=""), column(key="name", label="Tên", sortable=False, css="opt"),
        ],
        "sort": "code", "direction": "desc", "q": NASTY, "filters": [
            SimpleNamespace(name="place", label="Nơi đặt", value="rf", options=[("rf", "Phòng RF"), ("x", NASTY)], clear_url="/c"),
        ],
        "chips": [(NASTY, "/c")], "next_url": "/n", "prev_url": None, "count_text": "1 dòng", "clear_url": "/list",
        "empty_after_filter": True, "sort_url": lambda key: f"/sort-{key}", "export_url": lambda kind: f"/file.{kind}",
    }
    return SimpleNamespace(**(values | changes))


LISTING = (
    "{% call(row) listing(page, 'Thiết bị', search='Tên', nothing='Chưa có thiết bị nào.', first_label='Thêm', first_href='/new',"
    " exports=True) %}<tr><th scope='row'>{{ row[0] }}</th><td>{{ row[1] }}</td></tr>{% endcall %}"
)


def test_a_list_keeps_search_filter_and_sorting(app):
    tree = Tree(draw(app, LISTING, "/list", page=listing_page()))
    assert tree.find("input", name="q")[0]["value"] == NASTY
    assert [a["value"] for a in tree.find("option") if "selected" in a] == ["rf"]
    assert tree.find("input", name="dir")[0]["value"] == "desc"
    assert [a.get("aria-sort") for a in tree.find("th", scope="col")] == ["descending", None]
    assert [a["href"] for a in tree.find("a", class_="sort")] == ["/sort-code"]
    assert tree.find("a", rel="next")[0]["href"] == "/n" and tree.find("a", rel="prev") == []
    assert {"/file.xlsx", "/file.csv"} <= {a["href"] for a in tree.find("a")}
    assert tree.find("script") == []


def test_an_empty_list_names_the_first_step_and_a_filtered_one_the_way_back(app):
    nothing = draw(app, LISTING, "/list", page=listing_page(rows=[], empty_after_filter=False, chips=[]))
    assert "Chưa có thiết bị nào." in nothing and 'href="/new"' in nothing and "<table" not in nothing
    filtered = draw(app, LISTING, "/list", page=listing_page(rows=[]))
    assert "Chưa có thiết bị nào." not in filtered and 'href="/list"' in filtered


def test_a_refusal_survives_a_redirect(app):
    stop = icons.flashed_stop('{"says": "Chưa được", "clauses": ["7.1.1"], "link": "/x", "link_text": "Mở"}')
    tree = Tree(draw(app, "{{ refusal(stop, id='r') }}", stop=stop))
    assert tree.find("a")[0]["href"] == "/x"
    assert icons.flashed_stop("not json") == {"says": "not json"}

"""What the same libraries do at best: bare Flask applications on the same tables, without anything of this program.

The look-up's floor asks the database for the same row by the same unique column with SQLAlchemy Core, and renders the program's own
template with the same headers. A second, harder one renders a flat template that gives the same bytes (the program's page, its
values replaced by placeholders): what no parts, no translation and no escaping choices would cost.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from flask import Flask, Response, make_response, render_template, request
from flask_bootstrap import Bootstrap5
from jinja2 import DictLoader
from sqlalchemy import Connection, Engine, MetaData, Table, event, insert, select
from sqlalchemy.orm import DeclarativeBase, Session
from werkzeug.routing import Rule

from bench.visitor import Answer
from certificates import wording, workflow
from certificates.models import Report
from certificates.views import filters, living
from lab_app.core import i18n, icons, slim_style, web

#: Where the measured laboratory's papers lead.
PUBLIC_URL = "https://lab.example"
REPORT_COLUMNS = (
    "id",
    "number",
    "base_number",
    "sequence",
    "code",
    "kind",
    "status",
    "issued_on",
    "status_at",
    "published",
    "file_sha256",
    "snapshot_hash",
    "replaces_id",
)
#: Headers that a server adds or that belong to one answer: the floor's own framework sets these.
_OWN = {"content-type", "content-length", "set-cookie", "vary", "etag", "last-modified", "date"}


def bare_flask() -> Flask:
    """One route that answers a word."""
    app = Flask("floor_bare")

    @app.get("/")
    def word() -> str:
        return "laboratory"

    return app


PLAIN_PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<h1>{{ title }}</h1><table>{% for row in rows %}<tr><th>{{ row[0] }}</th><td>{{ row[1] }}</td><td>{{ row[2] }}</td></tr>
{% endfor %}</table></body></html>"""


def plain_page() -> Flask:
    """A page of about 3 kB from a Jinja template, without a database."""
    app = Flask("floor_page")
    app.jinja_loader = DictLoader({"page.html": PLAIN_PAGE})
    rows = [(f"YC-2026-{n:07d}", "Điểm truy cập Wi-Fi", "đã nhận mẫu, đang thử nghiệm") for n in range(25)]

    @app.get("/")
    def page() -> str:
        return render_template("page.html", title="Yêu cầu thử nghiệm", rows=rows)

    return app


def template_of(page: Answer, values: dict[str, str]) -> str:
    """The page's own bytes as a Jinja template: every occurrence of a value becomes a placeholder of that name."""
    text = page.body.decode("utf-8")
    text = re.sub(r"({[{%#])", r"{{ '\1' }}", text)
    for name, value in sorted(values.items(), key=lambda pair: -len(pair[1])):
        text = text.replace(value, "{{ " + name + " }}")
    return text


def _headers(page: Answer) -> list[tuple[str, str]]:
    return [(name, value) for name, value in page.headers if name.lower() not in _OWN]


def _looks_up(app: Flask, engine: Engine, column: str, page: Answer, render: Callable[[Any], str]) -> Flask:
    """Give `app` the route `/<key>`: one row of `report` by a unique column, drawn by `render`; 304 from the row's validator."""
    columns = Report.__table__.c
    query = select(*[columns[name] for name in REPORT_COLUMNS])
    unique = columns[column]
    headers = _headers(page)

    @app.get("/<key>")
    def show(key: str) -> Response:
        with engine.connect() as connection:
            row = connection.execute(query.where(unique == key)).first()
        if row is None:
            return Response("", 404)
        tag = f'"{row.id}-{row.status_at}-{row.status}"'
        if request.headers.get("If-None-Match") == tag:
            response = Response(status=304)
        else:
            response = make_response(render(row))
        response.headers.extend(headers)
        response.headers["ETag"] = tag
        return response

    return app


def flat_look_up(engine: Engine, page: Answer, values: dict[str, str], column: str) -> Flask:
    """The look-up with a template that has no parts: the page's own bytes with placeholders."""
    app = Flask("floor_flat")
    app.jinja_loader = DictLoader({"page.html": template_of(page, values)})

    def render(row: Any) -> str:
        return render_template(
            "page.html",
            number=row.number,
            code=row.code,
            issued_on=_day(row.issued_on),
            sha256=row.file_sha256,
            grouped=_grouped(row.file_sha256),
            published=row.published,
        )

    return _looks_up(app, engine, column, page, render)


def look_up(engine: Engine, page: Answer, column: str, facts: dict[str, Any], addresses: Iterable[Rule]) -> Flask:
    """The look-up with the program's own template: Flask, Babel, SQLAlchemy Core and nothing else of the program.

    `facts` of the laboratory are given once: the floor asks for the report's row alone. `addresses`: what the page links to.
    """
    app = Flask("lab_app")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    i18n.init_app(app)
    app.extensions["babel"].locale_selector = lambda: "vi"
    Bootstrap5(app)
    icons.init_app(app)
    app.jinja_env.globals.update(asset=web.asset, fixed_url=web.fixed_url, lab=facts, lang="vi", paper_word=wording.paper_word)
    app.jinja_env.globals["public_style"] = slim_style.public_style
    app.add_url_rule("/public.css", slim_style.ENDPOINT, lambda: "")
    app.jinja_env.filters["isodate"] = filters.isodate
    app.jinja_env.filters["isomoment"] = filters.isomoment
    app.jinja_env.filters["grouped"] = filters.grouped
    for rule in addresses:
        app.add_url_rule(rule.rule, rule.endpoint, lambda **_more: "")
    states = living.states()

    def by_code(row: Any) -> str:
        day, since = row.issued_on.isoformat(), row.status_at.isoformat(timespec="seconds")
        answer = {
            "number": row.number, "code": row.code, "sequence": row.sequence, "kind": row.kind, "status": row.status,
            "decided_on": day, "issued_on": day, "valid_from": day, "expires_on": None, "status_since": since, "reason": "",
            "sha256": row.file_sha256, "fields": row.published, "verify_url": f"{PUBLIC_URL}/verify/{row.code}", "signature": None,
            "history": [{"number": row.number, "status": row.status, "at": since, "reason": ""}],
        }  # fmt: skip
        return render_template(
            "certificates/verify_code.html",
            answer=answer | {"versions": [answer]},
            states=states,
            state=states[row.status],
            kinds=workflow.KINDS,
            spoken=None,
            follow=False,
            typed="",
            grouped=_grouped(row.file_sha256),
        )

    def by_number(row: Any) -> str:
        answer = {
            "number": row.number,
            "kind": row.kind,
            "status": row.status,
            "decided_on": row.issued_on.isoformat(),
            "issued_on": row.issued_on.isoformat(),
            "valid_from": row.issued_on.isoformat(),
            "expires_on": None,
            "since": row.status_at.isoformat(timespec="seconds"),
        }
        return render_template("certificates/verify_number.html", answer=answer, state=states[row.status], typed="")

    return _looks_up(app, engine, column, page, by_code if column == "code" else by_number)


def _grouped(sha256: str) -> str:
    return " ".join(sha256[n : n + 4] for n in range(0, 64, 4))


def _day(day: date) -> str:
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


# ---- writing -------------------------------------------------------------------------------------------------


def _durable(engine: Engine) -> None:
    """SQLite as the program sets it: WAL, full durability, writers begin at once."""
    if engine.dialect.name != "sqlite":
        return

    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine, "connect", connect)
    event.listen(engine, "begin", begin)


def audited_insert(engine: Engine, table: str, kind: str, now: datetime) -> Flask:
    """`POST /`: one ORM row of `table` from the form's fields and its hashed audit entry, one commit."""
    app = Flask("floor_insert")
    _durable(engine)

    class Floor(DeclarativeBase):
        pass

    tables = MetaData()

    class Row(Floor):
        __table__ = Table(table, tables, autoload_with=engine)

    entries = Table("audit_entry", tables, autoload_with=engine)
    naive = now.replace(tzinfo=None) if engine.dialect.name == "sqlite" else now

    @app.post("/")
    def create() -> tuple[str, int]:
        fields = request.form.to_dict()
        with Session(engine) as session:
            row = Row(**fields, version=1, recorded_at=naive)
            session.add(row)
            session.flush()
            ident: int = row.id  # type: ignore[attr-defined]
            canonical = json.dumps({"kind": kind, "id": ident, "changes": fields}, sort_keys=True, ensure_ascii=False)
            session.execute(
                insert(entries),
                {
                    "at": naive,
                    "actor_id": 1,
                    "actor_name": "bench",
                    "action": "create",
                    "subject_kind": kind,
                    "subject_id": ident,
                    "subject_code": fields["code"],
                    "reason": "",
                    "canonical": canonical,
                    "hash": hashlib.sha256(canonical.encode()).hexdigest(),
                },
            )
            session.commit()
        return "", 303

    return app

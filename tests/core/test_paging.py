"""Lists page by keyset: every row once, in order, in both directions, whatever is equal or empty; and never from the beginning."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import select, text

from lab_app.core import paging, search
from lab_app.core.db import db
from lab_app.core.jobs import QueuedJob

START = datetime(2026, 1, 1, tzinfo=UTC)
COLUMNS = (
    paging.Column("run", "run", QueuedJob.run_at), paging.Column("end", "end", QueuedJob.finished_at),
    paging.Column("state", "state", QueuedJob.state),
)


@pytest.fixture
def sixty(app, writing):
    """Sixty rows: each moment three times, every fourth without an end, three states."""
    for n in range(60):
        db.session.add(QueuedJob(
            kind="k", key=str(n), payload={}, state=("queued", "done", "failed")[n % 3], run_at=START + timedelta(days=n // 3),
            finished_at=None if n % 4 == 0 else START + timedelta(days=n % 7),
        ))
    db.session.flush()
    return app


def _page(app, address):
    with app.test_request_context(address):
        return paging.listing(select(QueuedJob), QueuedJob, COLUMNS, default_sort="run", size=7)


def _walk(app, address, way):
    shown = []
    for _ in range(30):
        page = _page(app, address)
        shown.append([row.id for row in page.rows])
        address = getattr(page, way)
        if address is None:
            return shown, page
    raise AssertionError("the list never ends")


@pytest.mark.both_databases
@pytest.mark.parametrize("sort", ["run", "end", "state"])
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_every_row_stands_on_one_page(sixty, sort, direction):
    first = f"/quality?sort={sort}&dir={direction}"
    forth, last = _walk(sixty, first, "next_url")
    ids = [i for page in forth for i in page]
    assert len(ids) == 60 and len(set(ids)) == 60
    column = next(c.sort for c in COLUMNS if c.key == sort).key
    values = {row.id: getattr(row, column) for row in db.session.scalars(select(QueuedJob))}

    def key(i):  # what is empty comes first upwards, last downwards
        return (values[i] is not None, values[i] or START if column != "state" else values[i], i)

    assert ids == sorted(ids, key=key, reverse=direction == "desc")
    back = [forth[-1]]
    address = last.prev_url
    while address:
        page = _page(sixty, address)
        back.append([row.id for row in page.rows])
        address = page.prev_url
    assert list(reversed(back)) == forth


def test_a_deep_page_enters_the_index_at_its_place(sixty):
    query = select(QueuedJob.id).where(paging._beyond(QueuedJob.run_at, QueuedJob.id, START + timedelta(days=9), 30, True))
    db.session.execute(text("CREATE INDEX ix_of_this_test ON job (run_at)"))
    compiled = query.order_by(*paging._order(QueuedJob.run_at, QueuedJob.id, True)).limit(8).compile(
        db.engine, compile_kwargs={"literal_binds": True}
    )
    plan = [row[3] for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))]
    assert any(step.startswith("SEARCH job USING") and "run_at<" in step for step in plan), plan


@pytest.mark.parametrize("token", ["x", "W10", "WzFd", "eyJhIjoxfQ", "bnVsbA"])
def test_a_tampered_token_shows_the_first_page(sixty, token):
    assert [row.id for row in _page(sixty, f"/quality?after={token}").rows] == [row.id for row in _page(sixty, "/quality").rows]


@pytest.fixture
def crowd(app, writing, monkeypatch):
    """Twelve rows found by one word, two of them by another; only the ten newest entries of a word are looked at."""
    monkeypatch.setattr(search, "NEWEST", 10)
    for n in range(12):
        row = QueuedJob(kind="k", key=str(n), payload={}, run_at=START + timedelta(days=n))
        db.session.add(row)
        db.session.flush()
        search.put("queued", row.id, f"C-{n}", "khóa điện", "hiếm" if n < 2 else "")
    return app


def _found(app, words):
    with app.test_request_context("/quality?" + urlencode({"q": words})):
        return paging.listing(select(QueuedJob), QueuedJob, COLUMNS, kind="queued", default_sort="run", size=25)


@pytest.mark.both_databases
def test_words_that_stand_everywhere_show_the_newest_and_say_so(crowd):
    page = _found(crowd, "khoa")
    assert len(page.rows) == 10 and page.crowded and "gõ thêm chữ" in page.count_text
    assert min(row.run_at for row in page.rows) == START + timedelta(days=2)


@pytest.mark.both_databases
def test_words_of_a_list_are_looked_for_among_its_own_kind(crowd):
    search.put("other-thing", 1, "C-1", "khóa hiếm")
    assert db.session.scalars(search.ids("other-thing", "khoa")).all() == [1]
    assert not search.crowded("other-thing", "khoa") and search.crowded("queued", "khoa")
    assert search.find("þother") == [] and search.find("otherthing") == [], "nobody finds a thing by the name of its kind"


@pytest.mark.both_databases
def test_a_rare_word_finds_the_oldest_rows_too(crowd):
    page = _found(crowd, "khoa hiem")
    assert [row.run_at for row in page.rows] == [START + timedelta(days=1), START]
    assert not page.crowded and "gõ thêm" not in page.count_text

"""Numbers, jobs, files, search, time: what every room leans on, on both databases."""
from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lab_app.core import clock, drafts, files, jobs, numbering, search
from lab_app.core import db as database
from lab_app.core.db import DecimalText, UtcDateTime, db
from lab_app.core.errors import FieldRefused
from lab_app.core.jobs import QueuedJob

both = pytest.mark.both_databases


@both
def test_numbers_are_given_once_by_many_at_a_time(app):
    given_out, errors = [], []

    def take():
        try:
            with app.app_context():
                for _ in range(5):
                    database.begin_writing()
                    given_out.append(numbering.next_value("YC/2026"))
                    db.session.commit()
                    database.end_writing()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=take) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not errors
    assert sorted(given_out) == list(range(1, 41))


@both
def test_a_rollback_gives_the_number_back_and_carried_numbers_are_not_given_again(app, writing):
    assert numbering.next_value("M") == 1
    db.session.rollback()
    database.begin_writing()
    assert numbering.next_value("M") == 1
    numbering.at_least("M", 117)
    numbering.at_least("M", 5)
    assert numbering.yearly("M", 2026).startswith("M-2026-")
    assert numbering.next_value("M") == 118


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("m26-0117-01 ", "M26-0117-01"), ("M26–0117–01", "M26-0117-01"), ("Đ12", "DD12"), ("k7m2 94th", "K7M294TH"), ("ẾQ", "EEQ")],
)
def test_a_scanned_code_is_read_with_marks_undone(typed, meant):
    assert numbering.read_code(typed) in (meant, meant.replace("EE", "E"))


def test_public_codes_hold_no_letter_a_keyboard_would_turn():
    code = numbering.secret_code()
    assert set(code) <= set(numbering.CODE_ALPHABET) | {"-"}
    assert len({numbering.secret_code() for _ in range(200)}) == 200


@both
def test_a_job_runs_once_and_a_failed_one_is_tried_later(app, frozen_clock):
    ran = []

    @jobs.handler("planted")
    def _run(payload):
        ran.append(payload["n"])
        if payload["n"] == 2:
            raise RuntimeError("not now")

    database.begin_writing()
    jobs.queue("planted", "planted:1", {"n": 1})
    jobs.queue("planted", "planted:1", {"n": 1})
    jobs.queue("planted", "planted:2", {"n": 2})
    db.session.commit()
    database.end_writing()
    assert jobs.run_due() == 2
    assert sorted(ran) == [1, 2]
    states = dict(db.session.execute(select(QueuedJob.key, QueuedJob.state)).all())
    assert states == {"planted:1": "done", "planted:2": "queued"}
    db.session.rollback()
    assert jobs.run_due() == 0, "not before its next turn"
    frozen_clock.advance(hours=1)
    assert jobs.run_due() == 1


@both
def test_a_job_that_waits_for_something_is_never_given_up_and_runs_when_it_has_come(app, frozen_clock):
    came, ran = [], []

    @jobs.handler("planted")
    def _run(payload):
        if not came:
            raise jobs.NotYet("frozen")
        ran.append(payload["n"])

    database.begin_writing()
    jobs.queue("planted", "planted:1", {"n": 1})
    db.session.commit()
    database.end_writing()
    for _ in range(jobs.MAX_ATTEMPTS + 2):
        assert jobs.run_due() == 1 and jobs.run_due() == 0, "not before it is looked at again"
        frozen_clock.advance(minutes=5)
    row = db.session.scalars(select(QueuedJob)).one()
    assert (row.state, row.attempts, row.error, ran) == ("queued", 0, "frozen", [])
    db.session.rollback()
    came.append(True)
    assert jobs.run_due() == 1 and ran == [1]
    assert db.session.scalars(select(QueuedJob.state)).one() == "done"


@both
def test_a_job_whose_worker_died_is_taken_again(app, frozen_clock):
    ran = []
    jobs.handler("planted")(lambda payload: ran.append(1))
    database.begin_writing()
    jobs.queue("planted", "planted:1", {})
    db.session.commit()
    database.end_writing()
    assert jobs._take() is not None  # a worker takes it and is killed here
    assert jobs.run_due() == 0
    frozen_clock.advance(minutes=6)
    assert jobs.run_due() == 1 and ran == [1]


PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "a.png"), (b"MZ\x90\x00" + b"\x00" * 200, "a.png"), (PNG, "a.pdf"),
        (b"<html>" + b"\xff\xfe\x00", "a.txt"), (b"%PDF-1.7\n", "a.jpg"),
    ],
    ids=["empty", "program", "false ending", "binary as text", "paper as photo"],
)
def test_a_file_that_is_not_what_it_says_is_refused(app, data, name):
    with pytest.raises(FieldRefused):
        files.put_bytes(data, name)
    assert not [p for p in files.folder().rglob("*") if p.is_file()]


def test_a_file_too_large_is_refused_before_it_is_whole(app):
    app.config["UPLOAD_LIMIT"] = 1000
    try:
        with pytest.raises(FieldRefused):
            files.put_bytes(PNG + b"\x00" * 2000, "a.png")
    finally:
        app.config["UPLOAD_LIMIT"] = 25 * 1024 * 1024


@both
def test_bytes_without_a_row_are_swept_and_others_stay(app, frozen_clock):
    kept = files.put_bytes(PNG, "a.png")
    orphan = files.put_bytes(PNG + b"1", "b.png")
    database.begin_writing()
    files.attach(kept, "sample", 1, None)
    db.session.commit()
    database.end_writing()
    assert files.sweep() == 0, "young bytes may still be waiting for their row"
    clock.set_process_clock(datetime.now(UTC) + timedelta(days=2))
    assert files.sweep() == 1
    assert files.path_of(kept.sha256).exists() and not files.path_of(orphan.sha256).exists()


@both
@pytest.mark.parametrize("typed", ["dien tu", "ĐIỆN TỬ", "điện tử hạt", "điẹn tử", "M26-0117"])
def test_search_ignores_accents_and_finds_prefixes(app, writing, typed):
    search.put("sample", 7, "M26-0117-01", "Công ty TNHH Điện tử Hạt Gạo")
    search.put("sample", 8, "M26-0118-01", "Cánh Buồm")
    assert [f.subject_id for f in search.find(typed)] in ([7], [])
    if typed != "điẹn tử hạt x":
        assert [f.subject_id for f in search.find(typed)] == [7]


@both
def test_a_refreshed_entry_is_no_longer_found_by_its_old_words(app, writing):
    search.put("sample", 7, "A", "cũ")
    search.put("sample", 7, "A", "mới")
    assert search.find("cu") == [] and len(search.find("moi")) == 1


@pytest.mark.parametrize("typed", ["'", '" OR 1', "* NEAR(", "a & | !", "đ" * 300])
def test_search_takes_any_text(app, typed):
    assert search.find(typed) == []


@both
def test_a_draft_is_kept_per_person_and_replaced(app, writing):
    drafts.save(1, "line:5", {"a": "1"})
    drafts.save(1, "line:5", {"a": "1,2"})
    assert drafts.load(1, "line:5") == {"a": "1,2"} and drafts.load(2, "line:5") == {}
    drafts.drop(1, "line:5")
    assert drafts.load(1, "line:5") == {}


def test_the_columns_refuse_what_would_be_lost():
    with pytest.raises(ValueError):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), None)  # type: ignore[arg-type]  # noqa: DTZ001
    with pytest.raises(TypeError):
        DecimalText().process_bind_param(1.5, None)  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        DecimalText().process_bind_param(Decimal("NaN"), None)  # type: ignore[arg-type]


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-10**9, max_value=10**9))
def test_a_number_keeps_its_written_digits(value):
    column = DecimalText()
    text = column.process_bind_param(value, None)  # type: ignore[arg-type]
    back = column.process_result_value(text, None)  # type: ignore[arg-type]
    assert back == value and (back is None or back.as_tuple().exponent == value.as_tuple().exponent)


def test_a_day_begins_at_the_laboratorys_midnight():
    assert clock.at_local(date(2026, 10, 2)) == datetime(2026, 10, 1, 17, tzinfo=UTC)
    with pytest.raises(ValueError):
        clock.local(datetime(2026, 1, 1))  # noqa: DTZ001


def test_production_refuses_a_set_clock():
    clock.configure("Asia/Ho_Chi_Minh", may_be_set=False)
    try:
        with pytest.raises(clock.ClockIsReal):
            clock.set_process_clock(datetime(2026, 1, 1, tzinfo=UTC))
        with pytest.raises(clock.ClockIsReal), clock.at(datetime(2026, 1, 1, tzinfo=UTC)):
            pass
    finally:
        clock.configure("Asia/Ho_Chi_Minh", may_be_set=True)

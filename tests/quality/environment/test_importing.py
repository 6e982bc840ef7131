"""A CSV of readings: gaps, doubled, future, backwards, wrong decimal sign; nothing lost, nothing half done (6.3.3, 7.11)."""
from __future__ import annotations

import io

import pytest
from sqlalchemy import func, select

from lab_app.core import files
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotAllowed, Refused
from lab_app.quality.environment import services
from lab_app.quality.environment.models import Excursion, Intake, LoggedReading
from tests.support.people_facts import SETTER
from tests.support.results_facts import day

GOOD = "Thời điểm;T;RH\n16/11/2026 06:00;23,1;50\n16/11/2026 06:10;23,2;51\n16/11/2026 06:20;31,0;52\n16/11/2026 06:30;23,0;50\n"
BAD = """Time;T;RH;Pin
16/11/2026 06:00;23,1;50;98
16/11/2026 06:00;23,1;50;98
16/11/2026 06:10;23,1;50;98
16/11/2026 06:10;24,9;50;98
16/11/2026 06:05;23,1;50;98
16/11/2026 06:20;23.4;50;98
16/11/2026 06:30;ấm;50;98
16/11/2026 06:40;999;50;98
16/11/2026 08:30;23,0;50;98
40/11/2026 08:40;23,0;50;98
16/11/2026 09:30;23,0;;98
"""


def read(people, watched, text, sign="vi"):
    return services.preview_import(people.technician, watched.logger, text.encode(), sign)


def count():
    return db.session.scalar(select(func.count()).select_from(LoggedReading))


def test_a_good_file_goes_in_as_a_whole_and_is_kept(watched, people):
    seen = read(people, watched, GOOD)
    assert (seen.rows, len(seen.entries), seen.faults, seen.refused) == (4, 8, [], "")
    upload = files.put_bytes(GOOD.encode(), "log.csv", files.INSTRUMENT_DATA)
    intake, excursions = services.import_readings(people.technician, watched.logger, upload, GOOD.encode(), "vi")
    assert count() == 8 and intake.taken == 8 and intake.sha256 == upload.sha256 and excursions == 1
    assert db.session.scalars(select(Excursion)).one().highest == 31
    assert files.attachments("environment-logger", watched.logger.id)[0].filename == "log.csv"
    again = read(people, watched, GOOD)
    assert again.entries == [] and again.known == 8
    with pytest.raises(Refused):
        services.import_readings(people.technician, watched.logger, upload, GOOD.encode(), "vi")


def test_each_bad_row_says_what_is_wrong_and_good_rows_go_in_only_when_asked(watched, people):
    seen = read(people, watched, BAD)
    says = {f.line: f.says for f in seen.faults}
    assert seen.doubled == 3 and seen.ignored == ["Pin"], "T and RH of the second line, RH of the fifth"
    assert "giá trị khác ở dòng 4" in says[5] and "đi lùi" in says[6] and "dấu thập phân" in says[7]
    assert "không phải là số" in says[8] and "ngoài khoảng" in says[9] and "không phải thời điểm" in says[11] and "tương lai" in says[12]
    assert sorted(says) == [5, 6, 7, 8, 9, 11, 12]
    assert [(name, a, b) for name, a, b in seen.gaps] == [
        ("T", day(16, 6, 10), day(16, 8, 30)), ("RH", day(16, 6, 40), day(16, 8, 30))]
    upload = files.put_bytes(BAD.encode(), "bad.csv", files.INSTRUMENT_DATA)
    with pytest.raises(Refused):
        services.import_readings(people.technician, watched.logger, upload, BAD.encode(), "vi")
    db.session.rollback()
    assert count() == 0 and db.session.scalar(select(func.count()).select_from(Intake)) == 0, "nothing half done"
    from lab_app.core.db import begin_writing

    begin_writing()
    intake, _found = services.import_readings(people.technician, watched.logger, upload, BAD.encode(), "vi", only_good=True)
    assert count() == len(seen.entries) == intake.taken and intake.left_out == 7


@pytest.mark.parametrize("text,word", [
    ("T;RH\n1;2\n", "cột thời điểm"), ("Time;X\n16/11/2026 06:00;1\n", "tên kênh"), ("Time;T\n", "dòng nào"), ("", "dòng nào"),
    ("\x00\x01\x02", "CSV"),
])
def test_a_file_that_is_none_is_refused_as_a_whole(watched, people, text, word):
    seen = read(people, watched, text)
    assert word in seen.refused and not seen.entries
    upload = files.put_bytes((text or " ").encode(), "x.csv", files.INSTRUMENT_DATA)
    with pytest.raises(FieldRefused):
        services.import_readings(people.technician, watched.logger, upload, text.encode(), "vi")


def test_what_contradicts_a_reading_that_stands_is_a_fault(watched, people):
    watched.read({day(16, 6): "20.00"})
    seen = read(people, watched, GOOD)
    assert [f.line for f in seen.faults] == [2] and "20.00" in seen.faults[0].says and len(seen.entries) == 7


def test_the_sign_is_declared_never_guessed(watched, people):
    english = GOOD.replace(",", ".").replace(";", ",")
    assert len(read(people, watched, english, "en").entries) == 8
    assert {f.line for f in read(people, watched, english, "vi").faults} == {2, 3, 4, 5}


def test_the_pages_show_refuse_and_take(watched, people, client_as):
    visitor = client_as("technician")
    address = f"/quality/environment/loggers/{watched.logger.code}/import"
    assert visitor.get(address).status_code == 200
    assert visitor.post(address, data={"decimal": "vi"}).status_code == 422
    shown = visitor.post(address, data={"decimal": "vi", "file": (io.BytesIO(BAD.encode()), "bad.csv")},
                         content_type="multipart/form-data")
    assert shown.status_code == 200 and "dấu thập phân" in shown.text and "Chỉ nhận" in shown.text
    ticket = shown.text.split('name="ticket" value="')[1].split('"')[0]
    refused = visitor.post(address + "/run", data={"ticket": ticket, "decimal": "vi", "do": "all"})
    assert refused.status_code == 422 and "chưa đúng" in refused.text and count() == 0
    taken = visitor.post(address + "/run", data={"ticket": ticket, "decimal": "vi", "do": "good"}, follow_redirects=True)
    assert taken.status_code == 200 and count() > 0 and "bad.csv" in taken.text
    assert client_as("auditor").get(address).status_code == 403


def test_who_may_not_write_cannot_look_either(watched, people):
    with pytest.raises(NotAllowed):
        services.preview_import(people.auditor, watched.logger, GOOD.encode(), "vi")


def test_a_column_twice_counts_once_and_a_name_is_taken_as_it_is_written(watched, people):
    twice = read(people, watched, "Time;T;T\n16/11/2026 06:00;23,1;23,1\n16/11/2026 06:10;23,1;24,9\n")
    assert len(twice.entries) == 2 and twice.doubled == 1 and len(twice.faults) == 1
    small = services.add_channel(SETTER, watched.logger, watched.room, name="t", quantity="temperature", from_at=day(16, 5))
    both = read(people, watched, "Time;T;t\n16/11/2026 06:00;23,1;19,5\n")
    assert {(e.channel.id, e.steps) for e in both.entries} == {(watched.temperature.id, 2310), (small.id, 1950)} and not both.faults


@pytest.mark.parametrize("at", ["0001-01-01 00:00", "9999-12-31 23:59", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00"])
def test_the_ends_of_the_calendar_are_no_moments(watched, people, at):
    seen = read(people, watched, f"Time;T\n{at};23,1\n")
    assert len(seen.faults) == 1 and not seen.entries

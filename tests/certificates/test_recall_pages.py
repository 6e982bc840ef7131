"""Pages of recalls, letters and traces: what they show, what they refuse, what they ask of the database."""
from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from certificates import services
from certificates.models import Recall, RecallDecision, RecallLetter, Report
from lab_app.core import db as database
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.permissions import P
from lab_app.results.models import JobLine, Reading, ReadingInstrument
from tests.support import certificates_facts as facts
from tests.support import recall_facts
from tests.support.certificates_facts import MEASURED
from tests.support.people_facts import SETTER


@pytest.fixture
def recall(world) -> Recall:
    row = recall_facts.recalled(world, report=True)[1]
    facts.commit()
    return row


@pytest.fixture
def manager(client_as, world, recall):
    return client_as(world.people.quality_manager)


def more_lines(world, n):
    """So many further readings of the instrument."""
    authorize(SETTER, P.RESULT_WRITE)
    line = world.lines[0]
    lines = [JobLine(job_id=line.job_id, parameter_id=line.parameter_id, position=100 + k, conditions=f"kênh {k}", limit=line.limit,
                     limit_confirmed=True, rule_code=line.rule_code, rule=line.rule, status="reviewed") for k in range(n)]
    db.session.add_all(lines)
    db.session.flush()
    readings = [Reading(line_id=row.id, person_id=world.people.technician.id, measured_at=MEASURED + timedelta(minutes=k), raw={},
                        value=line.reading.value,
                        unit="dBm", u=line.reading.u, k=line.reading.k, margin=line.reading.margin, verdict="PASS")
                for k, row in enumerate(lines)]
    db.session.add_all(readings)
    db.session.flush()
    db.session.add_all(ReadingInstrument(reading_id=r.id, instrument_id=world.instrument.id, measured_at=r.measured_at) for r in readings)
    facts.commit()


def test_the_page_shows_counts_lines_papers_and_what_the_error_does(manager, recall, world):
    page = manager.get(f"/recalls/{recall.code}")
    assert page.status_code == 200
    text = page.text
    for words in ("EQ-002", recall.nonconformity.code, "802.11n HT20, 2412 MHz", "Kết luận không đổi", "Chưa quyết định: 4", "18,92"):
        assert words in text, words
    number = db.session.scalars(select(Recall)).one().counts
    assert number["reports"] == 1 and "doanh nghiệp có phiếu" in text


@pytest.mark.parametrize(("query", "shown"), [
    ("state=undecided", 3), ("state=decided", 1), ("state=retest", 1), ("state=stands", 0), ("paper=yes", 4), ("paper=no", 0),
    ("effect=near", 0), ("effect=far", 4), ("state=nonsense", 4),
])
def test_filters(manager, recall, world, query, shown):
    services.decide_lines(world.people.quality_manager, recall, [world.lines[0].reading.id], decision="retest", reason="x")
    facts.commit()
    text = manager.get(f"/recalls/{recall.code}?{query}").text
    assert text.count('name="reading"') == shown


def test_the_filter_of_small_margins_takes_the_bound_in(manager, recall, world, app):
    authorize(SETTER, P.QUALITY_WRITE)
    row = db.session.scalars(select(Recall)).one()
    for error, shown in (("-1.58", 1), ("1.57", 0), ("-1.7", 2), ("4.1", 3)):
        database.begin_writing()
        row = db.session.get_one(Recall, row.id)
        authorize(SETTER, P.QUALITY_WRITE)
        row.error = Decimal(error)
        facts.commit()
        text = manager.get(f"/recalls/{recall.code}?effect=near").text
        assert text.count('name="reading"') == shown, error


def test_a_decision_is_seen_before_it_is_made(manager, recall, world):
    reading = world.lines[0].reading.id
    before = manager.get(f"/recalls/{recall.code}/decide?reading={reading}&reading={world.lines[1].reading.id}")
    assert before.status_code == 200 and "Quyết định cho 2 dòng" in before.text and "4824 MHz" in before.text
    bare = manager.post(f"/recalls/{recall.code}/decide", data={"reading": [reading], "decision": "", "reason": ""})
    assert bare.status_code == 422 and "Cần điền mục này." in bare.text
    done = manager.post(f"/recalls/{recall.code}/decide", data={"reading": [reading], "decision": "stands", "reason": "biên đủ"})
    assert done.status_code == 302
    decided = db.session.scalars(select(RecallDecision)).one()
    assert (decided.reading_id, decided.reason, decided.person_id) == (reading, "biên đủ", world.people.quality_manager.id)


def test_a_whole_filtered_list_is_decided_at_once(manager, recall, world):
    services.decide_lines(world.people.quality_manager, recall, [world.lines[0].reading.id], decision="retest", reason="x")
    facts.commit()
    page = manager.get(f"/recalls/{recall.code}/decide?all=1&state=undecided")
    assert "Quyết định cho 3 dòng" in page.text
    manager.post(f"/recalls/{recall.code}/decide", data={"all": "1", "state": "undecided", "decision": "stands", "reason": "biên đủ"})
    db.session.expire_all()
    assert len(db.session.scalars(select(RecallDecision)).all()) == 4


def test_an_own_reading_is_refused_on_the_page_by_the_same_gate(manager, recall, world):
    authorize(SETTER, P.RESULT_WRITE)
    db.session.get_one(Reading, world.lines[0].reading.id).person_id = world.people.quality_manager.id
    facts.commit()
    reading = world.lines[0].reading.id
    assert "4.1.4" in manager.get(f"/recalls/{recall.code}/decide?reading={reading}").text
    refused = manager.post(f"/recalls/{recall.code}/decide", data={"reading": [reading], "decision": "stands", "reason": "biên đủ"})
    assert refused.status_code == 422 and "4.1.4" in refused.text
    assert db.session.scalars(select(RecallDecision)).all() == []


def test_concluding_too_early_is_refused_with_the_clause_and_works_when_all_is_decided(manager, recall, world):
    assert "7.10.1" in manager.get(f"/recalls/{recall.code}").text
    manager.post(f"/recalls/{recall.code}/close", data={"conclusion": "xong", "version": recall.version})
    assert db.session.scalars(select(Recall)).one().status == "open"
    db.session.expire_all()
    services.decide_lines(world.people.quality_manager, db.session.get_one(Recall, recall.id), [line.reading.id for line in world.lines],
                          decision="stands", reason="x")
    facts.commit()
    manager.post(f"/recalls/{recall.code}/close", data={"conclusion": "Không kết quả nào đổi", "version": recall.version})
    db.session.expire_all()
    row = db.session.scalars(select(Recall)).one()
    assert (row.status, row.conclusion) == ("closed", "Không kết quả nào đổi")


def test_opening_by_hand_keeps_bad_input_and_names_each_field(manager, world):
    bad = {"instrument": "EQ-999", "since": "12/11/2026 08:00", "until": "10/11/2026 08:00", "cause": "other", "found_on": "16/11/2026",
           "error": "", "error_unit": "", "depth": "3", "note": "nghi ngờ"}
    refused = manager.post("/recalls/new", data=bad)
    assert refused.status_code == 422 and "Không có thiết bị nào mang mã này." in refused.text and "nghi ngờ" in refused.text
    refused = manager.post("/recalls/new", data={**bad, "instrument": "EQ-002"})
    assert refused.status_code == 422 and "Kết thúc trước lúc bắt đầu." in refused.text
    off = {"error": "1,6", "error_unit": "dặm"}
    refused = manager.post("/recalls/new", data={**bad, **off, "instrument": "EQ-002", "until": "14/11/2026 08:00"})
    assert refused.status_code == 422 and "dặm" in refused.text
    refused = manager.post("/recalls/new", data={**bad, "instrument": "EQ-002", "since": "hôm qua"})
    assert refused.status_code == 422
    assert len(db.session.scalars(select(Recall)).all()) == 1
    done = manager.post("/recalls/new", data={**bad, "instrument": "EQ-002", "since": "05/11/2026 08:00", "until": "14/11/2026 08:00",
                                              "error": "-0,4", "error_unit": "dB"})
    assert done.status_code == 302, done.text
    assert str(db.session.scalars(select(Recall).order_by(Recall.id.desc())).first().error) == "-0.4"


@pytest.mark.parametrize(("who", "may"), [("technician", 200), ("auditor", 200), ("sales", 403)])
def test_who_may_read(client_as, world, recall, who, may):
    reader = client_as(getattr(world.people, who))
    for path in ("/recalls", f"/recalls/{recall.code}", f"/recalls/{recall.code}/impact.xlsx", "/instruments/EQ-002/recall"):
        assert reader.get(path).status_code == may, path


def test_a_reader_changes_nothing(client_as, world, recall):
    reader = client_as(world.people.technician)
    for path in (f"/recalls/{recall.code}/decide", f"/recalls/{recall.code}/close", f"/recalls/{recall.code}/letters", "/recalls/new"):
        assert reader.post(path, data={}).status_code == 403, path


def test_the_impact_list_as_spreadsheet_and_paper(manager, recall, world):
    book = load_workbook(BytesIO(manager.get(f"/recalls/{recall.code}/impact.xlsx").data))
    rows = list(book.active.iter_rows(values_only=True))
    assert len(rows) == 5 and rows[0][0] == "Phép đo"
    assert any(str(cell) == "-28.3" for row in rows for cell in row)
    paper = manager.get(f"/recalls/{recall.code}/impact.pdf")
    assert paper.mimetype == "application/pdf" and paper.data.startswith(b"%PDF-")
    assert manager.get(f"/recalls/{recall.code}/impact.exe").status_code == 404


def test_letters_are_drafted_edited_printed_and_sent(manager, recall, world):
    assert manager.post(f"/recalls/{recall.code}/letters").status_code == 302
    letter = db.session.scalars(select(RecallLetter)).one()
    address = f"/recalls/{recall.code}/letters/{letter.id}"
    assert letter.reports[0] in manager.get(address).text
    seen = letter.version
    assert manager.post(address, data={"text": " ", "version": seen}).status_code == 422
    assert manager.post(address, data={"text": "Kính gửi: đã sửa", "version": seen}).status_code == 302
    assert manager.post(address, data={"text": "Người khác", "version": seen}).status_code == 409
    paper = manager.get(f"{address}/letter.pdf")
    assert paper.data.startswith(b"%PDF-")
    db.session.expire_all()
    version = db.session.scalars(select(RecallLetter)).one().version
    assert manager.post(f"{address}/sent", data={"version": version}).status_code == 302
    db.session.expire_all()
    assert db.session.scalars(select(RecallLetter)).one().status == "sent"
    assert "data-guard" not in manager.get(address).text, "a sent letter is read, not edited"


def test_pages_around_it_link_it(manager, recall, world):
    assert recall.code in manager.get(f"/quality/nonconformities/{recall.nonconformity.code}").text
    assert recall.code in manager.get("/instruments/EQ-002/recall").text
    assert recall.code in manager.get("/recalls").text
    assert recall.code in manager.get("/instruments/EQ-002").text


def test_traces_of_instrument_and_report(manager, recall, world):
    back = manager.get("/instruments/EQ-002/trace")
    assert back.status_code == 200 and "CV-26-00198" in back.text and "Viện đo lường quốc gia" in back.text and "<svg" in back.text
    forward = manager.get("/instruments/EQ-002/trace?direction=forward&since=01/11/2026&until=16/11/2026&depth=2")
    assert forward.status_code == 200 and "4 số đo" in forward.text
    assert "0 số đo" in manager.get("/instruments/EQ-002/trace?direction=forward&since=01/01/2026&until=02/01/2026").text
    assert manager.get("/instruments/EQ-002/trace?since=bừa&depth=99&direction=up").status_code == 200
    report = db.session.scalars(select(Report)).one()
    page = manager.get(f"/reports/{report.code}/trace")
    assert page.status_code == 200 and "EQ-002" in page.text
    assert recall.code in manager.get(f"/reports/{report.code}").text
    one = manager.get(f"/reports/{report.code}/trace?line={world.lines[0].id}")
    assert one.status_code == 200
    assert manager.get(f"/reports/{report.code}/trace?line=999").status_code == 404
    for path in ("/instruments/EQ-002/trace?", "/instruments/EQ-002/trace?direction=forward&since=01/11/2026&",
                 f"/reports/{report.code}/trace?"):
        assert manager.get(path + "export=pdf").data.startswith(b"%PDF-"), path
        assert load_workbook(BytesIO(manager.get(path + "export=xlsx").data)).active.max_row > 1, path
    assert manager.get("/instruments/EQ-404/trace").status_code == 404


def test_a_full_page_asks_no_more_than_a_short_one(manager, recall, world, statements):
    def asked(path):
        manager.get(path)
        with statements() as seen:
            assert manager.get(path).status_code == 200
        return seen

    paths = (f"/recalls/{recall.code}", "/instruments/EQ-002/trace?direction=forward&since=01/11/2026",
             f"/recalls/{recall.code}?state=undecided")
    more_lines(world, 40)
    for path in paths:
        seen = asked(path)
        assert len(seen) <= 15, f"{path}\n{seen}"
        assert not {s for s, n in seen.repeated().items() if n > 2}, str(seen)

"""Labels and the dossier of an instrument: what they say, the same bytes for the same record, who may see them."""
from __future__ import annotations

from datetime import date, timedelta

import pypdfium2
import pytest

from instruments import papers, queries, services
from lab_app.core import clock
from lab_app.core.errors import Refused
from tests.support import equipment_facts as equipment
from tests.support.people_facts import make_people

CHECKS = {"check_interval_days": 30, "check_name": "máy phát CAL", "check_criterion": "±1,0 dB"}


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


def words(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


def standing(row):
    return queries.status_of([row], clock.now(), clock.now())[row.id]


def test_a_label_says_how_long_and_an_unfit_instrument_says_so(people):
    by = people.quality_manager
    row = equipment.fit_instrument(by, people.site)
    said = words(papers.label_paper(row, standing(row), "Mây Xanh", "63.5x33.9"))
    assert "EQ-101" in said and "Dùng đến hết 07/01/2027" in said
    services.set_state(by, row, "out_of_service", clock.now(), reason="rơi")
    for size in ("50x25", "63.5x33.9"):
        assert "KHÔNG DÙNG Ngừng sử dụng" in words(papers.label_paper(row, standing(row), "Mây Xanh", size))
    row.name_vi = "Máy 机"
    with pytest.raises(Refused):
        papers.label_paper(row, standing(row), "Mây Xanh", "63.5x33.9")


def test_the_dossier_holds_every_group_and_is_the_same_twice(people):
    by = people.quality_manager
    row = equipment.fit_instrument(by, people.site, firmware="1.20", resource="TCPIP0::192.0.2.7::inst0::INSTR", **CHECKS)
    equipment.check(by, row, date(2026, 2, 2))
    services.record_firmware(by, row, "1.21", clock.now() - timedelta(days=3), reason="sửa lỗi", verification="đo lại 3 điểm")
    services.record_maintenance(by, row, done_on=date(2026, 3, 3), what="vệ sinh đầu nối", verified_before_return=True)
    lab = people.laboratory
    first = papers.dossier_file(row, lab)
    said = words(first)
    for group in ("6.4.13 a, b", "6.4.13 c", "6.4.13 d", "6.4.13 e", "6.4.10", "6.4.13 g, h", "6.4.4, 6.4.9"):
        assert group in said, group
    for fact in ("EQ-101", "1.21", "đo lại 3 điểm", "vệ sinh đầu nối", "Equipment record", "Hết"):
        assert fact in said, fact
    assert papers.dossier_file(row, lab) == first
    with clock.at(clock.now() + timedelta(days=1)):
        assert papers.dossier_file(row, lab) != first


def test_a_bare_entry_has_a_dossier_too(people):
    row = equipment.register(people.quality_manager, people.site, ranges=[])
    assert "Chưa có lần hiệu chuẩn nào" in words(papers.dossier_file(row, people.laboratory))


def test_papers_over_the_web(people, client_as):
    equipment.fit_instrument(people.quality_manager, people.site)
    client = client_as(people.auditor)
    for url in ("/instruments/EQ-101/label.pdf", "/instruments/EQ-101/label.pdf?size=50x25", "/instruments/EQ-101/dossier.pdf",
                "/instruments/labels.pdf?code=EQ-101&code=KHONG-CO&first=5"):
        answer = client.get(url)
        assert answer.status_code == 200 and answer.mimetype == "application/pdf" and answer.data[:5] == b"%PDF-", url
    assert client.get("/instruments/labels.pdf").status_code == 422
    assert client.get("/instruments/EQ-999/dossier.pdf").status_code == 404

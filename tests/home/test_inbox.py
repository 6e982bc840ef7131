"""The list of what is asked, as a page: mine for everybody, everybody's for who reads the quality records."""
from __future__ import annotations

from datetime import date

import pytest

from lab_app.core import db as database
from lab_app.core import inbox
from lab_app.core.notices import N_
from lab_app.core.permissions import P

READ = N_("Đọc tài liệu %(code)s")


def text_of(answer) -> str:
    return answer.get_data(as_text=True)


@pytest.fixture
def asked(bench, kept):
    """Fifty things asked of the technician, one of them late, and one approval asked of whoever may give it."""
    database.begin_writing()
    for n in range(50):
        inbox.ask(f"document/{n}/read", "read", READ, {"code": f"QT-{n:02d}"}, person_id=bench.people.technician.id, code=f"QT-{n:02d}",
                  link=f"/documents/QT-{n:02d}", due_on=date(2026, 11, 10) if n == 7 else date(2027, 1, 10))
    inbox.ask("document/7/approve", "approve", N_("Phê duyệt %(code)s <b>"), {"code": "QT-07"}, permission=P.DOCUMENT_APPROVE, code="QT-07")
    kept()
    return bench.people


def test_home_shows_what_is_late_and_leads_to_the_list(asked, client_as, statements):
    client = client_as(asked.technician)
    client.get("/")
    with statements() as seen:
        shown = text_of(client.get("/"))
    assert len(seen) <= 15, str(seen)
    assert 'href="/documents/QT-07"' in shown and shown.index("QT-07") < shown.index("QT-00")
    assert 'href="/inbox"' in shown


def test_the_list_is_mine_and_pages(asked, client_as, statements):
    client = client_as(asked.technician)
    client.get("/inbox")
    with statements() as seen:
        shown = text_of(client.get("/inbox"))
    assert len(seen) <= 8, str(seen)
    assert shown.index("QT-07") < shown.index("QT-00") and "Phê duyệt" not in shown
    late = text_of(client.get("/inbox?state=late"))
    assert "QT-07" in late and "QT-08" not in late
    assert "QT-07" in text_of(client.get("/inbox?export=csv"))
    assert client.get("/inbox?state=nonsense").status_code == 200


def test_everybodys_is_for_who_reads_the_quality_records(asked, client_as):
    assert client_as(asked.sales).get("/inbox/everybody").status_code == 403
    shown = text_of(client_as(asked.quality_manager).get("/inbox/everybody"))
    assert asked.technician.full_name in shown
    assert "Phê duyệt QT-07 &lt;b&gt;" in text_of(client_as(asked.signatory).get("/inbox"))

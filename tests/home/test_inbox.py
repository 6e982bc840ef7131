"""The list of what is asked, as a page: mine for everybody, everybody's for who reads the quality records."""
from __future__ import annotations

import re
from datetime import date
from html import unescape

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


@pytest.mark.both_databases
@pytest.mark.parametrize("query", ["", "?dir=desc"])
def test_what_has_no_day_comes_after_what_has_one_however_the_list_is_paged(bench, kept, client_as, query):
    """Upwards and downwards, page after page forward and back, on the list of one person and on everybody's, in the file too."""
    database.begin_writing()
    for n in range(60):
        inbox.ask(f"document/{n}/read", "read", READ, {"code": f"QT-{n:02d}"}, person_id=bench.people.quality_manager.id,
                  code=f"QT-{n:02d}", due_on=None if n % 2 else date(2026, 11, 10 + n // 4))
    kept()
    client = client_as(bench.people.quality_manager)
    dated, undated = [f"QT-{n:02d}" for n in range(0, 60, 2)], [f"QT-{n:02d}" for n in range(1, 60, 2)]
    wanted = [*reversed(dated), *reversed(undated)] if query else [*dated, *undated]

    def codes(text):
        return list(dict.fromkeys(re.findall(r"QT-\d\d", text)))

    for path in ("/inbox", "/inbox/everybody"):
        pages = [text_of(client.get(path + query))]
        while (following := _link(pages[-1], "after")) is not None:
            pages.append(text_of(client.get(following)))
        assert [codes(shown) for shown in pages] == [wanted[:25], wanted[25:50], wanted[50:]], path
        for earlier in ([*reversed(pages)][1:]):
            back = _link(pages.pop(), "before")
            assert codes(text_of(client.get(back))) == codes(earlier), path
        exported = text_of(client.get(path + (query + "&" if query else "?") + "export=csv"))
        assert codes(exported) == wanted, path


def _link(shown: str, cursor: str) -> str | None:
    found = re.search(rf'href="([^"]*[?&;]{cursor}=[^"]*)"', shown)
    return unescape(found.group(1)) if found else None


def test_everybodys_is_for_who_reads_the_quality_records(asked, client_as):
    assert client_as(asked.sales).get("/inbox/everybody").status_code == 403
    shown = text_of(client_as(asked.quality_manager).get("/inbox/everybody"))
    assert asked.technician.full_name in shown
    assert "Phê duyệt QT-07 &lt;b&gt;" in text_of(client_as(asked.signatory).get("/inbox"))

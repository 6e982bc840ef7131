"""The bench shows the documents in force for its method and no others (7.2.1.2, 8.3.2)."""
from __future__ import annotations

from datetime import date
from urllib.parse import quote

import pytest

from lab_app.core import db as database
from lab_app.core.db import db
from tests.support import results_facts
from tests.support.document_facts import drafted, effective, registered


@pytest.fixture
def b(app, frozen_clock):
    """A job ready to be measured on Monday 16/11/2026 at 09:00."""
    return results_facts.make_bench()


def test_only_versions_in_force_stand_at_the_bench(b, client_as, statements):
    client, code = client_as(b.people.technician), b.job.method_version.method.code
    bench = client.get(f"/jobs/{b.job.code}").get_data(as_text=True)
    page = f"/quality/documents/at-hand/{quote(code)}"
    assert f'data-at-hand="{page}' in bench and "js/at-hand.js" in bench
    assert "Không có tài liệu nào đang hiệu lực" in client.get(page).get_data(as_text=True)
    database.begin_writing()
    first = effective(b.people, registered(b.people, "HD-03", kind="instruction", methods=[code]))
    effective(b.people, first.document)
    drafted(b.people, first.document)
    effective(b.people, registered(b.people, "HD-04", methods=[code]), on=date(2026, 12, 1))
    effective(b.people, registered(b.people, "HD-05", methods=["*"]))
    effective(b.people, registered(b.people, "HD-06"))
    db.session.commit()
    database.end_writing()
    client.get(page)
    with statements() as seen:
        shown = client.get(f"{page}?code=HD-03&issue=01").get_data(as_text=True)
    assert "HD-03/02" in shown and "HD-05/01" in shown and "phương pháp ghi lần 01" in shown
    assert not [code for code in ("HD-03/01", "HD-03/03", "HD-04", "HD-06") if code in shown]
    assert len(seen) <= 5
    assert client.get("/quality/documents/HD-03/versions/2/file").status_code == 200

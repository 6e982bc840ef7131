"""Every paper that prints a result recorded past a gate says so: on its page and on the paper; no other paper does."""
from __future__ import annotations

import html
import json

from lab_app.quality.glass import services
from tests.support import certificates_facts, tagged
from tests.support.people_facts import authorise
from tests.support.signing import confirmed

WHY = "Khách hàng chờ kết quả để dừng phát sóng gây nhiễu hàng không"


def past_the_gate(e):
    """The first line is recorded past the gate, the others rightly; everything submitted and reviewed."""
    with services.breaking_glass(e.technician, "environment-within-limits", reason=WHY, confirmed=confirmed(e.head), allowed_by=e.head):
        e.b.record(environment=e.hot)
    e.b.record_all()
    e.b.submit()
    e.b.review()
    authorise(e.b.people.signatory, e.b.people.signatory, e.b.tested.method.code, "authorise")
    certificates_facts.commit()


def test_the_paper_and_its_page_say_that_a_gate_was_broken(emergency, client_as):
    e = emergency
    past_the_gate(e)
    report = certificates_facts.issued(e.b)
    snapshot = json.loads(report.snapshot)
    notes = [note for note in snapshot["notes"] if "vượt khẩn cấp" in note["vi"]]
    assert len(notes) == 1
    assert "Môi trường trong giới hạn của phương pháp" in notes[0]["vi"] and "6.3.3" in notes[0]["vi"] and "NCW-2026-001" in notes[0]["vi"]
    assert notes[0]["vi"].startswith("Dòng 1:") and "NCW-2026-001" in notes[0]["en"] and WHY not in notes[0]["vi"]
    shown = html.unescape(client_as(e.b.people.quality_manager).get(f"/reports/{report.code}").get_data(as_text=True))
    assert "bị vượt khẩn cấp" in shown and "VC-2026-001" in shown and "NCW-2026-001" in shown
    page = html.unescape(client_as(e.b.people.quality_manager).get("/quality/broken-gates/VC-2026-001").get_data(as_text=True))
    assert report.number in page
    public = html.unescape(client_as(e.b.people.quality_manager).get(f"/verify/{report.code}").get_data(as_text=True))
    assert "VC-2026-001" not in public and "NCW-2026-001" not in public


def test_the_drawn_paper_carries_the_words(emergency):
    from certificates.services import preparing, printing

    e = emergency
    past_the_gate(e)
    drawn = printing.drawn(preparing.preview(e.b.request, "final", certificates_facts.NO_DEVIATION))
    said = tagged.heard(drawn).text
    assert "NCW-2026-001" in said and "bị vượt khẩn cấp" in said


def test_a_paper_of_other_results_says_nothing(emergency, client_as):
    e = emergency
    e.b.record_all()
    e.b.submit()
    e.b.review()
    authorise(e.b.people.signatory, e.b.people.signatory, e.b.tested.method.code, "authorise")
    certificates_facts.commit()
    report = certificates_facts.issued(e.b)
    assert not [note for note in json.loads(report.snapshot)["notes"] if "vượt khẩn cấp" in note["vi"]]
    assert "VC-" not in client_as(e.b.people.quality_manager).get(f"/reports/{report.code}").get_data(as_text=True)

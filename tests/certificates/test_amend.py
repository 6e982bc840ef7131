"""Amended papers and changes of status: the whole paper again, every change named, the old one never touched."""
from __future__ import annotations

import json

import pytest

from certificates import services
from certificates.models import Report
from certificates.snapshot import section_lines
from lab_app.core import db as database
from lab_app.core import jobs
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotAllowed, Refused
from lab_app.core.permissions import P
from tests.support import certificates_facts as facts
from tests.support.signing import confirmed

REASON = "đo lại sau khi phát hiện sai lệch máy thu"


def amended(world, report, **wanted) -> Report:
    new = services.amend(world.people.signatory, report, reason=REASON, reason_en="measured again", **wanted,
        confirmed=confirmed(world.people.signatory))
    facts.commit()
    jobs.run_key(services.job_key(new.id))
    db.session.rollback()
    return db.session.get_one(Report, new.id)


def undo() -> None:
    db.session.rollback()
    database.end_writing()


def test_an_amendment_is_a_whole_new_paper_that_names_what_changed(world, frozen_clock):
    report = facts.issued(world)
    facts.measured_again(world, world.lines[0], "18.95")
    frozen_clock.advance(days=2)
    new = amended(world, report)
    assert (new.number, new.status, new.sequence) == ("PKQ-2026-0117-01/SĐ1", "valid", 1)
    old = db.session.get_one(Report, report.id)
    assert (old.status, old.changes[-1].public_reason) == ("replaced", REASON)
    snapshot = json.loads(new.snapshot)
    amendment = snapshot["amendment"]
    assert (amendment["replaces_number"], amendment["sequence"], amendment["reason"]["vi"]) == ("PKQ-2026-0117-01", "1", REASON)
    first = amendment["changes"][0]
    assert (first["was"], first["now"], first["margin"], first["verdict"]) == ("18.42", "18.95", "1.05", "pass")
    values = [line["result"].get("value") for line in section_lines(snapshot["sections"][0])]
    assert values == ["18.95", "-28.3", "-34.1", None], "a passed line is replaced, a failed one keeps its place"
    assert new.published["amends"] == "PKQ-2026-0117-01"
    assert json.loads(old.snapshot)["sections"] != snapshot["sections"]


def test_a_change_of_words_is_named_too(world):
    report = facts.issued(world)
    authorize(facts.SETTER, P.CUSTOMER_WRITE)
    db.session.get_one(type(world.request), world.request.id).customer.address = "Lô 01, tỉnh Mẫu"
    facts.commit()
    changes = json.loads(amended(world, report).snapshot)["amendment"]["changes"]
    assert [(change["what"]["vi"], change["now"]) for change in changes] == [("Địa chỉ khách hàng", "Lô 01, tỉnh Mẫu")]


def test_nothing_different_no_reason_or_no_standing_paper_is_refused(world):
    report = facts.issued(world)
    with pytest.raises(Refused, match="Không có gì khác"):
        services.amend(world.people.signatory, report, reason=REASON, confirmed=confirmed(world.people.signatory))
    undo()
    with pytest.raises(FieldRefused) as refused:
        services.amend(world.people.signatory, report, reason=" ", confirmed=confirmed(world.people.signatory))
    assert refused.value.field == "reason"
    undo()
    services.change_status(world.people.quality_manager, report, to="withdrawn", reason="sai mẫu", public_reason="sai mẫu",
        confirmed=confirmed(world.people.quality_manager))
    facts.commit()
    facts.measured_again(world, world.lines[0], "18.95")
    with pytest.raises(Refused, match="Đã thu hồi"):
        services.amend(world.people.signatory, report, reason=REASON, confirmed=confirmed(world.people.signatory))
    undo()


def test_a_paper_is_amended_once_at_a_time_and_again_afterwards(world):
    report = facts.issued(world)
    facts.measured_again(world, world.lines[0], "18.95")
    waiting = services.amend(world.people.signatory, report, reason=REASON, confirmed=confirmed(world.people.signatory))
    facts.commit()
    with pytest.raises(Refused, match="SĐ1"):
        services.amend(world.people.signatory, report, reason=REASON, confirmed=confirmed(world.people.signatory))
    undo()
    services.finish_issue(waiting.id)
    newest = db.session.get_one(Report, waiting.id)
    last = facts.measured_again(world, world.lines[-1], "19.10", days=5)
    assert last.retest_of_id == world.lines[-2].id
    second = amended(world, newest)
    assert second.number == "PKQ-2026-0117-01/SĐ2"
    assert [line["result"].get("value") for line in section_lines(json.loads(second.snapshot)["sections"][0])][0] == "19.10"


def test_status_moves_with_two_reasons_and_a_withdrawn_paper_never_comes_back(world):
    report = facts.issued(world)
    with pytest.raises(FieldRefused) as refused:
        services.change_status(world.people.quality_manager, report, to="suspended", reason="NCW-2026-003",
            confirmed=confirmed(world.people.quality_manager))
    assert refused.value.field == "public_reason"
    undo()
    with pytest.raises(NotAllowed):
        services.change_status(world.people.technician, report, to="suspended", reason="x", public_reason="x",
            confirmed=confirmed(world.people.technician))
    undo()
    services.change_status(
        world.people.quality_manager, report, to="suspended", reason="NCW-2026-003", public_reason="đang kiểm tra máy đo",
            confirmed=confirmed(world.people.quality_manager)
    )
    services.change_status(world.people.quality_manager, report, to="valid", reason="máy đo đúng",
        confirmed=confirmed(world.people.quality_manager))
    services.change_status(world.people.signatory, report, to="withdrawn", reason="sai mẫu", public_reason="sai mẫu",
        confirmed=confirmed(world.people.signatory))
    with pytest.raises(Refused):
        services.change_status(world.people.signatory, report, to="valid", reason="nhầm", confirmed=confirmed(world.people.signatory))
    undo()


def test_a_suspended_paper_can_be_amended(world):
    report = facts.issued(world)
    services.change_status(world.people.quality_manager, report, to="suspended", reason="NCW", public_reason="đang kiểm tra",
        confirmed=confirmed(world.people.quality_manager))
    facts.commit()
    facts.measured_again(world, world.lines[0], "18.95")
    assert amended(world, db.session.get_one(Report, report.id)).status == "valid"

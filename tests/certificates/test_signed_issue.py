"""Issuing with a digital signature: what is kept, what a fault of key, clock, disk or service does, and the upgrade afterwards."""
from __future__ import annotations

import errno
import io
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import OperationalError

from certificates import certverify, dropped, redrawing, services
from certificates.models import LogLeaf, Report, ReportFile, SigningCertificate
from certificates.queries import files as kept
from certificates.services import keywatch, logging, sealing
from certificates.signing import checking, keys, stamping
from certificates.signing.errors import ClockBackwards, KeyUnavailable
from certificates.signing.upgrading import Upgraded
from certificates.translog import store
from lab_app.core import db as database
from lab_app.core import files, jobs
from lab_app.core.db import db
from lab_app.core.errors import GateRefused
from lab_app.core.files import StoredFile
from lab_app.core.notices import Notice
from tests.certificates.signing.test_sealing import with_edit
from tests.support import certificates_facts as facts
from tests.support import signing_key
from tests.support.authority import PASSWORD, authority
from tests.support.signing import confirmed


@pytest.fixture(autouse=True)
def nothing_remembered():
    stamping._alone_until.clear()


def begun(world) -> Report:
    """Step (a) alone, committed."""
    report = services.issue(
        world.people.signatory, world.request, not_applicable=facts.NO_DEVIATION, confirmed=confirmed(world.people.signatory))
    facts.commit()
    return report


def again(report_id: int) -> Report:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Report, report_id)


def assert_nothing_half_issued(report_id: int) -> None:
    row = again(report_id)
    assert row.status == "issuing" and row.file_sha256 is None and row.unsigned_sha256 is None
    assert db.session.scalar(select(func.count()).select_from(ReportFile)) == 0
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0
    assert db.session.scalar(select(func.count()).select_from(LogLeaf)) == 0
    db.session.rollback()


@pytest.mark.both_databases
def test_a_paper_is_signed_and_what_was_signed_is_kept(world):
    report = facts.issued(world)
    row = kept.current_file(report)
    pdf = files.read(report.file_sha256)
    assert (row.sha256, row.kind, row.level, row.position, row.size) == (report.file_sha256, "signed", "B-B", 0, len(pdf))
    assert row.signed_at == datetime(2026, 11, 16, 2, 0, tzinfo=UTC) and row.stamped_at is None
    identity = signing_key.made()[1]
    assert (row.certificate.fingerprint, row.certificate.subject, row.certificate.self_made) == (
        identity.fingerprint, identity.subject, True)
    assert row.certificate.pem == identity.pem
    found = checking.check(pdf, identity.fingerprint)
    assert found.good and found.covers_all and found.signed_at == row.signed_at
    unsigned = redrawing.unsigned_part(pdf, report.unsigned_sha256)
    assert unsigned is not None and pdf.startswith(unsigned) and len(unsigned) < len(pdf)
    assert redrawing.redraw(report).identical
    assert kept.hashes_of(report) == [report.file_sha256] and kept.report_by_file(report.file_sha256).id == report.id
    assert logging.verify().difference == ""


def test_one_certificate_has_one_row(world):
    facts.issued(world)
    facts.issued(facts.ready_request("YC-2026-0118", people=world.people))
    assert db.session.scalar(select(func.count()).select_from(SigningCertificate)) == 1
    assert db.session.scalar(select(func.count()).select_from(ReportFile)) == 2


# ---- faults ------------------------------------------------------------------------------------------------


def test_no_number_is_taken_while_the_key_cannot_sign(world, app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "SIGNING", replace(app.config["SIGNING"], key=tmp_path / "none.p12"))
    with pytest.raises(GateRefused) as refused:
        begun(world)
    assert refused.value.stop.do and "make-key" in str(refused.value.stop.do)
    db.session.rollback()
    database.end_writing()
    assert db.session.scalar(select(func.count()).select_from(Report)) == 0


def test_a_key_that_stops_opening_leaves_the_paper_to_be_tried_again(world, app, monkeypatch):
    report = begun(world)
    monkeypatch.setitem(app.config, "SIGNING", replace(app.config["SIGNING"], password="forgotten"))
    assert jobs.run_due() == 1
    assert_nothing_half_issued(report.id)
    job = db.session.scalars(select(jobs.QueuedJob).where(jobs.QueuedJob.key == services.job_key(report.id))).one()
    assert job.state == "queued" and "does not open" in job.error
    monkeypatch.undo()
    services.finish_issue(report.id)
    assert (again(report.id).status, again(report.id).number) == ("valid", report.number)


def test_a_clock_that_runs_backwards_signs_nothing(world, frozen_clock):
    report = begun(world)
    frozen_clock.set(datetime(2026, 11, 16, 1, 59, tzinfo=UTC))
    with pytest.raises(ClockBackwards):
        services.finish_issue(report.id)
    assert_nothing_half_issued(report.id)
    frozen_clock.set(datetime(2019, 1, 1, tzinfo=UTC))
    with pytest.raises((ClockBackwards, KeyUnavailable)):
        services.finish_issue(report.id)
    assert_nothing_half_issued(report.id)
    frozen_clock.set(datetime(2026, 11, 16, 2, 5, tzinfo=UTC))
    services.finish_issue(report.id)
    assert again(report.id).status == "valid"


def test_a_full_disk_before_the_file_is_durable(world, monkeypatch):
    report = begun(world)

    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        services.finish_issue(report.id)
    monkeypatch.undo()
    assert not [path for path in files.folder().rglob("*") if path.is_file()], "not even a part of it stays"
    assert_nothing_half_issued(report.id)
    services.finish_issue(report.id)
    assert again(report.id).status == "valid"


@pytest.mark.both_databases
def test_a_full_disk_between_file_and_row(world, monkeypatch):
    report = begun(world)
    real = db.session.commit

    def full():
        raise OperationalError("COMMIT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(db.session, "commit", full)
    with pytest.raises(OperationalError):
        services.finish_issue(report.id)
    monkeypatch.setattr(db.session, "commit", real)
    assert len([path for path in files.folder().rglob("*") if path.is_file()]) == 1
    assert_nothing_half_issued(report.id)
    services.finish_issue(report.id)
    row = again(report.id)
    assert row.status == "valid" and kept.hashes_of(row) == [row.file_sha256]
    assert logging.verify().difference == ""


# ---- services of others ------------------------------------------------------------------------------------


@pytest.fixture
def bought(app, monkeypatch):
    """The installation signs with a certificate of an authority, and asks it for time-stamps."""
    ca = authority()
    ways = replace(
        app.config["SIGNING"], key=ca.key_file, password=PASSWORD, time_stamps=ca.stamps, level="B-T", trusted=ca.roots)
    monkeypatch.setitem(app.config, "SIGNING", ways)
    yield ways
    keys.forget()


def test_a_stamp_that_comes_at_once(world, bought):
    report = facts.issued(world)
    row = kept.current_file(report)
    assert (row.level, row.position) == ("B-T", 0) and row.stamped_at is not None and not row.certificate.self_made
    assert jobs.run_due() == 0, "nothing is left to do"


def test_a_service_out_of_order_costs_the_level_and_not_the_paper(world, bought, client):
    with authority().out_of_order():
        report = facts.issued(world)
        first = kept.current_file(report)
        assert (report.status, first.level) == ("valid", "B-B")
        asked = authority().asked
        facts.issued(facts.ready_request("YC-2026-0118", people=world.people))
        assert authority().asked == asked, "the next paper does not wait for it again"
        jobs.run_due()
        assert kept.hashes_of(again(report.id)) == [first.sha256]
    job = db.session.scalars(select(jobs.QueuedJob).where(jobs.QueuedJob.key == sealing.job_key(report.id, "B-T"))).one()
    assert job.state == "queued" and "no time-stamp" in job.error
    db.session.rollback()
    sealing.upgrade(report.id)
    sealing.upgrade(report.id)  # twice is once
    report = again(report.id)
    issued, longer = kept.files_of([report.id])[report.id]
    assert (longer.level, longer.kind, longer.position) == ("B-T", "augmented", 1)
    old, new = files.read(issued.sha256), files.read(longer.sha256)
    assert new.startswith(old) and len(new) > len(old) and report.file_sha256 == issued.sha256
    assert checking.check(new, issued.certificate.fingerprint).good
    assert kept.current_sha256(report) == longer.sha256
    assert_both_files_are_true(report, old, new, client)


def assert_both_files_are_true(report: Report, old: bytes, new: bytes, client) -> None:
    """Wherever a file is checked the shorter and the longer one are accepted, and nothing else is."""
    assert logging.verify().difference == ""
    newest = select(LogLeaf.body).where(LogLeaf.report_id == report.id).order_by(LogLeaf.position.desc()).limit(1)
    leaf = json.loads(db.session.scalar(newest))
    assert leaf["kind"] == "augmented" and leaf["earlier"] == [report.file_sha256] and leaf["level"] == "B-T"
    proof = client.get(f"/verify/{report.code}.tlog-proof").get_data(as_text=True)
    certificate = kept.current_file(report).certificate
    for content in (old, new):
        assert dropped.examine(content).kind == dropped.ISSUED
        found = certverify.check(content, store.signer().verifier, log_proof=proof, fingerprint=certificate.fingerprint)
        assert found.wrong == [] and "byte for byte" in found.said[-1]
    for content in (with_edit(new), new + b"junk", with_edit(old)):
        examined = dropped.examine(content)
        assert examined.kind == dropped.LONGER and not examined.signature.good
        assert certverify.check(content, store.signer().verifier, log_proof=proof).wrong
    told = client.get(f"/verify/{report.code}.json").get_json()["signature"]
    assert told["level"] == "B-T" and len(told["sha256"]) == 2 and told["stamped_at"]
    page = client.get(f"/verify/{report.code}").get_data(as_text=True)
    assert all(sha256 in page for sha256 in told["sha256"]) and "PAdES B-T" in page and "Một tổ chức chứng thực" in page


def test_proofs_for_later_are_queued_and_appended(world, bought, app, monkeypatch):
    monkeypatch.setitem(app.config, "SIGNING", replace(bought, level="B-LT"))
    report = facts.issued(world)
    assert kept.current_file(report).level == "B-T"
    assert jobs.run_due() == 1
    report = again(report.id)
    stamped, whole = kept.files_of([report.id])[report.id]
    assert (stamped.level, whole.level) == ("B-T", "B-LT") and whole.stamped_at == stamped.stamped_at
    assert files.read(whole.sha256).startswith(files.read(stamped.sha256))
    assert redrawing.redraw(report).identical and logging.verify().difference == ""


def test_a_file_that_broke_is_not_put_under_seal(world, bought, monkeypatch):
    with authority().out_of_order():
        report = facts.issued(world)
    monkeypatch.setattr(files, "read", lambda sha256: b"%PDF-1.7 broken")
    with pytest.raises(jobs.GiveUp, match="does not hold"):
        sealing.upgrade(report.id)


def test_a_stamp_before_the_signature_shows_a_wrong_clock(world, bought, monkeypatch):
    with authority().out_of_order():
        report = facts.issued(world)
    earlier = kept.current_file(report).signed_at - timedelta(hours=1)
    monkeypatch.setattr("certificates.signing.upgrading.upgrade", lambda pdf, *_ways: Upgraded(pdf + b"more", "B-T", earlier))
    monkeypatch.setattr("certificates.services.sealing.clock.told", lambda: False)
    with pytest.raises(jobs.GiveUp, match="a clock was wrong"):
        sealing.upgrade(report.id)
    assert len(kept.hashes_of(again(report.id))) == 1


def test_what_was_not_reached_is_queued_again_by_day(world, bought):
    with authority().out_of_order():
        report = facts.issued(world)
    database.begin_writing()
    job = db.session.scalars(select(jobs.QueuedJob).where(jobs.QueuedJob.key == sealing.job_key(report.id, "B-T"))).one()
    job.state, job.attempts = "failed", 8
    facts.commit()
    keywatch.look({})
    db.session.expire_all()
    assert db.session.get_one(jobs.QueuedJob, job.id).state == "queued"
    db.session.rollback()
    assert jobs.run_due() == 1
    assert kept.current_file(again(report.id)).level == "B-T"


def test_a_longer_file_that_never_came_into_the_log_is_found(world, bought):
    with authority().out_of_order():
        report = facts.issued(world)
    sealing.upgrade(report.id)
    database.begin_writing()
    db.session.execute(delete(LogLeaf).where(LogLeaf.file_id.is_not(None)))
    facts.commit()
    assert "has no leaf" in logging.verify().difference


# ---- pages and papers of before ----------------------------------------------------------------------------


def test_the_pages_say_what_the_signature_means(world, client):
    report = facts.issued(world)
    code, sha256, identity = report.code, report.file_sha256, signing_key.made()[1]
    page = client.get(f"/verify/{code}").get_data(as_text=True)
    assert "Phòng thử nghiệm tự tạo chứng thư này" in page and "PAdES B-B" in page and identity.subject in page
    pem = client.get(f"/verify/certificate/{identity.fingerprint}.pem")
    assert pem.get_data(as_text=True) == identity.pem and pem.headers["X-Content-Type-Options"] == "nosniff"
    for wrong in ("0" * 64, "x", "%27"):
        assert client.get(f"/verify/certificate/{wrong}.pem").status_code == 404
    inside = client.sign_in(world.people.signatory)
    body = inside.get(f"/reports/{code}").get_data(as_text=True)
    assert "Tệp đã ký số" in body and sha256 in body and "phòng tự tạo" in body
    assert inside.get(f"/reports/{code}/file?position=0").data == inside.get(f"/reports/{code}/file").data == files.read(sha256)
    assert inside.get(f"/reports/{code}/file?position=7").status_code == 404


def test_a_dropped_file_is_told_its_signature(world, client):
    pdf = files.read(facts.issued(world).file_sha256)

    def drop(content):
        return client.post("/verify/file", data={"file": (io.BytesIO(content), "a.pdf")}, content_type="multipart/form-data").get_data(True)

    assert "Chữ ký số đúng và bao trùm cả tệp." in drop(pdf)
    assert "bị thêm nội dung mà chữ ký không bao trùm" in drop(with_edit(pdf))
    flipped = bytearray(pdf)
    flipped[len(pdf) // 3] ^= 1
    assert "Chữ ký số không khớp" in drop(bytes(flipped)) or "Không phải" in drop(bytes(flipped))


def test_a_register_that_was_told_another_hash_does_not_vouch_for_a_file(world, monkeypatch):
    """The hash alone would do for whoever writes to the database: the signature must hold as well."""
    report = facts.issued(world)
    forged = with_edit(files.read(report.file_sha256))
    upload = files.put_bytes(forged, "a.pdf")
    database.begin_writing()
    files.keep(upload)
    db.session.connection().exec_driver_sql(f"UPDATE report_file SET sha256 = '{upload.sha256}', size = {upload.size}")
    facts.commit()
    assert dropped.examine(forged).kind == dropped.CHANGED


def test_a_paper_of_before_signatures_is_what_it_was(world, client):
    report = facts.issued(world)
    unsigned = redrawing.unsigned_part(files.read(report.file_sha256), report.unsigned_sha256)
    upload = files.put_bytes(unsigned, "a.pdf")
    database.begin_writing()
    files.keep(upload)
    db.session.connection().exec_driver_sql("DELETE FROM report_file")
    db.session.connection().exec_driver_sql(f"UPDATE report SET unsigned_sha256 = NULL, file_sha256 = '{upload.sha256}'")
    facts.commit()
    report = again(report.id)
    assert dropped.examine(unsigned) == dropped.Dropped(dropped.ISSUED, upload.sha256, report)
    assert dropped.examine(unsigned + b"junk").kind == dropped.LONGER
    assert redrawing.redraw(report).identical and kept.hashes_of(report) == [upload.sha256]
    page = client.get(f"/verify/{report.code}").get_data(as_text=True)
    assert upload.sha256 in page and "Chữ ký số của tệp" not in page
    assert client.get(f"/verify/{report.code}.json").get_json()["signature"] is None


# ---- the key, watched and made -----------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "stage"), [(61, None), (60, None), (59, 60), (30, 60), (29, 30), (7, 30), (6, 7), (0, 7), (-1, 0)])
def test_the_stages_of_the_end(days, stage):
    assert keywatch.stage(days) == stage


def test_administrators_hear_of_the_end_once_a_stage(app, frozen_clock, writing):
    from tests.support.people_facts import make_people

    make_people()
    ends = signing_key.made()[1].not_after
    given = []
    for days in (100, 59, 45, 29, 20, 6, 1, -2, -3):
        frozen_clock.set(ends - timedelta(days=days))
        given.append(keywatch.tell())
    people = given[1]
    assert people >= 1 and given == [0, people, 0, people, 0, people, 0, people, 0]
    facts.commit()
    last = db.session.scalars(select(Notice).order_by(Notice.id.desc())).first()
    assert last.kind == "signing-key" and last.message == keywatch.ENDED


def test_the_key_is_made_by_a_command(app, tmp_path, monkeypatch, frozen_clock):
    facts.ready_request()
    path = tmp_path / "keys" / "lab.p12"
    monkeypatch.setattr("certificates.signing.making.ROUNDS", 1000)
    monkeypatch.setitem(app.config, "SIGNING", replace(app.config["SIGNING"], key=path, password=""))
    run = app.test_cli_runner().invoke
    assert "SIGNING_KEY_PASSWORD" in run(args=["certificates", "make-key"]).output and not path.exists()
    monkeypatch.setitem(app.config, "SIGNING", replace(app.config["SIGNING"], key=path, password="a long password"))
    made = run(args=["certificates", "make-key", "--years", "1"])
    assert made.exit_code == 0 and "SHA-256" in made.output and path.stat().st_mode & 0o777 == 0o600
    assert "cannot be signed" not in run(args=["certificates", "key"]).output
    key = keys.load(app.config["SIGNING"])
    assert key.identity.self_made and timedelta(days=364) < key.identity.not_after - key.identity.not_before < timedelta(days=367)
    content = path.read_bytes()
    refused = run(args=["certificates", "make-key"])
    assert refused.exit_code == 1 and "not written over" in refused.output and path.read_bytes() == content
    too_long = run(args=["certificates", "make-key", "--name", "x" * 65])
    assert too_long.exit_code == 1 and "--name" in too_long.output
    path.unlink()
    assert run(args=["certificates", "key"]).exit_code == 1
    keys.forget()

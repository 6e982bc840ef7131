"""The register's log in the database: what enters it, what a stranger can check, what verification finds."""
import base64
import json

import pytest
from sqlalchemy import delete, select, text, update

from certificates import services, workflow
from certificates.models import LogLeaf, LogNode
from certificates.services import logging
from certificates.translog import merkle, store
from certificates.translog.notes import LogProof, Verifier, opened_checkpoint
from lab_app.core.db import db
from lab_app.core.numbering import Counter
from tests.support import certificates_facts as facts
from tests.support.signing import confirmed


@pytest.fixture
def world(app, frozen_clock):
    return facts.ready_request()


@pytest.fixture
def report(world):
    return facts.issued(world)


def leaves():
    return list(db.session.scalars(select(LogLeaf).order_by(LogLeaf.position)))


def suspend(world, report):
    services.change_status(
        world.people.signatory, report, to=workflow.SUSPENDED, reason="EQ-005 lệch", public_reason="Đang xem xét thiết bị đo",
            confirmed=confirmed(world.people.signatory))
    db.session.commit()


def test_issue_and_every_change_enter_the_log_and_it_holds(world, report):
    suspend(world, report)
    services.change_status(world.people.signatory, report, to=workflow.VALID, reason="Đã đo lại",
        confirmed=confirmed(world.people.signatory))
    db.session.commit()
    said = [json.loads(leaf.body) for leaf in leaves()]
    assert [(one["kind"], one["status"]) for one in said] == [("issued", "valid"), ("status", "suspended"), ("status", "valid")]
    assert {one["file"] for one in said} == {report.file_sha256} and {one["snapshot"] for one in said} == {report.snapshot_hash}
    assert len({one["salt"] for one in said}) == 3
    whole = json.dumps(said, ensure_ascii=False)
    for personal in ("Nguyễn", "Sao Hôm", "SH-AX30", "lệch"):
        assert personal not in whole
    found = logging.verify()
    assert (found.leaves, found.difference) == (3, "") and found.root == store.root(3).hex()


def test_a_stranger_checks_a_paper_with_the_proof_and_the_key_alone(world, report, client):
    key = Verifier.parse(client.get("/log/key").get_data(as_text=True))
    first = opened_checkpoint(client.get("/log/checkpoint").get_data(as_text=True), key)
    suspend(world, report)
    answer = client.get(f"/verify/{report.code}.tlog-proof")
    proof = LogProof.parse(answer.get_data(as_text=True))
    then = proof.verify(key)
    assert json.loads(proof.leaf)["status"] == "suspended" and json.loads(proof.leaf)["file"] == report.file_sha256
    data = client.get(f"/log/consistency/{first.size}/{then.size}").get_json()
    merkle.verify_consistency(first.size, then.size, first.root, then.root, [base64.b64decode(one) for one in data["proof"]])


def test_tiles_hold_the_leaf_hashes_and_nothing_that_is_not_there(report, world, client):
    suspend(world, report)
    tile = client.get("/log/tile/0/000.p/2")
    assert tile.data == b"".join(merkle.leaf_hash(leaf.body.encode()) for leaf in leaves())
    assert "immutable" in tile.headers["Cache-Control"]
    for wrong in ("0/000", "0/000.p/3", "0/000.p/0", "0/001", "1/000.p/1", "entries/000", "0/x000", "99/000.p/1", "0/000.p/257"):
        assert client.get(f"/log/tile/{wrong}").status_code == 404, wrong


@pytest.mark.parametrize("path", ["/verify/QQQQ-QQQQ-QQQQ-QQQQ.tlog-proof", "/verify/x.tlog-proof",
                                  "/log/consistency/0/1", "/log/consistency/1/9"])
def test_nothing_is_proved_of_what_is_not_there(report, client, path):
    assert client.get(path).status_code == 404


def test_the_page_of_the_log_and_of_the_paper_lead_to_it(report, client):
    page = client.get("/log").get_data(as_text=True)
    assert store.signer().verifier.text in page.replace("&#43;", "+") and "/log/checkpoint" in page
    assert f"/verify/{report.code}.tlog-proof" in client.get(f"/verify/{report.code}").get_data(as_text=True)


SPOILS = {
    "a leaf rewritten": (lambda: update(LogLeaf).where(LogLeaf.position == 0).values(body=LogLeaf.body + " "), "node 0 of level 0"),
    "a leaf taken away": (lambda: delete(LogLeaf).where(LogLeaf.position == 1), "has no leaf"),
    "a node changed": (lambda: update(LogNode).where(LogNode.level == 1).values(hash=bytes(32)), "node 0 of level 1"),
    "the register changed": (lambda: text("UPDATE report SET file_sha256 = NULL"), "file is"),
    "a decision changed": (
        lambda: text("UPDATE report_status SET to_status = 'withdrawn' WHERE to_status = 'suspended'"), "status is"),
}


@pytest.mark.parametrize("name", SPOILS)
def test_whoever_changes_the_database_is_found(world, report, name):
    suspend(world, report)
    spoil, says = SPOILS[name]
    db.session.execute(spoil())
    db.session.flush()
    db.session.expire_all()
    assert says in logging.verify().difference
    db.session.rollback()


def test_a_longer_log_proves_every_leaf_and_asks_little(world, report, statements):
    suspend(world, report)
    change_id, at = leaves()[0].change_id, leaves()[0].recorded_at
    db.session.rollback()
    db.session.execute(delete(LogNode))
    db.session.execute(delete(LogLeaf))
    nodes: dict = {}
    for position in range(300):
        body = f'{{"n":{position}}}'
        for level, place, value in merkle.appended(position, merkle.leaf_hash(body.encode()), lambda *at: nodes[at]):
            nodes[level, place] = value
    db.session.execute(LogNode.__table__.insert(), [{"level": a, "place": b, "hash": c} for (a, b), c in nodes.items()])
    db.session.add(LogLeaf(
        position=299, report_id=report.id, change_id=change_id, kind="issued", body='{"n":299}', recorded_at=at))
    db.session.flush()
    with statements() as seen:
        proof = store.proof(leaves()[0])
    assert proof.verify(store.signer().verifier).size == 300 and len(seen) <= 5
    assert store.tile(0, 0, 256) is not None and store.tile(0, 1, 44) is not None and store.tile(0, 1, 45) is None
    assert store.tile(1, 0, 1) == nodes[8, 0]
    db.session.rollback()


def test_changes_from_before_the_log_are_brought_in(world, report, app):
    suspend(world, report)
    db.session.execute(delete(LogNode))
    db.session.execute(delete(LogLeaf))
    db.session.execute(delete(Counter).where(Counter.series == logging.SERIES))
    db.session.commit()
    assert "has no leaf" in logging.verify().difference
    db.session.rollback()
    runner = app.test_cli_runner()
    assert runner.invoke(args=["log", "verify"]).exit_code == 1
    db.session.rollback()
    assert "appended 2" in runner.invoke(args=["log", "catch-up"]).output
    done = runner.invoke(args=["log", "verify"])
    assert done.exit_code == 0 and "leaves 2" in done.output and "the log holds" in done.output
    assert runner.invoke(args=["log", "key"]).output.strip() == store.signer().verifier.text


def test_the_hashes_of_a_proof_are_found_by_the_key_of_the_tree(world, report):
    """Reading a tree of millions for a proof of twenty hashes would show in no other test of this size."""
    asked = {f"{name}{n}": n for n in range(8) for name in "lp"}
    plan = db.session.execute(text(f"EXPLAIN QUERY PLAN {store._pairs(8).text}"), asked).all()
    steps = [row[-1] for row in plan]
    assert steps and not any(step.startswith("SCAN") for step in steps), steps
    assert any("log_node" in step and "level=? AND place=?" in step for step in steps), steps


def test_nodes_below_a_new_leaf_are_read_in_one_statement(world, report, statements):
    for _ in range(3):
        suspend(world, report)
        services.change_status(world.people.signatory, report, to=workflow.VALID, reason="Đã đo lại",
                               confirmed=confirmed(world.people.signatory))
        db.session.commit()
    count = store.size()
    assert count == 7
    with statements() as seen:
        made = store.appended(count, merkle.leaf_hash(b"the eighth"))
    assert len(seen) == 1 and [level for level, _, _ in made] == [0, 1, 2, 3]

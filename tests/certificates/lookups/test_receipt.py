"""The receipt of a look-up: holds for years by the key alone; whoever changes a word is found, and the row is named."""
from __future__ import annotations

import copy
import json
import subprocess
import sys
import zlib
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates import certverify
from certificates.lookups import carried, receipt
from certificates.lookups.receipt import BadReceipt
from certificates.translog import merkle
from certificates.translog.notes import Checkpoint, Signer
from tests.support.folders import ROOT

KEY = Signer("lab.example/log", b"k" * 32)
OTHER = Signer("lab.example/log", b"o" * 32)
AT = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
CHECKPOINT = KEY.sign(Checkpoint(KEY.name, 12, b"r" * 32).text)


def rows_of(count):
    return [{"n": str(n), "line": str(n + 1), "asked": {"paper": f"PKQ-2026-{n:04d}-01", "model": "SH-AX30"},
             "answer": {"status": "valid", "covers": "confirmed", "number": f"PKQ-2026-{n:04d}-01"}} for n in range(1, count + 1)]


def made(count=5, key=KEY, checkpoint=CHECKPOINT):
    return receipt.build(rows_of(count), key=key, register="https://lab.example", laboratory="Phòng\nthử nghiệm", at=AT,
                         checkpoint=checkpoint)


def held(data, key=KEY):
    return receipt.read(receipt.written(data) if isinstance(data, dict) else data, key.verifier)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8, 100])
def test_a_receipt_holds_and_says_what_it_says(count):
    read = held(made(count))
    assert read.holds and [one.code for one in read.said] == ["signed", "rows", "log"]
    assert (read.statement.time, read.statement.rows, read.statement.log_size) == ("2026-11-16T02:00:00+00:00", count, 12)
    assert read.statement.laboratory == "Phòng thử nghiệm" and read.rows == rows_of(count)


def test_line_ends_indentation_and_marks_do_not_matter():
    data = made(3)
    for text in (receipt.written(data).replace("\n", "\r\n"), json.dumps(data), "\ufeff" + json.dumps(data, indent=8, sort_keys=True)):
        assert held(text).holds


def test_a_changed_row_is_named():
    data = made(9)
    data["rows"][3]["answer"]["status"] = "withdrawn"
    data["rows"][7]["asked"]["paper"] += "X"
    read = held(data)
    assert not read.holds and read.altered == [4, 8]
    assert receipt.in_words(read.wrong[0]) == "rows changed after signing: 4, 8"


def test_who_hides_the_marks_too_is_still_found():
    data = made(9)
    data["rows"][3]["answer"]["status"] = "withdrawn"
    leaves = [merkle.leaf_hash(json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()) for row in data["rows"]]
    data["marks"] = receipt._marks(leaves)
    assert [one.code for one in held(data).wrong] == ["rows_differ"]


@pytest.mark.parametrize(("change", "code"), [
    (lambda d: d["rows"].pop(), "count"), (lambda d: d["rows"].append(d["rows"][0]), "count"),
    (lambda d: d["rows"].reverse(), "altered"), (lambda d: d["rows"][0].update(n=1), "altered"),
    (lambda d: d["rows"][0].update(more="\ud800"), "altered"),
    (lambda d: d.update(marks="%"), None), (lambda d: d.update(statement=d["statement"].replace("rows 5", "rows 6")), "not_signed"),
    (lambda d: d.update(statement=d["statement"].replace("2026-11", "2025-11")), "not_signed"),
    (lambda d: d.update(statement=d["checkpoint"]), "not_signed"), (lambda d: d.update(statement=""), "not_signed"),
    (lambda d: d.update(checkpoint=KEY.sign(Checkpoint(KEY.name, 13, b"r" * 32).text)), "other_checkpoint"),
    (lambda d: d.update(checkpoint=OTHER.sign(Checkpoint(KEY.name, 12, b"r" * 32).text)), "no_checkpoint"),
])
def test_whatever_is_altered_is_found(change, code):
    data = copy.deepcopy(made(5))
    change(data)
    text = json.dumps(data)
    read = held(text)
    assert [one.code for one in read.wrong] == ([code] if code else [])


def test_another_key_signed_it():
    checkpoint = OTHER.sign(Checkpoint(OTHER.name, 12, b"r" * 32).text)
    assert [one.code for one in held(made(2, OTHER, checkpoint)).wrong] == ["not_signed"]


def test_a_receipt_is_made_only_under_the_logs_own_checkpoint():
    with pytest.raises(ValueError, match="sign"):
        made(2, KEY, OTHER.sign(Checkpoint(KEY.name, 12, b"r" * 32).text))


@pytest.mark.parametrize("text", ["", "x", "[]", "{}", '{"format": "lookup-receipt/2"}', '{"format": "lookup-receipt/1"}', "[" * 100_000,
                                  '{"format": "lookup-receipt/1", "format": "lookup-receipt/1"}', "\x00", "9" * 5000, "{" * 9])
def test_what_is_no_receipt_is_refused(text):
    with pytest.raises(BadReceipt):
        held(text)


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(content):
    with pytest.raises(BadReceipt):
        held(carried.given(content))


@settings(max_examples=60)
@given(st.data())
def test_every_single_changed_character_of_a_value_is_found(data):
    """Any text of a row, any place in it: another character there, and the receipt no longer holds."""
    whole = made(4)
    row = data.draw(st.integers(0, 3))
    part, name = data.draw(st.sampled_from([("asked", "paper"), ("asked", "model"), ("answer", "status"), ("answer", "covers")]))
    old = whole["rows"][row][part][name]
    place = data.draw(st.integers(0, len(old) - 1))
    new = data.draw(st.characters(codec="utf-8").filter(lambda c: c != old[place]))
    whole["rows"][row][part][name] = old[:place] + new + old[place + 1:]
    read = held(whole)
    assert not read.holds and read.altered == [row + 1]


@given(st.lists(st.binary(min_size=1, max_size=8), max_size=40))
def test_the_root_is_that_of_the_log(leaves):
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    kept: dict[tuple[int, int], bytes] = {}
    for size, leaf in enumerate(hashes):
        kept.update({(level, index): found for level, index, found in merkle.appended(size, leaf, lambda a, b: kept[a, b])})
    assert receipt.tree_root(hashes) == merkle.root(len(hashes), lambda level, index: kept[level, index])


def test_five_thousand_rows_are_small_enough_to_carry():
    data = made(5000)
    packed = receipt.packed(data)
    assert len(packed) < 200_000 and len(receipt.written(data)) < 1_500_000
    assert held(receipt.unpacked(packed)).holds


@pytest.mark.parametrize("packed", [
    "", "x", "====", urlsafe_b64encode(b"no zlib").decode(), urlsafe_b64encode(zlib.compress(b"\xff")).decode(),
    urlsafe_b64encode(zlib.compress(b"a" * (receipt.LONGEST + 1))).decode()])
def test_what_is_no_packed_receipt_is_refused(packed):
    with pytest.raises(BadReceipt):
        receipt.unpacked(packed)


# ---- years later --------------------------------------------------------------------------------------------


def run(*arguments):
    return subprocess.run([sys.executable, "-m", "certificates.certverify", *arguments], cwd=ROOT, env={"PATH": ""}, capture_output=True,
                          text=True, check=False)


def test_the_command_checks_a_receipt_without_flask_database_or_network(tmp_path):
    kept, key = tmp_path / "bien-nhan.json", tmp_path / "key"
    kept.write_text(receipt.written(made(3)), encoding="utf-8")
    key.write_text(KEY.verifier.text, encoding="utf-8")
    program = (
        "import sys, socket\n"
        "def no(*a, **k): raise AssertionError('network')\n"
        "socket.socket = no\n"
        "from certificates import certverify\n"
        "code = certverify.main(sys.argv[1:])\n"
        "assert not {'flask', 'sqlalchemy', 'lab_app.core.db'} & set(sys.modules), sorted(sys.modules)\n"
        "sys.exit(code)\n")
    found = subprocess.run([sys.executable, "-c", program, "--receipt", str(kept), "--key", str(key)], cwd=ROOT, capture_output=True,
                           text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert found.stdout.splitlines() == [
        "ok     signed by https://lab.example at 2026-11-16T02:00:00+00:00: 3 rows", "ok     every row is what was answered then",
        "ok     the log had 12 entries with the root cnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI="]


def test_the_command_names_what_was_changed(tmp_path, capsys):
    kept = tmp_path / "bien-nhan.json"
    kept.write_text(receipt.written(made(3)).replace('"valid"', '"withdrawn"', 1), encoding="utf-8")
    assert certverify.main(["--receipt", str(kept), "--key", KEY.verifier.text]) == 1
    assert "WRONG  rows changed after signing: 1" in capsys.readouterr().out
    kept.write_text("nothing", encoding="utf-8")
    assert certverify.main(["--receipt", str(kept), "--key", KEY.verifier.text]) == 1
    assert "not a receipt" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        certverify.main(["--key", KEY.verifier.text])

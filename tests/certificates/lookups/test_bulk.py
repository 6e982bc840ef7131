"""A list looked up at once: every row answered, few statements, a receipt that holds, and nothing told that one look-up would not tell."""
from __future__ import annotations

import csv
import io
import json
import re
from types import SimpleNamespace

import pytest
from limits.strategies import SlidingWindowCounterRateLimiter
from openpyxl import load_workbook

from certificates import certverify, services
from certificates.lookups import allowances, receipt, table
from certificates.translog import store
from lab_app.core import files, jobs, rates
from lab_app.core.db import db
from tests.support import certificates_facts as facts
from tests.support.signing import confirmed

UNKNOWN = "2222-3333-4444-5555"


def text(response):
    return response.get_data(as_text=True)


def check(client, typed="", upload=None, name="list.csv"):
    data = {"list": typed}
    if upload is not None:
        data["file"] = (io.BytesIO(upload), name)
    return client.post("/verify/bulk", data=data, content_type="multipart/form-data", csrf=False)


def packed(response):
    return re.search(r'name="receipt" value="([^"]+)"', text(response))[1]


def rows_of(response):
    return json.loads(receipt.unpacked(packed(response)))["rows"]


def answers(response):
    return [row["answer"] for row in rows_of(response)]


def test_the_form_says_its_bounds(client, app):
    body = text(client.get("/verify/bulk"))
    assert "Tối đa 5.000 dòng" in body and 'name="list"' in body and 'type="file"' in body


@pytest.mark.both_databases
def test_each_row_has_its_answer(client, report):
    response = check(client, "Số phiếu hoặc mã tra cứu\tKiểu\tFirmware\tMã băm\n" + "\n".join([
        f"{report.code}\tsh ax30\t1.0.4\t{report.file_sha256}",
        f"{report.code}\tSH-AX30-EU\t\t{'0' * 64}",
        f"{report.number}\tSH-AX30\t\t", f"{report.number}\tSH-AX30\t\t{report.file_sha256}", "PKQ-2026-9999-01\tSH-AX30\t\t", "???\t\t\t",
        f"{report.code}\tsh ax30\t1.0.4\t{report.file_sha256}"]))
    assert response.status_code == 200
    found = answers(response)
    assert [one["status"] for one in found] == ["valid", "valid", "valid", "valid", "not_found", "unreadable", "valid"]
    unsure = "cannot_tell"
    assert [one.get("covers") for one in found] == ["confirmed", unsure, unsure, "confirmed", None, None, "confirmed"]
    assert [one.get("why") for one in found[:5]] == [None, "model:variant", "paper:by_number", None, None]
    assert [one.get("file") for one in found[:4]] == ["issued", "other", None, "issued"]
    body = text(response)
    assert "2 dòng cần xem" not in body and "4 dòng cần xem" in body and "giống dòng 2" in body and "1 dòng lặp lại" in body
    assert "Mã băm → Mã băm của tệp" in body


def test_a_replaced_paper_names_the_one_in_force(client, world, report):
    facts.measured_again(world, world.lines[0], "18.95")
    new = services.amend(world.people.signatory, report, reason="đo lại", confirmed=confirmed(world.people.signatory))
    facts.commit()
    jobs.run_key(services.job_key(new.id))
    by_code, by_number = answers(check(client, f"{report.code}\n{report.number}\n"))
    assert (by_code["status"], by_code["replaced_by"], by_code["replaced_by_code"]) == ("replaced", new.number, new.code)
    assert by_number["replaced_by"] == new.number and "replaced_by_code" not in by_number, "a number does not tell a code"


def test_unknown_issuing_and_confidential_rows_are_the_same(client, world):
    signatory = world.people.signatory
    waiting = services.issue(signatory, world.request, not_applicable=facts.NO_DEVIATION, confirmed=confirmed(signatory))
    kept = facts.ready_request("YC-2026-0118", people=world.people, public_fields=["product", "code_only"])
    facts.commit()
    hidden = facts.issued(kept)
    papers = (waiting.number, waiting.code, UNKNOWN, "PKQ-2026-9999-01", hidden.number)
    found = answers(check(client, "Số phiếu;Kiểu\n" + "".join(f"{paper};SH-AX30\n" for paper in papers)))
    assert len({json.dumps(one) for one in found}) == 1 and found[0]["status"] == "not_found"
    assert answers(check(client, hidden.code))[0]["status"] == "valid", "who holds the code is answered"


def test_a_silent_paper_tells_its_status_and_nothing_of_its_product(client, silent):
    found = answers(check(client, f"code,model,brand\n{silent.code},SH-AX30,SAOHOM\n{silent.code},XX,YY\n"))
    assert [one["covers"] for one in found] == ["cannot_tell"] * 2 and {json.dumps(one) for one in found} == {json.dumps(found[0])}


@pytest.mark.both_databases
def test_any_number_of_rows_costs_the_same_few_statements(client, report, statements):
    def cost(count):
        lines = [f"{report.code};{report.file_sha256}", f"{report.number};{report.file_sha256}"]
        lines += [f"PKQ-2026-{n:04d}-77;{'0' * 64}" for n in range(count)]
        with statements() as seen:
            response = check(client, "number;hash\n" + "\n".join(lines))
        assert response.status_code == 200
        return seen

    few, many = cost(3), cost(3000)
    assert len(many) == len(few) <= 10, many


def test_thousands_of_rows_are_paged_and_the_receipt_travels(client, report):
    response = check(client, f"{report.code}\n" + "".join(f"PKQ-2026-{n:04d}-77\n" for n in range(1999)))
    body = text(response)
    assert body.count("<tr>") <= 102 and "Trang 1 / 20" in body and "1999 dòng cần xem" in body
    again = client.post("/verify/bulk/page", data={"receipt": packed(response), "page": "20", "show": "all"}, csrf=False)
    assert again.status_code == 200 and "Trang 20 / 20" in text(again) and "PKQ-2026-1998-77" in text(again)
    only = client.post("/verify/bulk/page", data={"receipt": packed(response), "page": "1", "show": "attention"}, csrf=False)
    assert report.code not in text(only).split("Từng dòng")[1] and "của 1999" in text(only)


def test_files_of_the_answers_run_no_formula(client, report):
    response = check(client, f'Số phiếu,Kiểu\n{report.code},"=HYPERLINK(""http://x"",1)"\n@SUM(A1),+1\n')
    data = client.post("/verify/bulk/file", data={"receipt": packed(response), "kind": "csv"}, csrf=False)
    rows = list(csv.reader(io.StringIO(data.get_data().decode("utf-8-sig"))))
    assert rows[0][0] == "Dòng" and rows[1][3] == "'=HYPERLINK(\"http://x\",1)" and rows[2][1] == "'@SUM(A1)" and rows[2][3] == "'+1"
    made = client.post("/verify/bulk/file", data={"receipt": packed(response), "kind": "xlsx"}, csrf=False)
    book = load_workbook(io.BytesIO(made.get_data()))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells) and book.active["B3"].value == "'@SUM(A1)"


def test_the_receipt_and_its_printed_form_hold_by_the_key_alone(client, report, tmp_path, capsys):
    response = check(client, f"code;model\n{report.code};SH-AX30\nPKQ-1-1;ｘ\u4e2d\n")
    key = store.signer().verifier.text
    for kind, name in (("receipt", "r.json"), ("pdf", "r.pdf")):
        answer = client.post("/verify/bulk/file", data={"receipt": packed(response), "kind": kind}, csrf=False)
        assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
        (tmp_path / name).write_bytes(answer.get_data())
        assert certverify.main(["--receipt", str(tmp_path / name), "--key", key]) == 0, capsys.readouterr()
    assert "2 rows" in capsys.readouterr().out


def test_the_receipt_keeps_the_checkpoint_of_its_moment(client, report, world):
    before = store.checkpoint()
    kept = receipt.unpacked(packed(check(client, report.code)))
    assert json.loads(kept)["checkpoint"] == before
    manager = world.people.quality_manager
    services.change_status(manager, report, to="suspended", reason="x", public_reason="y", confirmed=confirmed(manager))
    facts.commit()
    assert receipt.read(kept, store.signer().verifier).holds, "what it says was true then"
    assert store.checkpoint() != before


@pytest.mark.parametrize("action", ["page", "file"])
@pytest.mark.parametrize("carried", ["", "x", "eJwDAAAAAAE="])
def test_an_altered_result_is_not_handed_out_again(client, report, action, carried):
    response = client.post(f"/verify/bulk/{action}", data={"receipt": carried, "kind": "csv"}, csrf=False)
    assert response.status_code == 422 and "hãy tra lại danh sách" in text(response)


def test_rows_put_in_by_hand_are_not_handed_out(client, report):
    data = json.loads(receipt.unpacked(packed(check(client, "PKQ-1-1"))))
    data["rows"][0]["answer"]["status"] = "valid"
    response = client.post("/verify/bulk/file", data={"receipt": receipt.packed(data), "kind": "pdf"}, csrf=False)
    assert response.status_code == 422


# ---- one look-up --------------------------------------------------------------------------------------------


def test_one_look_up_has_its_receipt_too(client, report):
    response = client.get("/verify/lookup-receipt", query_string={"q": report.code, "model": "SH-AX30", "firmware": "1.0.3"})
    read = receipt.read(text(response), store.signer().verifier)
    assert read.holds and read.rows[0]["answer"]["status"] == "valid" and read.rows[0]["answer"]["why"] == "firmware:earlier"
    none = client.get("/verify/lookup-receipt", query_string={"q": "PKQ-2026-9999-01", "as": "pdf"})
    assert none.status_code == 200 and none.get_data().startswith(b"%PDF-")


# ---- brought back -------------------------------------------------------------------------------------------


def bring(client, content, name="bien-nhan.json"):
    return client.post("/verify/receipt", data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data", csrf=False)


def test_a_receipt_brought_back_is_named_whole_or_altered(client, report):
    kept = text(client.get("/verify/lookup-receipt", query_string={"q": report.code}))
    whole = text(bring(client, kept.encode()))
    assert "Biên nhận nguyên vẹn" in whole and report.number in whole and "16/11/2026 09:00" in whole
    altered = text(bring(client, kept.replace('"valid"', '"withdrawn"').encode()))
    assert "Các dòng đã bị sửa sau khi ký: 1." in altered and "answer--bad" in altered
    printed = client.get("/verify/lookup-receipt", query_string={"q": report.code, "as": "pdf"}).get_data()
    assert "Biên nhận nguyên vẹn" in text(bring(client, printed, "x.pdf"))


@pytest.mark.parametrize("content", [b"", b"x", b"{}", b"\xff\xfe", b"%PDF-1.7 nothing", b"PK\x03\x04"])
def test_what_is_no_receipt_is_refused(client, app, content):
    assert bring(client, content).status_code == 422


def test_the_issued_paper_is_no_receipt(client, report):
    response = bring(client, files.read(report.file_sha256), "phieu.pdf")
    assert response.status_code == 422 and "không phải biên nhận" in text(response)


# ---- bad input, and too much of it -------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "says"), [
    ("", "Danh sách trống"), (" \n \n", "Danh sách trống"), ("Kiểu;Hãng\nA;B", "Không thấy cột số phiếu"),
    ("Số phiếu;Mã\nA;B", "Hai cột cùng mang nghĩa"),
])
def test_a_list_that_cannot_be_read_is_refused_and_stays(client, app, typed, says):
    response = check(client, typed)
    assert response.status_code == 422 and says in text(response) and (not typed.strip() or typed.split("\n")[0] in text(response))


def test_a_hundred_thousand_rows_are_refused_clearly(client, app):
    response = check(client, upload=b"PKQ-2026-0117-01\n" * 100_000)
    assert response.status_code == 422 and "dài quá 5.000 dòng" in text(response)
    assert check(client, upload=b"x" * (9 * 1024 * 1024)).status_code == 413
    assert "tối đa 8 MB" in text(check(client, upload=b"x" * (9 * 1024 * 1024)))


def test_nothing_is_written_or_kept(client, report):
    from sqlalchemy import func, select

    from lab_app.core.audit import AuditEntry
    from lab_app.core.files import StoredFile
    from lab_app.core.jobs import QueuedJob

    def held():
        return [db.session.scalar(select(func.count()).select_from(model)) for model in (AuditEntry, StoredFile, QueuedJob)]

    before = held()
    check(client, upload=b"number\nPKQ-1-1\n")
    client.get("/verify/lookup-receipt?q=PKQ-1-1")
    assert held() == before


@pytest.fixture
def counted(app, monkeypatch):
    """The limits are on, with nothing counted yet."""
    counters = SlidingWindowCounterRateLimiter(rates.CountersInMemory())
    monkeypatch.setattr(rates, "limiter", SimpleNamespace(enabled=True, limiter=counters))


def test_rows_by_number_are_bounded_for_each_asker_and_codes_are_not(client, report, monkeypatch, counted):
    monkeypatch.setattr(allowances, "MISSED", 20)
    first = check(client, "".join(f"PKQ-2026-{n:04d}-77\n" for n in range(30)))
    assert first.status_code == 200, "the list that uses the allowance up is still answered"
    second = check(client, "PKQ-2026-0001-01\n")
    assert second.status_code == 429 and "Tra bằng mã" in text(second) and "PKQ-2026-0001-01" in text(second)
    assert check(client, f"{report.code}\n" * 10).status_code == 200
    other = client.post("/verify/bulk", data={"list": "PKQ-2026-0001-01\n"}, environ_overrides={"REMOTE_ADDR": "203.0.113.9"}, csrf=False)
    assert other.status_code == 200, "another asker is not touched"


def test_the_rate_of_lists_is_stated_and_kept(client, app, counted):
    codes = [check(client, UNKNOWN).status_code for _ in range(allowances.CHECKS_PER_MINUTE + 1)]
    assert codes[-1] == 429 and set(codes[: allowances.CHECKS_PER_MINUTE // 2]) == {200}
    assert table.MOST <= allowances.BY_NUMBER

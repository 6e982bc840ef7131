"""A paper drawn again: identical, or the libraries, text and pages that differ are named; an altered file is called so."""
import hashlib

import pytest

from certificates import paper, redrawing
from certificates.services import printing
from lab_app.core import files
from lab_app.core.db import db
from tests.support import certificates_facts as facts


@pytest.fixture
def report(app, frozen_clock):
    return facts.issued(facts.ready_request())


def run(app, *arguments):
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["certificates", "redraw", *arguments])


@pytest.fixture
def drawn_otherwise(monkeypatch):
    whole = printing.drawn

    def other(snapshot, offline=""):
        return whole({**snapshot, "form": "BM-07.08-99"}, offline)

    monkeypatch.setattr(printing, "drawn", other)


def test_the_same_libraries_draw_the_same_bytes(app, report):
    done = run(app, report.number)
    assert (done.exit_code, done.output.strip()) == (0, "identical")


def test_the_unsigned_part_is_found_in_the_signed_file(app, report):
    kept = files.read(report.file_sha256)
    part = redrawing.unsigned_part(kept, report.unsigned_sha256)
    assert part is not None and len(part) < len(kept) and kept.startswith(part)
    assert hashlib.sha256(part).hexdigest() == report.unsigned_sha256
    assert redrawing.unsigned_part(kept, "0" * 64) is None
    assert redrawing.unsigned_part(b"x", None) == b"x"
    for ending in (b"", b"\n", b"\r\n"):
        whole = b"1 %%EOF 2 %%EOF" + ending
        assert redrawing.unsigned_part(whole + b"3 %%EOF\n", hashlib.sha256(whole).hexdigest()) == whole


def test_what_differs_is_named(app, report, monkeypatch, drawn_otherwise):
    monkeypatch.setattr(paper, "library_versions", lambda: {**report.libraries, "reportlab": "9.9"})
    done = run(app, report.number)
    assert done.exit_code == 1 and done.output.startswith("DIFFERENT")
    assert "library reportlab: issued with" in done.output and "now 9.9" in done.output
    assert "text differs on pages: 1" in done.output and "pictures differ on pages: 1" in done.output
    assert "page 1 drawn: " in done.output and "BM-07.08-99" in done.output


def test_another_byte_with_the_same_look_is_no_difference_to_the_eye(app, report, monkeypatch):
    monkeypatch.setattr(redrawing.printing, "make", lambda snapshot, offline: _drawn(report) + b"\n")
    done = run(app, report.number)
    assert done.exit_code == 1 and done.output.startswith("same text and pictures on every page, other bytes")
    assert "no library differs" in done.output
    assert "text differs on pages: none" in done.output and "pictures differ on pages: none" in done.output


def _drawn(report):
    return redrawing.unsigned_part(files.read(report.file_sha256), report.unsigned_sha256)


def test_an_altered_file_is_called_so(app, report, monkeypatch):
    kept = files.read(report.file_sha256)
    for changed in (kept + b"junk", kept.replace(b"%PDF", b"%PDX", 1)):
        monkeypatch.setattr(redrawing.files, "read", lambda _sha, changed=changed: changed)
        done = run(app, report.number)
        assert (done.exit_code, done.output.strip()) == (1, redrawing.SAYS["altered"])


def test_a_missing_page_is_a_difference(app, report, monkeypatch):
    found = redrawing.Redrawn(False, pages=(3, 2))
    assert found.verdict == "different" and "pages: 3 issued, 2 drawn" in "\n".join(redrawing.told(found))


def test_there_is_nothing_to_compare(app, report, monkeypatch):
    assert run(app, "PKQ-1").exit_code == 1
    assert run(app).exit_code == run(app, report.number, "--all").exit_code == 2

    def refused(snapshot, offline):
        raise printing.PaperRefused("no glyph")

    monkeypatch.setattr(redrawing.printing, "make", refused)
    done = run(app, report.number)
    assert done.exit_code == 2 and "no glyph" in done.output
    assert run(app, "--all").exit_code == 2


def test_all_papers_with_a_count_of_the_answers(app, report, drawn_otherwise, monkeypatch):
    done = run(app, "--all")
    assert done.exit_code == 1 and f"{report.number}: DIFFERENT" in done.output and "1 papers: 1 different" in done.output
    monkeypatch.undo()
    done = run(app, "--all")
    assert done.exit_code == 0 and done.output.strip().endswith("1 papers: 1 identical")

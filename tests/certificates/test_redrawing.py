"""A paper drawn again: identical, or the libraries, text and pages that differ are named."""
import pytest

from certificates import paper, redrawing
from certificates.services import printing
from lab_app.core.db import db
from tests.support import certificates_facts as facts


@pytest.fixture
def report(app, frozen_clock):
    return facts.issued(facts.ready_request())


def run(app, *arguments):
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["certificates", "redraw", *arguments])


def test_the_same_libraries_draw_the_same_bytes(app, report):
    done = run(app, report.number)
    assert (done.exit_code, done.output.strip()) == (0, "identical")


def test_what_differs_is_named(app, report, monkeypatch):
    whole = printing.drawn

    def other(snapshot, offline=""):
        return whole({**snapshot, "form": "BM-07.08-99"}, offline)

    monkeypatch.setattr(printing, "drawn", other)
    monkeypatch.setattr(paper, "library_versions", lambda: {**report.libraries, "reportlab": "9.9"})
    done = run(app, report.number)
    assert done.exit_code == 1 and "library reportlab: issued with" in done.output and "now 9.9" in done.output
    assert "text differs on pages: 1" in done.output and "pictures differ on pages: 1" in done.output


def test_another_byte_with_the_same_look_is_no_difference_to_the_eye(app, report, monkeypatch):
    monkeypatch.setattr(redrawing.printing, "make", lambda snapshot, offline: _again(report))
    done = run(app, report.number)
    assert done.exit_code == 1 and "text differs on pages: none" in done.output and "pictures differ on pages: none" in done.output


def _again(report):
    from lab_app.core import files
    return files.read(report.file_sha256) + b"\n"


def test_there_is_nothing_to_compare(app, report, monkeypatch):
    assert run(app, "PKQ-1").exit_code == 1

    def refused(snapshot, offline):
        raise printing.PaperRefused("no glyph")

    monkeypatch.setattr(redrawing.printing, "make", refused)
    done = run(app, report.number)
    assert done.exit_code == 2 and "no glyph" in done.output

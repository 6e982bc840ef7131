"""PDF/A-3b: approved by the checker, carrying the snapshot, saying one thing of itself, the same bytes each time."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pikepdf
import pytest
from pikepdf import pdfa

from certificates.paper import draw
from certificates.paper.archive import (
    NotArchivable,
    archive,
    attached_snapshot,
    describe,
    disagreements,
    pdf_date,
    to_pdfa3,
)
from certificates.snapshot import canonical_json
from tests.certificates.demo_snapshot import demo_snapshot, draft_snapshot
from tests.certificates.test_paper import photo, with_photos


@pytest.fixture(scope="module")
def archived() -> bytes:
    snapshot = demo_snapshot()
    return archive(draw(snapshot), snapshot)


def test_the_checker_approves_it(archived):
    assert pdfa.validate_written(io.BytesIO(archived), "3b").passed
    assert not pdfa.validate_written(io.BytesIO(draw(demo_snapshot())), "3b").passed


def test_pictures_and_the_amended_paper_are_archived_too():
    snapshot, files = with_photos(photo("#3366cc"), photo("#cc3333", (600, 900), "PNG"))
    assert pdfa.validate_written(io.BytesIO(archive(draw(snapshot, files), snapshot)), "3b").passed
    amended = demo_snapshot(amended=True)
    assert pdfa.validate_written(io.BytesIO(archive(draw(amended), amended)), "3b").passed


def test_the_snapshot_travels_inside_as_the_source(archived):
    assert attached_snapshot(archived) == canonical_json(demo_snapshot())
    with pikepdf.open(io.BytesIO(archived)) as document:
        (specification,) = list(document.Root.AF)
        assert specification.AFRelationship == pikepdf.Name.Source
        stream = specification.EF.F
        assert stream.Subtype == pikepdf.Name("/application/json")
        assert bytes(stream.Params.CheckSum) == hashlib.md5(canonical_json(demo_snapshot())).digest()


def test_document_information_and_xmp_agree(archived):
    with pikepdf.open(io.BytesIO(archived)) as document:
        information = {key: str(value) for key, value in document.docinfo.items()}
        root = ElementTree.fromstring(
            bytes(document.Root.Metadata.read_bytes()).decode("utf-8").strip("\ufeff")
        )
        assert str(document.Root.Lang) == "vi-VN"
    texts = {element.tag.split("}")[1]: "".join(element.itertext()).strip() for element in root.iter()}
    assert information["/Title"] == texts["title"] == "Phiếu kết quả thử nghiệm PKQ-2026-0117-01"
    assert information["/Author"] == texts["creator"]
    assert information["/Subject"] == texts["description"]
    assert information["/Producer"] == texts["Producer"]
    assert information["/CreationDate"] == information["/ModDate"] == "D:20260922164207+07'00'"
    assert texts["CreateDate"] == texts["ModifyDate"] == "2026-09-22T16:42:07+07:00"
    assert (texts["part"], texts["conformance"]) == ("3", "B")


@pytest.mark.parametrize(("change", "said"), [
    (lambda d: d.docinfo.__setitem__("/Title", pikepdf.String("Khác")), "/Title: 'Khác'"),
    (lambda d: d.docinfo.__setitem__("/ModDate", pikepdf.String("D:20200101000000Z")), "/ModDate"),
    (lambda d: d.docinfo.__setitem__("/Keywords", pikepdf.String("x")), "/Keywords: not in XMP"),
    (lambda d: d.docinfo.__delitem__("/Author"), "/Author: ''"),
    (lambda d: setattr(d.Root, "Metadata", d.make_stream(b"<x")), "XMP:"),
])
def test_information_and_metadata_that_part_are_named(archived, change, said):
    with pikepdf.open(io.BytesIO(archived)) as document:
        assert disagreements(document) == []
        change(document)
        (found,) = disagreements(document)
    assert found.startswith(said)


def test_a_title_that_no_metadata_can_hold_is_refused_with_the_reason():
    about = dataclasses.replace(describe(demo_snapshot()), author="Trung tâm \x0b")
    with pytest.raises(NotArchivable, match="XMP"):
        to_pdfa3(draw(demo_snapshot()), b"{}", about)
    ampersand = dataclasses.replace(describe(demo_snapshot()), author="Mây & Xanh <Trung tâm>")
    assert pdfa.validate_written(io.BytesIO(to_pdfa3(draw(demo_snapshot()), b"{}", ampersand)), "3b").passed


def test_same_bytes_in_another_process(archived):
    code = (
        "import hashlib, sys; from certificates.paper import draw; from certificates.paper.archive import archive; "
        "from tests.certificates.demo_snapshot import demo_snapshot as d; "
        "sys.stdout.write(hashlib.sha256(archive(draw(d()), d())).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout == hashlib.sha256(archived).hexdigest()


def test_what_the_checker_refuses_is_refused_with_reasons():
    with pikepdf.open(io.BytesIO(draw(demo_snapshot()))) as document:
        document.Root.OpenAction = pikepdf.Dictionary(
            S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")
        )
        document.pages[0].Contents = document.make_stream(b"BT /Helv 12 Tf (x) Tj ET")
        buffer = io.BytesIO()
        document.save(buffer)
    with pytest.raises(NotArchivable) as refused:
        to_pdfa3(buffer.getvalue(), b"{}", describe(demo_snapshot()))
    assert refused.value.reasons


def test_a_draft_is_not_archived():
    with pytest.raises(NotArchivable):
        archive(draw(draft_snapshot()), draft_snapshot())


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        ("2026-09-22T16:42:07+07:00", "D:20260922164207+07'00'"),
        ("2026-09-22T16:42:07.123456Z", "D:20260922164207Z"),
    ],
)
def test_dates_as_pdf_writes_them(moment, written):
    assert pdf_date(moment) == written
    with pytest.raises(ValueError, match="no moment"):
        pdf_date("yesterday")

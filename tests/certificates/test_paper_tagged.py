"""The structure of reports and certificates: everything is read, in the order of the specification, in its language, with its words."""

from __future__ import annotations

import io
import re

import pytest
from pikepdf import pdfa

from certificates.paper import draw
from certificates.paper.archive import archive
from certificates.snapshot import section_lines
from lab_app.core.paper import wording
from tests.certificates.test_calibration_paper import without
from tests.certificates.test_paper import photo, printed, squeezed, with_photos
from tests.support import golden_papers as golden
from tests.support.tagged import Heard, heard, unmarked, unowned

TAGGED = [name for name in golden.CASES if not name.endswith("-1") and "-1-" not in name]
WHOLE = [name for name in TAGGED if "draft" not in name]


@pytest.fixture(scope="module")
def papers() -> dict[str, bytes]:
    return {name: golden.made(name) for name in TAGGED}


@pytest.fixture(scope="module")
def report(papers) -> Heard:
    return heard(papers["test-report-2"])


@pytest.mark.parametrize("name", TAGGED)
def test_everything_on_a_page_is_an_elements_or_an_artifact(papers, name):
    assert unmarked(papers[name]) == []
    assert unowned(papers[name]) == []


@pytest.mark.parametrize("name", WHOLE)
def test_tags_do_not_cost_the_archive_its_approval(papers, name):
    assert pdfa.validate_written(io.BytesIO(papers[name]), "3b").passed


@pytest.mark.parametrize("name", ["test-report-2", "test-report-2-amended", "calibration-certificate-2"])
def test_every_word_of_the_snapshot_is_read(papers, name):
    snapshot = golden.CASES[name]()
    told = without(snapshot) if "calibration" in name else {key: value for key, value in snapshot.items() if key != "plots"}
    text = squeezed(heard(papers[name]).text)
    missing = [words for words in printed(told) if squeezed(words) not in text]
    assert not missing, missing


@pytest.mark.parametrize("name", WHOLE)
def test_title_number_conclusion_then_sections_in_their_order(papers, name):
    document = heard(papers[name])
    snapshot = golden.CASES[name]()
    order = [kid.kind for kid in document.kids]
    assert order[0] == "Sect" and order[-1] == "Sect" and order.count("H1") == 1
    title = order.index("H1")
    assert title == 1 and snapshot["number"] in document.kids[title + 1].text
    heads = [kid for kid in document.kids if kid.kind == "H2"]
    if snapshot["layout"].startswith("test-report"):
        assert squeezed("kết luận chung") in squeezed(heads[0].text) or squeezed("Overall conclusion") in squeezed(heads[0].text)
    numbers = [int(found[1]) for head in heads if (found := re.match(r"(\d+)\D", head.text.strip()))]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) >= 7
    parts = [found[1] for kid in document.kids if kid.kind == "H3" and (found := re.match(r"(\d+\.\d+)", kid.text))]
    assert parts == sorted(parts, key=lambda part: [int(one) for one in part.split(".")])
    assert "(tiếp theo" not in document.text


def test_results_are_tables_with_column_heads_and_groups_as_row_heads(report):
    snapshot = golden.CASES["test-report-2"]()
    tables = [table for table in report.all("Table") if "Phép thử, điều kiện" in table.kids[0].text]
    assert len(tables) == len(snapshot["sections"])
    for table, section in zip(tables, snapshot["sections"], strict=True):
        head, *rows = table.kids
        assert all(cell.kind == "TH" and cell.scope == "Column" for cell in head.kids)
        groups = [row.kids[0] for row in rows if len(row.kids) == 1]
        assert [group.kind + group.scope for group in groups] == ["THRow"] * len(section["groups"])
        assert all(group.span == len(head.kids) for group in groups)
        lines = [row for row in rows if len(row.kids) > 1]
        assert {len(row.kids) for row in lines} == {len(head.kids)}
        for row, line in zip(lines, section_lines(section), strict=True):
            cells = [squeezed(cell.text) for cell in row.kids]
            assert cells[0] == line["number"] and cells[2] == squeezed(line["scope"])
            if line["result"].get("value"):
                assert cells[3] == squeezed(wording.number(line["result"]["value"]))
            assert cells[5] == squeezed(line["unit"])
            assert bool(cells[-1]) == bool(line.get("verdict"))


def test_each_row_of_every_table_has_the_columns_of_its_head(papers):
    for name in TAGGED:
        for table in heard(papers[name]).all("Table"):
            counts = {sum(cell.span for cell in row.kids) for row in table.kids}
            assert len(counts) == 1, (name, table.kids[0].text, counts)


def test_pages_of_the_results_stand_in_their_cell_of_the_methods(report):
    methods = next(table for table in report.all("Table") if "Phương pháp thử" in table.kids[0].text)
    assert all(re.fullmatch(r"\d+(, \d+)*", row.kids[-1].text.strip()) for row in methods.kids[1:])


def test_figures_say_what_they_show(papers, report):
    alts = [figure.alt for figure in report.all("Figure")]
    assert alts[0] == "Trung tâm Thử nghiệm ICT Mây Xanh" and all(alts)
    assert any(golden.OFFLINE in alt for alt in alts) and any("https://tra-cuu.mayxanh.example/verify/7K3FQ9TD" in alt for alt in alts)
    (plot,) = [alt for alt in alts if "dBµV/m" in alt]
    assert "30 đến 1000 MHz" in plot and "1 điểm kết quả" in plot and "dòng 27 tại 240 MHz, biên +3,2 dB" in plot
    chart = [figure.alt for figure in heard(papers["calibration-certificate-2"]).all("Figure") if "MPE" in figure.alt]
    assert chart == ["Sai số, 10 V: Trước hiệu chỉnh +610 ± 84 µV; Sau hiệu chỉnh +120 ± 84 µV; MPE ±550 µV; w 84 µV."]


def test_photographs_are_read_by_their_captions():
    snapshot, files = with_photos(photo("#3366cc"))
    pdf = archive(draw({**snapshot, "layout": "test-report/2"}, files), {**snapshot, "layout": "test-report/2"})
    assert "Ảnh 1" in [figure.alt for figure in heard(pdf).all("Figure")] and unmarked(pdf) == []


def test_languages_are_told_apart(papers, report):
    english = [words for part in report.all() for words in part.english] + [part.text for part in report.all() if part.lang == "en-US"]
    vietnamese = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
    assert len(english) > 100 and not [words for words in english if vietnamese.search(words)]
    assert report.lang == "vi-VN" and heard(papers["test-report-2-english"]).lang == "en-US"
    alone = heard(papers["calibration-certificate-2-vietnamese"])
    assert not [words for part in alone.all() for words in part.english]


def test_a_drafts_watermark_is_not_read(papers):
    text = heard(papers["test-report-2-draft"]).text
    assert "SƠ BỘ" not in text and "DRAFT" not in text and "Chưa cấp số" in text

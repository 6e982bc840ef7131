"""The demonstration's reports print every emission line of the case in a plot with its limit line, computable again (7.8.2.1 m)."""
from __future__ import annotations

import json
from decimal import Decimal

import pypdfium2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from certificates.models import Report
from lab_app.core import files
from lab_app.core.db import db
from lab_app.demo.load import case

FIRST, AMENDED = "PKQ-2026-0117-01", "PKQ-2026-0117-01/SĐ1"


def report(number: str) -> Report:
    return db.session.scalars(select(Report).where(Report.number == number).options(undefer(Report.snapshot))).one()


def plots(number: str) -> list[dict]:
    return json.loads(report(number).snapshot)["plots"]


def first_lines() -> list[dict]:
    """The emission lines of the first report, without those measured again."""
    return [line for line in case()["flow"]["test_lines"] if line["id"].startswith("118-") and not line["id"].endswith("-R")]


def test_every_emission_line_of_the_case_is_a_point_of_a_plot(demo_app):
    points = {(Decimal(p["f"]), p["detector"]): p for plot in plots(FIRST) for p in plot["points"]}
    wanted = first_lines()
    assert len(points) == len(wanted) == 10
    for line in wanted:
        _, _, frequency, *rest = line["id"].split("-")
        point = points[Decimal(frequency), rest[-1]]
        assert Decimal(point["result"]) == Decimal(str(line["result"])) and Decimal(point["margin"]) == Decimal(str(line["margin"]))
        assert Decimal(point["reading"]) + Decimal(point["factors"]) == Decimal(point["result"])
        assert Decimal(point["uncertainty"]) == Decimal(str(line["U"])) and point["verdict"] == "pass"


def test_sweeps_of_one_set_up_share_a_plot_and_show_their_results(demo_app):
    for number in (FIRST, AMENDED):
        for plot in plots(number):
            detectors = {trace["detector"] for trace in plot["traces"]}
            assert {point["detector"] for point in plot["points"]} <= detectors and plot["limits"]
            highest = {trace["detector"]: max(Decimal(c[2]) for c in trace["columns"]) for trace in plot["traces"]}
            for point in plot["points"]:
                assert Decimal(point["level"]) <= highest[point["detector"]], "no peak is lost"
    assert {trace["detector"] for trace in plots(FIRST)[0]["traces"]} == {"QP", "AV"}


def test_an_amended_report_shows_the_sweeps_of_the_results_it_prints(demo_app):
    printed = {line["number"] for section in json.loads(report(AMENDED).snapshot)["sections"]
               for group in section["groups"] for line in group["lines"]}
    again = [plot for plot in plots(AMENDED) if plot["day"] == "2026-10-06"]
    assert again and all(point["number"] in printed for plot in plots(AMENDED) for point in plot["points"])
    shown = {(p["f"], p["detector"]) for plot in plots(AMENDED) for p in plot["points"]}
    assert sum(len(plot["points"]) for plot in plots(AMENDED)) == len(shown), "a result stands in one plot only"


@pytest.mark.parametrize("number", [FIRST, AMENDED])
def test_the_paper_names_limits_points_and_files(demo_app, number):
    pages = pypdfium2.PdfDocument(files.read(report(number).file_sha256))
    text = "\n".join(page.get_textpage().get_text_range() for page in pages)
    for plot in plots(number):
        for word in (plot["traces"][0]["file"], plot["conditions"]):
            assert word in text.replace("\u00a0", " "), word
    assert "QP, loại B" in text and "Giới hạn QP" not in text and "Đồ thị phổ" in text

"""Pages of calibrations: planned in house from the instrument's page, points typed, an adjustment written down, the bench."""
from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from instruments.models import Instrument
from lab_app.core.db import begin_writing, db
from lab_app.results.models import JobLine, TestJob
from lab_app.samples.models import Sample, TestRequest
from test_methods import services as methods
from tests.support import calibration_facts

pytestmark = pytest.mark.usefixtures("app", "writing")


@pytest.fixture(autouse=True)
def _on_that_monday(frozen_clock):
    """Monday morning."""


@pytest.fixture
def bench():
    return calibration_facts.customers_item()


def text(response) -> str:
    return response.get_data(as_text=True)


def lines_of(job_code: str) -> list[JobLine]:
    return list(db.session.scalars(
        select(JobLine).join(TestJob).where(TestJob.code == job_code, JobLine.status != "cancelled").order_by(JobLine.position)))


def test_the_instruments_page_leads_to_an_in_house_calibration(bench, client_as, statements):
    client = client_as("quality_manager")
    with statements() as seen:
        shown = client.get(f"/instruments/{bench.standard.code}")
    assert shown.status_code == 200 and "Hiệu chuẩn nội bộ" in text(shown)
    assert not seen.repeated()
    answer = client.post(f"/instruments/{bench.standard.code}/calibrate-in-house", data={
        "method": str(bench.method.id), "planned_on": "20/11/2026", "condition": "Nguyên vẹn", "note": ""})
    assert answer.status_code in (302, 303)
    sample = db.session.scalars(select(Sample).where(Sample.instrument_id == bench.standard.id)).one()
    assert sample.request.kind == "calibration" and "/jobs/THC26-0002-01" in answer.headers["Location"]
    assert "THC26-0002-01" in text(client.get(f"/instruments/{bench.standard.code}"))


@pytest.mark.parametrize(("field", "value"), [("planned_on", "01/11/2026"), ("condition", " "), ("method", "999"), ("planned_on", "")])
def test_what_the_in_house_form_refuses(bench, client_as, field, value):
    data = {"method": str(bench.method.id), "planned_on": "20/11/2026", "condition": "tốt", field: value}
    answer = client_as("quality_manager").post(f"/instruments/{bench.standard.code}/calibrate-in-house", data=data)
    assert answer.status_code == 422
    assert db.session.scalar(select(TestRequest.id).where(TestRequest.number == "YC-HC-2026-0002")) is None


def test_who_may_plan_in_house(bench, client_as):
    url = f"/instruments/{bench.standard.code}/calibrate-in-house"
    assert client_as("reception").get(url).status_code == 200
    assert client_as("auditor").get(url).status_code == 403
    assert client_as("technician").get(url).status_code in (200, 403)
    assert "calibrate-in-house" not in text(client_as("auditor").get(f"/instruments/{bench.standard.code}"))


def point_data(bench, *rows, criterion="MPE theo nhà sản xuất", **more):
    data = {"criterion": criterion, "version": str(bench.job.version), "do": "save", **more}
    for n, (scale, at, tolerance) in enumerate(rows):
        data |= {f"rows-{n}-parameter": str(bench.parameter.id), f"rows-{n}-scale": scale, f"rows-{n}-at": at,
                 f"rows-{n}-tolerance": tolerance}
    return data


def test_points_are_typed_with_a_decimal_comma(bench, client_as):
    client = client_as("technician")
    url = f"/jobs/{bench.job.code}/points"
    shown = text(client.get(url))
    assert "10 V" in shown, "the points the method plans stand there to begin with"
    answer = client.post(url, data=point_data(bench, ("1 V", "0,5 V", "30,5"), ("10 V", "10 V", "550"), ("", "", "")))
    assert answer.status_code in (302, 303)
    assert [(x.scale, x.point, x.limit["limit"]) for x in lines_of(bench.job.code)] == [("1 V", "0,5 V", "30.5"), ("10 V", "10 V", "550")]


@pytest.mark.parametrize(("rows", "criterion"), [
    ([("10 V", "10 V", "abc")], "x"), ([("10 V", "10 V", "0")], "x"), ([("10 V", "10 V", "550"), ("10 V", "10 V", "550")], "x"),
    ([("10 V", "", "550")], "x"), ([("10 V", "10 V", "550")], ""), ([("", "", "")], "x"),
])
def test_points_that_cannot_be_are_refused_and_nothing_changes(bench, client_as, rows, criterion):
    answer = client_as("technician").post(f"/jobs/{bench.job.code}/points", data=point_data(bench, *rows, criterion=criterion))
    assert answer.status_code == 422
    assert [(x.point, x.limit) for x in lines_of(bench.job.code)] == [("10 V", {})]


def test_more_rows_write_nothing(bench, client_as):
    answer = client_as("technician").post(
        f"/jobs/{bench.job.code}/points", data=point_data(bench, ("10 V", "10 V", "550")) | {"do": "more"})
    assert answer.status_code == 200 and "rows-6-at" in text(answer)
    assert len(lines_of(bench.job.code)) == 1


def test_an_adjustment_is_written_down_and_repeats_the_points(bench, client_as):
    bench.record(bench.plan(), "10.00061")
    client = client_as("technician")
    url = f"/jobs/{bench.job.code}/adjustment"
    assert client.post(url, data={"what": "", "version": str(bench.job.version)}).status_code == 422
    version = str(db.session.scalars(select(TestJob).where(TestJob.code == bench.job.code)).one().version)
    assert client.post(url, data={"what": "Chỉnh dải 10 V", "version": version}).status_code in (302, 303)
    assert [x.stage for x in lines_of(bench.job.code)] == ["as_found", "as_left"]
    shown = text(client.get(f"/jobs/{bench.job.code}"))
    assert "Chỉnh dải 10 V" in shown and "sau hiệu chỉnh" in shown


def test_an_auditor_types_no_points(bench, client_as):
    assert client_as("auditor").get(f"/jobs/{bench.job.code}/points").status_code == 403
    assert client_as("auditor").post(f"/jobs/{bench.job.code}/adjustment", data={"what": "x"}).status_code == 403


def test_the_bench_offers_points_before_and_an_adjustment_after_the_first_reading(bench, client_as):
    points, adjustment = f"/jobs/{bench.job.code}/points", f"/jobs/{bench.job.code}/adjustment"
    line = bench.plan()
    client = client_as("technician")
    shown = text(client.get(f"/jobs/{bench.job.code}"))
    assert points in shown and adjustment not in shown
    assert "550" in text(client.get(points)), "the permissible errors typed before stand there"
    begin_writing()
    bench.record(line, "10.00061")
    shown = text(client.get(f"/jobs/{bench.job.code}"))
    assert points not in shown and adjustment in shown


def test_a_test_has_no_calibration_points(app, client_as):
    from tests.support import results_facts

    other = results_facts.make_bench()
    shown = text(client_as("technician").get(f"/jobs/{other.job.code}"))
    assert f"/jobs/{other.job.code}/points" not in shown


def test_the_registers_speak_of_certificates(bench, client_as):
    bench.record(bench.plan(), "10.00012")
    bench.review()
    report = bench.issue()
    client = client_as("signatory")
    assert "Giấy chứng nhận hiệu chuẩn" in text(client.get("/reports"))
    assert "Giấy chứng nhận hiệu chuẩn" in text(client.get(f"/reports/{report.code}"))
    assert "Giấy chứng nhận hiệu chuẩn" in text(client.get(f"/verify/{report.code}"))
    assert client.get(f"/reports/{report.code}/file").data.startswith(b"%PDF")
    assert db.session.scalars(select(Instrument)).first() is not None


def test_preparing_a_certificate_is_called_so(bench, client_as):
    bench.record(bench.plan(), "10.00012")
    bench.review()
    shown = text(client_as("signatory").get(f"/requests/{bench.request.number}/report"))
    assert "giấy chứng nhận hiệu chuẩn" in shown.lower()
    draft = client_as("signatory").get(f"/requests/{bench.request.number}/report/draft")
    assert draft.status_code == 200 and draft.data.startswith(b"%PDF")


@pytest.mark.parametrize(("capability", "warns"), [
    (None, False), ({"cmc": Decimal(80), "cmc_unit": "µV"}, False),  # U = 84 µV
    ({"cmc": Decimal(90), "cmc_unit": "µV"}, True),
    ({"cmc": Decimal(80), "cmc_unit": "µV", "cmc_low": Decimal(0), "cmc_high": Decimal(5), "cmc_range_unit": "V"}, True),  # 10 V outside
])
def test_the_bench_warns_while_typing_of_a_u_below_the_accredited_capability(bench, client_as, statements, capability, warns):
    line = bench.plan()
    if capability:
        methods.add_scope(
            bench.people.signatory, method_code=bench.method.code, status="accredited", decision="00/QĐ", valid_from=date(2026, 1, 1),
            valid_to=date(2028, 12, 31), **capability)
    calibration_facts.commit()
    typed = {
        "raw-reference": "10.00000", "raw-indicated": "10.00012", "instruments": [str(bench.standard.id)],
        "environment": str(bench.environment.id), "measured_at": "16/11/2026 08:30", "version": str(line.version),
    }
    client = client_as(bench.people.technician)
    with statements() as seen:
        answer = client.post(f"/lines/{line.id}/preview?lang=en", data=typed, headers={"Accept": "application/json"}).get_json()
    assert answer["ready"], "a warning refuses nothing"
    assert bool(answer["remark_text"]) == warns, answer["remark_text"]
    assert sum("FROM scope_entry" in str(statement) for statement in seen) == 1

"""The demonstration's plan rules, items' files, answers after the change of firmware, and a battery that the laboratory sampled and
conditioned itself (7.1.1, 7.3.3, 7.4.4, 7.8.1.2)."""
from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy import select

from lab_app.core import clock, files
from lab_app.core.db import db
from lab_app.demo.methods import CATALOGUE_ON
from lab_app.demo.people import HERE, LOADER
from lab_app.demo.story import customer, method, moment, site, step, who
from lab_app.demo.today import CAMERA, ROUTER, working_day_before
from lab_app.results import services as results
from lab_app.results.models import TestJob
from lab_app.results.queries.standing import FIRMWARE, lines_of_sample, unanswered
from lab_app.results.services.standing import Verdict
from lab_app.samples import services as samples
from lab_app.samples.models import RequestItem, Sample, TestRequest
from lab_app.samples.queries.proposals import plan_of
from lab_app.samples.services.proposals import Answered
from test_methods.queries import rule_by_code
from test_methods.services.plan_rules import load_plan_rules

FILE: dict[str, Any] = {
    "properties": {
        "device": "access_point", "hs": "8517.62.51", "radio": ["wifi24", "wifi5"], "eirp_24": "100", "eirp_5": "200",
        "interfaces": ["ethernet"], "supply": ["adapter"], "multimedia": "yes", "emc_class": "B", "use": ["indoor"],
    },
    "versions": {"hardware": "B1", "firmware": "1.0.3", "software": "Phần mềm điều khiển RF 4.0 (giả định)"},
    "modes": [
        {"name": "Phát liên tục 2,4 GHz", "settings": "802.11b và 802.11n HT20, kênh 1, 7, 13, công suất lớn nhất", "worst": "yes"},
        {"name": "Phát liên tục 5 GHz", "settings": "802.11ac VHT20 và VHT80, kênh 36, 42, 64, 100, có TPC", "worst": "yes"},
        {"name": "Thu", "settings": "kênh giữa của từng băng", "worst": "no"},
        {"name": "Làm việc bình thường", "settings": "truyền dữ liệu 30 Mbit/s qua LAN 1 và Wi-Fi hai băng", "worst": "yes"},
    ],
    "ports": [
        {"name": "DC IN 12 V", "kind": "dc", "count": "1"}, {"name": "WAN", "kind": "telecom", "count": "1"},
        {"name": "LAN 1 – 4", "kind": "signal", "count": "4"},
        {"name": "Ăng ten 2,4/5 GHz", "kind": "antenna", "count": "2", "note": "liền máy; mẫu thử có thêm cổng đo dẫn"},
        {"name": "Nguồn a.c. của bộ nguồn", "kind": "ac", "count": "1", "note": "220 V/50 Hz"},
    ],
    "cables": [
        {"port": "DC IN 12 V", "type": "dây nguồn liền bộ nguồn", "length": "1.5", "shield": "no", "termination": "bộ nguồn 12 V"},
        {"port": "LAN 1", "type": "Cat 6 U/UTP", "length": "1.5", "shield": "no", "termination": "máy tính phụ trợ"},
        {"port": "WAN", "type": "Cat 5e U/UTP", "length": "10", "shield": "no", "termination": "bộ tải 100 Ω"},
    ],
    "auxiliary": [
        {"name": "Máy tính điều khiển", "model": "PC-MX2 (giả định)", "serial": "PC26-0041", "note": "chạy phần mềm điều khiển RF"},
        {"name": "Bộ nguồn 12 V", "model": "PSU-12-24 (giả định)", "serial": "12V-7781", "note": "kèm mẫu"},
    ],
}
BATTERY: dict[str, Any] = {
    "name": "Pin lithium-ion dùng cho điện thoại", "name_en": "Lithium-ion battery for phones", "brand": "SAO MAI (giả định)",
    "model": "SM-B3000", "manufacturer": "Công ty TNHH Pin Sao Mai Ví Dụ", "origin": "Việt Nam", "quantity": 2, "power": "3,85 V, 3000 mAh",
}
STANDS = (
    "Bản kê thay đổi của nhà sản xuất (14/09/2026): 1.0.4 chỉ thêm lọc số ở tầng chuyển tần để giảm hài bậc hai 4 824 MHz; mức điều khiển "
    "công suất, điều chế, kênh và phần thu giữ nguyên. Phát xạ giả là chỉ tiêu chịu ảnh hưởng và đã thử lại."
)
NOT_ASKED = {
    "QCVN 112": "Khách hàng chọn thử QCVN 118 cho tương thích điện từ; danh mục có thể yêu cầu quy chuẩn khác đã ghi ở phần xem xét",
}


def load_rules() -> None:
    """The starter rules, with the catalogue they speak of."""
    with clock.at(clock.at_local(CATALOGUE_ON, 10)):
        load_plan_rules(LOADER, json.loads((HERE / "plan_rules.json").read_text(encoding="utf-8")))


def describe_item(request: TestRequest) -> None:
    """The access point's file as the customer stated it at the request, its set-up drawn at the bench, and what was proposed but not
    wanted."""
    item = request.items[0]
    with step(moment("2026-09-05T14:00")):
        samples.write_item_file(who("U05"), item, FILE)
        _decline(item)
    with step(moment("2026-09-16T09:00")):
        shots = [files.put_bytes(_drawn(kind), f"bo-tri-{kind}.png", files.IMAGES) for kind in ("dan", "buc-xa")]
        samples.add_setup_photos(who("U04"), item, shots, [
            "Bố trí thử phát xạ dẫn trên cổng nguồn: mẫu trên bàn cách sàn 0,8 m, LISN cách mẫu 0,8 m (hình vẽ minh họa)",
            "Bố trí thử phát xạ bức xạ: mẫu trên bàn quay, ăng ten cách 3 m, quét 1 – 4 m (hình vẽ minh họa)"])


def _decline(item: RequestItem) -> None:
    answers = {line.key: Answered("declined", next((why for code, why in NOT_ASKED.items() if line.regulation.code.startswith(code)),
                                                   "Khách hàng chưa cần ở đợt này"))
               for line in plan_of(item).open}
    samples.answer_proposals(who("U05"), item, answers)


def _drawn(kind: str) -> bytes:
    """A plain drawing of a set-up: table, item, and the network or the antenna beside it."""
    picture = Image.new("RGB", (640, 420), "#f4f6f8")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 360, 640, 420), fill="#c9ced6")
    pen.rectangle((90, 230, 310, 244), fill="#8a6f4d")
    for x in (100, 290):
        pen.rectangle((x, 244, x + 10, 360), fill="#8a6f4d")
    pen.rectangle((160, 196, 240, 230), fill="#2f4858")
    for x in (172, 228):
        pen.line((x, 196, x, 150), fill="#2f4858", width=5)
    if kind == "dan":
        pen.rectangle((430, 300, 540, 360), fill="#547aa5")
        pen.line((240, 215, 360, 215, 360, 330, 430, 330), fill="#333333", width=4)
    else:
        pen.line((520, 360, 520, 120), fill="#555555", width=8)
        pen.line((470, 180, 520, 180), fill="#555555", width=6)
        for n, half in enumerate((46, 36, 28, 20)):
            pen.line((420 + 16 * n, 180 - half, 420 + 16 * n, 180 + half), fill="#547aa5", width=5)
        pen.line((200, 130, 420, 130), fill="#999999", width=2)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def answer_firmware(sample: Sample) -> None:
    """The reviewer answers for every result measured with firmware 1.0.3 and not tested again."""
    with step(moment("2026-09-14T17:30")):
        asked = [q for q in unanswered(lines_of_sample(sample.id)) if q.change.kind == FIRMWARE]
        for key in dict.fromkeys(q.change.key for q in asked):
            answers = {q.line.id: Verdict("stands", STANDS) for q in asked if q.change.key == key}
            results.decide_standing(who("U02"), sample, key, answers)


def tell_today() -> None:
    """The open request waits with its proposals; the camera has its file; the battery was sampled by the laboratory and conditioned."""
    now = clock.now()
    with step(now):
        for known, given in ((ROUTER, _router()), (CAMERA, _camera())):
            item = db.session.scalars(select(RequestItem).where(RequestItem.model == known["model"])).one()
            samples.write_item_file(who("U05"), item, given)
    _battery()


def _router() -> dict[str, Any]:
    properties = {**FILE["properties"], "device": "router", "interfaces": ["ethernet", "xdsl"], "hs": "8517.62.51"}
    return {**FILE, "properties": properties, "versions": {"hardware": "A0", "firmware": "0.9.7"}, "auxiliary": []}


def _camera() -> dict[str, Any]:
    return {
        "properties": {"device": "camera_ip", "radio": ["wifi24"], "eirp_24": "63", "supply": ["usb"], "multimedia": "yes",
                       "emc_class": "B", "use": ["indoor"]},
        "versions": {"hardware": "A2", "firmware": "2.4.1"},
        "modes": [{"name": "Truyền hình liên tục", "settings": "1080p, 20 hình/s, qua Wi-Fi kênh 6", "worst": "yes"}],
        "ports": [{"name": "USB-C", "kind": "dc", "count": "1"}],
        "cables": [{"port": "USB-C", "type": "USB 2.0", "length": "2", "shield": "braid", "termination": "bộ nguồn 5 V"}],
    }


def _battery() -> None:
    """Asked four working days ago, accepted, sampled in the customer's warehouse, received, and conditioned since yesterday."""
    today = clock.today()
    asked, taken, arrived = (working_day_before(today, n) for n in (4, 2, 1))
    with step(clock.at_local(asked, 9, 40)):
        request = samples.register_request(
            who("U05"), customer=customer("C02"), site=site(), requested_on=asked, public_fields=["product"],
            items=[{**BATTERY, "methods": [method("QCVN 101:2020/BTTTT")]}])
        samples.write_item_file(who("U05"), request.items[0], {
            "properties": {"device": "battery", "supply": ["lithium"], "use": ["body"]}, "versions": {"hardware": "v2"},
            "ports": [{"name": "Tiếp điểm +/−/T", "kind": "dc", "count": "3"}]})
    with step(clock.at_local(asked, 14, 30)):
        _accept(request, asked)
    with step(clock.at_local(taken, 11, 15)):
        record = samples.record_sampling(
            who("U05"), request.items[0],
            plan="Lô 2026-10-B, 5 000 viên trong 50 thùng: chọn ngẫu nhiên 2 thùng theo bảng số, mỗi thùng 1 viên",
            method="QT-7.3-01, lần ban hành 2", began_at=clock.at_local(taken, 10, 20), ended_at=clock.at_local(taken, 10, 55),
            identification="Viên 001874 (thùng 19) và 004402 (thùng 45), mã lô in trên nhãn, bao gói còn nguyên, điện áp hở mạch 3,82 V",
            sampled_by=who("U05"), witnesses="Ông Hồ Kho Hàng, thủ kho của khách hàng", taken=2, lot_size=5000,
            equipment="Đồng hồ vạn năng EQ-013, túi chống tĩnh điện, hộp cách nhiệt",
            place="Kho thành phẩm của khách hàng, Khu công nghiệp Thí Dụ",
            conditions="Kho 24 °C, 58 %RH; vận chuyển bằng ô tô 1 giờ 40 phút trong hộp cách nhiệt, 21 – 25 °C",
            location="Dãy C, tầng 2, ô 19 và ô 45, đếm từ cửa phía đông", deviations="Không có", seal="MX-000871",
            diagrams=[files.put_bytes(_plan(), "so-do-kho.png", files.IMAGES)])
    for n, serial in enumerate(("001874", "004402")):
        at = clock.at_local(arrived, 9, 5 + 4 * n)
        with step(at):
            sample = samples.receive_sample(
                who("U05"), request.items[0], received_at=at, serial=serial, hardware="v2", brought_by="Hoàng Minh Phụ",
                condition="Niêm phong MX-000871 còn nguyên, không phồng, không rỉ", sampled_by="laboratory", sampling=record,
                storage="K2-01", storage_conditions="15–25 °C", accessories="Phiếu kỹ thuật của nhà sản xuất",
                checks={key: {"ok": True, "note": ""} for key in ("intact", "complete", "matches", "documents", "safe")})
    with step(clock.now()):  # the technician's authorisation for batteries counts from now on
        for job in db.session.scalars(select(TestJob).where(TestJob.request_id == request.id)).all():
            results.assign_job(who("U02"), job, who("U03"))
    job = db.session.scalars(select(TestJob).where(TestJob.sample_id == sample.id)).one()
    began = clock.at_local(arrived, 10, 0)
    with step(began):
        row = results.start_conditioning(who("U03"), job, started_at=began, place="Phòng RF, tủ K2-01", note="điện áp hở mạch 3,82 V")
    with step(began + timedelta(hours=5)):
        results.finish_conditioning(who("U03"), row, ended_at=began + timedelta(hours=5))


def _accept(request: TestRequest, asked: Any) -> None:
    review = samples.open_review(who("U02"), request)
    samples.save_review(
        who("U02"), review,
        checks={key: {"answer": "na" if key == "subcontracting" else "yes", "note": ""}
                for key in ("requirements", "capability", "methods", "decision_rule", "subcontracting")},
        rules=[{"method": method("QCVN 101:2020/BTTTT"), "rule": rule_by_code("DR-SA"), "parameter_codes": [],
                "agreed_by": "Bà Phan Chất Lượng", "agreed_on": asked, "evidence": f"phiếu yêu cầu {request.number}, mục 6"}])
    samples.accept_request(who("U02"), review, due_on=None)


def _plan() -> bytes:
    """A plain plan of the warehouse with the two places marked."""
    picture = Image.new("RGB", (480, 300), "#ffffff")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((10, 10, 470, 290), outline="#333333", width=4)
    for row in range(4):
        for column in range(10):
            marked = (row, column) in ((2, 3), (2, 8))
            pen.rectangle((30 + 43 * column, 40 + 60 * row, 66 + 43 * column, 80 + 60 * row), outline="#666666", width=2,
                          fill="#d1495b" if marked else "#eef1f4")
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()

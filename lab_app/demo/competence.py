"""How the demonstration's people came to be authorised and stay so (6.2): functions and criteria, files, monitoring; and one person from
hiring through training and a witnessed test to an authorisation that lapsed because nobody monitored her."""
from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from lab_app.accounts import services as accounts
from lab_app.accounts.competence import queries, services
from lab_app.accounts.competence.models import CRITERIA, VersionQuestion
from lab_app.accounts.models import Person
from lab_app.accounts.queries import person_by_code
from lab_app.core import clock, files
from lab_app.core.db import db
from lab_app.core.search import SearchEntry

#: The criteria had been written on paper before the laboratory had this program.
CRITERIA_FROM = date(2024, 11, 25)
#: Whoever stands above the director: authorises him, and nobody else.
ABOVE = "U12"
LEARNER, METHOD = "U11", "QCVN 54"
HIRED, WITNESSED, AUTHORISED = date(2026, 6, 1), date(2026, 9, 11), date(2026, 9, 14)
CV = """LÝ LỊCH CHUYÊN MÔN (minh họa)
Họ và tên: Nguyễn Thị Học Việc
2021–2025: Kỹ thuật Điện tử, Trường Đại học Tưởng Tượng
2025–2026: thực tập sinh đo kiểm vô tuyến, Công ty Ví Dụ
"""
FUNCTIONS = {"U01": "CN-KD", "U02": "CN-SX", "U03": "CN-TN", "U04": "CN-TN", "U05": "CN-TM", "U06": "CN-CL"}
#: Person → how each criterion is met, in a word.
MET = {
    "U01": ("Kỹ sư điện tử viễn thông (2001), thạc sĩ quản lý (2010)", "Chứng chỉ ISO/IEC 17025:2017 (2019)",
            "Người đại diện pháp luật, lập phạm vi công nhận từ 2016", "Rà 2 phiếu mẫu có lỗi cài sẵn: tìm đủ 9/9 lỗi", "12 năm quản lý"),
    "U02": ("Kỹ sư điện tử viễn thông (2008)", "ISO/IEC 17025 (2018), độ không đảm bảo đo (2020)",
            "Phỏng vấn kỹ thuật ngày 20/11/2024: đạt",
            "Soát xét lại 4 hồ sơ cũ: trùng kết luận", "9 năm thử nghiệm vô tuyến, EMC"),
    "U03": ("Kỹ sư viễn thông (2015)", "Nhập môn, an toàn, QCVN 54, QCVN 65 (2024)", "Bài kiểm tra 18/20", "Thử có người chứng kiến: đạt",
            "5 năm đo RF"),
    "U04": ("Kỹ sư điện tử (2016)", "Nhập môn, an toàn, QCVN 118 (2024)", "Bài kiểm tra 17/20", "Thử có người chứng kiến: đạt",
            "4 năm đo EMC"),
    "U05": ("Cao đẳng quản trị (2017)", "Quy trình tiếp nhận, bảo mật (11/2024)", "Hỏi đáp: đạt", "Nhận ra 3/3 mẫu sai lệch cài sẵn",
            "3 năm"),
    "U06": ("Kỹ sư công nghệ thông tin (2012)", "ISO/IEC 17025, đánh giá nội bộ (2021)", "Hỏi đáp: đạt", "Đã đóng 6 hành động khắc phục",
            "7 năm"),
}
#: Degrees and certificates on file: (person, kind, title, issuer, day).
PAPERS = (
    ("U02", "education", "Kỹ sư Điện tử – Viễn thông", "Trường Đại học Ví Dụ", date(2008, 7, 15)),
    ("U02", "certificate", "Ước lượng độ không đảm bảo đo", "Trung tâm Đào tạo Mẫu", date(2020, 9, 25)),
    ("U03", "education", "Kỹ sư Viễn thông", "Trường Đại học Ví Dụ", date(2015, 7, 10)),
    ("U04", "education", "Kỹ sư Điện tử", "Trường Đại học Tưởng Tượng", date(2016, 7, 12)),
    ("U06", "certificate", "Đánh giá viên nội bộ ISO/IEC 17025", "Trung tâm Đào tạo Mẫu", date(2021, 5, 14)),
)
#: The yearly look at those who are authorised: (day, person, by whom, how, what was found).
MONITORED = (
    (date(2025, 12, 15), "U02", "U01", "records", "Xem lại 5 hồ sơ đã soát xét trong năm: không bỏ sót lỗi, thời gian hợp lý."),
    (date(2025, 12, 15), "U01", ABOVE, "records", "Xem lại 5 phiếu đã ký trong năm: đủ 16 mục, đúng phạm vi."),
    (date(2026, 5, 20), "U03", "U02", "witnessed", "Chứng kiến đo công suất và phát xạ giả: đúng quy trình, ghi chép đủ."),
    (date(2026, 5, 21), "U04", "U02", "retest", "Đo lại mẫu chuẩn nội bộ: chênh 0,4 dB so với giá trị đã biết, trong U."),
)


def set_up() -> None:
    """Functions with approved criteria, and who holds them; part of the people's loading, before anybody is authorised."""
    for function in services.begin_with_common(_who("U06")):
        for criteria in list(function.editions):
            services.approve_criteria(_who("U01"), criteria, CRITERIA_FROM)
    for code, function_code in FUNCTIONS.items():
        _grant(_who(code), function_code, MET[code], CRITERIA_FROM)
    for code, kind, title, issuer, day in PAPERS:
        services.add_qualification(_who("U06" if code != "U06" else "U02"), _who(code), kind=kind, title=title, issuer=issuer, day=day)


def _who(code: str) -> Person:
    found = person_by_code(code)
    assert found is not None, code
    return found


def _grant(person: Person, function_code: str, met: tuple[str, ...], day: date) -> None:
    function = queries.function_by_code(function_code)
    assert function is not None
    by = _who(ABOVE) if person.code == "U01" else _who("U01")
    services.grant_function(by, person, function, valid_from=day, met=dict(zip(CRITERIA, met, strict=True)))


def monitor_as_told() -> None:
    """Each year's monitoring at its own day: the authorisations of the story hold on."""
    for day, code, by, way, findings in MONITORED:
        with clock.at(clock.at_local(day, 15)):
            person = _who(code)
            services.record_monitoring(
                _who("U06"), person, queries.standing_of(person.id, day), by=_who(by), day=day, way=way, outcome="passed",
                findings=findings)


def answer_versions() -> None:
    """What was asked about new versions of methods while the story was told: the director answered within the hour."""
    for question in list(db.session.scalars(select(VersionQuestion).where(~VersionQuestion.answers.any()))):
        with clock.at(min(question.recorded_at + timedelta(minutes=50), clock.now())):
            services.answer_version(
                _who("U01"), question, "carried", "Đã phổ biến nội dung đổi của phiên bản trong buổi họp kỹ thuật; cách đo không đổi.")


def tell() -> None:
    """A new colleague: hired, taught, watched, authorised; nobody monitored her in time, and her authorisation rests."""
    learner, head, keeper, maker = _who(LEARNER), _who("U02"), _who("U06"), _who("U03")
    with clock.at(clock.at_local(HIRED, 8)):
        services.add_qualification(
            keeper, learner, kind="education", title="Cử nhân Kỹ thuật Điện tử", issuer="Trường Đại học Tưởng Tượng", day=date(2025, 6, 30))
        services.add_qualification(
            keeper, learner, kind="cv", title="Lý lịch chuyên môn", day=HIRED, upload=files.put_bytes(CV.encode(), "ly-lich.txt",
                                                                                                      files.TEXTS))
        training = services.plan_training(
            head, learner, title="QCVN 54: đo công suất, phát xạ giả", kind="coaching", planned_on=date(2026, 6, 26),
            method_code=METHOD, need="Người mới; sẽ đo thiết bị 2,4 GHz", provider=maker.full_name)
    with clock.at(clock.at_local(date(2026, 6, 25), 16)):
        services.finish_training(
            head, training, done_on=date(2026, 6, 24),
            content="Đọc phương pháp, xem 2 việc, tự làm 3 việc có giám sát; đọc biểu mẫu ghi số đọc.")
        services.judge_training(
            head, training, evaluated_on=date(2026, 6, 25), effective=True, evaluation="Bài kiểm tra 17/20; nêu đúng khi nào phải dừng đo.")
    with clock.at(clock.at_local(date(2026, 8, 14), 16)):
        services.record_observation(
            head, learner, kind="supervised", method_code=METHOD, by=maker, day=date(2026, 8, 14), outcome="passed",
            observed="Làm 5 phép đo có giám sát; ghi thiếu firmware một lần, đã sửa ngay.")
    with clock.at(clock.at_local(WITNESSED, 16)):
        services.record_observation(
            head, learner, kind="witnessed", method_code=METHOD, job_code=_job(), by=maker, day=WITNESSED, outcome="passed",
            observed="Tự đo lại hai điểm công suất bên cạnh người đo chính: chênh 0,2 dB, trong U; nối dây, làm nóng máy, ghi chép đúng.")
    with clock.at(clock.at_local(AUTHORISED, 9)):
        function = queries.function_by_code("CN-TN")
        assert function is not None
        met = ("Cử nhân Kỹ thuật Điện tử (2025)", "Nhập môn, an toàn, QCVN 54 (2026)", "Bài kiểm tra 17/20", "Thử có người chứng kiến: đạt",
               "3 tháng làm có giám sát")
        services.grant_function(_who("U01"), learner, function, valid_from=AUTHORISED, met=dict(zip(CRITERIA, met, strict=True)))
        accounts.authorise_person(
            _who("U01"), learner, task="test", method_code=METHOD, valid_from=AUTHORISED, valid_to=date(2027, 9, 30),
            basis="Thử có người chứng kiến đạt; nửa năm đầu theo dõi mỗi tháng (minh họa)", monitor_months=1)
    services.plan_training(
        head, maker, title="QCVN 54: các điểm đổi của bản dự thảo", kind="internal", planned_on=clock.today() + timedelta(days=21),
        method_code=METHOD, need="Quy chuẩn sắp có lần ban hành mới", provider=head.full_name)
    services.remind()


def _job() -> str:
    """The story's job by this method: the only work that can have been watched."""
    found = db.session.scalar(
        select(SearchEntry.code).where(SearchEntry.kind == "test-job", SearchEntry.title.like(f"{METHOD}%")).order_by(SearchEntry.id))
    assert found is not None
    return found


def current(wanted: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...], today: date) -> None:
    """Authorisations that count from today on for a year, recorded now; where one stands already, from the day after it."""
    last = today + timedelta(days=365)
    for code, tasks, methods in wanted:
        person = _who(code)
        for task in tasks:
            for method in methods:
                ends = [row.valid_to for row in queries.standing_of(person.id, today) if (row.task, row.method_code) == (task, method)]
                first = max([today - timedelta(days=1), *(day + timedelta(days=1) for day in ends)])
                if first <= last:
                    accounts.authorise_person(
                        _who(ABOVE) if code == "U01" else _who("U01"), person, task=task, method_code=method, valid_from=first,
                        valid_to=last, basis="Đánh giá lại hằng năm (minh họa)")


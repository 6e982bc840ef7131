"""The demonstration's records of verification, with test vectors of every calculation (7.2.2.4, 7.11.6)."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lab_app.accounts.models import Person
from lab_app.core import files
from test_methods import queries, services
from test_methods.models import MethodParameter, MethodVersion


@dataclass(frozen=True)
class Shown:
    """What was determined for a method: requirements, characteristics (name, requirement, found, unit), results in words."""

    requirements: str
    characteristics: tuple[tuple[str, str, str, str], ...]
    results: str


@dataclass(frozen=True)
class Vector:
    """Inputs (field key → text) with the results worked out by hand, each to the digits written."""

    name: str
    inputs: dict[str, str]
    expected: tuple[str, ...]


SHOWN: dict[str, Shown] = {
    "QCVN 54": Shown(
        "Công suất và mật độ: độ lặp lại không quá 0,3 dB, độ chệch so với máy phát chuẩn không quá 0,5 dB; tần số: sai lệch không "
        "quá 0,1 ppm; giới hạn phát hiện của phát xạ giả thấp hơn giới hạn ít nhất 6 dB.",
        (("Độ lặp lại của công suất, 10 lần", "≤ 0,3", "0,11", "dB"), ("Độ chệch so với máy phát chuẩn", "≤ 0,5", "0,18", "dB"),
         ("Độ tái lập giữa hai người đo", "≤ 0,4", "0,21", "dB"),
         ("Khoảng cách của nền nhiễu tới giới hạn phát xạ giả", "≥ 6", "9,5", "dB"),
         ("Độ tuyến tính, -30 dBm đến +20 dBm", "≤ 0,2", "0,09", "dB")),
        "Mười lần đo lặp lại trên mô-đun tham chiếu WLAN giữ tại phòng, hai người đo, hai ngày: s = 0,11 dB; so với máy phát chuẩn "
        "+10,00 dBm đọc được +9,82 dBm. Nền nhiễu ở 1 GHz đến 12,75 GHz thấp hơn giới hạn 9,5 dB.",
    ),
    "QCVN 65": Shown(
        "Công suất: độ lặp lại không quá 0,3 dB; tần số: sai lệch không quá 0,1 ppm; thời gian của DFS: sai lệch không quá 1 %.",
        (("Độ lặp lại của công suất, 10 lần", "≤ 0,3", "0,14", "dB"), ("Sai lệch tần số so với chuẩn rubidi", "≤ 0,1", "0,03", "ppm"),
         ("Sai lệch thời gian so với máy đếm", "≤ 1", "0,2", "%"), ("Độ chệch so với máy phát chuẩn", "≤ 0,5", "0,22", "dB")),
        "Mười lần đo lặp lại ở 5180 MHz và 5500 MHz trên mô-đun tham chiếu; chuỗi xung ra đa loại 1 được máy đếm kiểm lại.",
    ),
    "QCVN 118": Shown(
        "Vị trí thử theo CISPR 16-1-4: suy hao chuẩn hóa trong ± 4 dB; U không lớn hơn U_CISPR; tiếng ồn môi trường thấp hơn giới hạn "
        "ít nhất 6 dB.",
        (("Suy hao vị trí chuẩn hóa, lệch lớn nhất", "≤ 4", "2,9", "dB"), ("Độ lặp lại, nguồn phát chuẩn, 10 lần", "≤ 0,5", "0,24", "dB"),
         ("Độ chệch so với nguồn phát chuẩn", "≤ 1", "0,6", "dB"), ("Khoảng cách của tiếng ồn nền tới giới hạn", "≥ 6", "8,1", "dB")),
        "Nguồn phát răng lược chuẩn đo mười lần ở 30 MHz đến 1 GHz; so với giá trị trong giấy hiệu chuẩn lệch lớn nhất 0,6 dB.",
    ),
    "QCVN 101": Shown(
        "Điện áp đọc sai không quá 0,1 % trong 1 V đến 10 V; thời gian sai không quá 1 s; nhiệt độ buồng giữ trong ± 2 °C.",
        (("Sai lệch điện áp, 3 V đến 5 V", "≤ 0,1", "0,02", "%"), ("Độ ổn định nhiệt độ của buồng", "≤ 2", "0,7", "K"),
         ("Sai lệch thời gian", "≤ 1", "0,1", "s")),
        "Đo lặp 10 lần nguồn chuẩn ở 3,000 V, 4,200 V và 5,000 V; buồng được ghi nhiệt độ bốn giờ.",
    ),
}
PROCEDURE = ("Đo lặp lại trên mẫu giữ tại phòng theo đúng các bước của phương pháp, so với giá trị đã biết, hai người đo, hai ngày; "
             "phép tính được kiểm bằng véc-tơ thử tính tay (số liệu minh họa).")
STATEMENT = ("Phương pháp có hiệu lực trong phạm vi ghi ở phiên bản này; các đặc tính đạt yêu cầu và nằm trong bảng độ không đảm bảo "
             "đo: phù hợp với mục đích đánh giá theo {document} (minh họa).")


def prove(
    author: Person, version: MethodVersion, day: date, shown: Shown, vectors: Callable[[MethodParameter], Sequence[Vector]],
    performer: Person | None = None,
) -> None:
    """The record with its five parts, the vectors of every calculation with a run, and the conclusion."""
    services.record_verification(
        author, version, STATEMENT.format(document=version.method.regulation.code), procedure=PROCEDURE,
        requirements=shown.requirements, results=shown.results, fit=True, performed_by=performer or author, performed_on=day,
        characteristics=[{"name": name, "requirement": requirement, "found": found, "unit": unit, "meets": True}
                         for name, requirement, found, unit in shown.characteristics])
    for parameter, standing in queries.vectors_of(queries.parameters(version.id)):
        for vector in vectors(parameter) if not standing else ():
            services.add_vector(
                author, parameter, name=vector.name, inputs=vector.inputs, expected=vector.expected, tolerance=_half_digit(vector.expected),
                source=f"Tính tay từ công thức của {version.method.reference or version.method.regulation.code}")
    runs = services.run_vectors(author, version)
    wrong = [run.vector.name for run in runs if not run.passed]
    if wrong:
        raise AssertionError(f"{version.method.code} v{version.number}: {wrong}")
    services.conclude_verification(author, version)


def _half_digit(expected: Sequence[str]) -> Decimal:
    """Half a step of the last digit written: what a result worked out by hand is good for."""
    places = max(len(text.partition(".")[2]) for text in expected)
    return Decimal(5).scaleb(-places - 1)


@dataclass(frozen=True)
class Furniture:
    """What a version needs besides its parameters: equipment (kind, quantity, from, to, unit), conditioning, checklist, document."""

    equipment: tuple[tuple[str, str, str, str, str], ...]
    conditioning: tuple[int, str]
    steps: tuple[tuple[str, str], ...]
    document: tuple[str, str, str]


COMMON_STEPS = (
    ("Kiểm tra hạn hiệu chuẩn và tình trạng của từng thiết bị.", "Check calibration dates and state of every instrument."),
    ("Đối chiếu phiên bản phần cứng, phần sụn của mẫu với yêu cầu.", "Compare hardware and firmware of the item with the request."),
    ("Ghi nhiệt độ, độ ẩm của phòng trước khi đo.", "Record temperature and humidity of the room before measuring."),
)
FURNITURE: dict[str, Furniture] = {
    "QCVN 54": Furniture(
        (("Máy phân tích phổ", "rf-level", "0.03", "26500", "MHz"), ("Máy đo công suất đỉnh", "rf-power", "10", "8000", "MHz"),
         ("Buồng khí hậu", "temperature", "-40", "100", "°C"), ("Bộ suy hao 20 dB", "", "", "", "")),
        (0, ""),
        (*COMMON_STEPS, ("Đo lại suy hao cáp và bộ suy hao ở tần số giữa dải.", "Measure cable and attenuator loss at mid-band."),
         ("Xác nhận chế độ phát liên tục và tốc độ dữ liệu.", "Confirm continuous transmission and data rate.")),
        ("QT-TN-54", "03", "Quy trình thử thiết bị truyền dữ liệu băng rộng 2,4 GHz"),
    ),
    "QCVN 65": Furniture(
        (("Máy phân tích phổ", "rf-level", "0.03", "26500", "MHz"), ("Máy tạo tín hiệu ra đa", "rf-signal", "5250", "5725", "MHz")),
        (0, ""),
        (*COMMON_STEPS, ("Kiểm chuỗi xung ra đa bằng máy đếm.", "Check the radar pulse train with the counter.")),
        ("QT-TN-65", "02", "Quy trình thử thiết bị truy nhập vô tuyến 5 GHz"),
    ),
    "QCVN 118": Furniture(
        (("Máy thu đo nhiễu", "emi-level", "0.15", "6000", "MHz"), ("Mạng LISN", "lisn", "0.15", "30", "MHz"),
         ("Ăng ten đo", "antenna-factor", "30", "6000", "MHz"), ("Vị trí thử 3 m", "test-site", "30", "6000", "MHz")),
        (0, ""),
        (*COMMON_STEPS, ("Quét nền khi mẫu tắt.", "Sweep the ambient with the item off."),
         ("Kiểm mức bằng nguồn phát răng lược.", "Check the level with the comb generator.")),
        ("QT-TN-118", "04", "Quy trình đo phát xạ của thiết bị đa phương tiện"),
    ),
}


def furnish(author: Person, version: MethodVersion) -> None:
    """Equipment, conditioning, checklist and the controlled document of a draft."""
    told = FURNITURE[version.method.code]
    code, issue, title = told.document
    services.edit_version(
        author, version, environment=version.environment, conditioning_minutes=told.conditioning[0], conditioning=told.conditioning[1],
        equipment=[{"kind": kind, "quantity": quantity, "low": low, "high": high, "unit": unit, "count": 1}
                   for kind, quantity, low, high, unit in told.equipment],
        steps=[{"vi": vi, "en": en} for vi, en in told.steps], document_code=code, document_issue=issue, document_title=title,
        document=files.put_bytes(_paper(code, issue, title, told.steps), f"{code}.txt", files.TEXTS))


def _paper(code: str, issue: str, title: str, steps: Sequence[tuple[str, str]]) -> bytes:
    lines = [f"{title}", f"{code}, lần ban hành {issue} (minh họa)", ""]
    return "\n".join([*lines, *(f"{n}. {vi}" for n, (vi, _en) in enumerate(steps, 1))]).encode()

"""The demonstration laboratory: its facts, its site, its people with their accounts and authorisations (6.2)."""
from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from lab_app.accounts import services
from lab_app.accounts.models import Person, Site
from lab_app.accounts.queries import first_site, person_by_code
from lab_app.accounts.sign_in import password_hash
from lab_app.core import clock
from lab_app.core.access import SystemActor
from lab_app.core.permissions import P
from lab_app.demo import competence

HERE = Path(__file__).resolve().parent
LOADER = SystemActor("nạp dữ liệu minh họa", frozenset(P))
OPENED_ON = date(2024, 11, 25)
SITE = "CS1"

#: Staff code → (e-mail before the @, roles). U01 to U08 are the case's people; the others give each role an account.
ACCOUNTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "U01": ("giamdoc", ("signatory",)),
    "U02": ("truongphong", ("reviewer",)),
    "U03": ("rf", ("technician",)),
    "U04": ("emc", ("technician",)),
    "U05": ("tiepnhan", ("reception",)),
    "U06": ("chatluong", ("quality_manager",)),
    "U07": ("chungnhan", ("auditor",)),
    "U08": ("quyetdinh", ("auditor",)),
    "U09": ("quantri", ("administrator",)),
    "U10": ("kinhdoanh", ("sales",)),
    "U11": ("hocviec", ("technician",)),
    "U12": ("chuquan", ("signatory",)),
}
EXTRA = (
    {"id": "U09", "name": "Mai Thị Cấu Hình", "role": "Quản trị hệ thống", "en": "System administrator"},
    {"id": "U10", "name": "Ngô Thành Báo Giá", "role": "Nhân viên kinh doanh", "en": "Sales"},
    {"id": "U12", "name": "Đinh Thế Chủ Quản", "role": "Chủ tịch tổ chức chủ quản", "en": "Chairman of the parent organisation"},
)
#: Hired while the story goes on (`demo.competence`).
HIRED = {"id": "U11", "name": "Nguyễn Thị Học Việc", "role": "Thử nghiệm viên RF", "en": "RF test engineer"}
TASKS = {
    "test": "test", "review": "review", "conformity statement": "conformity", "opinion": "opinion", "authorise report": "authorise",
}
#: Authorisations that keep the demonstration walkable today: (person, task, methods).
CURRENT = (
    ("U03", ("test",), ("QCVN 54", "QCVN 65", "QCVN 101")),
    ("U04", ("test",), ("QCVN 118",)),
    ("U02", ("review", "conformity", "opinion"), ("QCVN 54", "QCVN 65", "QCVN 118", "QCVN 101")),
    ("U01", ("authorise",), ("*",)),
)


def case() -> dict[str, Any]:
    """The demonstration case; every number as its written text, so that no digit is lost."""
    data: dict[str, Any] = json.loads(
        (HERE / "demo_case.json").read_text(encoding="utf-8"), parse_float=str, parse_int=str
    )
    return data


def person(code: str) -> Person:
    """A person of the demonstration by staff code."""
    found = person_by_code(code)
    if found is None:
        raise LookupError(f"the demonstration has no person {code}")
    return found


def site() -> Site:
    """The demonstration's only site."""
    found = first_site()
    if found is None:
        raise LookupError("the demonstration has no site")
    return found


def load_people(password: str) -> None:
    """The laboratory, its site, roles and accounts (all with this password), and authorisations old and current."""
    hashed = password_hash(password)
    data = case()
    with clock.at(clock.at_local(OPENED_ON, 8)):
        _laboratory(data["lab"])
        for entry in (*data["people"], *EXTRA):
            _add(entry, hashed, OPENED_ON)
        competence.set_up()
    _authorise_as_told(data["authorisations"])
    competence.monitor_as_told()
    with clock.at(clock.at_local(competence.HIRED, 8)):
        _add(HIRED, hashed, competence.HIRED)
    competence.current(CURRENT, clock.today())


def _add(entry: dict[str, Any], hashed: str, undertaking_on: date) -> None:
    mail, roles = ACCOUNTS[entry["id"]]
    services.add_person(
        LOADER, code=entry["id"], full_name=entry["name"], email=f"{mail}@mayxanh.example", password_hash=hashed, roles=list(roles),
        title_vi=entry["role"], title_en=entry["en"], undertaking_on=undertaking_on,
    )


def _laboratory(lab: dict[str, Any]) -> None:
    services.ensure_roles(LOADER)
    accreditation, designation = lab["accreditation"], lab["designation"]
    services.set_up_laboratory(
        LOADER, name_vi=lab["name_vi"], name_en=lab["name_en"], tax_code=lab["mst"], address_vi=lab["address_vi"],
        address_en="00 Vi Du Street, Tuong Tuong Ward, Mau City (fictional)", phone=lab["phone"], email=lab["email"],
        place_vi="TP. Mẫu", disclaimer=case()["disclaimer"], accreditation=accreditation, designation=designation,
        settings={"short_name": "Mây Xanh", "field_vi": "Thử nghiệm ICT", "field_en": "ICT testing"},
    )
    services.add_site(
        LOADER, SITE, "Trung tâm thử nghiệm", "Test centre", lab["address_vi"],
        "00 Vi Du Street, Tuong Tuong Ward, Mau City (fictional)",
    )


def _authorise_as_told(entries: list[dict[str, Any]]) -> None:
    """Each authorisation recorded on the first day it holds, by the director; his own by whoever stands above him."""
    for entry in entries:
        first, last = date.fromisoformat(entry["from"]), date.fromisoformat(entry["to"])
        with clock.at(clock.at_local(first, 8)):
            giver = person(competence.ABOVE if entry["person"] == "U01" else "U01")
            for task in entry["tasks"]:
                for method in entry["methods"]:
                    services.authorise_person(
                        giver, person(entry["person"]), task=TASKS[task], method_code=method, valid_from=first, valid_to=last,
                        basis="Đào tạo và đánh giá tay nghề (minh họa)",
                    )

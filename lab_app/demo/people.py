"""The demonstration laboratory: its facts, its site, its people with their accounts and authorisations (6.2)."""
from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from lab_app.accounts import services
from lab_app.accounts.models import Person, Site
from lab_app.accounts.queries import first_site, person_by_code
from lab_app.accounts.sign_in import password_hash
from lab_app.core import clock
from lab_app.core.access import SystemActor
from lab_app.core.permissions import P

HERE = Path(__file__).resolve().parent
LOADER = SystemActor("demonstration loader", frozenset(P))
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
}
EXTRA = (
    {"id": "U09", "name": "Mai Thị Cấu Hình", "role": "Quản trị hệ thống", "en": "System administrator"},
    {"id": "U10", "name": "Ngô Thành Báo Giá", "role": "Nhân viên kinh doanh", "en": "Sales"},
)
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
            mail, roles = ACCOUNTS[entry["id"]]
            services.add_person(
                LOADER, code=entry["id"], full_name=entry["name"], email=f"{mail}@mayxanh.example", password_hash=hashed,
                roles=list(roles), title_vi=entry["role"], title_en=entry["en"], undertaking_on=OPENED_ON,
            )
    _authorise_as_told(data["authorisations"])
    _authorise_today()


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
    """Each authorisation recorded on the first day it holds, by the director."""
    for entry in entries:
        first, last = date.fromisoformat(entry["from"]), date.fromisoformat(entry["to"])
        with clock.at(clock.at_local(first, 8)):
            director = person("U01")
            for task in entry["tasks"]:
                for method in entry["methods"]:
                    services.authorise_person(
                        director, person(entry["person"]), task=TASKS[task], method_code=method, valid_from=first, valid_to=last,
                        basis="Đào tạo và đánh giá tay nghề (minh họa)",
                    )


def _authorise_today() -> None:
    """Authorisations that count from today on for a year, recorded now: the demonstration can be walked whenever it is loaded."""
    today, director = clock.today(), person("U01")
    for code, tasks, methods in CURRENT:
        for task in tasks:
            for method in methods:
                services.authorise_person(
                    director, person(code), task=task, method_code=method, valid_from=today - timedelta(days=1),
                    valid_to=today + timedelta(days=365), basis="Đánh giá lại hằng năm (minh họa)",
                )

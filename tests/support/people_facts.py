"""A laboratory, a site and people with roles, made by the services that make them in earnest."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lab_app.accounts import services
from lab_app.accounts.models import Laboratory, Person, Site
from lab_app.accounts.queries import first_site, laboratory, person_by_code
from lab_app.core.access import SystemActor
from lab_app.core.permissions import P
from tests.support.worlds import kept

#: Whoever sets a test up: every right, and named in the trail as such.
SETTER = SystemActor("test set-up", frozenset(P))


@dataclass
class People:
    """One person of each role, the laboratory and its site."""

    laboratory: Laboratory
    site: Site
    administrator: Person
    reception: Person
    sales: Person
    technician: Person
    second_technician: Person
    reviewer: Person
    signatory: Person
    quality_manager: Person
    auditor: Person


CAST = {
    "administrator": ("N01", "Mai Hệ Thống", "administrator"),
    "reception": ("N02", "Hoàng Minh Phụ", "reception"),
    "sales": ("N03", "Ngô Báo Giá", "sales"),
    "technician": ("N04", "Lê Hữu Giả", "technician"),
    "second_technician": ("N05", "Phạm Thu Tưởng", "technician"),
    "reviewer": ("N06", "Trần Thị Mẫu", "reviewer"),
    "signatory": ("N07", "Nguyễn Văn Ví", "signatory"),
    "quality_manager": ("N08", "Vũ Ngọc Đánh", "quality_manager"),
    "auditor": ("N09", "Đỗ Quang Thẩm", "auditor"),
}


def make_person(code: str, full_name: str, *roles: str) -> Person:
    """A person with these roles and no password; the one with this code when there is one already."""
    found = person_by_code(code)
    if found is not None:
        return found
    return services.add_person(
        SETTER, code=code, full_name=full_name, email=f"{code.lower()}@lab.example", password_hash=None, roles=list(roles),
    )


def make_laboratory() -> tuple[Laboratory, Site]:
    """The laboratory and its first site; those that stand already when there are."""
    services.ensure_roles(SETTER)
    lab = laboratory() or services.set_up_laboratory(
        SETTER, name_vi="Phòng thử nghiệm Mẫu", name_en="Sample Laboratory", tax_code="9900000016",
        address_vi="Số 00 đường Ví Dụ, TP. Mẫu", address_en="00 Vi Du Street", place_vi="TP. Mẫu",
        settings={"short_name": "Mẫu"},
    )
    site = first_site() or services.add_site(SETTER, "CS1", "Trụ sở", "Head office", "Số 00 đường Ví Dụ, TP. Mẫu")
    return lab, site


@kept
def make_people() -> People:
    """A laboratory with one person of each role."""
    lab, site = make_laboratory()
    return People(laboratory=lab, site=site, **{name: make_person(*facts) for name, facts in CAST.items()})


def authorise(by: Person, person: Person, method_code: str, *tasks: str, valid_from: date = date(2026, 1, 1),
              valid_to: date = date(2026, 12, 31)) -> None:
    """Authorise a person for tasks on a method, as the signatory does."""
    for task in tasks:
        services.authorise_person(
            by, person, task=task, method_code=method_code, valid_from=valid_from, valid_to=valid_to, basis="đã đánh giá tay nghề",
        )

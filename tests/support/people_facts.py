"""A laboratory, a site and people with roles, made by the services that make them in earnest."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lab_app.accounts import services
from lab_app.accounts.competence import queries as competence_queries
from lab_app.accounts.competence import services as competence
from lab_app.accounts.competence.models import CRITERIA
from lab_app.accounts.models import Laboratory, Person, Site
from lab_app.accounts.queries import first_site, laboratory, person_by_code
from lab_app.core import clock
from lab_app.core.access import SystemActor
from lab_app.core.permissions import P
from tests.support.worlds import kept

#: Whoever sets a test up: every right, and named in the trail as such.
SETTER = SystemActor("test set-up", frozenset(P))

#: The day on which everybody in the tests gave the confidentiality undertaking: before any story begins.
UNDERTAKEN_ON = date(2019, 1, 2)


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
    """A person with these roles and no password, the undertaking (4.2.4) long on file; the one with this code when there is one already."""
    found = person_by_code(code)
    if found is not None:
        return found
    return services.add_person(
        SETTER, code=code, full_name=full_name, email=f"{code.lower()}@lab.example", password_hash=None, roles=list(roles),
        undertaking_on=UNDERTAKEN_ON,
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


#: Criteria and functions of the tests count from before any story begins, and after everybody gave the undertaking.
LONG_AGO = date(2024, 1, 3)
#: Task → the function whose holders may be authorised for it.
FUNCTION_OF = {"test": "CN-TN", "review": "CN-SX", "conformity": "CN-SX", "opinion": "CN-SX", "authorise": "CN-KD"}


def make_functions(people: People) -> None:
    """The common functions with their criteria approved; the people who measure, review and sign hold theirs (6.2.2, 6.2.3)."""
    above = governor()
    for function in competence.begin_with_common(SETTER):
        for criteria in list(function.editions):
            competence.approve_criteria(above, criteria, LONG_AGO)
    for person, code in ((people.technician, "CN-TN"), (people.second_technician, "CN-TN"), (people.reviewer, "CN-SX"),
                         (people.signatory, "CN-KD")):
        give_function(person, code)
    services.set_active(SETTER, above, False, "chỉ đứng tên lúc lập")


def governor() -> Person:
    """Whoever stands above the laboratory's head: authorises them, and holds an account for nothing else."""
    person = make_person("N00", "Đinh Chủ Quản", "signatory")
    if not person.active:
        services.set_active(SETTER, person, True, "trao quyền cho người đứng đầu")
    return person


def give_function(person: Person, code: str) -> None:
    """The person holds a function of the common ones, judged by each of its criteria; nothing when they hold it already."""
    function = competence_queries.function_by_code(code)
    assert function is not None, code
    if any(grant.function_id == function.id for grant in competence_queries.grants_of(person.id)):
        return
    with clock.at(clock.at_local(LONG_AGO, 8)):
        competence.grant_function(governor(), person, function, valid_from=LONG_AGO, met=dict.fromkeys(CRITERIA, "đã xem hồ sơ và hỏi"))


@kept
def make_people() -> People:
    """A laboratory with one person of each role."""
    lab, site = make_laboratory()
    people = People(laboratory=lab, site=site, **{name: make_person(*facts) for name, facts in CAST.items()})
    with clock.at(clock.at_local(LONG_AGO, 8)):
        make_functions(people)
    return people


def authorise(by: Person, person: Person, method_code: str, *tasks: str, valid_from: date = date(2026, 1, 1),
              valid_to: date = date(2026, 12, 31)) -> None:
    """Authorise a person for tasks on a method, as the signatory does."""
    above = governor() if by.id == person.id or not _holds(person, tasks) else None
    for task in tasks:
        give_function(person, FUNCTION_OF[task])
        services.authorise_person(
            above if above is not None and by.id == person.id else by, person, task=task, method_code=method_code, valid_from=valid_from,
            valid_to=valid_to, basis="đã đánh giá tay nghề",
        )
    if above is not None:
        services.set_active(SETTER, above, False, "chỉ đứng tên khi trao quyền cho người đứng đầu")


def _holds(person: Person, tasks: tuple[str, ...]) -> bool:
    held = {grant.function.code for grant in competence_queries.grants_of(person.id)}
    return {FUNCTION_OF[task] for task in tasks} <= held


def carry_over(by: Person, version_id: int) -> None:
    """Everybody's authorisation carries over to a new version of a method, from today on."""
    for question in competence_queries.questions_of(version_id):
        competence.answer_version(by, question, "carried", "cách đo không đổi")

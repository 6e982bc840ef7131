"""Questions about enterprises, requests, items."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from lab_app.accounts.models import Person, Site
from lab_app.accounts.queries import laboratory
from lab_app.core import clock, search
from lab_app.core.db import db
from lab_app.samples import rules
from lab_app.samples.models import (
    ContractReview,
    Customer,
    RequestedTest,
    RequestItem,
    Sample,
    TestRequest,
)
from test_methods.models import DecisionRule, Method, MethodParameter, Regulation
from test_methods.queries import versions_in_force
from test_methods.rules.days import in_force


def customer_by_code(code: str) -> Customer | None:
    """The enterprise with this code."""
    return db.session.scalar(select(Customer).where(Customer.code == code))


def named(person: Any) -> Any:
    """Load who stands by a record for the name alone, without that person's roles."""
    return joinedload(person).lazyload(Person.roles)


def request_by_number(number: str) -> TestRequest | None:
    """A request with its items, tests, samples and reviews: a constant number of statements."""
    return db.session.scalar(
        select(TestRequest)
        .where(TestRequest.number == number)
        .options(
            joinedload(TestRequest.site), named(TestRequest.registered_by),
            selectinload(TestRequest.items).joinedload(RequestItem.tests),
            selectinload(TestRequest.items).selectinload(RequestItem.samples),
            selectinload(TestRequest.reviews).options(named(ContractReview.reviewer), joinedload(ContractReview.rules)),
        )
    )


def requested_tests(request_id: int) -> list[RequestedTest]:
    """Methods wanted in a request."""
    return list(db.session.scalars(select(RequestedTest).where(RequestedTest.request_id == request_id).order_by(RequestedTest.id)))


def sample_count(request_id: int) -> int:
    """How many items a request has brought so far."""
    return int(db.session.scalar(select(func.count()).select_from(Sample).where(Sample.request_id == request_id)) or 0)


def requests_query() -> Select[Any]:
    """All requests, for the list."""
    return select(TestRequest).options(joinedload(TestRequest.site))


@dataclass(frozen=True)
class Contents:
    """What a list says of a request beside its own row: the items' names, how many samples came and how many are here."""

    items: tuple[str, ...] = ()
    received: int = 0
    here: int = 0


HERE = ("received", "in_use", "stored")


def contents(request_ids: Iterable[int]) -> dict[int, Contents]:
    """Request id → its contents, for a page of a list; two statements."""
    ids = list(request_ids)
    names: dict[int, list[str]] = {}
    for request_id, name, model in db.session.execute(
        select(RequestItem.request_id, RequestItem.name, RequestItem.model)
        .where(RequestItem.request_id.in_(ids)).order_by(RequestItem.id)
    ):
        names.setdefault(request_id, []).append(f"{name} {model}")
    received: dict[int, int] = {}
    here: dict[int, int] = {}
    for request_id, status, count in db.session.execute(
        select(Sample.request_id, Sample.status, func.count()).where(Sample.request_id.in_(ids))
        .group_by(Sample.request_id, Sample.status)
    ):
        received[request_id] = received.get(request_id, 0) + count
        here[request_id] = here.get(request_id, 0) + (count if status in HERE else 0)
    return {i: Contents(tuple(names.get(i, ())), received.get(i, 0), here.get(i, 0)) for i in ids}


def request_counts(customer_ids: Iterable[int]) -> dict[int, int]:
    """Customer id → how many requests; one statement."""
    rows = db.session.execute(
        select(TestRequest.customer_id, func.count()).where(TestRequest.customer_id.in_(list(customer_ids)))
        .group_by(TestRequest.customer_id)
    )
    return {ident: count for ident, count in rows}


def requests_of(customer_id: int, limit: int = 20) -> list[TestRequest]:
    """The newest requests of an enterprise."""
    return list(db.session.scalars(
        select(TestRequest).where(TestRequest.customer_id == customer_id).order_by(TestRequest.id.desc()).limit(limit)))


def newest_customers(limit: int = 50) -> list[Customer]:
    """Enterprises registered last, for the picker."""
    return list(db.session.scalars(select(Customer).order_by(Customer.id.desc()).limit(limit)))


def matching_customers(typed: str, limit: int = 12) -> list[Customer]:
    """Enterprises meant by a code, a tax code or words of the name: the exact one alone, else all that fit."""
    code = typed.split(" · ", 1)[0].strip()
    exact = db.session.scalar(
        select(Customer).where(or_(Customer.code == code.upper(), Customer.tax_code == (rules.tax_code(code) or code)))
    )
    if exact is not None:
        return [exact]
    found = search.ids("customer", typed)
    if found is None:
        return []
    return list(db.session.scalars(select(Customer).where(Customer.id.in_(found)).order_by(Customer.name).limit(limit)))


def sites() -> list[Site]:
    """The laboratory's sites."""
    return list(db.session.scalars(select(Site).order_by(Site.id)))


def methods_to_ask_for() -> list[Method]:
    """Every method, those of editions in force first, by code; what a request may name."""
    today = clock.today()
    rows = db.session.scalars(select(Method).join(Regulation).order_by(Method.code))
    return sorted(rows, key=lambda m: not in_force(m.regulation.in_force_from, m.regulation.in_force_to, today))


def methods_by_code(codes: Iterable[str]) -> list[Method]:
    """The methods with these codes."""
    return list(db.session.scalars(select(Method).where(Method.code.in_(list(codes))).order_by(Method.code)))


def supplied_facts() -> dict[str, dict[str, str]]:
    """Facts that methods take from the customer (7.8.2.2): key → label in both languages and unit."""
    versions = versions_in_force(clock.today(), clock.now())
    out: dict[str, dict[str, str]] = {}
    for fields in db.session.scalars(
        select(MethodParameter.fields).where(MethodParameter.method_version_id.in_([v.id for v in versions.values()]))
    ):
        for f in fields:
            if f.get("source") == "customer":
                out.setdefault(f["key"], {"vi": f.get("label_vi", f["key"]), "en": f.get("label_en", ""), "unit": f.get("unit", "")})
    return out


def decision_rules() -> list[DecisionRule]:
    """The rules a customer can agree to, by code."""
    return list(db.session.scalars(select(DecisionRule).order_by(DecisionRule.code)))


def serial_here(request_id: int, serial: str) -> Sample | None:
    """The item of a request with this serial number that is still with the laboratory."""
    return db.session.scalar(
        select(Sample).where(Sample.request_id == request_id, Sample.serial == serial, Sample.status.in_(HERE)).limit(1))


def working_days_promised() -> int:
    """Working days promised for results, as the laboratory sets them."""
    lab = laboratory()
    value = str((lab.settings if lab else {}).get("turnaround_days", ""))
    return int(value) if value.isdigit() and 0 < int(value) <= 365 else rules.USUAL_WORKING_DAYS


def holidays() -> frozenset[date]:
    """Days off besides Saturdays and Sundays, as the laboratory sets them (`settings["holidays"]`, ISO dates)."""
    lab = laboratory()
    return frozenset(date.fromisoformat(str(d)) for d in (lab.settings if lab else {}).get("holidays", ()))

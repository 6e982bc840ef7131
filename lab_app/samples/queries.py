"""Questions about enterprises, requests, items."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from lab_app.accounts.models import Person, Site
from lab_app.accounts.queries import laboratory
from lab_app.core import clock, search
from lab_app.core.db import db
from lab_app.core.i18n import pick
from lab_app.samples import rules
from lab_app.samples.models import (
    AgreedRule,
    ContractReview,
    CustodyEvent,
    Customer,
    DeviationAnswer,
    FirmwareChange,
    PriceItem,
    RequestedTest,
    RequestItem,
    Sample,
    TestRequest,
)
from lab_app.samples.workflow import ReviewFacts
from test_methods.models import DecisionRule, Method, MethodParameter, MethodVersion, Regulation
from test_methods.queries import versions_in_force


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


def sample_by_code(code: str) -> Sample | None:
    """The item with this code, with its custody, answers and changes of firmware: a constant number of statements."""
    return db.session.scalar(
        select(Sample).where(Sample.code == code)
        .options(
            joinedload(Sample.request), named(Sample.received_by),
            selectinload(Sample.custody).options(named(CustodyEvent.to_person), named(CustodyEvent.by)),
            selectinload(Sample.answers).options(named(DeviationAnswer.recorded_by)),
            selectinload(Sample.firmware_changes),
        )
    )


def newest_review(request_id: int) -> ContractReview | None:
    """The review being worked on, or the last one decided."""
    return db.session.scalar(
        select(ContractReview).where(ContractReview.request_id == request_id).order_by(ContractReview.id.desc()).limit(1)
    )


def accepted_review(request_id: int, known_at: datetime | None = None) -> ContractReview | None:
    """The review by which a request stands accepted, as known at a moment (7.1.1); none while a newer one is open.

    A review opened after the accepted one (a changed request, 7.1.6) takes the acceptance away until it is decided.
    """
    query = select(ContractReview).where(ContractReview.request_id == request_id)
    if known_at is not None:
        query = query.where(ContractReview.recorded_at <= known_at)
    newest = db.session.scalar(query.order_by(ContractReview.id.desc()).limit(1))
    if newest is None or newest.outcome != "accepted" or newest.decided_at is None:
        return None
    if known_at is not None and newest.decided_at > known_at:
        return None
    return newest


def agreed_rules(request_id: int, known_at: datetime | None = None) -> list[AgreedRule]:
    """Rules of the accepted review."""
    review = accepted_review(request_id, known_at)
    if review is None:
        return []
    return list(db.session.scalars(select(AgreedRule).where(AgreedRule.review_id == review.id).order_by(AgreedRule.id)))


def rule_among(rules: list[AgreedRule], method_id: int, parameter_code: str) -> AgreedRule | None:
    """The rule for a parameter: its own line first, then the method's general one."""
    of_method = [r for r in rules if r.method_id == method_id]
    own = next((r for r in of_method if parameter_code in r.parameter_codes), None)
    return own or next((r for r in of_method if not r.parameter_codes), None)


def agreed_rule(
    request_id: int, method_id: int, parameter_code: str, known_at: datetime | None = None
) -> AgreedRule | None:
    """The decision rule agreed with the customer for a parameter (7.1.3), as known at a moment."""
    return rule_among(agreed_rules(request_id, known_at), method_id, parameter_code)


def firmware_at(sample: Sample, at: datetime) -> str:
    """The item's firmware at a moment."""
    change = db.session.scalar(
        select(FirmwareChange)
        .where(FirmwareChange.sample_id == sample.id, FirmwareChange.changed_at <= at)
        .order_by(FirmwareChange.changed_at.desc(), FirmwareChange.id.desc())
        .limit(1)
    )
    return change.firmware if change else sample.firmware


def firmware_changes(sample_id: int) -> list[FirmwareChange]:
    """Firmware changes of an item, oldest first."""
    return list(db.session.scalars(
        select(FirmwareChange).where(FirmwareChange.sample_id == sample_id).order_by(FirmwareChange.changed_at)
    ))


def requested_tests(request_id: int) -> list[RequestedTest]:
    """Methods wanted in a request."""
    return list(db.session.scalars(select(RequestedTest).where(RequestedTest.request_id == request_id).order_by(RequestedTest.id)))


def sample_count(request_id: int) -> int:
    """How many items a request has brought so far."""
    return int(db.session.scalar(select(func.count()).select_from(Sample).where(Sample.request_id == request_id)) or 0)


def prices(method_ids: list[int]) -> dict[int, PriceItem]:
    """Method id → its present price line."""
    rows = db.session.scalars(
        select(PriceItem)
        .where(PriceItem.method_id.in_(method_ids), PriceItem.valid_from <= clock.today())
        .order_by(PriceItem.valid_from)
    )
    return {row.method_id: row for row in rows}


@dataclass(frozen=True)
class WantedMethod:
    """A method of a request as the review sees it: its version in force today (None when there is none), its parameters."""

    method: Method
    version: MethodVersion | None
    parameters: list[MethodParameter]
    subcontracted: str
    edition_applies: bool

    @property
    def needing_rule(self) -> list[MethodParameter]:
        """Parameters whose decision rule must be agreed: a number whose regulation brings no rule with it (7.1.3)."""
        return [p for p in self.parameters if p.kind == "number" and not p.inherent_rule]


def wanted_methods(request_id: int) -> list[WantedMethod]:
    """The methods of a request, each once, with their parameters in force today; three statements."""
    tests: dict[int, RequestedTest] = {}
    for test in requested_tests(request_id):
        known = tests.setdefault(test.method_id, test)
        if known.subcontracted and not test.subcontracted:
            tests[test.method_id] = test  # tested here for one item is tested here
    today = clock.today()
    current = versions_in_force(today, clock.now(), list(tests))
    by_version: dict[int, list[MethodParameter]] = {}
    if current:
        for p in db.session.scalars(
            select(MethodParameter).where(MethodParameter.method_version_id.in_([v.id for v in current.values()]))
            .order_by(MethodParameter.position, MethodParameter.id)
        ):
            by_version.setdefault(p.method_version_id, []).append(p)
    out = []
    for method_id, test in tests.items():
        version, edition = current.get(method_id), test.method.regulation
        out.append(WantedMethod(
            test.method, version, by_version.get(version.id, []) if version else [], test.subcontracted,
            rules.edition_in_force(edition.in_force_from, edition.in_force_to, today),
        ))
    return out


def review_facts(
    request: TestRequest, review: ContractReview, wanted: list[WantedMethod] | None = None
) -> ReviewFacts:
    """What the gates of acceptance look at. `wanted` are the request's methods when the caller has read them."""
    methods = wanted_methods(request.id) if wanted is None else wanted
    here = [w for w in methods if not w.subcontracted]
    agreed = list(db.session.scalars(select(AgreedRule).where(AgreedRule.review_id == review.id).order_by(AgreedRule.id)))
    by_code = {w.method.code: w.method.regulation.code for w in here if not w.edition_applies}
    return ReviewFacts(
        number=request.number, unanswered=tuple(rules.unanswered(review.checks)),
        answered_no=tuple(rules.answered_no(review.checks)), open_questions=tuple(rules.open_questions(review.questions)),
        unconsented=tuple(rules.unconsented([w.method.code for w in methods if w.subcontracted], review.checks)),
        tests=len(methods), outdated=tuple(w.method.code for w in here if w.version is None),
        superseded=tuple(by_code[code] for code in rules.unreplied(by_code, review.checks)),
        wants_statement=request.wants_statement,
        without_rule=tuple(
            f"{w.method.code}: {pick(p.name_vi, p.name_en)}" for w in here for p in w.needing_rule
            if rule_among(agreed, w.method.id, p.code) is None
        ),
    )


# ---- lists and pickers -----------------------------------------------------------------------------------


def requests_query() -> Select[Any]:
    """All requests, for the list."""
    return select(TestRequest).options(joinedload(TestRequest.site))


def samples_query() -> Select[Any]:
    """All items, for the list."""
    return select(Sample).options(joinedload(Sample.request))


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
    return sorted(rows, key=lambda m: not rules.edition_in_force(m.regulation.in_force_from, m.regulation.in_force_to, today))


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


def price_list() -> list[PriceItem]:
    """The whole price list, the newest price of a method first."""
    return list(db.session.scalars(
        select(PriceItem).options(joinedload(PriceItem.method)).order_by(PriceItem.code, PriceItem.valid_from.desc())))


def open_samples(item_id: int) -> list[Sample]:
    """Items of a kind that are still with the laboratory."""
    return list(db.session.scalars(select(Sample).where(Sample.item_id == item_id, Sample.status.in_(HERE)).order_by(Sample.id)))


def samples_of(request_id: int) -> list[Sample]:
    """Every item of a request, with who received it and what the customer answered about it."""
    return list(db.session.scalars(
        select(Sample).where(Sample.request_id == request_id)
        .options(named(Sample.received_by), selectinload(Sample.answers)).order_by(Sample.id)
    ))


def serial_here(request_id: int, serial: str) -> Sample | None:
    """The item of a request with this serial number that is still with the laboratory."""
    return db.session.scalar(
        select(Sample).where(Sample.request_id == request_id, Sample.serial == serial, Sample.status.in_(HERE)).limit(1))


def storage_places(limit: int = 30) -> list[str]:
    """Places where items were kept lately, for the picker."""
    newest = select(Sample.storage).where(Sample.storage != "").order_by(Sample.id.desc()).limit(200).subquery()
    return list(db.session.scalars(select(newest.c.storage).distinct().order_by(newest.c.storage).limit(limit)))


def latest_moves(sample_ids: Iterable[int]) -> dict[int, CustodyEvent]:
    """Sample id → its last custody event; one statement."""
    rows = db.session.scalars(
        select(CustodyEvent).where(CustodyEvent.sample_id.in_(list(sample_ids)))
        .options(named(CustodyEvent.to_person), named(CustodyEvent.by)).order_by(CustodyEvent.at, CustodyEvent.id)
    )
    return {row.sample_id: row for row in rows}


def moves_of_request(request_id: int) -> list[CustodyEvent]:
    """Every custody event of a request's items, in time."""
    return list(db.session.scalars(
        select(CustodyEvent).join(Sample, CustodyEvent.sample_id == Sample.id).where(Sample.request_id == request_id)
        .options(named(CustodyEvent.to_person), named(CustodyEvent.by), joinedload(CustodyEvent.sample))
        .order_by(CustodyEvent.at, CustodyEvent.id)
    ))


# ---- settings of the laboratory --------------------------------------------------------------------------


def working_days_promised() -> int:
    """Working days promised for results, as the laboratory sets them."""
    lab = laboratory()
    value = str((lab.settings if lab else {}).get("turnaround_days", ""))
    return int(value) if value.isdigit() and 0 < int(value) <= 365 else rules.USUAL_WORKING_DAYS


def holidays() -> frozenset[date]:
    """Days off besides Saturdays and Sundays, as the laboratory sets them (`settings["holidays"]`, ISO dates)."""
    lab = laboratory()
    return frozenset(date.fromisoformat(str(d)) for d in (lab.settings if lab else {}).get("holidays", ()))


def count_of(model: Any) -> Select[Any]:
    """How many rows of a kind of record there are, as a question asked together with others."""
    return select(func.count()).select_from(model)


def count_deviating() -> Select[Any]:
    """How many items came with a deviation (7.4.3), as a question asked together with others."""
    return select(func.count()).select_from(Sample).where(Sample.deviation != "")

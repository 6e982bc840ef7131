"""What is measured: which page of which laboratory, what answer it must give, what it is held beside, and what is wanted of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import Column, select
from werkzeug.routing import Rule

from bench import floors, traces, units
from bench.laboratory import NOW, Laboratory
from bench.visitor import Answer, Visitor
from certificates.models import Report
from instruments.models import DueEntry, Instrument
from lab_app.accounts.queries import laboratory_facts
from lab_app.core import paging
from lab_app.results.models import TestJob
from lab_app.samples.models import Customer, Sample, TestRequest

#: Names of the floors.
WORD, PAGE, LOOK_UP, LOOK_UP_304, FLAT, NUMBER, INSERT, CANVAS = (
    "bare Flask, one word",
    "bare Flask, 3 kB page",
    "bare look-up by code",
    "bare look-up by code, 304",
    "bare look-up, flat template",
    "bare look-up by number",
    "bare ORM audited insert",
    "the same marks on a canvas",
)


class WrongAnswer(RuntimeError):
    """A page answered something else than it must: its time means nothing."""


@dataclass(frozen=True)
class Goal:
    """Bounds; `None` where none is set. `times` the floor, `growth` against the small laboratory, `statements` a page."""

    times: float | None = None
    growth: float | None = None
    statements: int | None = None
    bytes_growth: float | None = None


LIST = Goal(times=50, growth=1.2, statements=12, bytes_growth=1.05)
RECORD = Goal(times=75, growth=1.2, statements=15)
SEARCH = Goal(times=62, growth=3, statements=15)
PUBLIC = Goal(times=1.25, growth=1.3, statements=2)


@dataclass(frozen=True)
class Page:
    """One address. `path(lab)` gives it; `headers(lab, visitor)` what is sent with it."""

    name: str
    path: Callable[[Laboratory], str]
    goal: Goal
    floor: str = PAGE
    status: int = 200
    public: bool = False
    headers: Callable[[str, Visitor], dict[str, str]] | None = None

    def caller(self, lab: Laboratory, visitor: Visitor) -> Callable[[], Answer]:
        """A function that asks for the page once; refused here when the answer is not the one it must be."""
        path = self.path(lab)
        headers = self.headers(path, visitor) if self.headers else {}
        answer = visitor.get(path, **headers)
        if answer.status != self.status:
            raise WrongAnswer(f"{path} answered {answer.status} instead of {self.status}")
        return lambda: visitor.get(path, **headers)


# ---- addresses ------------------------------------------------------------------------------------------------


def _one(lab: Laboratory, column: Column[Any], ident: int) -> Any:
    engine = lab.plain_engine()
    with engine.connect() as connection:
        found = connection.execute(select(column).where(column.table.c.id == ident)).scalar_one()
    engine.dispose()
    return found


def _unit(lab: Laboratory, phase: int) -> int:
    """A unit in this phase, near the middle of those there are."""
    size = lab.size
    start = size.units // 2 if phase == units.DONE else size.units - size.open // 2
    return next(i for i in range(start, size.units + 1) if size.phase(i) == phase and not size.amended(i))


def _of(model: Any, column: str, unit: Callable[[Laboratory], int], shape: str) -> Callable[[Laboratory], str]:
    return lambda lab: shape.format(_one(lab, model.__table__.c[column], unit(lab)))


def done(lab: Laboratory) -> int:
    """A unit that is finished, in the middle."""
    return _unit(lab, units.DONE)


def _measuring(lab: Laboratory) -> int:
    return _unit(lab, units.MEASURING)


def _submitted(lab: Laboratory) -> int:
    return _unit(lab, units.SUBMITTED)


def _reviewed(lab: Laboratory) -> int:
    return _unit(lab, units.REVIEWED)


def _long(lab: Laboratory) -> int:
    return traces.long_unit(lab.size)


def _deep(path: str, model: Any, column: str) -> Callable[[Laboratory], str]:
    """The page in the middle of a list, as its own links name it."""

    def address(lab: Laboratory) -> str:
        size = lab.size
        halves = {Instrument: size.instruments // 2, DueEntry: size.instruments // 2, Customer: size.customers // 2}
        middle = halves.get(model) or done(lab)
        engine = lab.plain_engine()
        with engine.connect() as connection:
            value = connection.execute(select(model.__table__.c[column]).where(model.__table__.c.id == middle)).scalar_one()
        engine.dispose()
        return f"{path}?after={paging._pack([value, middle])}"

    return address


def code(lab: Laboratory) -> str:
    """The public code of the report that the look-up asks for."""
    return units.code_of(done(lab))


def _validator(path: str, visitor: Visitor) -> dict[str, str]:
    return {"HTTP_IF_NONE_MATCH": visitor.get(path).header("ETag")}


def _plain(path: str) -> Callable[[Laboratory], str]:
    return lambda _lab: path


PAGES: tuple[Page, ...] = (
    Page("sign-in page", _plain("/sign-in"), Goal(times=50, growth=1.2, statements=3), public=True),
    Page("my work", _plain("/"), RECORD),
    Page("requests", _plain("/requests"), LIST),
    Page("requests, deep", _deep("/requests", TestRequest, "requested_on"), LIST),
    Page("requests, words", _plain("/requests?q=khoa+cua"), SEARCH),
    Page("customers", _plain("/customers"), LIST),
    Page("samples", _plain("/samples"), LIST),
    Page("jobs", _plain("/jobs"), LIST),
    Page("instruments", _plain("/instruments"), LIST),
    Page("instruments, deep", _deep("/instruments", Instrument, "unusable_from"), LIST),
    Page("instruments, not usable", _plain("/instruments?due=out"), SEARCH),
    Page("plan of instruments", _plain("/instruments/plan"), LIST),
    Page("plan, deep", _deep("/instruments/plan", DueEntry, "due_on"), LIST),
    Page("plan, one kind", _plain("/instruments/plan?kind=maintenance&due=6"), LIST),
    Page("plan by month", _plain("/instruments/plan/months"), Goal(times=75, statements=12)),
    Page("reports", _plain("/reports"), LIST),
    Page("request", _of(TestRequest, "number", done, "/requests/{}"), RECORD),
    Page("request, changed 2,000 times", _of(TestRequest, "number", _long, "/requests/{}"), RECORD),
    Page("sample", _of(Sample, "code", done, "/samples/{}"), RECORD),
    Page("bench of a job", _of(TestJob, "code", _measuring, "/jobs/{}"), RECORD),
    Page("review of a job", _of(TestJob, "code", _submitted, "/jobs/{}/review"), RECORD),
    Page("instrument", _of(Instrument, "code", lambda _lab: 7, "/instruments/{}"), RECORD),
    Page("instrument's plan", _of(Instrument, "code", lambda _lab: 7, "/instruments/{}/plan"), RECORD),
    Page("report", _of(Report, "code", done, "/reports/{}"), RECORD),
    Page("report to prepare", _of(TestRequest, "number", _reviewed, "/requests/{}/report"), RECORD),
    Page("history of 2,000 changes", lambda lab: f"/history/request/{_long(lab)}", RECORD),
    Page("search: a number", _of(TestRequest, "number", done, "/search?q={}"), SEARCH, status=302),
    Page("search: a model", lambda lab: f"/search?q=gd+{done(lab):06d}", SEARCH),
    Page("search: a customer", lambda lab: f"/search?q=so+{lab.size.customers // 2}", SEARCH),
    Page("search: a common word", _plain("/search?q=cong+ty"), SEARCH),
    Page("verify by code", lambda lab: f"/verify/{code(lab)}", PUBLIC, LOOK_UP, public=True),
    Page("verify by code: against flat", lambda lab: f"/verify/{code(lab)}", Goal(), FLAT, public=True),
    # Its tag covers everything the page says, so that a suspension is never answered "as before": the whole answer is read.
    Page("verify by code, 304", lambda lab: f"/verify/{code(lab)}", Goal(growth=1.3, statements=2), LOOK_UP_304, 304, True, _validator),
    Page("verify by code, JSON", lambda lab: f"/verify/{code(lab)}.json", PUBLIC, LOOK_UP, public=True),
    Page("verify by number", _of(Report, "number", done, "/verify?q={}"), PUBLIC, NUMBER, public=True),
    Page("verify, unknown code", _plain("/verify/2222-3333-4444-5555"), PUBLIC, LOOK_UP, 404, True),
)


# ---- floors that answer requests ------------------------------------------------------------------------------


def values_shown(lab: Laboratory, unit: int) -> dict[str, str]:
    """What of a report's row stands on its public page: placeholder of the flat template → text."""
    with lab.plain_engine().connect() as connection:
        row = connection.execute(select(Report.__table__).where(Report.__table__.c.id == unit)).one()
    day, sha256 = row.issued_on, row.file_sha256
    return {
        "number": row.number,
        "code": row.code,
        "issued_on": f"{day.day:02d}/{day.month:02d}/{day.year}",
        "sha256": sha256,
        "grouped": " ".join(sha256[n : n + 4] for n in range(0, 64, 4)),
        "published.customer.vi": row.published["customer"]["vi"],
        "published.product.vi": row.published["product"]["vi"],
    }


def _public_page(lab: Laboratory, path: str) -> Answer:
    answer = lab.visitor().get(path)
    if answer.status != 200:
        raise WrongAnswer(f"{path} answered {answer.status} instead of 200")
    return answer


def _links(lab: Laboratory) -> list[Rule]:
    """The addresses of the room, which the look-up's pages link to."""
    return [rule for rule in lab.app.url_map.iter_rules() if rule.endpoint.startswith("certificates.")]


def page_floors(lab: Laboratory) -> dict[str, Callable[[], Answer]]:
    """Floors by name. Those of the look-up take the headers, and the flat one the bytes, from the program's page."""
    word, page = Visitor(floors.bare_flask()), Visitor(floors.plain_page())
    unit, engine = done(lab), lab.plain_engine()
    shown, public = values_shown(lab, unit), code(lab)
    with lab.app.app_context():
        facts = laboratory_facts()
    by_code, by_number = _public_page(lab, f"/verify/{public}"), _public_page(lab, f"/verify?q={shown['number']}")
    links = _links(lab)
    bare = Visitor(floors.look_up(engine, by_code, "code", facts, links))
    flat = Visitor(floors.flat_look_up(engine, by_code, shown, "code"))
    numbered = Visitor(floors.look_up(engine, by_number, "number", facts, links))
    tag = bare.get(f"/{public}").header("ETag")
    found: dict[str, Callable[[], Answer]] = {
        WORD: lambda: word.get("/"),
        PAGE: lambda: page.get("/"),
        LOOK_UP: lambda: bare.get(f"/{public}"),
        LOOK_UP_304: lambda: bare.get(f"/{public}", HTTP_IF_NONE_MATCH=tag),
        FLAT: lambda: flat.get(f"/{public}"),
        NUMBER: lambda: numbered.get(f"/{shown['number']}"),
    }
    for name, act in found.items():
        if act().status != (304 if name == LOOK_UP_304 else 200):
            raise WrongAnswer(f"the floor {name!r} answered {act().status}")
    return found


def same_bytes(lab: Laboratory) -> dict[str, bool]:
    """Whether the floors' page of another report is the program's page of it, to the byte: the floors do the whole work."""
    unit = done(lab)
    other = next(i for i in range(unit + 1, lab.size.units) if lab.size.phase(i) == units.DONE and not lab.size.amended(i))
    engine, public = lab.plain_engine(), units.code_of(other)
    with lab.app.app_context():
        facts = laboratory_facts()
    first, wanted = _public_page(lab, f"/verify/{code(lab)}"), _public_page(lab, f"/verify/{public}").body
    return {
        LOOK_UP: Visitor(floors.look_up(engine, first, "code", facts, _links(lab))).get(f"/{public}").body == wanted,
        FLAT: Visitor(floors.flat_look_up(engine, first, values_shown(lab, unit), "code")).get(f"/{public}").body == wanted,
    }


# ---- writing ----------------------------------------------------------------------------------------------------


def tax_codes() -> Iterator[str]:
    """Tax codes with a right check digit, each once."""
    weights = (31, 29, 23, 19, 17, 13, 7, 5, 3)
    for n in count(101_000_000):
        digits = [int(c) for c in f"{n:09d}"]
        check = 10 - sum(w * d for w, d in zip(weights, digits, strict=True)) % 11
        if check < 10:
            yield f"{n:09d}{check}"


def audited_post(lab: Laboratory, person: Visitor) -> Callable[[], Answer]:
    """Register an enterprise through its page: form, service, number, search entry, audit entry, commit."""
    taxes = tax_codes()
    token = person.get("/customers/new").token
    cookies = person.cookies

    def post() -> Answer:
        tax = next(taxes)
        person.cookies = cookies  # a browser would open the next page, which takes the message of the last one away
        answer = person.post(
            "/customers/new",
            {
                "csrf_token": token,
                "name": f"Công ty Đo Đạc {tax}",
                "tax_code": tax,
                "address": "Số 1, đường Thí Dụ, Hà Nội",
                "contact": "Bà Đặng Thử",
                "phone": "0900 000 003",
                "email": "qa@enterprise.example",
            },
        )
        if answer.status not in (302, 303):
            raise WrongAnswer(f"/customers/new answered {answer.status}")
        return answer

    return post


def insert_floor(lab: Laboratory) -> Callable[[], Answer]:
    """The same row and one audit entry by the ORM alone."""
    bare = Visitor(floors.audited_insert(lab.plain_engine(), "customer", "customer", NOW))
    numbers = count(1)

    def post() -> Answer:
        n = next(numbers)
        answer = bare.post(
            "/",
            {
                "code": f"BARE-{n}",
                "name": f"Công ty Đo Đạc {n}",
                "name_en": "",
                "tax_code": f"BARE{n}",
                "address": "Số 1, đường Thí Dụ, Hà Nội",
                "address_en": "",
                "contact": "Bà Đặng Thử",
                "phone": "0900 000 003",
                "email": "qa@enterprise.example",
            },
        )
        if answer.status != 303:
            raise WrongAnswer(f"the floor's insert answered {answer.status}")
        return answer

    return post

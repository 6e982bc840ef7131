"""What a paper would hold today, which of the sixteen items are still missing, and which gates stand in its way."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext

from certificates import assembly, queries, rules, workflow
from certificates.assembly import calibration, results, setting
from certificates.assembly.scope import ACCREDITED, statuses_on
from certificates.models import Report
from certificates.paper import missing_glyphs
from certificates.queries import Material
from certificates.services import sealing
from certificates.snapshot import WAIVABLE, missing_items, section_lines
from certificates.workflow import IssueFacts, LineFacts, OpinionFacts
from lab_app.core import clock, gates
from lab_app.core.access import Actor
from lab_app.core.gates import Stop
from lab_app.core.i18n import lang, show_date, show_datetime
from lab_app.results.capability import below_scope, reference_of
from lab_app.results.models import JobLine
from lab_app.results.queries.held import withheld
from lab_app.results.queries.standing import unanswered
from lab_app.samples.models import TestRequest
from lab_app.samples.queries.interests import interests_in

Text = dict[str, str]

#: Where an item is filled in: letter → endpoint and the kind of thing its address names.
_PLACES: Mapping[str, tuple[str, str]] = {
    "b": ("accounts.laboratory", ""), "c": ("quality.overview", ""), "e": ("samples.customer_page", "customer"),
    "f": ("samples.request_page", "request"), "g": ("samples.sample_page", "sample"), "h": ("samples.sample_page", "sample"),
    "i": ("results.jobs", "jobs"), "m": ("results.jobs", "jobs"), "n": ("samples.review_page", "request"),
    "o": ("accounts.people", ""), "p": ("samples.review_page", "request"),
}


@dataclass(frozen=True)
class Item:
    """One of the sixteen items: filled (`shown` says with what), waived with `reason`, or missing with a way to fill it."""

    letter: str
    name: str
    filled: bool
    shown: str
    reason: str
    waivable: bool
    link_endpoint: str = ""
    link_values: dict[str, Any] | None = None

    @property
    def missing(self) -> bool:
        """Neither filled nor waived."""
        return not self.filled and not self.reason


@dataclass(frozen=True)
class Readiness:
    """The answer for one request, kind and day. `stops` are the gates' refusals in the order of importance."""

    kind: str
    on: date
    snapshot: dict[str, Any]
    material: Material
    facts: IssueFacts
    items: tuple[Item, ...]
    stops: tuple[Stop, ...]
    unprintable: tuple[str, ...] = ()
    reports: tuple[Report, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.stops and not self.unprintable


def readiness(
    request: TestRequest, kind: str = workflow.FINAL, on: date | None = None, *, actor: Actor | None = None,
    not_applicable: Mapping[str, str | Text] | None = None, simplified: bool = False,
) -> Readiness:
    """What a paper of this kind would be, issued on this day by this person. `simplified`: as a simplified report. Reads only."""
    day = on or clock.today()
    reasons = rules.stated(not_applicable or {})
    material = queries.material(request, kind, simplified)
    snapshot = assembly.draft(material, kind, not_applicable=reasons)
    reports = queries.reports_of(request.id)
    facts = issue_facts(material, snapshot, kind, day, actor, reports)
    stops = tuple(stop for stop in (gates.ask(name, facts) for name in workflow.ISSUE_GATES) if stop is not None)
    return Readiness(
        kind, day, snapshot, material, facts, tuple(_items(material, snapshot, day, actor)), stops, unprintable(snapshot),
        tuple(reports),
    )


def preview(
    request: TestRequest, kind: str, not_applicable: Mapping[str, str | Text] | None = None, simplified: bool = False,
) -> dict[str, Any]:
    """The draft snapshot of a paper, to be drawn with its watermark."""
    return assembly.draft(queries.material(request, kind, simplified), kind, not_applicable=rules.stated(not_applicable or {}))


def unprintable(snapshot: Mapping[str, Any]) -> tuple[str, ...]:
    """Characters that no face of the paper can print, with their place: they would vanish, so they stop the issue."""
    return tuple(f"“{character}” U+{ord(character):04X} ({path})" for character, path in missing_glyphs(snapshot))


def line_facts(line: JobLine) -> LineFacts:
    """What the gates ask of a line."""
    reading = line.reading
    name = " · ".join(part for part in (line.parameter.name_vi, line.conditions) if part)
    return LineFacts(
        what=name, job_code=line.job.code, reviewed=queries.approved(line) is not None,
        judged=reading is not None and rules.is_judged(reading.verdict), limit_confirmed=results.confirmed(line),
    )


def issue_facts(
    material: Material, snapshot: Mapping[str, Any], kind: str, on: date, actor: Actor | None, standing: Sequence[Report] = ()
) -> IssueFacts:
    """Everything the gates ask, gathered once. `standing`: the request's reports so far (none are asked for an amendment)."""
    request = material.request
    printed = {line["ref"] for section in snapshot["sections"] for line in section_lines(section)}
    lines = [line for line in material.lines if results.reference(line) in printed]
    readings = {line.reading.id for line in lines if line.reading is not None}
    unsaid = [q for q in unanswered(material.lines) if q.reading.id in readings]
    proposed = [line for line in lines if line.reading is not None and line.reading.id in material.records.waiting]
    before = queries.issued_before(standing, kind, readings)
    checked = {**snapshot, "number": "-", "code": "-", "issued_on": on.isoformat(), "authorisation": _signed(snapshot, actor)}
    missing = tuple((letter, rules.item_name(letter, lang())) for letter in missing_items(checked))
    trouble, detail = sealing.trouble(clock.now())
    return IssueFacts(
        request_number=request.number, kind=kind, issued_on=on, lines=tuple(line_facts(line) for line in lines),
        signatory=actor.name if actor else "",
        not_authorised=tuple(queries.not_authorised(actor.id if actor else None, material.methods, on, clock.now())),
        issued_before=before.number if before else "", issued_before_code=before.code if before else "",
        missing=missing, wants_statement=request.wants_statement,
        review_current=request.status == "accepted" and material.review is not None,
        calibration_missing=_calibration_missing(snapshot), below_capability=tuple(below_capability(material, lines)),
        unanswered=tuple(dict.fromkeys(line_facts(q.line).what for q in unsaid)),
        unanswered_sample=unsaid[0].line.job.sample.code if unsaid else "",
        overrides_open=tuple(dict.fromkeys(line_facts(line).what for line in proposed)), override_line=proposed[0].id if proposed else 0,
        opinions_unauthorised=opinion_facts(material).opinions_unauthorised, opinions_stale=stale_opinions(material, lines),
        simplified=material.simplified, simplified_agreed=setting.agreed_to_simplify(material) is not None,
        key_trouble=trouble, key_detail=detail,
        interests=interests_in(actor, request, clock.today(), clock.now()), holds=withheld(lines),
    )


def opinion_facts(material: Material) -> OpinionFacts:
    """Whose printed opinions speak of methods that person was not authorised for on the day of the opinion (7.8.7.1, 6.2.6)."""
    found = []
    for opinion in material.opinions:
        on = clock.local(opinion.recorded_at).date()
        missing = queries.setups.unauthorised(opinion.person_id, opinion.methods, on, opinion.recorded_at)
        if missing:
            found.append((opinion.person.full_name, tuple(missing)))
    return OpinionFacts(tuple(found))


def stale_opinions(material: Material, lines: Sequence[JobLine]) -> tuple[str, ...]:
    """Opinions written before a result they speak of was recorded: they rest on other results than the paper prints (7.8.7.2)."""
    newest: dict[str, datetime] = {}
    for line in lines:
        if line.reading is not None:
            code = line.job.method_version.method.code
            newest[code] = max(newest.get(code, line.reading.recorded_at), line.reading.recorded_at)
    return tuple(
        f"{opinion.person.full_name}: {opinion.statement_vi[:60]}" for opinion in material.opinions
        if any(code in newest and newest[code] > opinion.recorded_at for code in opinion.methods))


def _calibration_missing(snapshot: Mapping[str, Any]) -> tuple[str, ...]:
    if "calibration" not in snapshot:
        return ()
    return tuple(calibration.missing(snapshot, [line for section in snapshot["sections"] for line in section_lines(section)]))


def below_capability(material: Material, lines: Sequence[JobLine]) -> list[str]:
    """Accredited results of a calibration whose U (at k = 2) is smaller than the capability that the scope register states for their
    value (ILAC-P14). A value outside every range of the scope is not an accredited result: it stands without the mark."""
    found = []
    for line in lines:
        reading = line.reading
        if reading is None or reading.u is None or not line.stage:
            continue
        day = clock.local(reading.measured_at).date()
        method = line.job.method_version.method.code
        if ACCREDITED not in statuses_on(material.scope, method, line.parameter.code, day, reading):
            continue
        if below_scope(line, reading.u, reading.k, reading.unit, reference_of(reading.raw or {}), material.scope, day):
            found.append(f"{line.parameter.name_vi} · {line.conditions}")
    return list(dict.fromkeys(found))


def _signed(snapshot: Mapping[str, Any], actor: Actor | None) -> dict[str, Any]:
    authorisation = snapshot["authorisation"]
    return {**authorisation, "signatory": {**authorisation["signatory"], "name": actor.name if actor else ""}}


def _pick(text: Mapping[str, str] | None) -> str:
    if not text:
        return ""
    return (text.get("en") or text.get("vi") or "") if lang() == "en" else text.get("vi", "")


def _shown(snapshot: Mapping[str, Any], on: date, actor: Actor | None) -> dict[str, str]:
    """With what each item is filled, in a few words of the reader's language."""
    lab, customer = snapshot["laboratory"], snapshot["customer"]
    lines = [line for section in snapshot["sections"] for line in section_lines(section)]
    regulations = ", ".join(dict.fromkeys(section["regulation"] for section in snapshot["sections"]))
    return {
        "a": _pick(snapshot["title"]),
        "b": ", ".join(part for part in (_pick(lab["name"]), lab["address"]) if part),
        "c": "; ".join(_pick(place) for place in snapshot["places"]),
        "d": gettext("số và mã tra cứu cấp khi phát hành"),
        "e": ", ".join(part for part in (customer["name"], customer["address"]) if part),
        "f": "; ".join(method["name"] for method in snapshot["methods"]),
        "g": "; ".join(f"{item['code']}: {_pick(item['name'])}, {_pick(item['condition'])}" for item in snapshot["items"]),
        "h": "; ".join(show_datetime(datetime.fromisoformat(item["received_at"])) for item in snapshot["items"]),
        "i": "; ".join(
            " – ".join(dict.fromkeys(show_date(date.fromisoformat(period[end])) for end in ("from", "to")))
            for period in snapshot["test_dates"]
        ),
        "j": show_date(on),
        "k": _pick(snapshot["sampling"]),
        "l": _pick(snapshot["validity_statement"]),
        "m": f"{len(lines)} · {regulations}" if lines else "",
        "n": "; ".join(_pick(text) for text in snapshot["deviations"]),
        "o": actor.name if actor else "",
        "p": _pick(snapshot["external_results"]),
    }


def _items(material: Material, snapshot: Mapping[str, Any], on: date, actor: Actor | None) -> list[Item]:
    checked = {**snapshot, "number": "-", "code": "-", "issued_on": on.isoformat(), "authorisation": _signed(snapshot, actor)}
    missing = set(missing_items(checked))
    bare = set(missing_items({**checked, "not_applicable": {}}))
    waived = snapshot["not_applicable"]
    shown = _shown(snapshot, on, actor)
    found = []
    for letter in rules.LETTERS:
        reason = _pick(waived.get(letter)) if letter in bare and letter not in missing else ""
        endpoint, about = _PLACES.get(letter, ("", ""))
        values = _link_values(about, material)
        found.append(Item(
            letter=letter, name=rules.item_name(letter, lang()), filled=letter not in bare, shown=shown[letter], reason=reason,
            waivable=letter in WAIVABLE, link_endpoint=endpoint if values is not None else "", link_values=values or {},
        ))
    return found


def _link_values(about: str, material: Material) -> dict[str, Any] | None:
    if about == "customer":
        return {"code": material.request.customer.code}
    if about == "request":
        return {"number": material.request.number}
    if about == "sample":
        return {"code": material.samples[0].code} if material.samples else None
    if about == "jobs":
        return {"q": material.request.number}
    return {}

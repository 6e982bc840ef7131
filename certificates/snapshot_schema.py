"""The shape of a snapshot: what a printed paper holds, as plain JSON.

Words, not references: names as they were, limits and values as written, the calibration then valid. Every number is a string
that keeps its written digits ("18.42", "-30"). Dates are ISO 8601 in the laboratory's own zone ("2026-09-22",
"2026-09-22T16:42:07+07:00"). Words for people are bilingual (`Text`), Vietnamese first.
"""

# No postponed annotations here: the checker of `certificates.snapshot` reads which keys may be absent from these classes, and
# a postponed NotRequired is not seen.
from typing import Literal, NotRequired, TypedDict

VerdictCode = Literal[
    "pass", "conditional_pass", "conditional_fail", "fail", "not_applicable", "no_statement"
]


class Text(TypedDict):
    """Words for people in both languages; English may be empty."""

    vi: str
    en: str


class Laboratory(TypedDict):
    """Letterhead of the laboratory (7.8.2.1 b). `place` stands before the date over the signature ("TP. Mẫu")."""

    name: Text
    address: str
    place: str
    phone: NotRequired[str]
    email: NotRequired[str]
    website: NotRequired[str]
    tax_code: NotRequired[str]
    remark: NotRequired[Text]
    logo: NotRequired[str | None]  # SHA-256 of the picture's bytes


class Accreditation(TypedDict):
    """Accreditation valid on the test dates. Only when at least one line is in scope; else the snapshot holds null."""

    number: str
    standard: str
    valid_from: str
    valid_to: str


class Customer(TypedDict):
    """The customer (7.8.2.1 e). `manufacturer` is what the customer stated."""

    name: str
    name_en: NotRequired[str]
    address: str
    tax_code: NotRequired[str]
    contact: NotRequired[str]
    manufacturer: NotRequired[Text]


class Request(TypedDict):
    """The request and the contract review that carry the work (7.1)."""

    number: str
    requested_on: NotRequired[str]
    contract: NotRequired[str]
    review_number: NotRequired[str]
    reviewed_on: NotRequired[str]


class Photo(TypedDict):
    """A picture of the item; its bytes are handed to the drawing by SHA-256."""

    sha256: str
    caption: Text


class LabelledFact(TypedDict):
    """A further fact about an item, with its own label."""

    label: Text
    value: Text
    customer_supplied: NotRequired[bool]


class Item(TypedDict):
    """One tested item (7.8.2.1 g, h). `customer_supplied` names the fields the customer stated (7.8.2.2)."""

    code: str
    name: Text
    model: NotRequired[str]
    brand: NotRequired[str]
    serial: NotRequired[str]
    hardware: NotRequired[str]
    firmware: NotRequired[Text]
    quantity: NotRequired[str]
    received_at: str
    delivered_by: NotRequired[Text]
    condition: Text
    more: NotRequired[list[LabelledFact]]
    customer_supplied: NotRequired[list[str]]
    photos: NotRequired[list[Photo]]


Period = TypedDict(
    "Period", {"from": str, "to": str}
)  # first and last day of one stretch of testing, ISO dates


class Conclusion(TypedDict):
    """The overall conclusion. `holds_for` is the part of the statement set in bold (a firmware, a variant)."""

    verdict: VerdictCode
    statement: Text
    holds_for: NotRequired[str]


class SummaryRow(TypedDict):
    """One regulation: how many results, how many failed, how many of those passed on retest, the smallest margin."""

    regulation: str
    scope: Text
    results: str
    failed: str
    failed_then_passed: NotRequired[str]
    smallest_margin: NotRequired[str | None]
    margin_unit: NotRequired[str]
    verdict: VerdictCode


class Method(TypedDict):
    """One method used (7.8.2.1 f) with its status; `sections` are keys of `sections` that hold its results."""

    name: str
    edition: NotRequired[str]
    accreditation: str
    designation: str
    sections: list[str]


class Limit(TypedDict):
    """A limit. Operators: `<=` `>=` `<` `>` `=` with `value`; `abs<=` (printed ±) with `value`; `within` with `low`, `high`,
    each end open where `low_open`, `high_open` say so; `text` with `text` (an expected observation)."""

    operator: Literal["<=", ">=", "<", ">", "=", "abs<=", "within", "text"]
    value: NotRequired[str]
    low: NotRequired[str]
    high: NotRequired[str]
    low_open: NotRequired[bool]
    high_open: NotRequired[bool]
    text: NotRequired[Text]


class Result(TypedDict):
    """A result: one `value`, or a `low` and `high`, or an observation in words (`text`). With an `operator` the result lies beyond
    the value, which is only its bound (below a detection limit, above a working range)."""

    value: NotRequired[str]
    operator: NotRequired[Literal["<", ">"]]
    low: NotRequired[str]
    high: NotRequired[str]
    text: NotRequired[Text]


class Uncertainty(TypedDict):
    """Expanded uncertainty `value` with its `k`, in `unit` where that is not the result's; or `exempt`: a key of
    `uncertainty.exemptions`."""

    value: NotRequired[str]
    k: NotRequired[str]
    unit: NotRequired[str]
    exempt: NotRequired[str]


class Calibrated(TypedDict):
    """A calibrated point: the reference value and what the item indicated, in `unit`; the line's result is their difference.

    `point` names it; `scale`: the item's range it lies in, empty where the item has no ranges.
    """

    stage: Literal["as_found", "as_left"]
    scale: str
    point: str
    reference: str
    indication: str
    unit: str


class ResultLine(TypedDict):
    """One printed result (7.8.2.1 m). `ref` identifies it; `retest_of` is the `ref` of a failed line it repeats.

    `scope`: VS accredited, `*` not accredited, TĐC registered, EX external provider. `margin` is signed: + inside the limit.
    `guard_band` is w, when the rule uses one. `reason` is required with not_applicable and no_statement.
    """

    ref: str
    number: str
    conditions: Text
    scope: Literal["VS", "*", "TĐC", "EX"]
    result: Result
    limit: NotRequired[Limit | None]
    unit: str
    uncertainty: NotRequired[Uncertainty | None]
    margin: NotRequired[str | None]
    guard_band: NotRequired[str | None]
    verdict: NotRequired[VerdictCode | None]
    retest_of: NotRequired[str | None]
    reason: NotRequired[Text | None]
    calibrated: NotRequired[Calibrated]


class ResultGroup(TypedDict):
    """The lines of one test, under its name."""

    name: Text
    lines: list[ResultLine]


class Section(TypedDict):
    """Results of one regulation or one part of it: a subsection with one table. `remarks` stand under the table."""

    key: str
    regulation: str
    title: str
    subtitle: Text
    scope: NotRequired[Text]
    groups: list[ResultGroup]
    remarks: NotRequired[list[Text]]


class Equipment(TypedDict):
    """One instrument with the calibration valid on the test dates (7.8.3.1 a, 6.5)."""

    code: str
    name: Text
    model: str
    serial: str
    certificate: str
    calibrated_by: NotRequired[str]
    calibrated_on: NotRequired[str]
    valid_through: str
    uncertainty: NotRequired[str]


class Span(TypedDict):
    """Smallest and largest value of an environmental quantity; `prefix` for words such as "lệch" (deviation from set points)."""

    low: str
    high: str
    prefix: NotRequired[str]


class Environment(TypedDict):
    """Conditions of one day in one place (7.8.3.1 a): temperature in °C, relative humidity in %, pressure in hPa."""

    date: str
    place: Text
    temperature: NotRequired[Span | None]
    humidity: NotRequired[Span | None]
    pressure: NotRequired[Span | None]
    more: NotRequired[Text]
    sensor: str


class Budget(TypedDict):
    """One uncertainty budget: combined and expanded uncertainty, coverage factor, and the largest permitted, with the unit."""

    quantity: Text
    combined: str
    expanded: str
    k: str
    permitted: NotRequired[str | None]
    unit: str


class Exemption(TypedDict):
    """Why a result has no uncertainty (7.6.3); lines name it by `key`."""

    key: str
    reason: Text


class UncertaintySection(TypedDict):
    """The uncertainty section: budgets, what U means, and the reasons of lines without one."""

    statement: Text
    budgets: list[Budget]
    exemptions: list[Exemption]


class DecisionRule(TypedDict):
    """A decision rule (7.8.6): short code, the results it applies to, and what it says; `levels` of a rule that knows conditional
    verdicts: pass and fail each with a part inside the guard band."""

    code: str
    applies_to: Text
    rule: Text
    levels: NotRequired[Literal["four"]]


class DecisionRules(TypedDict):
    """The rules and the sentence that says when and where the customer agreed to them."""

    agreement: Text
    rules: list[DecisionRule]


class Confirmation(TypedDict):
    """A person who tested or reviewed: office, what they did, when they confirmed it electronically."""

    name: str
    office: NotRequired[Text]
    did: Text
    confirmed_at: NotRequired[str | None]


class Signatory(TypedDict):
    """Who authorises the paper (7.8.2.1 o). `office_lines` in capitals with KT., TL. or TUQ. where it applies.

    `means`: `electronic` (the confirmation is printed), `digital` (a field stays free for the visible signature), `ink`.
    `authority` is the number of the written authorisation behind TL. or TUQ.
    """

    name: str
    office_lines: list[str]
    office: Text
    means: Literal["electronic", "digital", "ink"]
    authorised_at: NotRequired[str | None]
    authority: NotRequired[str | None]


class Authorisation(TypedDict):
    """The signature block."""

    testers: list[Confirmation]
    reviewer: Confirmation
    signatory: Signatory


class Opinion(TypedDict):
    """An opinion or interpretation (7.8.7) with its basis and the authorised person."""

    statement: Text
    basis: Text
    person: str


class Change(TypedDict):
    """One change of an amended paper: what, as it was and as it is now."""

    what: Text
    was: str
    now: str
    unit: NotRequired[str]
    margin: NotRequired[str | None]
    verdict: NotRequired[VerdictCode | None]


class Amendment(TypedDict):
    """What an amended paper replaces, why, and each change (7.8.8)."""

    sequence: str
    replaces_number: str
    replaces_issued_on: str
    reason: Text
    changes: list[Change]


class Stage(TypedDict):
    """How all points of one stage of a calibration conform together (7.8.4.1 e)."""

    stage: Literal["as_found", "as_left"]
    verdict: VerdictCode


class Calibration(TypedDict):
    """What a calibration certificate says beyond a report (7.8.4.1). `ranges`: what was calibrated, from where to where.

    `specification`: where the permissible errors come from. `adjustment`: what was done between the stages; null when nothing was
    adjusted. `interval`: what is said of the next calibration (7.8.4.3). `own`: the item is an instrument of the laboratory.
    """

    ranges: list[Text]
    specification: Text | None
    stages: list[Stage]
    adjustment: Text | None
    interval: Text
    own: NotRequired[str]


class PlotTrace(TypedDict):
    """One sweep: its file, and for every column frequency (MHz), lowest and highest level, so that no peak is lost."""

    detector: str
    file: str
    sha256: str
    captured_at: str
    columns: list[list[str]]


class PlotLimit(TypedDict):
    """A limit as straight pieces `[f1, f2, l1, l2]` over an axis `x` (log, lin), or as levels from end to end."""

    detector: str
    name: Text
    x: Literal["log", "lin"]
    pieces: list[list[str]]
    levels: list[str]


class PlotPoint(TypedDict):
    """A printed result in the plot, by the number of its line: frequency in MHz, level, and what it was computed from."""

    number: str
    f: str
    level: str
    detector: str
    scope: str
    result: str
    operator: NotRequired[Literal["<", ">"]]
    limit: str
    uncertainty: str
    margin: NotRequired[str | None]
    verdict: NotRequired[VerdictCode | None]
    reading: NotRequired[str]
    factors: NotRequired[str]


class PlotSweep(TypedDict):
    """A limit line held against its sweep: smallest margin (`at` MHz), spans without limit or not swept; `judged`: not a prescan."""

    detector: str
    name: Text
    judged: bool
    gaps: list[list[str]]
    unmeasured: list[list[str]]
    margin: NotRequired[str]
    at: NotRequired[str]


class PlotDropped(TypedDict):
    """How many peaks of the prescan were not measured, and why."""

    reason: Text
    count: str


class Plot(TypedDict):
    """Sweeps of one set-up on one day with limit lines, points and what corrected the level (7.8.2.1 m). Frequencies in MHz."""

    section: str
    title: str
    subtitle: Text
    item: str
    conditions: str
    by: str
    day: str
    rbw: str
    unit: str
    x: Literal["log", "lin"]
    low: str
    high: str
    instrument: str
    traces: list[PlotTrace]
    limits: list[PlotLimit]
    points: list[PlotPoint]
    sweeps: list[PlotSweep]
    dropped: list[PlotDropped]
    factors: list[Text]


class ItemFile(TypedDict):
    """An item as it was tested: properties, versions, modes, ports, cables, auxiliary equipment. `item`: codes of the items."""

    item: str
    facts: list[LabelledFact]


class Snapshot(TypedDict):
    """A test report or, with `calibration`, a calibration certificate.

    `state`: `issued` or `draft` (a draft has no number, code, accreditation or signature).

    `marks`: `preliminary` and/or `partial` for issued papers that say so. `verify_url` is what the QR opens, with the public
    code. `form` is the laboratory's form code ("BM-07.08-01 · LBH 03"). `not_applicable`: letter of 7.8.2.1 → reason.
    """

    schema: str
    layout: str
    state: Literal["issued", "draft"]
    marks: list[Literal["preliminary", "partial"]]
    title: Text
    number: str | None
    code: str | None
    verify_url: str | None
    issued_on: str | None
    form: str
    laboratory: Laboratory
    accreditation: Accreditation | None
    customer: Customer
    request: Request
    items: list[Item]
    places: list[Text]
    test_dates: list[Period]
    conclusion: Conclusion | None
    summary: list[SummaryRow]
    summary_notes: NotRequired[list[Text]]
    methods: list[Method]
    sections: list[Section]
    equipment: list[Equipment]
    traceability: Text
    environment: list[Environment]
    uncertainty: UncertaintySection
    decision_rules: DecisionRules
    deviations: list[Text]
    sampling: Text | None
    external_results: Text | None
    opinions: NotRequired[list[Opinion]]
    notes: list[Text]
    validity_statement: Text
    amendment: Amendment | None
    calibration: NotRequired[Calibration]
    item_files: NotRequired[list[ItemFile]]
    plots: NotRequired[list[Plot]]
    authorisation: Authorisation
    not_applicable: dict[str, Text]

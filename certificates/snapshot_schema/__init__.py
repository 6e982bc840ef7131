"""The shape of a snapshot: what a printed paper holds, as plain JSON.

Words, not references: names as they were, limits and values as written, the calibration then valid. Every number is a string
that keeps its written digits ("18.42", "-30"). Dates are ISO 8601 in the laboratory's own zone ("2026-09-22",
"2026-09-22T16:42:07+07:00"). Words for people are bilingual (`Text`), Vietnamese first.
"""

# No postponed annotations anywhere in this package: the checker of `certificates.snapshot` reads which keys may be absent from
# these classes, and a postponed NotRequired is not seen.
from typing import Literal, NotRequired, TypedDict

from certificates.snapshot_schema.calibration import Calibration, Stage
from certificates.snapshot_schema.closing import (
    Amendment,
    Authorisation,
    Change,
    Confirmation,
    Opinion,
    Signatory,
    Signed,
)
from certificates.snapshot_schema.grounds import (
    Budget,
    DecisionRule,
    DecisionRules,
    Environment,
    Equipment,
    Exemption,
    Span,
    UncertaintySection,
)
from certificates.snapshot_schema.items import Item, ItemFile, LabelledFact, Photo
from certificates.snapshot_schema.parties import Accreditation, Customer, Laboratory, Request
from certificates.snapshot_schema.plots import Plot, PlotDropped, PlotLimit, PlotPoint, PlotSweep, PlotTrace
from certificates.snapshot_schema.results import (
    Calibrated,
    Conclusion,
    Limit,
    Method,
    Result,
    ResultGroup,
    ResultLine,
    Section,
    SummaryRow,
    Uncertainty,
)
from certificates.snapshot_schema.setting import Setup, Simplified
from certificates.snapshot_schema.words import Period, Text, VerdictCode

__all__ = [
    "Accreditation",
    "Amendment",
    "Authorisation",
    "Budget",
    "Calibrated",
    "Calibration",
    "Change",
    "Conclusion",
    "Confirmation",
    "Customer",
    "DecisionRule",
    "DecisionRules",
    "Environment",
    "Equipment",
    "Exemption",
    "Item",
    "ItemFile",
    "LabelledFact",
    "Laboratory",
    "Limit",
    "Method",
    "Opinion",
    "Period",
    "Photo",
    "Plot",
    "PlotDropped",
    "PlotLimit",
    "PlotPoint",
    "PlotSweep",
    "PlotTrace",
    "Request",
    "Result",
    "ResultGroup",
    "ResultLine",
    "Section",
    "Setup",
    "Signatory",
    "Simplified",
    "Signed",
    "Snapshot",
    "Span",
    "Stage",
    "SummaryRow",
    "Text",
    "Uncertainty",
    "UncertaintySection",
    "VerdictCode",
]


class Snapshot(TypedDict):
    """A test report or, with `calibration`, a calibration certificate.

    `state`: `issued` or `draft` (a draft has no number, code, accreditation or signature).

    `marks`: `preliminary` and/or `partial` for issued papers that say so. `verify_url` is what the QR opens, with the public
    code. `language`: of the paper, both when absent. `notation`: how a number too small to be written out is written
    (`core.figures.NOTATIONS`), none when absent. `form` is the laboratory's form code ("BM-07.08-01 · LBH 03"). `not_applicable`:
    letter of 7.8.2.1 → reason. `specimen`: a draft that shows how papers are set, with a number that is none and marks.
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
    language: NotRequired[Literal["vi", "vi+en", "en"]]
    notation: NotRequired[str]
    setup: NotRequired[Setup]
    simplified: NotRequired[Simplified]
    specimen: NotRequired[str]
    authorisation: Authorisation
    signatures: NotRequired[list[Signed]]
    not_applicable: dict[str, Text]

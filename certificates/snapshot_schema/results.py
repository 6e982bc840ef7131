"""Results of a paper: conclusion, summary, methods, and the sections with their lines."""

# No postponed annotations: a postponed NotRequired is not seen (see the package).
from typing import Literal, NotRequired, TypedDict

from certificates.snapshot_schema.words import Text, VerdictCode


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
    """A limit. Operators: `<=` `>=` `<` `>` `=` with `value`; `abs<=` (printed ±) and `abs<` (printed <±, the limit itself outside)
    with `value`; `within` with `low`, `high`,
    each end open where `low_open`, `high_open` say so; `text` with `text` (an expected observation)."""

    operator: Literal["<=", ">=", "<", ">", "=", "abs<=", "abs<", "within", "text"]
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

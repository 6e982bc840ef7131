"""What the results rest on: equipment, environment, uncertainty, decision rules."""

# No postponed annotations: a postponed NotRequired is not seen (see the package).
from typing import Literal, NotRequired, TypedDict

from certificates.snapshot_schema.words import Text


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

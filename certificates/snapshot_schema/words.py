"""Words for people, verdicts and periods: what every other part of a snapshot is made of."""

# No postponed annotations: a postponed NotRequired is not seen (see the package).
from typing import Literal, TypedDict

VerdictCode = Literal[
    "pass", "conditional_pass", "conditional_fail", "fail", "not_applicable", "no_statement"
]


class Text(TypedDict):
    """Words for people in both languages; English may be empty."""

    vi: str
    en: str


Period = TypedDict(
    "Period", {"from": str, "to": str}
)  # first and last day of one stretch of testing, ISO dates

"""What the laboratory sets of its papers, and what the customer agreed to leave out."""

# No postponed annotations: a postponed NotRequired is not seen (see the package).
from typing import Literal, NotRequired, TypedDict


class Setup(TypedDict):
    """The setting a paper was made by: since when it holds, and who stands in the signature block, from left to right."""

    effective_from: str
    signatures: NotRequired[list[Literal["testers", "reviewer", "signatory"]]]


class Simplified(TypedDict):
    """That the customer agreed to a simplified report (7.8.1.3): who, when, and where that is written."""

    agreed_by: str
    agreed_on: str
    evidence: NotRequired[str]

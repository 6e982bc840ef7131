"""What a calibration certificate says beyond a report."""

# No postponed annotations: a postponed NotRequired is not seen (see the package).
from typing import Literal, NotRequired, TypedDict

from certificates.snapshot_schema.words import Text, VerdictCode


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

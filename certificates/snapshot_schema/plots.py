"""Sweeps as they are printed: columns, limit lines, numbered points."""

# No postponed annotations: a postponed NotRequired is not seen (see the package).
from typing import Literal, NotRequired, TypedDict

from certificates.snapshot_schema.words import Text, VerdictCode


class PlotTrace(TypedDict):
    """One sweep: its file, and for every column frequency (MHz), lowest and highest level, so that no peak is lost."""

    detector: str
    file: str
    sha256: str
    captured_at: str
    columns: list[list[str]]


class PlotLimit(TypedDict):
    """A limit as straight pieces `[f1, f2, l1, l2]` over an axis `x` (log, lin), or as levels from end to end.

    `equipment_class`: the class of equipment it is for ("loại B"), where the method names one.
    """

    detector: str
    name: Text
    equipment_class: NotRequired[Text]
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

"""Jobs, their lines, raw readings with what was computed from them, reviews (7.5, 7.8.1)."""
from lab_app.results.models.conditioning import JobConditioning
from lab_app.results.models.deviations import JobDeviation, JobStep
from lab_app.results.models.jobs import JobLine, TestJob
from lab_app.results.models.overrides import OverrideAnswer, VerdictOverride
from lab_app.results.models.readings import Reading, ReadingInstrument, ReadingTrace
from lab_app.results.models.rehearsals import RuleRehearsal
from lab_app.results.models.rejudgements import Rejudgement
from lab_app.results.models.reviews import LineReview
from lab_app.results.models.standing import StandingDecision
from lab_app.results.models.traces import TraceUse
from lab_app.results.models.worksheets import Worksheet, WorksheetLine

__all__ = [
    "JobConditioning", "JobDeviation", "JobLine", "JobStep", "LineReview", "OverrideAnswer", "Reading", "ReadingInstrument",
    "ReadingTrace", "Rejudgement", "RuleRehearsal", "StandingDecision", "TestJob", "TraceUse", "VerdictOverride", "Worksheet",
    "WorksheetLine",
]

from lab_app.results.validity import models as _validity  # noqa: F401 its tables belong to the room

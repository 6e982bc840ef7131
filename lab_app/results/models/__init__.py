"""Jobs, their lines, raw readings with what was computed from them, reviews (7.5, 7.8.1)."""
from lab_app.results.models.jobs import JobLine, TestJob
from lab_app.results.models.readings import Reading, ReadingInstrument, ReadingTrace
from lab_app.results.models.reviews import LineReview

__all__ = ["JobLine", "LineReview", "Reading", "ReadingInstrument", "ReadingTrace", "TestJob"]

from lab_app.results.validity import models as _validity  # noqa: F401 its tables belong to the room

"""Use cases of the room, cut by what people do: plan, record, submit and review."""
from lab_app.results.services.calibrating import Point, plan_points, record_adjustment
from lab_app.results.services.overriding import (
    confirm_override,
    decline_override,
    propose_override,
    withdraw_override,
)
from lab_app.results.services.planning import add_line, assign_job, justify_superseded, plan_jobs, replan_job
from lab_app.results.services.recording import ReadingEntry, correct_reading, record_reading
from lab_app.results.services.rejudging import rejudge_lines, rejudge_reading
from lab_app.results.services.reviewing import retest, review_job, review_line, submit_job

__all__ = [
    "Point", "ReadingEntry", "add_line", "assign_job", "confirm_override", "correct_reading", "decline_override",
    "justify_superseded", "plan_jobs", "plan_points", "propose_override", "record_adjustment", "record_reading", "rejudge_lines",
    "rejudge_reading", "replan_job", "retest", "review_job", "review_line", "submit_job", "withdraw_override",
]

"""Use cases of the room, cut by what people do: plan, record, submit and review."""
from lab_app.results.services.calibrating import Point, plan_points, record_adjustment
from lab_app.results.services.conditioning import finish_conditioning, start_conditioning
from lab_app.results.services.deviating import (
    accept_deviation,
    answer_step,
    authorise_deviation,
    complete_deviation,
    justify_superseded,
    raise_deviation,
    withdraw_deviation,
)
from lab_app.results.services.overriding import (
    confirm_override,
    decline_override,
    propose_override,
    withdraw_override,
)
from lab_app.results.services.planning import add_line, assign_job, plan_jobs, replan_job
from lab_app.results.services.recording import ReadingEntry, correct_reading, record_reading
from lab_app.results.services.rejudging import rejudge_lines, rejudge_reading, rejudgement_facts
from lab_app.results.services.reviewing import retest, review_job, review_line, submit_job
from lab_app.results.services.standing import decide_standing

__all__ = [
    "Point", "ReadingEntry", "accept_deviation", "add_line", "answer_step", "assign_job", "authorise_deviation",
    "complete_deviation", "confirm_override", "correct_reading", "decide_standing", "decline_override", "finish_conditioning",
    "justify_superseded", "plan_jobs", "plan_points", "propose_override", "raise_deviation", "record_adjustment", "record_reading",
    "rejudge_lines", "rejudge_reading", "rejudgement_facts", "replan_job", "retest", "review_job", "review_line",
    "start_conditioning", "submit_job", "withdraw_deviation", "withdraw_override",
]

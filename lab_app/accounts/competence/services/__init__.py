"""Use cases of competence: functions and criteria, files of people, monitoring, new versions of methods (6.2)."""
from __future__ import annotations

from lab_app.accounts.competence.services.carrying import answer_version, ask_about_version
from lab_app.accounts.competence.services.functions import (
    add_function,
    approve_criteria,
    begin_with_common,
    change_function,
    end_function,
    grant_function,
    write_criteria,
)
from lab_app.accounts.competence.services.monitoring import (
    change_plan,
    record_monitoring,
    remind,
    usual_months,
)
from lab_app.accounts.competence.services.records import (
    add_qualification,
    cancel_training,
    finish_training,
    judge_training,
    plan_training,
    record_observation,
    strike_qualification,
)

__all__ = [
    "add_function", "add_qualification", "answer_version", "approve_criteria", "ask_about_version", "begin_with_common", "cancel_training",
    "change_function", "change_plan", "end_function", "finish_training", "grant_function", "judge_training", "plan_training",
    "record_monitoring", "record_observation", "remind", "strike_qualification", "usual_months", "write_criteria",
]

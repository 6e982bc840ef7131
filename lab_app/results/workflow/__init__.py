"""States of jobs and lines, and the gates of the room: what must be true before a reading counts (7.5, 6.2.6, 6.4, 7.8.6)."""
from lab_app.results.workflow import deviations as _deviations  # noqa: F401 gates of deviations register themselves
from lab_app.results.workflow import traces as _traces  # noqa: F401 gates of traces register themselves
from lab_app.results.workflow.conditioning import ConditioningFact, conditioning_finished
from lab_app.results.workflow.machines import JOB, LINE
from lab_app.results.workflow.overrides import (
    OverrideFacts,
    RejudgementFacts,
    override_by_second_person,
    override_proposed_with_reason,
    rejudgement_of_standing_result,
)
from lab_app.results.workflow.reading import (
    CorrectionFacts,
    ReadingFacts,
    StopFact,
    TraceFact,
    contract_review_approved,
    control_not_rejected,
    correction_has_reason,
    deviation_answered,
    environment_within_limits,
    instrument_fit,
    late_entry_reason,
    method_in_force,
    not_its_own_standard,
    person_authorised,
    record_complete,
    rule_agreed,
    sample_here,
    time_plausible,
    trace_belongs,
)
from lab_app.results.workflow.reviewing import (
    ReviewFacts,
    SubmissionFacts,
    job_complete,
    reviewer_authorised,
    reviewer_is_another,
)
from lab_app.results.workflow.worksheets import (
    WORKSHEET,
    WorksheetFacts,
    worksheet_not_closed,
)

__all__ = [
    "ConditioningFact", "CorrectionFacts", "JOB", "LINE", "OverrideFacts", "ReadingFacts", "RejudgementFacts", "ReviewFacts",
    "StopFact", "SubmissionFacts", "TraceFact", "WORKSHEET", "WorksheetFacts", "conditioning_finished", "contract_review_approved",
    "control_not_rejected", "correction_has_reason", "deviation_answered", "environment_within_limits", "instrument_fit",
    "job_complete", "late_entry_reason", "method_in_force", "not_its_own_standard", "override_by_second_person",
    "override_proposed_with_reason", "person_authorised", "record_complete", "rejudgement_of_standing_result",
    "reviewer_authorised", "reviewer_is_another", "rule_agreed", "sample_here", "time_plausible", "trace_belongs",
    "worksheet_not_closed",
]

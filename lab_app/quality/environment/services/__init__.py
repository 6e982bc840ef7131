"""Use cases about limits, loggers, readings and excursions (6.3), cut by what people and devices do."""
from lab_app.quality.environment.services.excursions import (
    assess_excursion,
    assessment_facts,
    judge_record,
)
from lab_app.quality.environment.services.importing import Preview, import_readings, preview_import
from lab_app.quality.environment.services.loggers import (
    add_channel,
    add_logger,
    end_channel,
    give_token,
    retire_logger,
    revoke_token,
    set_limit,
)
from lab_app.quality.environment.services.pushing import Refusal, push
from lab_app.quality.environment.services.recording import record_from_loggers
from lab_app.quality.environment.services.watching import watch

__all__ = [
    "Preview", "Refusal", "add_channel", "add_logger", "assess_excursion", "assessment_facts", "end_channel", "give_token",
    "import_readings", "judge_record", "preview_import", "push", "record_from_loggers", "retire_logger", "revoke_token", "set_limit",
    "watch",
]

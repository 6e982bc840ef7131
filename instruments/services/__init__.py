"""Use cases about instruments: register, put in and out of service, calibrate, check, maintain (6.4, 6.5)."""
from instruments.services.calibrations import (
    LONGEST_INTERVAL_MONTHS,
    NO_POINTS,
    evaluate_calibration,
    factor_facts,
    record_calibration,
    release_calibration,
    release_facts,
    set_points,
    source_facts,
)
from instruments.services.checks import HARM, freeze_chart, record_check, record_maintenance
from instruments.services.cycles import (
    end_of_month_validity,
    record_cycle_event,
    record_first_issue,
    record_use,
    set_cycle,
    term_end,
)
from instruments.services.extensions import extend, extension_facts
from instruments.services.factors import add_factor_set, decide_factors, factors_from_points
from instruments.services.firmware import record_firmware
from instruments.services.importing import MOST_ROWS, Preview, import_instruments, preview_import
from instruments.services.in_house import ReportedCalibration, take_over
from instruments.services.intervals import (
    decide_interval,
    decision_facts,
    interval_proposal,
    propose_interval,
    review_record,
)
from instruments.services.loans import lend, loan_facts, take_back
from instruments.services.orders import (
    arrive_order,
    cancel_order,
    place_order,
    provider_facts,
    return_order,
    send_order,
)
from instruments.services.planning import PlanRules, create_feed, plan_rules, revoke_feed, set_plan_rules
from instruments.services.register import attach_file, change_instrument, register_instrument, set_ranges
from instruments.services.reminders import bring_up_to_date, remind
from instruments.services.standing import unfit_reasons
from instruments.services.states import service_facts_of, set_state
from instruments.services.systems import add_member, end_membership

__all__ = [
    "add_factor_set", "add_member", "arrive_order", "attach_file", "bring_up_to_date", "cancel_order", "change_instrument",
    "create_feed", "decide_factors", "decide_interval", "decision_facts", "end_membership", "end_of_month_validity",
    "evaluate_calibration", "extend", "extension_facts", "factor_facts", "factors_from_points", "freeze_chart", "HARM",
    "import_instruments", "interval_proposal", "lend", "loan_facts", "LONGEST_INTERVAL_MONTHS", "MOST_ROWS", "NO_POINTS",
    "place_order", "plan_rules", "PlanRules", "Preview", "preview_import", "propose_interval", "provider_facts",
    "record_calibration", "record_check", "record_cycle_event", "record_firmware", "record_first_issue", "record_maintenance",
    "record_use", "register_instrument", "release_calibration", "release_facts", "remind", "ReportedCalibration", "return_order",
    "review_record", "revoke_feed", "send_order", "service_facts_of", "set_cycle", "set_plan_rules", "set_points", "set_ranges",
    "set_state", "source_facts", "take_back", "take_over", "term_end", "unfit_reasons",
]

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
from instruments.services.checks import freeze_chart, record_check, record_maintenance
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
    "freeze_chart",
    "ReportedCalibration", "take_over",
    "arrive_order", "cancel_order", "decide_factors", "factor_facts", "factors_from_points", "NO_POINTS", "place_order",
    "provider_facts", "return_order", "send_order", "set_points", "source_facts",
    "decide_interval", "decision_facts", "interval_proposal", "propose_interval", "review_record",
    "add_factor_set", "add_member", "attach_file", "change_instrument", "end_membership", "evaluate_calibration", "lend",
    "loan_facts", "LONGEST_INTERVAL_MONTHS", "record_calibration", "record_check", "record_firmware", "record_maintenance",
    "register_instrument", "release_calibration", "release_facts", "service_facts_of", "set_ranges", "set_state", "take_back",
    "unfit_reasons",
    "end_of_month_validity", "extend", "extension_facts", "record_cycle_event", "record_first_issue", "record_use", "set_cycle", "term_end",
    "bring_up_to_date", "create_feed", "plan_rules", "PlanRules", "remind", "revoke_feed", "set_plan_rules",
]

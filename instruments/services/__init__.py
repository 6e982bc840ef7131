"""Use cases about instruments: register, put in and out of service, calibrate, check, maintain (6.4, 6.5)."""
from instruments.services.calibrations import (
    LONGEST_INTERVAL_MONTHS,
    evaluate_calibration,
    record_calibration,
    release_calibration,
    release_facts,
)
from instruments.services.checks import record_check, record_maintenance
from instruments.services.cycles import (
    end_of_month_validity,
    record_cycle_event,
    record_first_issue,
    record_use,
    set_cycle,
    term_end,
)
from instruments.services.extensions import extend, extension_facts
from instruments.services.factors import add_factor_set
from instruments.services.firmware import record_firmware
from instruments.services.intervals import (
    decide_interval,
    decision_facts,
    interval_proposal,
    propose_interval,
)
from instruments.services.loans import lend, loan_facts, take_back
from instruments.services.register import attach_file, change_instrument, register_instrument, set_ranges
from instruments.services.standing import unfit_reasons
from instruments.services.states import service_facts_of, set_state
from instruments.services.systems import add_member, end_membership

__all__ = [
    "decide_interval", "decision_facts", "interval_proposal", "propose_interval",
    "add_factor_set", "add_member", "attach_file", "change_instrument", "end_membership", "evaluate_calibration", "lend",
    "loan_facts", "LONGEST_INTERVAL_MONTHS", "record_calibration", "record_check", "record_firmware", "record_maintenance",
    "register_instrument", "release_calibration", "release_facts", "service_facts_of", "set_ranges", "set_state", "take_back",
    "unfit_reasons",
    "end_of_month_validity", "extend", "extension_facts", "record_cycle_event", "record_first_issue", "record_use", "set_cycle", "term_end",
]

"""News that must travel up the house. Listeners run in the sender's transaction and never commit."""
from __future__ import annotations

from blinker import Namespace

_signals = Namespace()

#: sender: samples.services; keyword `sample`: the received item, `actor`.
sample_received = _signals.signal("sample-received")
#: sender: samples.services; keyword `request`: the accepted request, `actor`.
request_accepted = _signals.signal("request-accepted")
#: sender: samples.services; keyword `request`: an accepted request that was changed and is under review again (7.1.6),
#: `reason`, `actor`.
request_changed = _signals.signal("request-changed")
#: sender: instruments.services; keywords `instrument`, `since` (last good moment), `actor`, `cause` (check, calibration, damage,
#: maintenance), `found_on` (the day), `error` (signed, or none), `error_unit`, `reason`.
calibration_failed = _signals.signal("calibration-failed")
#: sender: results.services; keyword `job`: the job whose last line was reviewed, `actor`.
job_reviewed = _signals.signal("job-reviewed")
#: sender: results.services; keywords `override`: the proposal that a second person confirmed, `actor`.
verdict_overridden = _signals.signal("verdict-overridden")
#: sender: certificates.services; keyword `report`, `actor`.
report_issued = _signals.signal("report-issued")
#: sender: certificates.services; keywords `report`, `sample`, `actor`, `facts`: the calibration certificate of an instrument of our own
#: became valid; `facts` is what the register of instruments records of it (`instruments.services.ReportedCalibration`).
calibration_reported = _signals.signal("calibration-reported")
#: sender: certificates.services; keywords `report`, `change` (its `StatusChange`), `actor`: a paper moved in the register, each time.
report_changed = _signals.signal("report-changed")
#: sender: core.mail; keywords `key` (as given to `mail.queue`), `message_id`, `problem` (empty: handed to the server): a letter's fate,
#: told in a writing transaction of its own after the fact.
letter_settled = _signals.signal("letter-settled")
#: sender: core.mail; keyword `key` (as given to `mail.queue`): a letter is about to leave. A listener that answers why it may not leave
#: now keeps it in the queue; it is asked again later. Told outside any transaction: listeners read, nothing more.
letter_leaving = _signals.signal("letter-leaving")
#: sender: quality.glass; keywords `broken`: the row of a gate that was passed in an emergency, `actor`.
gate_broken = _signals.signal("gate-broken")
#: sender: accounts.interests; keywords `interest`: an interest just declared, `actor`.
interest_declared = _signals.signal("interest-declared")
#: sender: quality.holds.services; keywords `hold`, `actor`: something was frozen under nonconforming work (7.10.1 b).
hold_placed = _signals.signal("hold-placed")
#: sender: quality.holds.services; keywords `hold`, `actor`: an authorised person let work go on (7.10.1 f).
hold_released = _signals.signal("hold-released")
#: sender: test_methods.services; keywords `version`: the method version that was approved, `replaces` (an earlier one was in force or is
#: still to come), `actor`.
method_version_activated = _signals.signal("method-version-activated")
#: sender: quality.environment; keywords `excursion`, `actor`: a room was outside its limits, found just now.
environment_excursion = _signals.signal("environment-excursion")
#: sender: quality.services; keywords `record`, `actor`: conditions of a room were written down by hand, or read off its loggers.
environment_recorded = _signals.signal("environment-recorded")

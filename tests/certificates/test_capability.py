"""The certificate of a calibration at 10 V with U = 84 µV against capabilities stated by range and in percent."""
from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from certificates import services
from certificates.snapshot import section_lines
from lab_app.core.errors import GateRefused
from test_methods import services as methods
from tests.support import calibration_facts
from tests.support import certificates_facts as facts
from tests.support.signing import confirmed


@pytest.mark.parametrize("capability,refused", [
    ({"cmc": Decimal(90), "cmc_unit": "µV", "cmc_low": Decimal(1), "cmc_high": Decimal(20), "cmc_range_unit": "V"}, True),
    ({"cmc": Decimal(80), "cmc_unit": "µV", "cmc_low": Decimal(1), "cmc_high": Decimal(20), "cmc_range_unit": "V"}, False),
    ({"cmc": Decimal(80), "cmc_unit": "µV", "cmc_low": Decimal(100), "cmc_high": Decimal(1000), "cmc_range_unit": "V"}, False),
    ({"cmc": Decimal("0.001"), "cmc_unit": "%"}, True), ({"cmc": Decimal("0.0005"), "cmc_unit": "%"}, False),
])
def test_a_certificate_states_no_uncertainty_below_the_capability_at_its_value(app, writing, frozen_clock, capability, refused):
    bench = calibration_facts.customers_item()
    bench.record(bench.plan(), "10.00012")
    bench.review()
    bench.people.laboratory.accreditation = {
        "number": "VILAS 0000", "standard": "ISO/IEC 17025:2017", "valid_from": "2025-03-10", "valid_to": "2028-03-09"}
    methods.add_scope(
        bench.people.signatory, method_code=bench.method.code, status="accredited", decision="00/QĐ", valid_from=date(2026, 1, 1),
        valid_to=date(2028, 12, 31), **capability)
    if not refused:
        report = services.issue(bench.people.signatory, bench.request, not_applicable=facts.NO_DEVIATION,
            confirmed=confirmed(bench.people.signatory))
        snapshot, outside = json.loads(report.snapshot), capability.get("cmc_low") == Decimal(100)
        assert {line["scope"] for section in snapshot["sections"] for line in section_lines(section)} == {"*" if outside else "VS"}
        assert (snapshot["accreditation"] is None) == outside  # never a mark on a paper without an accredited line
        return
    with pytest.raises(GateRefused) as caught:
        services.issue(bench.people.signatory, bench.request, not_applicable=facts.NO_DEVIATION,
            confirmed=confirmed(bench.people.signatory))
    assert caught.value.stop.gate == "uncertainty-within-capability"

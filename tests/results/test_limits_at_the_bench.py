"""A mask and a table by conditions decide a reading through the bench's own computation; what is missing is named."""
from __future__ import annotations

from decimal import Decimal

import pytest

from lab_app.metrology.decision import STANDARD_RULES, Verdict
from lab_app.results.computation import EntryRefused, Spec, compute, understand

RULE = STANDARD_RULES["DR-SA"].to_dict()
TABLE = {"type": "table", "rows": [
    {"when": {"cấp": "A"}, "limit": {"type": "upper", "limit": "40", "unit": "dBm"}},
    {"when": {"cấp": "B"}, "limit": {"type": "upper", "limit": "30", "unit": "dBm"}},
]}
MASK = {"type": "mask", "reference": "carrier", "offset_unit": "BW", "relative": True, "unit": "dBr", "level_unit": "dBm",
        "segments": [["0", "0.5", "0", "0"], ["0.5", "1", "-20", "-28"]]}
FIELDS = [
    {"key": "frequency_mhz", "unit": "MHz", "source": "setting"}, {"key": "reference_frequency_mhz", "unit": "MHz", "source": "setting"},
    {"key": "bandwidth_mhz", "unit": "MHz", "source": "setting"}, {"key": "reference_level", "unit": "dBm", "source": "measured"},
    {"key": "reading", "unit": "dBm", "source": "measured"},
]


def judged(limit, texts, conditions="", fields=FIELDS):
    spec = Spec("M", "number", fields, "reading", "dBm", 1, u=Decimal("1"), k=Decimal(2), u_unit="dB", conditions=conditions)
    raw, refused = understand(spec.fields, texts, "vi", {})
    return compute(spec, limit, RULE, raw)


@pytest.mark.parametrize(
    ("conditions", "verdict", "margin"),
    [("cấp: A", Verdict.PASS, "5"), ("cấp: B, 3 m", Verdict.FAIL, "-5"), ("3 m", Verdict.NOT_EVALUATED, None)],
)
def test_the_row_of_the_lines_conditions_decides(conditions, verdict, margin):
    out = judged(TABLE, {"reading": "35"}, conditions, FIELDS[-1:])
    assert (out.verdict, out.decision.margin) == (verdict, None if margin is None else Decimal(margin))
    if margin is None:
        assert out.decision.reason == "condition_missing"


AT = {"frequency_mhz": "5190", "reference_frequency_mhz": "5180", "bandwidth_mhz": "20", "reference_level": "10"}


@pytest.mark.parametrize(("reading", "verdict"), [("-10,5", Verdict.PASS), ("-10", Verdict.PASS), ("-9,5", Verdict.FAIL)])
def test_at_a_corner_of_a_mask_the_stricter_piece_decides(reading, verdict):
    out = judged(MASK, {**AT, "reading": reading})
    assert (out.verdict, out.limit.high) == (verdict, Decimal("-10"))


@pytest.mark.parametrize("key", ["reference_frequency_mhz", "bandwidth_mhz", "reference_level"])
def test_a_mask_without_its_reference_is_refused_by_the_field(key):
    fields = [f for f in FIELDS if f["key"] != key]
    texts = {k: v for k, v in {**AT, "reading": "0"}.items() if k != key}
    with pytest.raises(EntryRefused) as refused:
        judged(MASK, texts, fields=fields)
    assert refused.value.code == "missing"

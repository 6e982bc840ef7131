"""A decision rule as its page shows it: in words, as zones, as a picture of risk (7.8.6, JCGM 106)."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Words
from lab_app.core.i18n import lang, show_decimal, speaking
from lab_app.core.plot import Band, Mark, Plot, Point, Series, Tone
from lab_app.core.quantity import NO_BREAK_SPACE, decimal_mark
from lab_app.core.workflow import State
from lab_app.metrology.decision import FACTORS, DecisionRule, RuleKind, Verdict, guard_band, tolerance
from lab_app.metrology.limits import Bounds
from lab_app.metrology.risk import guard_factors, specific_risk, tur
from lab_app.metrology.rounding import EXACT, round_significant
from test_methods.rules.deciding import Zone, example, zones

SMALLEST, LARGEST = Decimal("0.01"), Decimal("99.99")
STEPS = 160
RATIOS = tuple(Decimal(r) for r in ("1", "1.5", "2", "3", "4", "4.6", "5", "10"))

#: What each kind does, in words a customer understands.
DEFINITIONS: Mapping[str, Words] = {
    "simple": _l("Kết quả được so thẳng với giới hạn: nằm trong giới hạn, kể cả đúng bằng giới hạn nếu quy chuẩn không nói khác, là "
                 "đạt. U được nêu nhưng không dời giới hạn; rủi ro chia đều cho hai bên (ILAC-G8:09/2019, 4.2.1)."),
    "guarded_binary": _l("Giới hạn chấp nhận lùi vào trong một dải bảo vệ w = r·U. Kết quả trong vùng chấp nhận là đạt, mọi kết quả "
                         "khác là không đạt (ILAC-G8:09/2019, 4.2.2)."),
    "guarded_nonbinary": _l("Giới hạn chấp nhận lùi vào trong một dải bảo vệ w = r·U. Giữa giới hạn chấp nhận và giới hạn là đạt có điều "
                            "kiện; ngoài giới hạn không quá w là không đạt có điều kiện; xa hơn nữa là không đạt "
                            "(ILAC-G8:09/2019, 4.2.3)."),
    "shared_risk_max_u": _l("Kết quả được so thẳng với giới hạn với điều kiện U của phòng không lớn hơn U lớn nhất mà tiêu chuẩn cho "
                            "phép. U lớn hơn thì phép đo không dùng để kết luận được; như vậy không phải là không đạt."),
    "cispr": _l("U của phòng không lớn hơn U của CISPR thì mức đo được so thẳng với giới hạn. Lớn hơn thì phần vượt U − U CISPR được cộng "
                "vào mức đo (trừ đi, với giới hạn dưới) rồi mới so (CISPR 16-4-2)."),
    "guarded_tur": _l("Giới hạn chấp nhận là giới hạn nhân một hệ số tính từ TUR, tức nửa khoảng cho phép chia U. Dải bảo vệ không bao "
                      "giờ âm: khi TUR lớn hơn khoảng 4,6 một công thức cho số âm, khi đó lấy w = 0. Giới hạn một phía không có TUR nên "
                      "không dùng được quy tắc này."),
}
#: Each kind in two or three words, for a row of choices.
SHORT: Mapping[str, Words] = {
    "simple": _l("So trực tiếp"), "guarded_binary": _l("Dải bảo vệ, hai mức"), "guarded_nonbinary": _l("Dải bảo vệ, bốn mức"),
    "shared_risk_max_u": _l("ETSI, U lớn nhất"), "cispr": _l("CISPR 16-4-2"), "guarded_tur": _l("Dải bảo vệ theo TUR"),
    "inherent": _l("Có sẵn trong quy chuẩn"),
}
#: The arithmetic in one line each; signs and letters are the same in every language.
FORMULAS: Mapping[str, str] = {
    "simple": "w = 0;  y ≤ L", "guarded_binary": "w = r·U;  y ≤ L − w",
    "guarded_nonbinary": "w = r·U;  y ≤ L − w | y ≤ L | y ≤ L + w | y > L + w",
    "shared_risk_max_u": "U ≤ U_max;  y ≤ L", "cispr": "w = max(0; U − U_CISPR);  y + w ≤ L",
    "guarded_tur": "TUR = T / U;  w = max(0; T·(1 − h(TUR)));  |y − y0| ≤ T − w",
}
#: What the maximum U of a standard does in each kind.
MAXIMUM: Mapping[str, Words] = {
    "simple": _l("Không dùng: U không làm thay đổi kết luận."),
    "guarded_binary": _l("Không dùng: U càng lớn thì vùng chấp nhận càng hẹp."),
    "guarded_nonbinary": _l("Không dùng: U càng lớn thì vùng chấp nhận càng hẹp, vùng có điều kiện càng rộng."),
    "shared_risk_max_u": _l("Là điều kiện để được kết luận: U lớn hơn thì không tuyên bố, không phải không đạt. Lấy từ quy tắc hoặc từ chỉ "
                            "tiêu của phương pháp."),
    "cispr": _l("Là U của CISPR: chỉ phần U vượt quá nó được cộng vào mức đo. Lấy từ quy tắc hoặc từ chỉ tiêu của phương pháp."),
    "guarded_tur": _l("Không dùng: U vào quy tắc qua TUR."),
}
FACTOR_FORMULAS: Mapping[str, str] = {
    "rss": "√(1 − 1/TUR²)", "test95": "1 − 1/TUR", "rp10": "1.25 − 1/TUR", "dobbert": "1 − (1.04 − e^(0.38·ln TUR − 0.54))/TUR",
}
FACTOR_NAMES: Mapping[str, Words] = {
    "rss": _l("căn bậc hai (RSS)"), "test95": _l("trừ trọn U"), "rp10": _l("NCSL RP-10"), "dobbert": _l("rủi ro quản lý (Dobbert)"),
}
VERDICTS: Mapping[Verdict, State] = {
    Verdict.PASS: State("PASS", _l("Đạt"), "ok"),
    Verdict.CONDITIONAL_PASS: State("CONDITIONAL_PASS", _l("Đạt có điều kiện"), "warn"),
    Verdict.CONDITIONAL_FAIL: State("CONDITIONAL_FAIL", _l("Không đạt có điều kiện"), "bad"),
    Verdict.FAIL: State("FAIL", _l("Không đạt"), "bad"),
    Verdict.NO_STATEMENT: State("NO_STATEMENT", _l("Không tuyên bố"), "warn", "exclamation-triangle-fill"),
    Verdict.NOT_EVALUATED: State("NOT_EVALUATED", _l("Chưa đánh giá"), "hold"),
}
TONES: Mapping[Verdict, Tone] = {
    Verdict.PASS: "ok", Verdict.CONDITIONAL_PASS: "warn", Verdict.CONDITIONAL_FAIL: "warn", Verdict.FAIL: "bad",
}


def factor_formula(name: str) -> str:
    """A guard factor's formula with the reader's decimal mark."""
    return FACTOR_FORMULAS[name].replace(".", decimal_mark(lang()))


def percent(share: Decimal | None) -> str:
    """A probability in percent: two or three significant digits, `< 0,01 %` and `> 99,99 %` at the ends; empty for none."""
    if share is None:
        return ""
    hundred = share * 100
    if 0 <= hundred < SMALLEST:
        return f"<{NO_BREAK_SPACE}{show_decimal(SMALLEST)}{NO_BREAK_SPACE}%"
    if hundred > LARGEST:
        return f">{NO_BREAK_SPACE}{show_decimal(LARGEST)}{NO_BREAK_SPACE}%"
    digits = 2 if hundred < 10 else 3 if hundred < Decimal("99.9") else 4
    return f"{show_decimal(round_significant(hundred, digits))}{NO_BREAK_SPACE}%"


def with_parameters(rule: DecisionRule) -> str:
    """The numbers of a rule: r, its maximum U, its formula; empty for a rule without any."""
    parts = []
    if rule.kind in (RuleKind.GUARDED_BINARY, RuleKind.GUARDED_NONBINARY):
        parts.append(f"r = {show_decimal(rule.r)}")
    if rule.u_max is not None and rule.needs_maximum_uncertainty:
        parts.append(gettext("U lớn nhất %(u)s", u=show_decimal(rule.u_max)))
    if rule.factor:
        parts.append(f"h = {factor_formula(rule.factor)}")
    return "; ".join(parts)


def stated_risks(rule: DecisionRule) -> list[str]:
    """The largest risk of each verdict, in words; with U at its maximum where there is one, at a TUR of 4 where one is needed."""
    limit, U, top = example(rule)
    out = []
    for zone in zones(rule, limit, U if top is None else top, top):
        if zone.risk is None:
            continue
        word = VERDICTS[zone.verdict].word
        said = (gettext("%(verdict)s: PFA không quá %(risk)s", verdict=word, risk=percent(zone.risk)) if zone.accepts
                else gettext("%(verdict)s: PFR không quá %(risk)s", verdict=word, risk=percent(zone.risk)))
        if said not in out:
            out.append(said)
    return out


def stated_in_both(rule: DecisionRule) -> tuple[str, str]:
    """The computed risk statement in Vietnamese and in English, for papers."""
    texts = []
    for language in ("vi", "en"):
        with speaking(language):
            texts.append("; ".join(stated_risks(rule)))
    return texts[0], texts[1]


@dataclass(frozen=True)
class Shown:
    """A rule at a limit and a U: its zones, what it takes off, the TUR, and the picture of the risk at every value."""

    zones: Sequence[Zone]
    guard_band: Decimal | None
    tur: Decimal | None
    picture: Plot


def shown(rule: DecisionRule, limit: Bounds, U: Decimal, u_max: Decimal | None, at: Decimal | None = None) -> Shown:
    """The rule at work. `at` marks a value of the reader's own."""
    found = zones(rule, limit, U, u_max)
    half = tolerance(limit)
    top = rule.u_max if u_max is None else u_max
    band = None
    if not (rule.needs_maximum_uncertainty and top is None) and (half is not None or rule.kind is not RuleKind.GUARDED_TUR):
        band = guard_band(rule, limit, U, top)
    return Shown(found, band, None if half is None else tur(-half, half, U), picture(found, limit, U, at))


def picture(found: Sequence[Zone], limit: Bounds, U: Decimal, at: Decimal | None) -> Plot:
    """Zones as colours, limits as marks, and over each value the chance that the decision taken there is wrong."""
    ends = sorted({end for zone in found for end in (zone.low, zone.high) if end is not None} | _limits(limit))
    reach = U * Decimal("1.2")
    low, high = ends[0] - reach, ends[-1] + reach
    if at is not None:
        low, high = min(low, at), max(high, at)
    u = EXACT.divide(U, Decimal(2))
    series, bands = [], []
    for zone in found:
        z_low, z_high = zone.low if zone.low is not None else low, zone.high if zone.high is not None else high
        tone = TONES.get(zone.verdict)
        if tone is not None:
            bands.append(Band(Decimal(0), Decimal(112), tone, z_low, z_high))
        if zone.decides and z_low < z_high:
            series.append(Series(_curve(zone, limit, u, z_low, z_high, high - low), VERDICTS[zone.verdict].code, "line",
                                 "accent" if zone.accepts else "bad"))
    if not series:  # nothing is decided: an empty frame still shows where the limit is
        series.append(Series([Point(low, Decimal(0)), Point(high, Decimal(0))], "", "line", "muted"))
    marks = [Mark(end, gettext("giới hạn %(limit)s", limit=show_decimal(end)), "bad") for end in sorted(_limits(limit))]
    if at is not None:
        marks.append(Mark(at, f"y = {show_decimal(at)}", "accent"))
    return Plot(
        gettext("Rủi ro của kết luận theo giá trị đo"), series, y_label=gettext("rủi ro (phần trăm)"), x_label=gettext("giá trị đo"),
        bands=bands, marks=marks, x_low=low, x_high=high, y_low=Decimal(0), y_high=Decimal(112), height=240)


def _limits(limit: Bounds) -> set[Decimal]:
    low = -limit.high if limit.absolute and limit.high is not None else limit.low
    return {end for end in (low, limit.high) if end is not None}


def _curve(zone: Zone, limit: Bounds, u: Decimal, low: Decimal, high: Decimal, whole: Decimal) -> list[Point]:
    count = max(2, int(STEPS * (high - low) / whole))
    out = []
    for n in range(count + 1):
        y = low + (high - low) * n / count
        risk = specific_risk(limit, y, u)
        out.append(Point(y, (risk.p_nc if zone.accepts else risk.p_c) * 100))
    return out


def factor_table() -> list[tuple[Decimal, list[tuple[str, Decimal]]]]:
    """The four guard factors over the usual ratios, for the page of a rule that uses one: (TUR, [(name, factor)])."""
    return [(ratio, [(name, round_significant(getattr(guard_factors(ratio), name), 4)) for name in FACTORS]) for ratio in RATIOS]


def zone_span(zone: Zone) -> str:
    """`≤ 51`, `51 … 54`, `> 54` in the reader's numbers."""
    if zone.low is None and zone.high is None:
        return gettext("mọi giá trị")
    if zone.low is None:
        return f"…{NO_BREAK_SPACE}{show_decimal(zone.high)}"
    if zone.high is None:
        return f"{show_decimal(zone.low)}{NO_BREAK_SPACE}…"
    return f"{show_decimal(zone.low)} … {show_decimal(zone.high)}"


def zone_risk(zone: Zone) -> str:
    """The largest risk of a zone, naming which."""
    if zone.risk is None:
        return "–"
    return f"{'PFA' if zone.accepts else 'PFR'} ≤{NO_BREAK_SPACE}{percent(zone.risk)}"


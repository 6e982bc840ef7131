"""The risk behind a verdict, in words."""
from __future__ import annotations

from decimal import Decimal

from flask_babel import gettext

from lab_app.core.gates import Words
from lab_app.core.i18n import show_decimal
from lab_app.core.quantity import NO_BREAK_SPACE
from lab_app.metrology.rounding import round_significant
from lab_app.results.presenters.words import with_unit
from lab_app.results.risk import NO_UNCERTAINTY, PFA, PFR, RiskShown

SMALLEST = Decimal("0.01")
LARGEST = Decimal("99.99")


def percent(share: Decimal | None) -> str:
    """A probability in percent: two significant digits, `< 0,01 %` and `> 99,99 %` at the ends; empty for none."""
    if share is None:
        return ""
    hundred = share * 100
    if 0 <= hundred < SMALLEST:
        return f"<{NO_BREAK_SPACE}{show_decimal(SMALLEST)}{NO_BREAK_SPACE}%"
    if hundred > LARGEST:
        return f">{NO_BREAK_SPACE}{show_decimal(LARGEST)}{NO_BREAK_SPACE}%"
    digits = 2 if hundred < 10 else 3 if hundred < Decimal("99.9") else 4
    return f"{show_decimal(round_significant(hundred, digits))}{NO_BREAK_SPACE}%"


def risk_text(risk: RiskShown | None) -> str:
    """The risk in one sentence; empty where nothing was compared with a limit."""
    if risk is None:
        return ""
    if risk.why == NO_UNCERTAINTY:
        return gettext("Không có U nên không tính được rủi ro")
    if risk.kind == PFA:
        return gettext("Rủi ro chấp nhận sai (PFA) %(share)s", share=percent(risk.wrong))
    if risk.kind == PFR:
        return gettext("Rủi ro loại sai (PFR) %(share)s", share=percent(risk.wrong))
    return gettext("Xác suất phù hợp %(share)s, không có kết luận", share=percent(risk.conforming))


def risk_facts(risk: RiskShown | None, unit: str = "") -> list[tuple[Words, str]]:
    """The risk, the guard band and the TUR as (label, words) for a page; empty where nothing was compared with a limit."""
    if risk is None:
        return []
    out: list[tuple[Words, str]] = [(gettext("Rủi ro của kết luận này"), risk_text(risk))]
    if risk.guard_band is not None and risk.guard_band > 0:
        out.append((gettext("Dải bảo vệ w"), with_unit(show_decimal(round_significant(risk.guard_band, 4)), unit)))
    if risk.tur is not None:
        out.append((gettext("TUR (khoảng cho phép / 2U)"), f"{show_decimal(round_significant(risk.tur, 3))} : 1"))
    return out

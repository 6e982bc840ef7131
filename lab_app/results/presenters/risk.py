"""The risk behind a verdict, in words."""
from __future__ import annotations

from flask_babel import gettext

from lab_app.core.gates import Words
from lab_app.core.i18n import show_decimal
from lab_app.metrology.rounding import round_significant
from lab_app.results.presenters.words import with_unit
from lab_app.results.risk import NO_UNCERTAINTY, PFA, PFR, RiskShown
from test_methods.deciding import percent

__all__ = ["percent", "risk_facts", "risk_text"]


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

"""A rehearsal of decision rules as its page and its sheet show it."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Words
from lab_app.core.i18n import show_decimal
from lab_app.core.plot import Level, Plot, Point, Series, Tone
from lab_app.core.workflow import State
from lab_app.metrology.decision import Verdict, parse_rule
from lab_app.metrology.limits import Bounds
from lab_app.metrology.rounding import round_significant
from lab_app.results.presenters.limits import limit_text
from lab_app.results.presenters.words import VERDICTS, decimal_of, joined, with_unit
from lab_app.results.rehearsing import FEWEST, Played, Population, RuleSeen
from test_methods.deciding import SHORT, percent, with_parameters

#: Why no population can be told from earlier results.
WHY: Mapping[str, Words] = {
    "too_few": _l("chưa đủ kết quả cũ để ước lượng quá trình"),
    "no_uncertainty": _l("có kết quả cũ không có U"),
    "no_spread": _l("kết quả cũ phân tán không hơn chính phép đo: không tách được phần của sản phẩm"),
    "mixed": _l("kết quả cũ có giới hạn hai phía hay đơn vị khác nhau"),
}
COLUMNS = ((Verdict.PASS,), (Verdict.CONDITIONAL_PASS,), (Verdict.CONDITIONAL_FAIL,), (Verdict.FAIL,),
           (Verdict.NO_STATEMENT, Verdict.NOT_EVALUATED))


def heads() -> list[Words]:
    """Heads of the columns of counts."""
    return [VERDICTS[group[0].value].word for group in COLUMNS[:-1]] + [gettext("Không kết luận")]


def counts(seen: RuleSeen) -> list[int]:
    """How often each verdict, in the order of `heads`."""
    return [sum(seen.counts[v] for v in group) for group in COLUMNS]


def state_of(verdict: Verdict | str) -> State:
    """A verdict's badge."""
    return VERDICTS.get(str(verdict), VERDICTS["NOT_EVALUATED"])


def short_words(seen: RuleSeen) -> str:
    """A rule in a few words with its numbers."""
    return joined([SHORT[seen.rule.kind.value], with_parameters(seen.rule)])


def population_facts(population: Population, unit: str) -> list[tuple[Words, str]]:
    """The estimated process as (label, words)."""
    def number(value: Decimal | None) -> str:
        return with_unit(show_decimal(round_significant(value, 4)), unit) if value is not None else ""

    out: list[tuple[Words, str]] = [(gettext("Số kết quả cũ"), str(population.count))]
    if population.mean is not None:
        of = gettext("Trung bình của dư địa") if population.of_margins else gettext("Trung bình")
        out += [(of, number(population.mean)), (gettext("Độ lệch chuẩn quan sát được"), number(population.s_seen)),
                (gettext("Độ không đảm bảo chuẩn điển hình u"), number(population.u))]
    if population.process is not None:
        out.append((gettext("Độ lệch chuẩn của sản phẩm (đã trừ phần của phép đo)"), number(population.process.s)))
    return out


def why_words(population: Population) -> str:
    """Why there are no global risks; empty where there are."""
    if not population.why:
        return ""
    said = str(WHY.get(population.why, ""))
    if population.why == "too_few":
        said = gettext("%(why)s (có %(n)s, cần ít nhất %(fewest)s)", why=said, n=population.count, fewest=FEWEST)
    return said


def risk_text(share: Decimal | None) -> str:
    """A risk in percent, or a dash."""
    return percent(share) or "–"


def picture(played: Played) -> Plot:
    """Earlier results in the order of time, each with its U, against the limit; distances to it where limits differ."""
    past = list(reversed(played.past))  # oldest first
    same = len({repr(p.limit.to_dict()) for p in past}) <= 1
    points = []
    for n, p in enumerate(past, 1):
        verdicts = played.verdicts(len(past) - n)
        y = p.telling if same else p.limit.margin(p.telling)
        points.append(Point(n, y, p.reading.u, title=with_unit(show_decimal(y), p.reading.unit), tone=_tone(verdicts)))
    levels = _levels(past[0].limit) if past and same else [Level(Decimal(0), gettext("giới hạn"))]
    unit = past[0].reading.unit if past else played.unit
    label = (gettext("kết quả, %(unit)s", unit=unit) if same else gettext("dư địa, %(unit)s", unit=unit)) if unit else gettext("kết quả")
    return Plot(gettext("Kết quả cũ của chỉ tiêu"), [Series(points, style="points")], y_label=label,
                x_label=gettext("kết quả cũ, từ cũ đến mới"), levels=levels, x_low=Decimal(0), x_high=Decimal(len(past) + 1), height=240)


def _tone(verdicts: Sequence[Verdict]) -> Tone:
    if len(set(verdicts)) > 1:
        return "warn"
    return "ok" if verdicts and verdicts[0] in (Verdict.PASS, Verdict.CONDITIONAL_PASS) else "bad"


def _levels(limit: Bounds) -> list[Level]:
    low = -limit.high if limit.absolute and limit.high is not None else limit.low
    return [Level(end, gettext("giới hạn %(limit)s", limit=show_decimal(end))) for end in (low, limit.high) if end is not None]


@dataclass(frozen=True)
class SheetRule:
    """A rule on the sheet: code, numbers, counts by `heads`, the risks in words."""

    code: str
    numbers: str
    counts: list[int]
    pfa: str
    pfr: str
    consumer: str
    producer: str
    at: State | None
    at_pfa: str


@dataclass(frozen=True)
class Sheet:
    """A kept rehearsal in words. Results are numbered, never named."""

    rules: list[SheetRule]
    results: list[tuple[int, str, str, list[State]]]
    population: Mapping[str, Any]
    why: str
    at: str
    differing: int


def sheet(shown: Mapping[str, Any]) -> Sheet:
    """What was shown, from what was kept."""
    rules = []
    for one in shown.get("rules", ()):
        told = dict(one["counts"])
        risk = one.get("risk") or {}
        rules.append(SheetRule(
            str(one["rule"]["code"]), with_parameters(parse_rule(one["rule"])),
            [sum(told.get(v.value, 0) for v in group) for group in COLUMNS],
            risk_text(decimal_of(one.get("pfa"))), risk_text(decimal_of(one.get("pfr"))), risk_text(decimal_of(risk.get("consumer"))),
            risk_text(decimal_of(risk.get("producer"))), state_of(one["at"]) if one.get("at") else None,
            risk_text(decimal_of(one.get("at_pfa")))))
    results = [(n, with_unit(show_decimal(decimal_of(one.get("value"))), str(one.get("unit") or "")), limit_text(one.get("limit")),
                [state_of(v) for v in one["verdicts"]]) for n, one in enumerate(shown.get("results", ()), 1)]
    population = shown.get("population") or {}
    return Sheet(rules, results, population, str(WHY.get(str(population.get("why") or ""), "")),
                 with_unit(show_decimal(decimal_of(shown.get("at"))), str(shown.get("unit") or "")),
                 sum(1 for *_cells, verdicts in results if len({v.code for v in verdicts}) > 1))

"""What the pages and the paper of an uncertainty budget show: its lines, its statement, pictures, a simulation beside it."""
from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from lab_app.core.i18n import lang, show_decimal
from lab_app.core.plot import Band, Mark, Plot, Point, Series
from lab_app.core.plot_bars import Bar, Bars
from lab_app.metrology.histogram import first_order_curve
from lab_app.metrology.notation import plus_minus, readable
from lab_app.metrology.rounding import report_pair, round_significant, round_uncertainty
from lab_app.metrology.uncertainty_table import Row
from test_methods import budget_words
from test_methods.models import BudgetSimulation, UncertaintyBudget
from test_methods.queries.uncertainty import data_of
from test_methods.rules.budgets import (
    BudgetData,
    Evaluated,
    Line,
    evaluated,
    table_of,
    told_warnings,
)

#: Significant digits of a standard uncertainty in a table; nothing stored is rounded.
DIGITS = 4
#: An estimate is written to this many digits.
ESTIMATE_DIGITS = 10
#: The picture shows so many parts, the largest; the table has all.
MOST_BARS = 20
COMPLEX = frozenset({"complex", "polar"})


def shown(number: Decimal | None, digits: int = DIGITS) -> str:
    """A number of a budget's table in the reader's writing, with a power of ten where that is shorter; a dash for none."""
    return "–" if number is None else readable(round_significant(number, digits), locale=lang())


@dataclass(frozen=True)
class LineShown:
    """One line of the table, every cell as it is read."""

    name: str
    meaning: str
    estimate: str
    shape: str
    stated: str
    divisor: str
    u: str
    sensitivity: str
    contribution: str
    dof: str
    share: Decimal
    silent: bool


@dataclass(frozen=True)
class BudgetShown:
    """A budget ready for a page or a paper. `statement`: U as it is printed beside a result, with the rounding rule."""

    data: BudgetData
    found: Evaluated
    lines: list[LineShown]
    ranges: list[tuple[str, str]]
    facts: list[tuple[str, str]]
    coverage: str
    statement: str
    warnings: list[str]
    bars: Bars


def budget_shown(budget: UncertaintyBudget) -> BudgetShown:
    """A kept budget, evaluated anew from its rows."""
    data = data_of(budget)
    return shown_of(data, evaluated(data))


def shown_of(data: BudgetData, found: Evaluated) -> BudgetShown:
    """A budget and what it gives; also for one that is still being typed."""
    coverage = budget_words.coverage_words(data.coverage, found.k)
    by_range = data.kind == "table"
    facts = [] if by_range else [(gettext("u tổng hợp"), _unit(shown(found.u_c), data))]
    if found.y is not None:
        facts.insert(0, (gettext("Ước lượng y"), _unit(shown(found.y, ESTIMATE_DIGITS), data)))
    facts += [
        (gettext("Hệ số phủ k"), shown(found.k)),
        (gettext("U lớn nhất") if by_range else gettext("U mở rộng"), _unit(show_decimal(two_digits(found.U)), data)),
    ]
    if not by_range:
        facts.append((gettext("Bậc tự do hiệu dụng"), gettext("vô hạn") if found.nu_eff is None else shown(found.nu_eff)))
    facts.append((gettext("Cách lấy k"), coverage))
    return BudgetShown(
        data, found, [_line(line) for line in found.lines], _ranges(data), facts, coverage, statement(data, found),
        [budget_words.warning_words(code, name) for code, name in told_warnings(found)], bars_of(data, found))


def two_digits(U: Decimal) -> Decimal:
    """An expanded uncertainty as it is printed (GUM 7.2.6)."""
    return round_uncertainty(U)


def _unit(text: str, data: BudgetData) -> str:
    return budget_words.with_unit(text, data.unit)


def statement(data: BudgetData, found: Evaluated) -> str:
    """The result as it is reported: y ± U at U's two significant digits, with k and how it was taken (JCGM 100 7.2)."""
    if data.kind == "table":
        return gettext("U lấy theo khoảng chứa kết quả, k = %(k)s; ngoài mọi khoảng thì không có U.", k=show_decimal(found.k))
    pair = report_pair(Decimal(0) if found.y is None else found.y, found.U)
    value = plus_minus(pair, data.unit, lang()) if found.y is not None else _unit(f"U = {show_decimal(pair.U)}", data)
    k = shown(found.k, 3)
    nu = gettext("bậc tự do vô hạn")
    if found.nu_eff is not None:
        nu = gettext("bậc tự do hiệu dụng %(nu)s", nu=shown(found.nu_eff, max(2, found.nu_eff.adjusted() + 1)))
    return gettext(
        "%(value)s, với k = %(k)s (%(nu)s). U làm tròn còn hai chữ số có nghĩa, kết quả tới cùng hàng (GUM 7.2.6); phép tính và phán "
        "quyết dùng số chưa làm tròn.", value=value, k=k, nu=nu)


def _line(line: Line) -> LineShown:
    estimate, u = shown(line.estimate, ESTIMATE_DIGITS), shown(line.u)
    if line.given in COMPLEX:
        sign = "−" if (line.imaginary or 0) < 0 else "+"
        estimate = f"{shown(line.estimate)} {sign} j·{shown(abs(line.imaginary or Decimal(0)))}"
        u = f"{u}; {shown(line.u_imaginary)}"
    stated = shown(line.stated, DIGITS if line.given in ("readings", "mismatch") else ESTIMATE_DIGITS)
    if line.stated is not None:
        stated = budget_words.with_unit(stated, line.unit)
    return LineShown(
        line.name, line.meaning, estimate if line.estimate is None else budget_words.with_unit(estimate, line.unit),
        str(budget_words.SHAPES.get(line.given, line.given)),
        stated, shown(line.divisor), u, shown(line.sensitivity), shown(line.contribution),
        "∞" if line.dof is None else shown(line.dof), line.share, not line.contribution)


def _ranges(data: BudgetData) -> list[tuple[str, str]]:
    if data.kind != "table":
        return []
    return [(f"{_unit(show_decimal(row.low), data)} … {_unit(show_decimal(row.high), data)}", _stated(row, data))
            for row in table_of(data.ranges, data.unit).rows]


def _stated(row: Row, data: BudgetData) -> str:
    if row.U is not None:
        return _unit(show_decimal(row.U), data)
    return gettext("%(percent)s %% của giá trị", percent=show_decimal(row.percent))


def bars_of(data: BudgetData, found: Evaluated) -> Bars:
    """The contributions as bars, the largest first, u_c last; the same figures stand in the table."""
    ranked = sorted(found.lines, key=lambda line: line.contribution, reverse=True)[:MOST_BARS]
    bars = [Bar(
        line.meaning or line.name, line.contribution,
        gettext("%(u)s (%(share)s %%)", u=_unit(shown(line.contribution, 3), data), share=show_decimal(line.share, places=1)),
        "accent" if line.contribution else "muted") for line in ranked]
    total = Bar(gettext("u tổng hợp"), found.u_c, _unit(shown(found.u_c, 3), data), "ok")
    return Bars(gettext("Đóng góp của từng thành phần vào u tổng hợp"), [*bars, total] if bars else [])


# ---- a simulation -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SimulationShown:
    """A finished simulation: what it gave, whether the first order does (clause 8), its picture and the figures behind it."""

    facts: list[tuple[str, str]]
    verdict: str
    suffices: bool
    settled: str
    picture: Plot
    table: list[tuple[str, str, str]]


def simulation_shown(row: BudgetSimulation, budget: UncertaintyBudget) -> SimulationShown:
    """A simulation that is done, beside the first order it was held against."""
    unit, percent = budget.unit, show_decimal((row.p * 100).normalize(), thousands=False)

    def told(number: Decimal | None, digits: int = 6) -> str:
        return budget_words.with_unit(shown(number, digits), unit)

    assert row.y is not None and row.first_y is not None and row.first_expanded is not None and row.u is not None
    place = -(row.u.adjusted() - 2)

    def near(number: Decimal | None) -> str:
        return "–" if number is None else budget_words.with_unit(show_decimal(round(number, place) if place >= 0 else number), unit)

    facts = [
        (gettext("Ước lượng y"), near(row.y)), (gettext("u mô phỏng"), told(row.u, DIGITS)),
        (gettext("Khoảng phủ %(p)s %% đối xứng xác suất", p=percent), f"{near(row.low)} … {near(row.high)}"),
        (gettext("Khoảng phủ %(p)s %% ngắn nhất", p=percent), f"{near(row.shortest_low)} … {near(row.shortest_high)}"),
        (gettext("Bậc nhất (GUM): y ± U"), f"{near(row.first_y - row.first_expanded)} … {near(row.first_y + row.first_expanded)}"),
        (gettext("Số lần thử"), show_decimal(row.trials)), (gettext("Số khởi đầu (seed)"), show_decimal(row.seed, thousands=False)),
        (gettext("Bộ sinh số"), row.libraries),
    ]
    return SimulationShown(facts, _verdict(row, unit), bool(row.validated), _settled(row), picture_of(row, budget), _bars_behind(row))


def _verdict(row: BudgetSimulation, unit: str) -> str:
    told = {name: budget_words.with_unit(shown(value, 3), unit) for name, value in (
        ("low", row.d_low), ("high", row.d_high), ("tolerance", row.tolerance))}
    if row.validated:
        return gettext("Bậc nhất đủ dùng: hai đầu khoảng lệch %(low)s và %(high)s, không quá δ = %(tolerance)s (JCGM 101, điều 8).", **told)
    if not row.tolerance:
        return gettext("Bậc nhất không đủ: nó cho u = 0, còn mô phỏng thì không (JCGM 101, điều 8).")
    return gettext(
        "Bậc nhất không đủ: hai đầu khoảng lệch %(low)s và %(high)s, vượt δ = %(tolerance)s (JCGM 101, điều 8). Công bố khoảng mô phỏng, "
        "hoặc ghi rõ U bậc nhất rộng hay hẹp hơn nó.", **told)


def _settled(row: BudgetSimulation) -> str:
    if row.stable:
        return gettext("Ổn định tới %(n)s chữ số có nghĩa của u sau %(trials)s lần thử (JCGM 101, điều 7.9).", n=row.digits,
                       trials=show_decimal(row.trials))
    return gettext("Chưa ổn định tới %(n)s chữ số có nghĩa sau %(trials)s lần thử: tăng số lần thử, hoặc phân bố có đuôi nặng.",
                   n=row.digits, trials=show_decimal(row.trials))


def picture_of(row: BudgetSimulation, budget: UncertaintyBudget) -> Plot:
    """The histogram with the first order's curve over it, the symmetric interval as a band, and the ends of the others."""
    edges = [Decimal(edge) for edge in row.histogram.get("edges", [])]
    counts = [int(count) for count in row.histogram.get("counts", [])]
    assert row.first_y is not None and row.first_expanded is not None and row.low is not None and row.high is not None
    series = []
    if len(edges) == len(counts) + 1 and len(counts) > 1:
        steps = [Point(edge, Decimal(count)) for edge, count in zip(edges, [*counts, counts[-1]], strict=True)]
        series.append(Series(steps, gettext("mô phỏng"), "step", "accent"))
        if row.first_u:
            nu = budget.nu_eff if budget.coverage.get("p") else None
            curve = first_order_curve(row.first_y, row.first_u, nu, edges, row.trials)
            series.append(Series([Point(x, count) for x, count in curve], gettext("bậc nhất"), "line", "warn"))
    most = Decimal(max(counts, default=1))
    ends = [(row.first_y - row.first_expanded, "y − U"), (row.first_y + row.first_expanded, "y + U")]
    return Plot(
        gettext("Phân bố mô phỏng của kết quả, với đường cong và khoảng của bậc nhất"), series, y_label=gettext("số lần thử"),
        x_label=budget.unit, y_low=Decimal(0), height=300,
        bands=[Band(Decimal(0), most, "accent", row.low, row.high)],
        marks=[Mark(at, label, "warn") for at, label in ends],
    )


def _bars_behind(row: BudgetSimulation) -> list[tuple[str, str, str]]:
    edges, counts = row.histogram.get("edges", []), row.histogram.get("counts", [])
    return [(show_decimal(Decimal(low)), show_decimal(Decimal(high)), show_decimal(Decimal(count)))
            for low, high, count in zip(edges, edges[1:], counts, strict=False)]


def progress_words(done: int, most: int) -> str:
    """How far a simulation is."""
    return gettext("Đã thử %(done)s lần, nhiều nhất %(most)s.", done=show_decimal(done), most=show_decimal(most))


def choice_words(low: Decimal | None, high: Decimal | None, unit: str) -> str:
    """A band in words."""
    if low is None and high is None:
        return gettext("mọi tần số")
    if low is None:
        return gettext("đến %(high)s", high=budget_words.with_unit(show_decimal(high), unit))
    if high is None:
        return gettext("từ %(low)s", low=budget_words.with_unit(show_decimal(low), unit))
    return f"{show_decimal(low)} – {budget_words.with_unit(show_decimal(high), unit)}"


def labels_of_quantities() -> dict[str, dict[str, Any]]:
    """Kind of quantity → what its fields are called there; a field without a name is not asked for. For the script of the editor."""
    x, u, dof = gettext("Ước lượng x"), gettext("Độ không đảm bảo u"), gettext("Bậc tự do")
    half = {"x": x, "u": gettext("Nửa khoảng"), "dof": dof}
    return {
        "": {}, "standard": {"x": x, "u": u, "dof": dof}, "expanded": {"x": x, "u": "U", "k": "k", "dof": dof},
        "rectangular": half, "triangular": half, "u-shape": half, "trapezoidal": {**half, "beta": "β"},
        "readings": {"readings": gettext("Số đọc lặp")},
        "complex": {"x": gettext("Phần thực"), "y": gettext("Phần ảo"), "u": gettext("u phần thực"), "v": gettext("u phần ảo"),
                    "r": gettext("Tương quan của hai phần"), "dof": dof},
        "polar": {"x": "|Γ|", "y": gettext("Góc pha, °"), "u": gettext("u của |Γ|"), "v": gettext("u góc pha, °"), "dof": dof},
        "mismatch": {"x": gettext("|Γ| phía nguồn"), "y": gettext("|Γ| phía tải"), "dof": dof},
    }

"""Uncertainty, conformity and rounding: the inputs of a case handed to the functions of the application."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Any

from lab_app.metrology.budget import Budget, BudgetResult, Component
from lab_app.metrology.correlation import Pair
from lab_app.metrology.coverage import Coverage, DofRule, coverage_factor
from lab_app.metrology.decision import DecisionRule, Verdict, decide
from lab_app.metrology.distributions import (
    WORK,
    Distribution,
    exact_divisor,
    parse_distribution,
    standard_from_half_width,
    type_a,
)
from lab_app.metrology.emc import dbm_to_dbuv, distance_correction, eirp_to_field
from lab_app.metrology.global_risk import Process, global_risk, process_from_conformity
from lab_app.metrology.interpolation import FactorTable, Scale, corrected_level
from lab_app.metrology.limits import Bounds, margin, upper
from lab_app.metrology.montecarlo import Sample, Simulation, simulate
from lab_app.metrology.quantities import Input, readings_together
from lab_app.metrology.regression import analyse_variance, fit_line
from lab_app.metrology.rf import mismatch
from lab_app.metrology.risk import cpk, guard_factors, rejection_limit, specific_risk, worst_case_pfa
from lab_app.metrology.rounding import (
    CEILING,
    DEFAULT_TIES,
    Ties,
    report_pair,
    round_half,
    round_to_resolution,
    round_uncertainty,
)
from lab_app.metrology.uncertainty import ComplexEvaluation, Evaluation, evaluate_together
from lab_app.metrology.units import linear_to_level
from lab_app.validation.registry import Context, Inputs, OnDemand, Outputs, Printed, solves

SEED = 20_260_101
P95 = Decimal("0.95")


def _quantity(name: str, data: Mapping[str, Any]) -> Input:
    """One quantity in the words of the case format: ``u``, ``U`` with ``k``, or ``dist`` with ``half_width`` (or its ``u``)."""
    x, dof = data["x"], data.get("nu")
    shape = parse_distribution(data.get("dist") or "normal", name)
    divisor = exact_divisor(shape)
    expanded = WORK.divide(data["U"], data.get("k", Decimal(2))) if "U" in data else None
    if divisor is not None:
        half_width = data.get("half_width")
        if half_width is None:
            half_width = WORK.multiply(data["u"] if expanded is None else expanded, divisor)
        return Input.bounded(name, x, half_width, shape, dof)
    if "U" in data:
        return Input.expanded(name, x, data["U"], data.get("k", Decimal(2)), dof)
    # A quantity without any uncertainty is a constant of the model.
    return Input.standard(name, x, data.get("u", Decimal(0)), dof)


def _quantities(inputs: Inputs) -> tuple[tuple[Input, ...], tuple[Pair, ...]]:
    """All quantities with their correlations: stated, or observed together (``data``)."""
    made = tuple(_quantity(name, data) for name, data in inputs.get("quantities", {}).items())
    pairs = tuple((a, b, r) for a, b, r in inputs.get("correlations", ()))
    if "data" in inputs:
        observed, found = readings_together(inputs["data"])
        made, pairs = made + observed, pairs + found
    if "r" in inputs and not pairs and len(made) == 2:
        pairs = ((made[0].name, made[1].name, inputs["r"]),)
    return made, pairs


def _plain(number: Decimal) -> Printed:
    return Printed(format(number, "f"))


OnAsking = dict[str, Callable[[], Any]]


def _expanded(result: Evaluation, inputs: Inputs) -> OnAsking:
    """Every coverage the case may ask for: a fixed k, and t_p(ν_eff) with ν cut off and real."""
    p = inputs.get("p", P95)

    def factor(rule: DofRule) -> Decimal:
        return coverage_factor(p, result.nu_eff, rule)

    return {
        "U": lambda: result.U,
        "k": lambda: result.k,
        "k_nu_truncated": lambda: factor(DofRule.TRUNCATED),
        "U_nu_truncated": lambda: factor(DofRule.TRUNCATED) * result.u,
        "k_nu_real": lambda: factor(DofRule.REAL),
        "U_nu_real": lambda: factor(DofRule.REAL) * result.u,
    }


def _alone(result: Evaluation) -> OnAsking:
    """What a budget with one result may be asked for beside its coverage: its lines, and the pair as printed."""
    return {
        "y": lambda: result.y,
        "u": lambda: result.u,
        "contributions": lambda: {line.name: line.contribution for line in result.lines},
        "index_percent": lambda: {line.name: line.index_percent for line in result.lines},
        "y_reported": lambda: _plain(report_pair(result.y, result.U).y),
        "U_reported": lambda: _plain(report_pair(result.y, result.U).U),
    }


@solves("uncertainty_budget")
def uncertainty_budget(inputs: Inputs, context: Context) -> Outputs:
    quantities, pairs = _quantities(inputs)
    models = inputs["models"] if "models" in inputs else {"y": inputs["model"]}
    coverage = Coverage(k=inputs["k"]) if "k" in inputs else Coverage(p=inputs["p"]) if "p" in inputs else Coverage()
    joint = evaluate_together(models, quantities, pairs, coverage)
    reals = {name: result for name, result in joint.results.items() if isinstance(result, Evaluation)}
    found: dict[str, Any] = {}
    asked: OnAsking = {}
    for name, result in reals.items():
        found |= {name: result.y, f"y_{name}": result.y, f"u_{name}": result.u, f"nu_eff_{name}": result.nu_eff}
        found |= {f"r_{name}{other}": joint.correlation(name, other) for other in reals if other != name}
        asked |= {f"{key}_{name}": value for key, value in _expanded(result, inputs).items()}
    first = next(iter(joint.results.values()))
    if isinstance(first, ComplexEvaluation):
        found |= {"re": first.re, "im": first.im, "u_re": first.u_re, "u_im": first.u_im, "r": first.r}
    elif len(reals) == 1:
        asked |= _expanded(first, inputs) | _alone(first)
    return OnDemand(found | {"nu_eff": first.nu_eff}, asked)


@solves("degrees_of_freedom")
def degrees_of_freedom(inputs: Inputs, context: Context) -> Outputs:
    found: dict[str, Any] = {}
    asked: OnAsking = {}
    if "rows" in inputs:
        found["t"] = [coverage_factor(row["p"], row.get("nu"), DofRule.REAL) for row in inputs["rows"]]
    if "components" in inputs:
        one = Decimal(1)
        components = tuple(
            Component(str(place), row["u"], Distribution.NORMAL, one, row.get("c", one), row.get("nu"))
            for place, row in enumerate(inputs["components"], 1)
        )
        result = Budget(components).evaluate()
        found |= {"u": result.u_c, "nu_eff": result.nu_eff}

        def covered(rule: DofRule) -> BudgetResult:
            return Budget(components, coverage=Coverage(p=inputs.get("p", P95), rule=rule)).evaluate()

        asked |= {
            "k_nu_truncated": lambda: covered(DofRule.TRUNCATED).k,
            "U_nu_truncated": lambda: covered(DofRule.TRUNCATED).U,
            "k_nu_real": lambda: covered(DofRule.REAL).k,
            "U_nu_real": lambda: covered(DofRule.REAL).U,
        }
    return OnDemand(found, asked)


def _simulated(inputs: Inputs) -> tuple[Simulation, dict[str, str], tuple[Input, ...], tuple[Pair, ...]]:
    if "quantities" in inputs:
        quantities, pairs = _quantities(inputs)
    else:
        quantities = tuple(Input.standard(name, inputs[name], inputs[f"u_{name}"]) for name in ("re", "im"))
        pairs = (("re", "im", inputs.get("r", Decimal(0))),)
    model = inputs["model"]
    models = {"y": model} if isinstance(model, str) else model
    run = simulate(
        models, quantities, pairs, trials=int(inputs.get("trials", 1_000_000)), p=inputs.get("p", P95), seed=SEED
    )
    return run, models, quantities, pairs


def _intervals(sample: Sample) -> OnAsking:
    percent = format((Decimal(repr(sample.p)) * 100).normalize(), "f")
    asked: OnAsking = {
        "shortest_low": lambda: sample.shortest().low,
        "shortest_high": lambda: sample.shortest().high,
    }
    for suffix in ("", percent):
        asked |= {f"low{suffix}": lambda: sample.symmetric().low, f"high{suffix}": lambda: sample.symmetric().high}
    return asked


@solves("monte_carlo")
def monte_carlo(inputs: Inputs, context: Context) -> Outputs:
    run, models, quantities, pairs = _simulated(inputs)
    found: dict[str, Any] = {}
    for name, sample in run.results.items():
        found |= {name: sample.mean, f"u_{name}": sample.u}
    if len(models) > 1:
        return found

    def first_order() -> Evaluation:
        # A simulation has a result where the first order has none, a root at zero for one: asked for only on demand.
        result = next(iter(evaluate_together(models, quantities, pairs).results.values()))
        assert isinstance(result, Evaluation)
        return result

    found |= {"mean": run.only.mean, "u": run.only.u}
    return OnDemand(
        found, _intervals(run.only) | {"gum_y": lambda: first_order().y, "gum_u": lambda: first_order().u}
    )


def _shape(word: str) -> tuple[Distribution, Decimal | None]:
    """``trapezoidal_beta_0.5`` is a trapezoid with its β; the other words are distributions."""
    name, _, beta = word.partition("_beta_")
    return parse_distribution(name), Decimal(beta) if beta else None


@solves("type_a_b")
def type_a_b(inputs: Inputs, context: Context) -> Outputs:
    found: dict[str, Any] = {}
    if "data" in inputs:
        result = type_a(inputs["data"])
        found |= {"mean": result.mean, "s": result.s, "u_mean": result.u_mean, "nu": result.nu}
    if "distributions" in inputs:
        shapes = [_shape(word) for word in inputs["distributions"]]
        found["u"] = [standard_from_half_width(shape, inputs["half_width"], beta) for shape, beta in shapes]
    return found


@solves("regression_anova")
def regression_anova(inputs: Inputs, context: Context) -> Outputs:
    if "daily_mean_V" in inputs:
        micro = Decimal("1e-6")
        deviations = [s * micro for s in inputs["daily_s_uV"]]
        anova = analyse_variance(inputs["daily_mean_V"], deviations, int(inputs["n_per_day"]))
        return {
            "mean": anova.mean,
            "s_between_uV": anova.s_means / micro,
            "s_within_uV": anova.s_within / micro,
            "F": anova.F,
            "F_crit_95": anova.critical(P95),
            "F_crit_97_5": anova.critical(Decimal("0.975")),
            "u_mean_uV": anova.u_mean / micro,
            "nu": anova.nu,
        }
    line = fit_line(inputs["t"], inputs["b"], inputs.get("t0", Decimal(0)))
    found: dict[str, Any] = {
        "intercept": line.intercept,
        "slope": line.slope,
        "u_intercept": line.u_intercept,
        "u_slope": line.u_slope,
        "r": line.r,
        "s": line.s,
        "nu": line.nu,
    }
    if "predict_at" in inputs:
        value, u = line.predict(inputs["predict_at"])
        found |= {"prediction": value, "u_prediction": u}
    return found


@solves("rf_mismatch")
def rf_mismatch(inputs: Inputs, context: Context) -> Outputs:
    found = mismatch(inputs["gamma_source"], inputs["gamma_load"])
    return {
        "max_dB": found.high,
        "min_dB": found.low,
        "u_dB_exact": found.u,
        "u_dB_first_order": found.u_first_order,
    }


def _uncertainty_mode(row: Mapping[str, Any]) -> Ties | str:
    word = str(row.get("mode", "nearest"))
    if word not in ("up", "nearest"):
        raise ValueError(f"unknown mode of rounding: {word[:40]}")
    return CEILING if word == "up" else DEFAULT_TIES


def _rounded_value(row: Mapping[str, Any], mode: Ties) -> Printed:
    x = Decimal(row["x"])
    if "resolution" in row:
        return _plain(round_to_resolution(x, Decimal(row["resolution"]), mode))
    if "digits" in row and "decimals" not in row:
        return _plain(round_half(x, int(row["digits"]) - 1 - x.adjusted(), mode))
    return _plain(round_half(x, int(row.get("decimals", 0)), mode))


@solves("rounding")
def rounding(inputs: Inputs, context: Context) -> Outputs:
    if "rows" not in inputs:
        digits = int(inputs.get("digits", 2))
        u = Decimal(inputs["u"])
        if "y" not in inputs:
            return {"u": _plain(round_uncertainty(u, digits, _uncertainty_mode(inputs)))}
        pair = report_pair(Decimal(inputs["y"]), u, digits, uncertainty_mode=_uncertainty_mode(inputs))
        return {"y": _plain(pair.y), "u": _plain(pair.U)}
    rows: Sequence[Mapping[str, Any]] = inputs["rows"]
    found: dict[str, Any] = {}
    if all("u" in row for row in rows):
        found["u"] = [
            _plain(round_uncertainty(Decimal(row["u"]), int(row.get("digits", 2)), _uncertainty_mode(row)))
            for row in rows
        ]
    if all("x" in row for row in rows):
        found["rule_A_half_even"] = [_rounded_value(row, Ties.EVEN) for row in rows]
        found["rule_B_half_up"] = [_rounded_value(row, Ties.UP) for row in rows]
    return found


def _table(rows: Any, scale: Scale) -> FactorTable:
    return FactorTable(tuple((row[0], row[1]) for row in rows), scale, "Hz")


@solves("emc_correction")
def emc_correction(inputs: Inputs, context: Context) -> Outputs:
    if "reading_dBuV" in inputs:
        level = corrected_level(inputs["reading_dBuV"], [inputs.get("factor_dB", Decimal(0))])
        found = {"level": level}
        if "limit_dBuV" in inputs:
            distance = margin(upper(inputs["limit_dBuV"]), level)
            found |= {"margin": distance, "over_limit": -distance}
        return found
    word = str(inputs.get("interpolation", "linear in f")).lower()
    if word not in ("linear in f", "linear", "lin", "log f", "log", "linear in log f", "log in f"):
        raise ValueError(f"unknown interpolation: {word[:40]}")
    scale = Scale.LOG if "log" in word else Scale.LIN
    add = [_table(inputs[key], scale) for key in ("antenna_factor", "cable_loss") if inputs.get(key)]
    gain = inputs.get("preamp_gain", Decimal(0))
    preamplifier = _table(gain, scale) if isinstance(gain, list) else None
    return {
        "field_dBuV_per_m": [
            corrected_level(level, [table.at(f) for table in add], [preamplifier.at(f) if preamplifier else gain])
            for f, level in inputs["readings"]
        ]
    }


def _each(convert: Callable[[Decimal], Decimal], values: Any) -> Any:
    """One value converted, or every value of a list."""
    return [convert(value) for value in values] if isinstance(values, list) else convert(values)


@solves("emc_units")
def emc_units(inputs: Inputs, context: Context) -> Outputs:
    found: dict[str, Any] = {}
    if "uV_per_m" in inputs:
        found["dBuV_per_m"] = _each(lambda value: linear_to_level(value, "µV/m", "dBµV/m"), inputs["uV_per_m"])
    if "dBm" in inputs:
        resistance = inputs.get("R", Decimal(50))
        found["dBuV"] = _each(lambda value: dbm_to_dbuv(value, resistance), inputs["dBm"])
    if "d1" in inputs and "d2" in inputs:
        found["distance_dB"] = distance_correction(inputs["d1"], inputs["d2"])
    if "EIRP_dBm" in inputs:
        found["E_dBuV_per_m_at_1m"] = _each(eirp_to_field, inputs["EIRP_dBm"])
    return found


def _limit(inputs: Inputs) -> Bounds:
    return Bounds(inputs.get("TL"), inputs.get("TU"))


@solves("conformity_specific_risk")
def conformity_specific_risk(inputs: Inputs, context: Context) -> Outputs:
    limit, y, u = _limit(inputs), inputs["y"], inputs["u"]
    risk = specific_risk(limit, y, u)
    return {
        "p_c": risk.p_c,
        "p_nc": risk.p_nc,
        "risk_above": risk.above,
        "risk_below": risk.below,
        "cpk": cpk(limit, y, u),
    }


@solves("conformity_global_risk")
def conformity_global_risk(inputs: Inputs, context: Context) -> Outputs:
    limit = _limit(inputs)
    mean = inputs.get("process_mean")
    # An acceptance limit that is not stated is the tolerance limit itself.
    low, high = inputs.get("AL"), inputs.get("AU")
    acceptance = Bounds(limit.low if low is None else low, limit.high if high is None else high)
    if "in_tolerance_probability" in inputs:
        process = process_from_conformity(limit, inputs["in_tolerance_probability"], mean)
    else:
        process = Process(mean if mean is not None else Decimal(0), inputs["s_process"])
    u_m = inputs["u_m"] if "u_m" in inputs else process.s / inputs["sigma_process_over_u"]
    risk = global_risk(limit, process, u_m, acceptance)
    conditional = risk.conditional_consumer
    return {
        "PFA": risk.consumer,
        "PFR": risk.producer,
        "p_conform": risk.conforming,
        "UFAR_percent": risk.consumer * 100,
        "CFAR_percent": None if conditional is None else conditional * 100,
    }


_DECISIONS = {
    Verdict.PASS: "pass",
    Verdict.CONDITIONAL_PASS: "conditional_pass",
    Verdict.CONDITIONAL_FAIL: "conditional_fail",
    Verdict.FAIL: "fail",
}


@solves("decision_rule")
def decision_rule(inputs: Inputs, context: Context) -> Outputs:
    rule = DecisionRule("case", inputs["rule"])
    u_max = inputs.get("U_max", inputs.get("U_cispr"))
    decision = decide(rule, _limit(inputs), inputs["y"], inputs.get("U"), u_max)
    if decision.reason == "uncertainty_above_maximum":
        return {"decision": "invalid_measurement"}
    return {"decision": _DECISIONS.get(decision.verdict, decision.reason)}


@solves("guard_band")
def guard_band(inputs: Inputs, context: Context) -> Outputs:
    found: dict[str, Any] = {}
    if "TUR" in inputs:
        found |= guard_factors(inputs["TUR"])._asdict()
    if "r" in inputs:
        found["PFA"] = [worst_case_pfa(r, inputs.get("k", Decimal(2))) for r in inputs["r"]]
    if "limit" in inputs:
        limit = rejection_limit(inputs["limit"], inputs["u_rel"], inputs["p_required"])
        found |= {"acceptance_limit": limit, "rounded": limit.to_integral_value(ROUND_CEILING)}
    return found

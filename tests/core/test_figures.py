"""How the laboratory writes its figures: one setting that pages and papers follow, defaults that change nothing."""
from __future__ import annotations

from decimal import Decimal as D

import pytest
from flask import g

from certificates import printed
from lab_app.accounts import services as accounts
from lab_app.accounts.presenters import laboratory_columns, laboratory_form
from lab_app.accounts.queries import laboratory
from lab_app.core.figures import DEFAULT, Figures, figures, read
from lab_app.core.i18n import show_decimal
from lab_app.core.quantity import Ties
from lab_app.results.presenters import uncertainty_text
from tests.support.people_facts import SETTER, make_people


def paper(value, u, style=DEFAULT, places=1, **facts):
    described = {"kind": "number", "places": places, "value": D(value), "observation": "", "u": D(u), "k": D(2), "unit": "dBm",
                 "limit": {"type": "upper", "limit": "20", "unit": "dBm"}, "guard_band": None, "computed": {}, "exempt": None,
                 "judged": True, **facts}
    return printed.numbers(style=style, **described)


@pytest.mark.parametrize("kept", [{}, {"rounding_ties": "sideways", "u_digits": "9", "notation": "roman"}, {"u_digits": "x"}])
def test_what_is_no_setting_is_the_default(kept):
    assert read(kept) == DEFAULT


def test_kept_settings_are_read():
    assert read({"rounding_ties": "even", "u_digits": "1", "notation": "·10ⁿ"}) == Figures(Ties.EVEN, 1, "·10ⁿ")


def test_papers_follow_ties_and_digits():
    assert paper("15.25", "0.714").result == {"value": "15.3"}
    assert paper("15.25", "0.714", Figures(Ties.EVEN)).result == {"value": "15.2"}
    assert paper("15.25", "0.714").uncertainty["value"] == "0.714", "as recorded, unless the laboratory says otherwise"
    assert paper("15.25", "0.714", Figures(u_digits=2)).uncertainty["value"] == "0.71"
    assert paper("15.25", "0.714", Figures(u_digits=1)).uncertainty["value"] == "0.7"


def test_a_tie_may_decide_whether_the_printed_figures_contradict():
    """20.05 against 20.0 prints as 20.1 or 20.0 at one place: only the second hides that it failed."""
    assert not paper("20.05", "0.7").contradicts
    assert paper("20.05", "0.7", Figures(Ties.EVEN)).contradicts


def settings(**kept):
    row = laboratory()
    typed = laboratory_form(row) | kept
    typed.pop("version", None)
    accounts.set_up_laboratory(SETTER, reason="thử", **laboratory_columns(row, typed))


@pytest.fixture
def lab(app, writing, frozen_clock):
    make_people()
    if laboratory() is None:
        accounts.set_up_laboratory(SETTER, name_vi="Phòng thử", address_vi="Hà Nội")
    return laboratory()


def asked(app, act):
    from lab_app.core.db import db

    db.session.flush()
    for name in ("figures", "lab_facts"):  # a request of a browser's begins without them
        g.pop(name, None)
    with app.test_request_context():
        return act()


def test_pages_follow_the_setting(app, lab):
    def shown():
        return show_decimal(D("15.25"), 1), uncertainty_text(D("0.714")), uncertainty_text(D("0.00002")), uncertainty_text(D("0.71449"))

    assert asked(app, shown) == ("15,3", "0,714", "0,00002", "0,71")
    settings(rounding_ties="even", u_digits="1", notation="×10ⁿ")
    assert asked(app, shown) == ("15,2", "0,7", "2×10⁻⁵", "0,7")
    assert asked(app, figures) == Figures(Ties.EVEN, 1, "×10ⁿ")


@pytest.mark.parametrize(("notation", "text"), [
    ("e", "2e-08"), ("x10^", "2x10^-8"), ("×10ⁿ", "2×10⁻⁸"), ("·10^", "2·10^-8"), ("·10ⁿ", "2·10⁻⁸"), ("", "0,00000002"),
])
def test_five_notations_as_the_acceptance_case_10(app, lab, notation, text):
    settings(notation=notation)
    assert asked(app, lambda: uncertainty_text(D("2E-8"))) == text


def test_without_a_laboratory_the_defaults_hold(app, frozen_clock):
    assert asked(app, figures) == DEFAULT

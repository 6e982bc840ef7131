"""An uncertainty budget as a paper: what is measured, the table, the picture of contributions, the statement, a simulation."""
from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from instruments.dossier import Column, Paper, Section, Word, both, day, refused_character, word
from instruments.dossier_paper import Kind, draw
from lab_app.accounts.models import Laboratory
from lab_app.core import clock
from lab_app.core.errors import Refused
from lab_app.core.i18n import speaking
from lab_app.core.paper import style
from lab_app.core.paper.typefaces import MissingGlyph
from test_methods import budget_words
from test_methods.budget_presenters import BudgetShown, SimulationShown, budget_shown, simulation_shown
from test_methods.models import BudgetSimulation, UncertaintyBudget

KIND = Kind(
    word("Bảng độ không đảm bảo đo", "Uncertainty budget"),
    word("In từ hồ sơ điện tử vào ngày ghi ở trang đầu; lần ban hành sau thay bảng này.",
         "Printed from the electronic record on the day stated on page 1; a later issue replaces this budget."),
    "7.6", word("Hết", "End of budget"),
)


_MARKS = re.compile(r"[.,\s]")


def _said(made: Callable[[], Any]) -> tuple[Any, Any]:
    """The same thing made for a Vietnamese and for an English reader."""
    with speaking("vi"):
        vietnamese = made()
    with speaking("en"):
        return vietnamese, made()


def _word(vi: str, en: str) -> Word:
    """Both languages; English left out where only the decimal mark differs."""
    return word(vi, "" if _MARKS.sub("", en) == _MARKS.sub("", vi) else en)


def budget_file(budget: UncertaintyBudget, run: BudgetSimulation | None, lab: Laboratory) -> bytes:
    """The budget, with its newest finished simulation, as one PDF file in the house's paper style."""
    paper = Paper(
        {"name": {"vi": lab.name_vi, "en": lab.name_en}, "address": lab.address_vi, "phone": lab.phone, "email": lab.email,
         "tax_code": lab.tax_code},
        budget.code, word(budget.quantity), day(clock.today())["vi"], _sections(budget, run))
    try:
        return draw(paper, KIND)
    except MissingGlyph as error:
        character, where = error.missing[0]
        raise Refused(refused_character(character, where)) from error


def _sections(budget: UncertaintyBudget, run: BudgetSimulation | None) -> list[Section]:
    vi, en = _said(lambda: budget_shown(budget))
    sections = [_identity(budget, vi, en), _table(vi, en) if vi.lines else _ranges(vi, en)]
    if vi.lines:
        sections.append(Section(word("Đóng góp", "Contributions"), plot=vi.bars))
    sections.append(Section(word("Công bố", "Statement"), note=_word(vi.statement, en.statement)))
    sections += [Section(word("Lưu ý", "Note"), note=_word(v, e), top=False) for v, e in zip(vi.warnings, en.warnings, strict=True)]
    if run is not None:
        sections += _simulated(*_said(lambda: simulation_shown(run, budget)))
    return sections


def _identity(budget: UncertaintyBudget, vi: BudgetShown, en: BudgetShown) -> Section:
    facts = [(word("Lần ban hành", "Issue"), word(str(budget.issue))), (word("Ghi ngày", "Recorded on"), day(budget.recorded_at)),
             (word("Dạng", "Kind"), both(budget_words.KINDS[budget.kind]))]
    if budget.model:
        facts.append((word("Mô hình đo", "Measurement model"), word(" ".join(budget.model.split()))))
    facts += [(_word(v[0], e[0]), _word(v[1], e[1])) for v, e in zip(vi.facts, en.facts, strict=True)]
    if budget.correlations:
        facts.append((word("Tương quan", "Correlations"), word("; ".join(f"r({a}, {b}) = {r}" for a, b, r in budget.correlations))))
    if budget.author is not None:
        facts.append((word("Người lập", "Made by"), word(budget.author.name)))
    return Section(word("Nhận dạng và kết quả", "Identification and result"), facts=facts, note=word(budget.note) if budget.note else None)


def _table(vi: BudgetShown, en: BudgetShown) -> Section:
    width = style.TEXT_WIDTH
    rooms = (0.25, 0.13, 0.12, 0.09, 0.1, 0.1, 0.11, 0.1)
    heads = (word("Thành phần", "Component"), word("Ước lượng", "Estimate"), word("Phân bố", "Distribution"), word("Ước số", "Divisor"),
             word("u(x)", ""), word("c", ""), word("|c|·u", ""), word("%", ""))
    columns = [Column(head, width * room, right=place > 0) for place, (head, room) in enumerate(zip(heads, rooms, strict=True))]
    rows = []
    for v, e in zip(vi.lines, en.lines, strict=True):
        name = f"{v.name}: {v.meaning}" if v.meaning else v.name
        rows.append([word(name), word(v.estimate), _word(v.shape, e.shape), word(v.divisor), word(v.u), word(v.sensitivity),
                     word(v.contribution), word(format(v.share, ".1f").replace(".", ","))])
    return Section(word("Các thành phần", "Components"), columns=columns, rows=rows)


def _ranges(vi: BudgetShown, en: BudgetShown) -> Section:
    width = style.TEXT_WIDTH
    columns = [Column(word("Khoảng giá trị", "Range of the value"), width * 0.6), Column(word("U", ""), width * 0.4, right=True)]
    return Section(word("U theo khoảng", "U by range"), columns=columns,
                   rows=[[word(v[0]), _word(v[1], e[1])] for v, e in zip(vi.ranges, en.ranges, strict=True)])


def _simulated(vi: SimulationShown, en: SimulationShown) -> list[Section]:
    head = word("Mô phỏng Monte Carlo", "Monte Carlo simulation")
    facts = [(_word(v[0], e[0]), _word(v[1], e[1])) for v, e in zip(vi.facts, en.facts, strict=True)]
    return [
        Section(head, facts=facts, note=_word(f"{vi.verdict} {vi.settled}", f"{en.verdict} {en.settled}")),
        Section(word("Phân bố mô phỏng", "Simulated distribution"), plot=vi.picture, top=False),
    ]


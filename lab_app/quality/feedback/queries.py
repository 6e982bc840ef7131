"""Reads of feedback: lists, the counts of each month in one statement, analyses (8.6.2)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, literal, select, union_all
from sqlalchemy.orm import joinedload

from lab_app.accounts.models import Person
from lab_app.core import kpi
from lab_app.core.db import db
from lab_app.quality.feedback.models import Feedback, FeedbackAnalysis, FeedbackRequest
from lab_app.quality.feedback.rules import DETRACTOR, PROMOTER, SATISFIED, Tally


def answers() -> Select[Any]:
    """SQL: every answer."""
    return select(Feedback)


def analyses() -> list[FeedbackAnalysis]:
    """Every analysis, newest first."""
    query = select(FeedbackAnalysis).options(joinedload(FeedbackAnalysis.person).lazyload(Person.roles))
    return list(db.session.scalars(query.order_by(FeedbackAnalysis.until.desc(), FeedbackAnalysis.id.desc()).limit(50)))


def answered(key: str) -> Feedback | None:
    """The answer that was given to an invitation."""
    return db.session.scalar(select(Feedback).where(Feedback.answered_key == key))


def _when(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def by_month(first: str, last: str) -> dict[str, Tally]:
    """Month (YYYY-MM) → what was asked and answered in it, of the months `first` … `last`; one statement."""
    said = select(
        Feedback.month, literal(0), func.count(), func.count(Feedback.satisfaction), _when(Feedback.satisfaction >= SATISFIED),
        func.count(Feedback.timeliness), _when(Feedback.timeliness >= SATISFIED), func.count(Feedback.recommend),
        _when(Feedback.recommend >= PROMOTER), _when(Feedback.recommend <= DETRACTOR),
    ).where(Feedback.month.between(first, last)).group_by(Feedback.month)
    nothing = [literal(0)] * 8
    asked = select(FeedbackRequest.month, func.count(), *nothing).where(
        FeedbackRequest.month.between(first, last)).group_by(FeedbackRequest.month)
    found: dict[str, Tally] = {}
    rows: Any = db.session.execute(union_all(said, asked))
    for month, *counts in rows:
        found[month] = found.get(month, Tally()) + Tally(*(int(n or 0) for n in counts))
    return found


def months(last: date, count: int) -> list[str]:
    """The names of `count` months that end with the month of `last`."""
    return [one.strftime("%Y-%m") for one in kpi.months(last, count)]


def scores(spans: Sequence[date]) -> Select[Any]:
    """SQL for the performance figure: the sum of satisfied answers and how many answered, a month."""
    return kpi.by_month(
        Feedback.answered_at, spans, case((Feedback.satisfaction >= SATISFIED, 1), else_=0), Feedback.satisfaction.is_not(None))


def net_recommendation(spans: Sequence[date]) -> Select[Any]:
    """SQL for the performance figure: promoters less detractors and how many answered, a month."""
    worth = case((Feedback.recommend >= PROMOTER, 1), (Feedback.recommend <= DETRACTOR, -1), else_=0)
    return kpi.by_month(Feedback.answered_at, spans, worth, Feedback.recommend.is_not(None))


def count_all(*models: Any) -> Select[int]:
    """SQL: how many rows these tables hold together."""
    parts = [select(func.count()).select_from(model).scalar_subquery() for model in models]
    return select(sum(parts[1:], parts[0]))

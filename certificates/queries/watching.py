"""Reads for those who watch the register from outside: changes for feeds, and who the witnesses are."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, or_, select

from certificates import workflow
from certificates.models import PublishedEntry, Report, StatusChange, Subscription
from lab_app.core.db import db

FEED_LENGTH = 50


def _changes() -> Any:
    return select(
        StatusChange.id, StatusChange.from_status, StatusChange.to_status, StatusChange.public_reason, StatusChange.recorded_at,
        Report.number, Report.code, Report.status, Report.recorded_at.label("taken_at"),
    ).join(Report, Report.id == StatusChange.report_id).where(
        or_(*(Report.status == status for status in sorted(workflow.PUBLIC_STATES)))).order_by(StatusChange.id.desc()).limit(FEED_LENGTH)


def changes_of_paper(code: str) -> Sequence[Row[Any]]:
    """The newest public changes of the paper with this code, all its versions; empty where it is unknown or not public."""
    asked = select(Report.base_number).where(
        Report.code == code, or_(*(Report.status == status for status in sorted(workflow.PUBLIC_STATES)))).scalar_subquery()
    return db.session.execute(_changes().where(Report.base_number == asked)).all()


def public_report(code: str) -> Report | None:
    """The report with this code, where anything of it may be told."""
    return db.session.scalar(select(Report).where(
        Report.code == code, or_(*(Report.status == status for status in sorted(workflow.PUBLIC_STATES)))))


def changes_of_register() -> Sequence[Row[Any]]:
    """The newest changes of the papers that stand in the public directory; of others nothing leaves by this door."""
    return db.session.execute(
        _changes().join(PublishedEntry, PublishedEntry.report_id == Report.id).where(PublishedEntry.listed)).all()


def witnesses() -> Select[Any]:
    """Addresses that receive checkpoints, or were asked to."""
    return select(Subscription).where(Subscription.kind == "witness", Subscription.ended_at.is_(None))


def watchers_count(base_number: str) -> Select[Any]:
    """SQL: subscriptions of one paper that count."""
    return select(Subscription.id).where(
        Subscription.kind == "paper", Subscription.subject == base_number, Subscription.confirmed_at.is_not(None),
        Subscription.ended_at.is_(None))

"""The calendar of keeping: for each kind of record its rule, its files, and in which year they may go."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext

from lab_app.core import audit, history
from lab_app.quality.retention import rules
from lab_app.quality.retention.models import RetentionRule

#: So many years ahead are shown.
AHEAD = 6


@dataclass
class Line:
    """One kind: `months` of keeping (0 for ever, None without a rule), files in all, those whose time is over, by year, later."""

    kind: str
    name: Any
    months: int | None
    basis: str
    since: Any = None
    never: bool = False
    files: int = 0
    over: int = 0
    by_year: list[int] = field(default_factory=list)
    later: int = 0

    @property
    def says(self) -> str:
        """The time of keeping in words."""
        if self.never or self.months == 0:
            return gettext("vĩnh viễn")
        if self.months is None:
            return gettext("chưa đặt")
        years, months = divmod(self.months, 12)
        if not months:
            return gettext("%(n)s năm", n=years)
        return gettext("%(n)s tháng", n=self.months)


@dataclass(frozen=True)
class Calendar:
    """All kinds, those with files or a rule first."""

    years: list[int]
    lines: list[Line]

    @property
    def used(self) -> list[Line]:
        """Kinds that have files or a rule."""
        return [line for line in self.lines if line.files or line.months is not None]

    @property
    def unused(self) -> list[Line]:
        """The others."""
        return [line for line in self.lines if not line.files and line.months is None]

    @property
    def unruled(self) -> list[Line]:
        """Kinds that have files and no rule."""
        return [line for line in self.lines if line.files and line.months is None and not line.never]


def retention_calendar(known: Mapping[str, RetentionRule], files: Mapping[str, Mapping[int, int]], this_year: int) -> Calendar:
    """The calendar from a year on. A file attached in year Y and kept m months may go in the year of Y + m months at the latest; it
    counts as over only when that year has passed."""
    years = list(range(this_year, this_year + AHEAD))
    lines = []
    for kind in {*audit.watched_tables(), *files}:
        rule = known.get(kind)
        line = Line(kind, history.kind_word(kind), rule.months if rule else None, rule.basis if rule else "",
                    rule.recorded_at if rule else None, kind in rules.NEVER, by_year=[0] * AHEAD)
        for year, count in files.get(kind, {}).items():
            line.files += count
            if not rule or not rule.months or line.never:
                continue
            due = (year * 12 + 11 + rule.months) // 12
            if due < this_year:
                line.over += count
            elif due < this_year + AHEAD:
                line.by_year[due - this_year] += count
            else:
                line.later += count
        lines.append(line)
    lines.sort(key=lambda one: (not one.files, one.months is None, str(one.name)))
    return Calendar(years, lines)

"""Shaping for the pages of the room: numbers, limits, verdicts and readings as a reader sees them."""
from lab_app.core.i18n import pick
from lab_app.results.presenters.about import about_item
from lab_app.results.presenters.limits import (
    COMPARES_U,
    RULES,
    answers_of,
    bounds_text,
    gauge_of,
    left_out,
    limit_confirmed,
    limit_text,
    margin_label,
    margin_tone,
    rule_text,
)
from lab_app.results.presenters.readings import (
    NOTHING,
    WRITTEN_DIGITS,
    Shown,
    fixed_parts,
    formula_text,
    range_text,
    raw_line,
    raw_parts,
    replicate_text,
    revision_changes,
    shown_answer,
    shown_number,
    shown_outcome,
    shown_reading,
    steps,
    typed_again,
    uncertainty_text,
)
from lab_app.results.presenters.risk import percent, risk_facts, risk_text
from lab_app.results.presenters.words import (
    ANSWERS,
    REASONS,
    SHORT_SOURCES,
    SOON_DAYS,
    SOURCES,
    VERDICTS,
    decimal_of,
    due,
    environment_text,
    field_label,
    formula_of,
    joined,
    last_day,
    line_title,
    moment,
    name,
    number,
    reason_words,
    span,
    verdict,
    with_unit,
)

__all__ = [
    "ANSWERS", "COMPARES_U", "NOTHING", "REASONS", "RULES", "SHORT_SOURCES", "SOON_DAYS", "SOURCES", "Shown", "VERDICTS",
    "WRITTEN_DIGITS", "about_item", "answers_of", "bounds_text", "decimal_of", "due", "environment_text", "field_label",
    "fixed_parts", "formula_of", "formula_text", "gauge_of", "joined", "last_day", "left_out", "limit_confirmed",
    "limit_text", "line_title",
    "margin_label", "margin_tone", "moment", "name", "number", "percent", "pick", "range_text", "raw_line", "raw_parts",
    "reason_words", "replicate_text", "revision_changes", "risk_facts", "risk_text", "rule_text", "shown_answer", "shown_number",
    "shown_outcome", "shown_reading", "span", "steps", "typed_again", "uncertainty_text", "verdict", "with_unit",
]

"""Labels of instruments: code, name, how long it may be used, and a QR code that leads to the live status."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext

from instruments import dossier, dossier_paper
from instruments.models import Instrument
from instruments.presenters import last_day
from instruments.workflow import IN_SERVICE
from lab_app.accounts.models import Laboratory
from lab_app.core.errors import Refused
from lab_app.core.i18n import show_date, speaking
from lab_app.core.paper.labels import Label, draw_label, draw_label_sheet
from lab_app.core.paper.typefaces import MissingGlyph
from lab_app.core.workflow import State


def _drawn(draw: Any, *args: Any, **kw: Any) -> bytes:
    try:
        return bytes(draw(*args, **kw))
    except MissingGlyph as error:
        character, where = error.missing[0]
        raise Refused(dossier.refused_character(character, where)) from error


def _label(row: Instrument, standing: State, lab_name: str) -> Label:
    """The label as it is true on the day of printing; what counts is what the scanned record says."""
    through = last_day(row.unusable_from)
    with speaking("vi"):
        covered = _covered(row, standing, through)
    details = [*covered, " · ".join(p for p in (row.type, row.serial) if p)]
    return Label(row.code, row.name_vi, lab_name, [d for d in details if d])


def _covered(row: Instrument, standing: State, through: date | None) -> list[str]:
    if row.state != IN_SERVICE.code or standing.tone == "bad":
        return [gettext("KHÔNG DÙNG"), str(standing.word)]
    return [gettext("Dùng đến hết %(day)s", day=show_date(through)) if through is not None else gettext("Không có hạn")]


def label_paper(row: Instrument, standing: State, lab_name: str, size: str) -> bytes:
    """One instrument's label of a size (`core.paper.labels.SIZES`)."""
    label = _label(row, standing, lab_name)
    return _drawn(draw_label, label.code, label.name, label.laboratory, details=label.details, size=size)


def label_sheet(rows: Sequence[Instrument], standings: dict[int, State], lab_name: str, first: int) -> bytes:
    """Labels of several instruments on A4 sheets, from a place on."""
    return _drawn(draw_label_sheet, [_label(row, standings[row.id], lab_name) for row in rows], first=first)


def dossier_file(row: Instrument, lab: Laboratory) -> bytes:
    """Everything on record about an instrument as one PDF file (6.4.13)."""
    head = {
        "name": {"vi": lab.name_vi, "en": lab.name_en}, "address": lab.address_vi, "phone": lab.phone, "email": lab.email,
        "tax_code": lab.tax_code,
    }
    return _drawn(dossier_paper.draw, dossier.gather(row, head))

"""Values of an entry that were taken from a trace: read again from the kept file, so that nobody can claim a file for another number."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from instruments.queries.traces import Taken, taken_by
from instruments.rules.traces import why
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.quantity import NotANumber, parse_decimal
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.units import convert
from lab_app.results.computation import FREQUENCY
from lab_app.results.models import JobLine, Reading, ReadingTrace

HERTZ = "Hz"
TOKEN_LENGTH = 120


@dataclass(frozen=True)
class FromTrace:
    """A field whose typed value is the one its trace gives."""

    key: str
    token: str
    taken: Taken


def proposed(field: Mapping[str, Any], taken: Taken) -> Decimal:
    """What a taken value gives for a field: its frequency for a frequency field, else its level, in the field's unit.

    Raises `MetrologyError` when the units are of different quantities.
    """
    unit = str(field.get("unit") or "")
    if str(field["key"]).startswith(FREQUENCY):
        return convert(taken.frequency, HERTZ, unit or HERTZ)
    return taken.level if not unit or unit == taken.unit else convert(taken.level, taken.unit, unit)


def from_traces(line: JobLine, texts: Mapping[str, str], locale: str, tokens: Mapping[str, str]) -> list[FromTrace]:
    """The fields whose typed text still is what their trace gives; a value that was changed by hand is the technician's own.

    Raises `FieldRefused` on the field when its trace cannot be read again or measures something else.
    """
    found = []
    for field in line.parameter.fields:
        key = str(field["key"])
        token = tokens.get(key, "")
        if not token or len(token) > TOKEN_LENGTH or field.get("many"):
            continue
        try:
            typed = parse_decimal(texts.get(key, ""), locale)
            taken = taken_by(token, "" if key.startswith(FREQUENCY) else str(field.get("unit") or ""))
            if taken is not None and proposed(field, taken) == typed:
                found.append(FromTrace(key, token, taken))
        except NotANumber:
            continue
        except MetrologyError as error:
            raise FieldRefused(key, why(error)) from error
        except OSError as error:
            raise FieldRefused(key, gettext("Tệp gốc của số đọc này không còn nguyên vẹn; hãy báo quản trị hệ thống.")) from error
    return found


def keep(reading: Reading, found: list[FromTrace], source_file: str = "") -> None:
    """Write with the reading where its values came from: `source`, the trace and the file's hash; before the reading is stored."""
    by_key = {one.key: one for one in found}
    for key, body in reading.raw.items():
        one = by_key.get(key)
        if one is not None:
            body |= {"source": one.taken.trace.source, "trace": one.taken.trace.id, "sha256": one.taken.trace.file_sha256,
                     "taken": one.token}
        elif source_file and body.get("text") and body.get("source") == "measured":
            body |= {"source": "file", "sha256": source_file}


def link(reading: Reading, found: list[FromTrace]) -> None:
    """Name the traces of a stored reading, one row a field."""
    for one in found:
        db.session.add(ReadingTrace(reading_id=reading.id, trace_id=one.taken.trace.id, key=one.key))

"""The blueprint of the room, and what its pages share."""
from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext

from instruments import queries
from instruments.models import Instrument
from lab_app.core import files
from lab_app.core.errors import FieldRefused
from lab_app.core.files import Upload
from lab_app.core.web import or_404

bp = Blueprint("instruments", "instruments")


def instrument_of(code: str) -> Instrument:
    return or_404(queries.by_code(code), gettext("Không có thiết bị mang mã này."))


def upload_of(form: Any, allowed: frozenset[str] = files.ANY) -> Upload | None:
    """The file of a form, durable before any transaction; `None` when none was chosen. Refusals hang on the field."""
    if not form.file.data:
        return None
    try:
        return files.put(form.file.data.stream, form.file.data.filename, allowed)
    except FieldRefused as error:
        form.file.errors = [str(error.message)]
        return None

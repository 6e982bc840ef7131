"""The blueprint of controlled documents, and how a request finds its rows."""
from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext

from lab_app.core.web import or_404
from lab_app.quality.documents import queries
from lab_app.quality.documents.models import ControlledDocument, DocumentVersion

bp = Blueprint("quality_documents", __name__)


def found(code: str) -> ControlledDocument:
    """The document of this code, or the 404 page."""
    return or_404(queries.document_by_code(code), gettext("Không có tài liệu này."))


def found_version(code: str, number: int) -> DocumentVersion:
    """A version of a document, or the 404 page."""
    return or_404(queries.version_of(found(code).id, number), gettext("Không có bản này của tài liệu."))

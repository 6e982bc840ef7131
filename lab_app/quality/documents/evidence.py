"""What documents, the watch and keeping show an assessor, and the figures that want a look (8.2 to 8.4, 7.2.1)."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from lab_app.core import clock, evidence, indicators
from lab_app.core.counting import how_many
from lab_app.core.indicators import Indicator, bad_when_any, warn_when_any
from lab_app.quality.documents import queries
from lab_app.quality.documents.models import (
    ControlledDocument,
    DocumentReading,
    DocumentReview,
    DocumentVersion,
)
from lab_app.quality.retention.models import DisposalTrace, RetentionRule
from lab_app.quality.standards import queries as standards
from lab_app.quality.standards import rules as watch
from lab_app.quality.standards.models import ExternalDocument, WatchCheck


def _reviews_overdue() -> Select[int]:
    return how_many(ControlledDocument, queries.review_overdue(clock.today()))


def _unread_late() -> Select[int]:
    return how_many(DocumentReading, DocumentReading.read_at.is_(None), DocumentReading.ended_at.is_(None),
        DocumentReading.due_on < clock.today())


def _watch_overdue() -> Select[int]:
    return how_many(ExternalDocument, standards.overdue(clock.today()))


def _changes_open() -> Select[int]:
    return how_many(ExternalDocument, ExternalDocument.status == watch.CHANGED)


def offer() -> None:
    """Register evidence and figures with the kernel."""
    documents, externals = "quality_documents.documents", "quality_standards.standards"
    evidence.offer("8.2", _l("Xác nhận đã đọc tài liệu"), documents,
                   evidence.records(DocumentReading, DocumentReading.read_at.is_not(None)))
    evidence.offer("8.3.1", _l("Tài liệu kiểm soát"), documents, evidence.records(ControlledDocument))
    evidence.offer("8.3.2", _l("Bản tài liệu đã phê duyệt"), documents, evidence.records(DocumentVersion,
        DocumentVersion.status == "approved"))
    evidence.offer("8.3.2", _l("Lần xem xét tài liệu định kỳ"), "quality_documents.at_day", evidence.records(DocumentReview))
    evidence.offer("8.3.1", _l("Tài liệu bên ngoài được theo dõi"), externals, evidence.records(ExternalDocument))
    evidence.offer("7.2.1.3", _l("Lần xem tài liệu bên ngoài"), externals, evidence.records(WatchCheck))
    evidence.offer("8.4.2", _l("Quy định thời hạn lưu"), "quality_retention.rules", evidence.records(RetentionRule))
    evidence.offer("8.4.2", _l("Tệp đã hủy theo đề nghị được duyệt"), "quality_retention.disposals",
                   evidence.records(DisposalTrace))
    for key, label, count, tone, endpoint, values, clause, order in (
        ("documents-review-overdue", _l("Tài liệu quá hạn xem xét"), _reviews_overdue, bad_when_any, documents, {"standing": "review"},
        "8.3.2", 40),
        ("documents-unread", _l("Yêu cầu đọc tài liệu quá hạn"), _unread_late, warn_when_any, documents, {"standing": "unread"}, "8.2.1",
        41),
        ("standards-unwatched", _l("Tài liệu bên ngoài quá hạn xem"), _watch_overdue, bad_when_any, externals, {"standing": "overdue"},
         "8.3.1", 42),
        ("standards-changed", _l("Thay đổi của tài liệu bên ngoài chưa xử lý"), _changes_open, warn_when_any, externals,
         {"standing": "changed"}, "7.2.1.3", 43),
    ):
        indicators.register(Indicator(key, label, count, tone, endpoint, values, clauses=(clause,), order=order))

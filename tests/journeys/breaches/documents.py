"""The forbidden acts about documents and kept records, one for each gate: everything but the one fact is in order."""
from __future__ import annotations

from datetime import date
from typing import Any

from lab_app.core import clock
from lab_app.quality.documents import receipts
from lab_app.quality.documents import services as documents
from lab_app.quality.retention import services as retention
from tests.support.document_facts import drafted, effective, old_photo, proposed, submitted
from tests.support.people_facts import make_people
from tests.support.signing import confirmed


def reviewed_by_its_author(_app: Any) -> None:
    """8.3.2: the quality manager wrote the procedure and finds it good."""
    people = make_people()
    documents.review_version(people.quality_manager, submitted(people))


def approved_by_its_author(_app: Any) -> None:
    """8.3.2 a: the director wrote it himself; another reviewed it, he approves."""
    people = make_people()
    row = submitted(people, author=people.signatory)
    documents.review_version(people.reviewer, row)
    documents.approve_version(people.signatory, row, effective_from=clock.today(), confirmed=confirmed(people.signatory))


def approved_without_review(_app: Any) -> None:
    """8.3.2 b: a draft that nobody has read is approved."""
    people = make_people()
    documents.approve_version(
        people.signatory, drafted(people), effective_from=clock.today(), confirmed=confirmed(people.signatory))


def obsolete_at_the_bench(_app: Any) -> None:
    """7.2.1.2, 8.3.2 f: the technician opens the version that was replaced."""
    people = make_people()
    old = effective(people)
    effective(people, old.document)
    receipts.copy_for(people.technician, old)


def destroyed_too_early(_app: Any) -> None:
    """8.4.2: photos of a sample are to be kept five years; they are two days old."""
    people = make_people()
    old_photo(people, date(2026, 11, 14))
    retention.set_rule(people.quality_manager, kind="sample", months=60, basis="quy định của phòng")
    retention.propose_disposal(people.quality_manager, kind="sample", before=date(2026, 11, 16), reason="hết chỗ")


def approved_by_who_proposed(_app: Any) -> None:
    """8.4.2: the person who proposed a disposal has the right to approve, and does."""
    people = make_people()
    row = proposed(people)
    row.proposed_by_id = people.signatory.id
    retention.approve_disposal(people.signatory, row, confirmed=confirmed(people.signatory))


def destroyed_without_approval(_app: Any) -> None:
    """8.4.2: nobody has approved; the files go all the same."""
    people = make_people()
    retention.execute_disposal(people.quality_manager, proposed(people))


BREACHES = {
    "document-reviewed-by-another": reviewed_by_its_author, "document-approved-by-another": approved_by_its_author,
    "document-steps-in-order": approved_without_review, "document-effective-served": obsolete_at_the_bench,
    "record-kept": destroyed_too_early, "disposal-by-another": approved_by_who_proposed,
    "disposal-approved": destroyed_without_approval,
}

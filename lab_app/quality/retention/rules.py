"""What may go and when: months of keeping, kinds whose files are never destroyed, the hash of a list (8.4.2)."""
from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date

from lab_app.quality.documents.rules import add_months

#: Kept for ever, whatever a rule says: issued papers and what makes them checkable, the trail, signatures, what disposal itself left.
NEVER = frozenset({
    "report", "report-file", "report-line", "report-status", "published-entry", "exhibit", "signature", "disposal", "retention-rule",
    "document", "document-version", "signing-certificate",
})
#: The longest that a rule can say besides for ever.
LONGEST_MONTHS = 100 * 12
#: So many files go by one proposal at most: a person has to read the list that they sign.
MOST = 2_000


def kept_until(recorded: date, months: int) -> date | None:
    """The first day on which a record may go; none for ever."""
    return add_months(recorded, months) if months else None


def list_hash(rows: Iterable[tuple[int, str]]) -> str:
    """SHA-256 (hexadecimal) of a list of (attachment, hash of its bytes)."""
    whole = json.dumps([[ident, sha] for ident, sha in sorted(rows)], separators=(",", ":"))
    return hashlib.sha256(whole.encode()).hexdigest()

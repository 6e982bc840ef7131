"""How the audit trail stands, cheaply: what waits for its seal, and whether the newest links hold. Not a full verification."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from lab_app.core import clock
from lab_app.core.audit import GENESIS, AuditEntry, AuditSeal, digest
from lab_app.core.db import UtcDateTime, db

#: Links recomputed for the page; `flask audit verify` recomputes all.
TAIL = 100
#: An entry unsealed for longer means that the sealer does not run.
PATIENCE = timedelta(seconds=60)


@dataclass(frozen=True)
class TrailState:
    """The newest end of the trail. `broken` names the first link that does not hold, 0 when all checked ones do."""

    sealed_at: datetime | None
    last_entry: int
    unsealed: int
    oldest_unsealed: datetime | None
    checked: int
    broken: int
    head: str

    @property
    def tone(self) -> str:
        """`bad`: a link is broken. `warn`: entries wait for longer than a minute. `ok` otherwise; `hold`: nothing written yet."""
        if self.broken:
            return "bad"
        if self.oldest_unsealed is not None and clock.now() - self.oldest_unsealed > PATIENCE:
            return "warn"
        return "ok" if self.last_entry else "hold"


def state() -> TrailState:
    """Two statements, whatever the length of the trail: the last links with their entries, and what follows them."""
    rows = list(db.session.execute(
        select(AuditSeal.id, AuditSeal.entry_id, AuditSeal.entry_hash, AuditSeal.chain_hash, AuditSeal.at,
               AuditEntry.canonical, AuditEntry.hash)
        .outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
        .order_by(AuditSeal.id.desc()).limit(TAIL + 1)
    ))
    rows.reverse()
    last_sealed = rows[-1].entry_id if rows else 0
    waiting, oldest, last_entry = db.session.execute(
        select(func.count(), func.min(AuditEntry.at, type_=UtcDateTime), func.max(AuditEntry.id)).where(AuditEntry.id > last_sealed)
    ).one()
    broken, checked = 0, 0
    chain = GENESIS
    for n, row in enumerate(rows):
        if n == 0 and len(rows) > TAIL:
            chain = row.chain_hash  # the link before the first one checked
            continue
        checked += 1
        chain = digest(chain + row.entry_hash)
        if chain != row.chain_hash or row.hash != row.entry_hash or row.canonical is None or digest(row.canonical) != row.hash:
            broken = row.id
            break
    return TrailState(
        rows[-1].at if rows else None, int(last_entry or last_sealed), int(waiting), oldest, checked, broken,
        rows[-1].chain_hash if rows else "",
    )

"""`python -m bench.public_register [--rows 1000000] [--only WORD]`: the public look-up on a register of a stated size, outside the suite.

The register alone is filled, a report and its change of status for each paper, up to ten million: the look-up reads nothing else. Every
page stands beside a bare Flask application with SQLAlchemy Core that asks the same table by the same unique column and renders the same
template with the same headers; nothing is cached on either side. With `DATABASE_URL` of a PostgreSQL server the same there.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bench import filling, foundation, units
from bench.__main__ import ROOT, SMALL, Result, measure, table
from bench.laboratory import NOW, Laboratory
from bench.units import WARES, Size
from certificates.models import Report, StatusChange
from lab_app.core import audit

BATCH = 20_000


class Register(Laboratory):
    """A laboratory of which only the register of papers was filled."""

    def _make(self, units: int) -> Size:
        return self.schema_and(lambda hashed: self._fill(Size(units, NOW, 10), hashed))

    def _fill(self, size: Size, hashed: str) -> Size:
        engine = self.plain_engine()
        with engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA synchronous=OFF")
            else:
                connection.exec_driver_sql("SET session_replication_role = replica")  # the requests behind the papers are not made
            foundation.lay(connection, NOW, hashed)
            for model, maker in ((Report, _report), (StatusChange, _change)):
                found: Iterator[dict[str, Any]] = (maker(size, i) for i in range(1, size.units + 1))
                while batch := list(islice(found, BATCH)):
                    connection.execute(insert(model.__table__), batch)  # type: ignore[attr-defined]
        if engine.dialect.name == "postgresql":
            filling.settle(engine)
        else:
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        return size


def _report(size: Size, i: int) -> dict[str, Any]:
    at, number = size.at(i) + timedelta(days=6), size.number("PKQ", i)
    return {
        "id": i, "version": 1, "number": number, "base_number": number, "sequence": 0, "code": units.code_of(i), "request_id": 1,
        "site_id": 1, "kind": "final", "status": "valid", "layout": "test-report/1", "snapshot": "{}",
        "snapshot_hash": audit.digest(number), "offline": "", "libraries": {}, "amendment_reason": "", "replaces_id": None,
        "published": {
            "customer": {"vi": f"Khách hàng số {i}", "en": f"Customer no. {i}"},
            "product": {"vi": f"{WARES[i % 6]}, kiểu GD-{i:06d}", "en": f"Radio equipment, model GD-{i:06d}"},
        },
        "issued_on": at.date(), "signatory_id": 1, "file_sha256": audit.digest(f"{number} pdf"), "recorded_at": at, "status_at": at,
    }  # fmt: skip


def _change(size: Size, i: int) -> dict[str, Any]:
    return {
        "id": i, "report_id": i, "from_status": "issuing", "to_status": "valid", "reason": "", "public_reason": "", "person_id": 1,
        "recorded_at": size.at(i) + timedelta(days=6),
    }  # fmt: skip


def _not_slower(results: Sequence[Result]) -> None:
    """An answer that was kept costs less than a drawn one, and no request waits long where the bare one does not (p99 within 2 times)."""
    by_name = {one.name: one for one in results}
    drawn, kept = by_name.get("verify by code"), by_name.get("verify by code, 304")
    if drawn is not None and kept is not None and kept.milliseconds >= drawn.milliseconds:
        kept.missed = "304 is not faster than 200"
    for one in results:
        floor = by_name.get(f"[floor] {one.floor}")
        if one.p99_milliseconds and floor is not None and floor.p99_milliseconds and one.name in ("verify by code", "verify by number"):
            ratio = one.p99_milliseconds / floor.p99_milliseconds
            if ratio > 2:
                one.missed = ", ".join(part for part in (one.missed, f"p99 {ratio:.3g} > 2") if part)


def main(arguments: Sequence[str] | None = None, lay: Callable[..., Register] = Register) -> int:
    """Exit status 1 when a page gave another answer than it must, or missed what is wanted of it beside its floor."""
    parser = argparse.ArgumentParser(prog="python -m bench.public_register", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="papers in the large register")
    parser.add_argument("--rounds", type=int, default=7, help="interleaved rounds")
    parser.add_argument("--only", default="verify by", help="measure only what has this in its name")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench-public-register.json")
    given = parser.parse_args(arguments)
    url = os.environ.get("DATABASE_URL", "")
    server = url if url.startswith(("postgresql", "postgres:")) else None
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as opened:
        large = opened.enter_context(lay(Path(folder), given.rows, server))
        small = opened.enter_context(lay(Path(folder), SMALL, server)) if given.rows > SMALL else None
        results = measure(large, small, given.only, given.rounds, 0.06)
    _not_slower(results)
    print(f"{given.rows:,} papers on {'PostgreSQL' if server else 'SQLite'}, {given.rounds} rounds; × small: against {SMALL:,} papers.\n")
    print(table(results, small is not None))
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps([asdict(one) for one in results], ensure_ascii=False, indent=1), encoding="utf-8")
    return 1 if any(one.problem or one.missed for one in results) else 0


if __name__ == "__main__":
    sys.exit(main())

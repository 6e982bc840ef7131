"""`python -m bench.log_growth [--leaves 1000000 …] [--url sqlite|DATABASE_URL]`: the log of the register at sizes up to ten million leaves.

A paper is issued by the program's own services; behind its first leaf the tree is filled with the hashes of made-up leaves, level by
level, as appending them one by one would have left it (only the nodes: neither appending nor a proof reads another leaf). Then real
leaves are appended by the service, and proofs are read and verified for leaves all over the tree. Said of each: the wall clock, the
processor time of this thread, which a busy machine does not stretch, the statements, and how many nodes were read and written, which
no machine changes at all. Outside the suite; `tests/bench` runs it small.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

from sqlalchemy import Engine, insert

import config
from bench.laboratory import NOW
from bench.visitor import statements

#: Seconds of a proof, by the processor time of the thread, at the median: read from the database and put together.
PROOF_BOUND = 0.001
APPENDED, PROVED, BATCH = 200, 400, 50_000


def made_up(position: int) -> bytes:
    """The hash of a leaf that nobody wrote."""
    return sha256(b"\x00made up " + str(position).encode()).digest()


def levels(first: bytes, leaves: int) -> Iterator[tuple[int, bytes]]:
    """The complete nodes of a tree of `leaves` leaves, level by level, each as its hashes one after the other."""
    row = b"".join([first, *(made_up(position) for position in range(1, leaves))])
    level = 0
    while row:
        yield level, row
        pairs = len(row) // 64
        row = b"".join(sha256(b"\x01" + row[64 * n : 64 * n + 64]).digest() for n in range(pairs))
        level += 1


def fill(engine: Engine, first: bytes, leaves: int) -> int:
    """Put the nodes of the tree into the table, but for the first leaf that stands there; answers how many."""
    from certificates.models import LogNode

    count = 0
    with engine.begin() as connection:
        for level, row in levels(first, leaves):
            places = len(row) // 32
            for start in range(1 if level == 0 else 0, places, BATCH):
                rows = [{"level": level, "place": place, "hash": row[32 * place : 32 * place + 32]}
                        for place in range(start, min(start + BATCH, places))]
                connection.execute(insert(LogNode.__table__), rows)  # type: ignore[arg-type]
                count += len(rows)
    return count


def percentile(times: list[float], share: float) -> float:
    """The value that so large a share does not exceed."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


class Watch:
    """Wall clock, processor time and statements of calls of one kind."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.wall: list[float] = []
        self.own: list[float] = []
        self.asked: list[int] = []

    def call(self, act: Callable[[], Any]) -> Any:
        """Time one call and count what it asks."""
        with statements(self.engine) as seen:
            wall, own = perf_counter(), thread_time()
            answer = act()
            self.wall.append(perf_counter() - wall)
            self.own.append(thread_time() - own)
        self.asked.append(len(seen))
        return answer

    def told(self) -> dict[str, float]:
        """Median and 95th percentile in seconds; statements at most."""
        return {"wall median": percentile(self.wall, 0.5), "wall p95": percentile(self.wall, 0.95),
                "processor median": percentile(self.own, 0.5), "processor p95": percentile(self.own, 0.95),
                "statements": max(self.asked)}


def measure(folder: Path, leaves: int, url: str = "", *, appended: int = APPENDED, proved: int = PROVED) -> dict[str, Any]:
    """One size, checked: every proof leads to the root, which grew by what was appended."""
    from flask_migrate import upgrade

    from certificates.models import LogLeaf, StatusChange
    from certificates.services import logging
    from certificates.translog import merkle, store
    from lab_app import create_app
    from lab_app.core import clock, numbering
    from lab_app.core import db as database
    from lab_app.core.access import authorize
    from lab_app.core.db import db
    from lab_app.core.permissions import P
    from tests.support import certificates_facts as facts
    from tests.support.installation import settings
    from tests.support.people_facts import SETTER

    clock.set_process_clock(NOW)
    app = create_app(with_key(settings(folder, url or f"sqlite:///{folder / 'lab.db'}")))
    chance = random.Random(1)
    with app.app_context():
        upgrade(directory=str(config.BASE / "migrations"))
        report = facts.issued(facts.ready_request())
        first = store.node(0, 0)
        if store.size() != 1:
            raise SystemExit("an issued paper is one leaf")
        db.session.rollback()
        token = database.writing.set(True)
        nodes = fill(db.engine, first, leaves)
        database.writing.reset(token)

        authorize(SETTER, P.REPORT_ISSUE)
        numbering.at_least(logging.SERIES, leaves)
        changes = [StatusChange(report_id=report.id, from_status="valid", to_status="valid", reason="", public_reason="",
                                person_id=report.signatory_id, recorded_at=NOW) for _ in range(appended)]
        db.session.add_all(changes)
        db.session.commit()
        before, appending = leaves, Watch(db.engine)
        reads, written = [], []
        for number, change in enumerate(changes):
            made = merkle.appended(leaves + number, first, lambda level, place: first)
            reads.append(len(made) - 1)
            written.append(len(made))
            authorize(SETTER, P.REPORT_ISSUE)
            leaf = appending.call(lambda: logging.record_change(report, change))  # noqa: B023
            db.session.commit()
            if leaf.position != leaves + number:
                raise SystemExit(f"appended at {leaf.position}, not at {leaves + number}")
        database.end_writing()

        count, proving, longest = store.size(), Watch(db.engine), 0
        root = store.root(count)
        for position in [0, leaves - 1, count - 1, *(chance.randrange(1, leaves) for _ in range(proved))]:
            proof = proving.call(lambda: store.inclusion(position, count))  # noqa: B023
            body = db.session.get(LogLeaf, position)
            hashed = merkle.leaf_hash(body.body.encode()) if body else made_up(position)
            merkle.verify_inclusion(position, count, hashed, proof, root)
            longest = max(longest, len(proof))
        growing = Watch(db.engine)
        for old in [1, before, *(chance.randrange(1, leaves) for _ in range(proved // 4))]:
            proof = growing.call(lambda: store.consistency(old, count))  # noqa: B023
            merkle.verify_consistency(old, count, store.root(old), root, proof)
        db.session.rollback()
        for engine in db.engines.values():
            engine.dispose()
    clock.set_process_clock(None)
    return {"leaves": leaves, "nodes": nodes, "append": {**appending.told(), "nodes read": max(reads), "nodes written": max(written)},
            "inclusion": {**proving.told(), "hashes": longest}, "consistency": growing.told()}


def with_key(made: config.Settings) -> config.Settings:
    from tests.support import signing_key

    signing_key.install(made)
    return made


def bounded(told: dict[str, Any]) -> list[str]:
    """What exceeds its bound, in words: nodes of an append, the time of a proof."""
    most = told["leaves"].bit_length() + 1
    wrong = [f"an append {what} {told['append'][what]}, more than log2(n) + 1"
             for what in ("nodes read", "nodes written") if told["append"][what] > most]
    for kind in ("inclusion", "consistency"):
        if told[kind]["processor median"] > PROOF_BOUND:
            wrong.append(f"a proof of {kind} takes {told[kind]['processor median'] * 1000:.2f} ms")
    return wrong


def main() -> int:
    """Measure and say; 1 where something exceeds its bound."""
    from tests.support.shelf import clear_shelf, open_shelf

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leaves", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--url", default="", help="an empty PostgreSQL database instead of SQLite (one size at a time)")
    parser.add_argument("--folder", type=Path, help="where the databases are made")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    shelf, every, wrong = open_shelf(), [], []
    try:
        for leaves in asked.leaves:
            with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
                told = measure(Path(folder), leaves, asked.url)
            every.append(told)
            wrong += bounded(told)
            for kind in ("append", "inclusion", "consistency"):
                said = "  ".join(f"{k} {v * 1000:.2f} ms" if "median" in k or "p95" in k else f"{k} {v}" for k, v in told[kind].items())
                print(f"{leaves:>10,} {kind:12} {said}", flush=True)
    finally:
        if shelf is not None:
            clear_shelf(shelf)
    if asked.out:
        asked.out.write_text(json.dumps(every), encoding="utf-8")
    for one in wrong:
        print(f"! {one}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

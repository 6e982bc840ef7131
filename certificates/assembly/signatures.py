"""The snapshot's `signatures`: who confirmed what, in the order of the block on the paper (testers, reviewers, authoriser).

Each entry is `{"meaning", "name", "office": Text, "did": Text, "at", "means", "method", "shown_sha256"}`:

* `meaning`: `tested`, `reviewed` or `authorised`; one entry a person and meaning.
* `at`: when the person signed, ISO 8601 on the laboratory's wall clock. It is the time of the electronic confirmation that the paper
  prints beside tester and reviewer; of several signatures of one person over results on this paper, the last.
* `did`: methods of the results that were signed; `office`: the person's title then.
* `means`: `electronic` (the file's own digital seal is another thing); `method`: how the person was recognised (`password`,
  `password+totp`, `loader`); `shown_sha256`: hash of what was before the person's eyes.

A result submitted or reviewed before signatures existed has no entry; a layout then falls back on `authorisation`. The key is optional:
papers issued before it have none.
"""
from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from certificates.queries import Material
from certificates.snapshot import section_lines
from lab_app.accounts.models import Person, Signature
from lab_app.accounts.workflow import AUTHORISED, REVIEWED, TESTED, Confirmation
from lab_app.core import clock
from lab_app.results.queries.signing import signatures_of_jobs

Entry = dict[str, Any]


def block(
    material: Material, snapshot: Mapping[str, Any], *, signatory: Person | None = None, confirmed: Confirmation | None = None,
    shown_sha256: str = "",
) -> list[Entry]:
    """The entries of a paper: from the signatures over the readings it prints, and the signatory's own. One statement."""
    printed = {line["ref"] for section in snapshot["sections"] for line in section_lines(section)}
    methods = {line.reading.id: line.job.method_version.method.code for line in material.lines
               if line.reading is not None and f"L{line.id}" in printed}
    rows = signatures_of_jobs({line.job_id for line in material.lines}, [line.id for line in material.lines])
    found = [*_entries(rows, TESTED, methods), *_entries(rows, REVIEWED, methods)]
    if signatory is not None and confirmed is not None:
        at = clock.local(confirmed.at).isoformat(timespec="seconds")
        office = (signatory.title_vi, signatory.title_en)
        found.append(_entry(AUTHORISED, signatory.full_name, office, [], at, confirmed.method, shown_sha256))
    return found


def _entries(rows: Iterable[Signature], meaning: str, methods: Mapping[int, str]) -> list[Entry]:
    """One entry a person: their last signature over a reading that is printed, with the methods of all of those."""
    last: dict[int, Signature] = {}
    did: dict[int, list[str]] = {}
    for row in rows:
        if row.meaning != meaning:
            continue
        readings = [int(one["reading"]) for one in json.loads(row.shown)["results"] if "reading" in one]
        over = [methods[reading] for reading in readings if reading in methods]
        if over:
            last[row.person_id] = row
            mine = did.setdefault(row.person_id, [])
            mine.extend(code for code in dict.fromkeys(over) if code not in mine)
    return [
        _entry(meaning, row.name, (row.title_vi, row.title_en), did[person], clock.local(row.signed_at).isoformat(timespec="seconds"),
               row.method, row.shown_sha256)
        for person, row in last.items()
    ]


def _entry(meaning: str, name: str, office: tuple[str, str], methods: list[str], at: str, method: str, shown: str) -> Entry:
    codes = ", ".join(methods)
    return {
        "meaning": meaning, "name": name, "office": {"vi": office[0], "en": office[1]}, "did": {"vi": codes, "en": codes}, "at": at,
        "means": "electronic", "method": method, "shown_sha256": shown,
    }

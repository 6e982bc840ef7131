"""What the register answers to a list of questions, row by row, as the receipt keeps it: texts only, facts without a value left out.

A number tells status and dates only, as its page does; what the customer published is told to who holds the code, or the file. The
same answer for a paper that does not exist and one that is not public.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from certificates import directory, life, workflow
from certificates.lookups import cover, table
from certificates.lookups.table import Question
from certificates.queries import lookups
from lab_app.core import clock

NOT_FOUND, UNREADABLE = "not_found", "unreadable"
#: What a hash that was given beside a paper turns out to be.
FILE_ISSUED, FILE_OTHER, FILE_NO_HASH = "issued", "other", "no_hash"
#: The product of a paper is told to who has its code.
BY_NUMBER = "paper:by_number"

Answer = dict[str, Any]


@dataclass
class _Known:
    by_code: Mapping[str, Any]
    by_number: Mapping[str, Any]
    newest: Mapping[str, Any] = field(default_factory=dict)
    hashes: Mapping[int, set[str]] = field(default_factory=dict)


def numbers_in(questions: Sequence[Question]) -> int:
    """How many rows ask by number: those are counted against whoever asks."""
    return sum(1 for question in questions if table.meant(question.asked.get(table.PAPER, ""))[0] == "number")


def answered(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """The rows of the receipt in the order of the questions: `n` (from 1), `line`, `asked`, `answer`. Four statements at most for each
    `queries.lookups.CHUNK` rows."""
    meant = [table.meant(question.asked.get(table.PAPER, "")) for question in questions]
    known = _Known(
        lookups.by_codes(value for what, value in meant if what == "code"),
        lookups.by_numbers(value for what, value in meant if what == "number"))
    found = [known.by_code.get(value) if what == "code" else known.by_number.get(value) for what, value in meant]
    replaced = {row.base_number for row in found if row is not None and row.status == workflow.REPLACED}
    known.newest = lookups.newest_of(replaced) if replaced else {}
    hashed = {row.id for row, question in zip(found, questions, strict=True) if row is not None and table.SHA256 in question.asked}
    known.hashes = lookups.file_hashes(hashed) if hashed else {}
    today = clock.today()
    rows = []
    for n, (question, (what, _), row) in enumerate(zip(questions, meant, found, strict=True), 1):
        told: dict[str, Any] = {"n": str(n), "line": str(question.line), "asked": question.asked}
        if question.same_as:
            told["same_as_line"] = str(question.same_as)
        told["answer"] = _answer(question, what, row, known, today)
        rows.append(told)
    return rows


def _answer(question: Question, what: str, row: Any, known: _Known, today: date) -> Answer:
    if row is None:
        found: Answer = {"status": NOT_FOUND if what else UNREADABLE}
    else:
        found = _of_paper(row, what, known, today)
    given = question.asked.get(table.SHA256, "")
    if given and row is not None:
        found["file"] = _file(given, row, known)
    product = cover.Asked.of(question.asked)
    if row is not None and product.given():
        found.update(_product(product, what, row, found.get("file") == FILE_ISSUED))
    return found


def _of_paper(row: Any, what: str, known: _Known, today: date) -> Answer:
    begin = row.valid_from or row.issued_on
    status = life.standing(row.status, begin, row.expires_on, today)
    found: Answer = {
        "status": status, "number": row.number, "issued_on": row.issued_on.isoformat(), "since": _since(status, row, begin),
    }
    if row.expires_on is not None:
        found["expires_on"] = row.expires_on.isoformat()
    newest = known.newest.get(row.base_number) if row.status == workflow.REPLACED else None
    if newest is not None and (what == "code" or not newest.published.get(directory.CODE_ONLY)):
        found["replaced_by"] = newest.number
        if what == "code":
            found["replaced_by_code"] = newest.code
    return found


def _since(status: str, row: Any, begin: date) -> str:
    """Since when a paper stands so: the moment of the decision, or the day that its printed dates make."""
    if status == row.status:
        return str(row.status_at.isoformat(timespec="seconds"))
    return str((begin if status == life.COMING else row.expires_on).isoformat())


def _file(given: str, row: Any, known: _Known) -> str:
    if not table.is_hash(given):
        return FILE_NO_HASH
    return FILE_ISSUED if given == row.file_sha256 or given in known.hashes.get(row.id, ()) else FILE_OTHER


def _product(asked: cover.Asked, what: str, row: Any, holds_file: bool) -> Answer:
    if what != "code" and not holds_file:
        return {"covers": cover.CANNOT_TELL, "why": BY_NUMBER}
    found = cover.covers(row.published, asked)
    told: Answer = {"covers": found.verdict}
    if found.reason:
        told["why"] = found.reason
    stated = next((point.stated for point in found.points if f"{point.name}:{point.why}" == found.reason), "")
    if stated:
        told["states"] = stated
    if found.nearest:
        told["nearest"] = list(found.nearest[:3])
    return told

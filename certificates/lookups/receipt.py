"""The receipt of a look-up: what was asked, what the register answered, when, and where its log stood; signed, for years. Pure.

A receipt is JSON, so that neither line ends nor indentation decide whether it holds. Its `statement` is a signed note (C2SP) over the
moment, the number of rows, the root of a Merkle tree over the rows (RFC 9162 hashing over each row's canonical JSON, RFC 8785) and the
checkpoint of the log; `checkpoint` is the log's own note of that moment, `marks` a short hash of every row, which names the rows that
somebody changed. Who keeps a receipt keeps a checkpoint: the log cannot be rewritten behind it.
"""
from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import rfc8785

from certificates.translog import merkle
from certificates.translog.notes import BadNote, Checkpoint, Signer, Verifier, opened_checkpoint

FORMAT = "lookup-receipt/1"
#: More rows than any check takes; a longer text is none of ours.
MOST_ROWS, LONGEST = 20_000, 16_000_000
_MARK = 6
_LINES = ("register", "laboratory", "time", "rows", "root", "log-size", "log-root")

Row = dict[str, Any]


class BadReceipt(ValueError):
    """Not a receipt at all; the text says why, for people who keep such files."""


def _row_bytes(row: Mapping[str, Any]) -> bytes:
    return rfc8785.dumps(dict(row))


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes (RFC 9162, 2.1.1)."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([merkle.node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])
    return merkle.root(len(leaves), lambda level, index: levels[level][index])


def _marks(leaves: Sequence[bytes]) -> str:
    return base64.b64encode(b"".join(leaf[:_MARK] for leaf in leaves)).decode()


def _one_line(text: str) -> str:
    return " ".join(text.split())


@dataclass(frozen=True)
class Statement:
    """What is signed."""

    register: str
    laboratory: str
    time: str
    rows: int
    root: str
    log_size: int
    log_root: str

    @property
    def text(self) -> str:
        """The text of the note, one fact a line."""
        facts = (self.register, self.laboratory, self.time, str(self.rows), self.root, str(self.log_size), self.log_root)
        return "\n".join([FORMAT, *(f"{name} {_one_line(value)}" for name, value in zip(_LINES, facts, strict=True)), ""])

    @classmethod
    def parse(cls, text: str) -> Statement:
        """From the signed text. BadNote where it is no statement of this version."""
        lines = text.split("\n")
        if len(lines) != len(_LINES) + 2 or lines[0] != FORMAT or lines[-1]:
            raise BadNote("not the statement of a receipt")
        facts = {}
        for name, line in zip(_LINES, lines[1:-1], strict=True):
            if not line.startswith(f"{name} "):
                raise BadNote("a receipt states its facts in their order")
            facts[name] = line[len(name) + 1:]
        if not all(facts[name].isascii() and facts[name].isdigit() and len(facts[name]) < 16 for name in ("rows", "log-size")):
            raise BadNote("not a number of rows or leaves")
        return cls(
            facts["register"], facts["laboratory"], facts["time"], int(facts["rows"]), facts["root"], int(facts["log-size"]),
            facts["log-root"])


def build(rows: Sequence[Row], *, key: Signer, register: str, laboratory: str, at: datetime, checkpoint: str) -> dict[str, Any]:
    """The receipt of these rows as plain data. `checkpoint`: the log's signed note of this moment. Rows hold texts, lists and objects
    of texts only; the same rows, moment and checkpoint give the same receipt."""
    leaves = [merkle.leaf_hash(_row_bytes(row)) for row in rows]
    point = opened_checkpoint(checkpoint, key.verifier)
    statement = Statement(
        register, laboratory, at.isoformat(timespec="seconds"), len(rows), base64.b64encode(tree_root(leaves)).decode(), point.size,
        base64.b64encode(point.root).decode())
    return {
        "format": FORMAT, "statement": key.sign(statement.text), "checkpoint": checkpoint, "marks": _marks(leaves), "rows": list(rows),
    }


def written(receipt: Mapping[str, Any]) -> str:
    """The receipt as the file that is handed out: readable, one row a line."""
    head = {name: receipt[name] for name in ("format", "statement", "checkpoint", "marks")}
    rows = ",\n".join("  " + json.dumps(row, ensure_ascii=False, sort_keys=True) for row in receipt["rows"])
    opened = json.dumps(head, ensure_ascii=False, indent=1)[:-2]
    return f'{opened},\n "rows": [\n{rows}\n ]\n}}\n'


# ---- carried from page to page --------------------------------------------------------------------------------


def packed(receipt: Mapping[str, Any]) -> str:
    """The receipt small enough for a form: nothing is kept at the register between two pages."""
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(receipt, ensure_ascii=False).encode(), 6)).decode()


def unpacked(text: str) -> str:
    """The text of a packed receipt. BadReceipt where it is none, or would be longer than any receipt."""
    try:
        stream = zlib.decompressobj()
        plain = stream.decompress(base64.urlsafe_b64decode(text), LONGEST)
        if stream.unconsumed_tail or not stream.eof:
            raise BadReceipt("too long or cut off")
        return plain.decode()
    except (ValueError, zlib.error) as error:
        raise BadReceipt("not a packed receipt") from error


# ---- read years later -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """One thing found: a code and what belongs in its sentence."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Read:
    """A receipt held against a key: what held, what did not, which rows were changed (from 1), and what it says."""

    said: list[Finding] = field(default_factory=list)
    wrong: list[Finding] = field(default_factory=list)
    statement: Statement | None = None
    rows: list[Row] = field(default_factory=list)
    altered: list[int] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether everything in it is what the register signed."""
        return not self.wrong and self.statement is not None


#: What the findings say on the command line.
WORDS = {
    "signed": "signed by {register} at {time}: {rows} rows", "rows": "every row is what was answered then",
    "log": "the log had {size} entries with the root {root}",
    "not_signed": "the statement is not signed by this key: {why}", "count": "{stated} rows were signed, {found} are here",
    "altered": "rows changed after signing: {places}", "rows_differ": "the rows are not those that were signed; which ones cannot be told",
    "no_checkpoint": "the checkpoint of the log does not hold: {why}", "other_checkpoint": "the checkpoint is not the one that was signed",
}
_NAMED = 30


def in_words(finding: Finding) -> str:
    """A finding as the command line says it."""
    return WORDS[finding.code].format(**finding.facts)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise BadReceipt("a name stands twice")
    return dict(pairs)


def parse(text: str) -> dict[str, Any]:
    """The data of a receipt's file. BadReceipt where it is no receipt of this version."""
    if len(text) > LONGEST:
        raise BadReceipt("longer than any receipt")
    try:
        data = json.loads(text.lstrip("\ufeff"), object_pairs_hook=_unique)
    except BadReceipt:
        raise
    except (ValueError, RecursionError) as error:
        raise BadReceipt("not JSON") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise BadReceipt("not a look-up receipt")
    rows = data.get("rows")
    texts = all(isinstance(data.get(name), str) for name in ("statement", "checkpoint", "marks"))
    if not texts or not isinstance(rows, list) or len(rows) > MOST_ROWS or not all(isinstance(row, dict) for row in rows):
        raise BadReceipt("parts of the receipt are missing")
    return data


def read(text: str, key: Verifier) -> Read:
    """Hold a receipt against the register's public key. BadReceipt where it is no receipt; what is wrong with one is found, not raised."""
    data, found = parse(text), Read()
    try:
        statement = Statement.parse(key.open(data["statement"]))
    except (BadNote, UnicodeEncodeError) as error:
        found.wrong.append(Finding("not_signed", {"why": str(error)}))
        return found
    found.statement, found.rows = statement, data["rows"]
    found.said.append(Finding("signed", {"register": statement.register, "time": statement.time, "rows": statement.rows}))
    _check_rows(found, statement, data["marks"])
    _check_log(found, statement, data["checkpoint"], key)
    return found


def _leaf(row: Row) -> bytes:
    try:
        return merkle.leaf_hash(_row_bytes(row))
    except (ValueError, TypeError, RecursionError):  # a number, a lone surrogate: nothing that was ever signed
        return hashlib.sha256(b"").digest()


def _check_rows(found: Read, statement: Statement, marks: str) -> None:
    leaves = [_leaf(row) for row in found.rows]
    if len(leaves) != statement.rows:
        found.wrong.append(Finding("count", {"stated": statement.rows, "found": len(leaves)}))
    elif base64.b64encode(tree_root(leaves)).decode() == statement.root:
        found.said.append(Finding("rows"))
        return
    try:
        kept = base64.b64decode(marks, validate=True)
    except ValueError:
        kept = b""
    if len(leaves) == statement.rows and len(kept) == len(leaves) * _MARK:
        found.altered = [n + 1 for n, leaf in enumerate(leaves) if kept[n * _MARK:(n + 1) * _MARK] != leaf[:_MARK]]
    if found.altered:
        places = ", ".join(str(n) for n in found.altered[:_NAMED]) + (" …" if len(found.altered) > _NAMED else "")
        found.wrong.append(Finding("altered", {"places": places}))
    elif len(leaves) == statement.rows:
        found.wrong.append(Finding("rows_differ"))


def _check_log(found: Read, statement: Statement, note: str, key: Verifier) -> None:
    try:
        point: Checkpoint = opened_checkpoint(note, key)
    except (BadNote, UnicodeEncodeError) as error:
        found.wrong.append(Finding("no_checkpoint", {"why": str(error)}))
        return
    if (point.size, base64.b64encode(point.root).decode()) != (statement.log_size, statement.log_root):
        found.wrong.append(Finding("other_checkpoint"))
    else:
        found.said.append(Finding("log", {"size": point.size, "root": statement.log_root}))

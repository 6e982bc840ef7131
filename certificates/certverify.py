"""`python -m certificates.certverify FILE`: check a paper with no network, no database and no account.

What is checked: the canonical source data inside the PDF against the signed proof (its address is read from the link on page 1, or
given as the symbol says it), the signature against the laboratory's public key, and, where it is given, the proof of the log.
`--receipt FILE` checks the receipt of a look-up instead (its JSON, or its printed form): signature, every row, checkpoint of the log.
"""
from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf

from certificates import offline, pdf_limits
from certificates.lookups import carried, receipt
from certificates.translog.merkle import BadProof
from certificates.translog.notes import BadNote, LogProof, Verifier

ATTACHMENT = "snapshot.json"
#: What reading a file raises that has no page, or something else where a link or an attachment should be.
_MALFORMED = (LookupError, AttributeError, TypeError, ValueError)


@dataclass
class Findings:
    """What held (`said`) and what did not (`wrong`), in words; a paper passes when nothing is wrong."""

    said: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def attachment(document: pikepdf.Pdf) -> bytes | None:
    """The canonical JSON inside a paper; None when there is none."""
    try:
        return bytes(document.attachments[ATTACHMENT].get_file().read_bytes())
    except (KeyError, pikepdf.DataDecodingError):  # absent, or packed so that it would unpack without end
        return None


def links(document: pikepdf.Pdf) -> Iterator[str]:
    """Addresses that page 1 links to."""
    notes: Any = document.pages[0].obj.get("/Annots", [])
    for note in notes:
        address = note.get("/A", {}).get("/URI")
        if address is not None:
            yield str(address)


def check(pdf: bytes, key: Verifier, symbol: str = "", log_proof: str = "", fingerprint: str = "") -> Findings:
    """Everything that can be said of a paper with the key alone. `symbol`: what the second QR holds, when it was scanned;
    `fingerprint`: SHA-256 of the certificate that the file must be signed with."""
    found = Findings()
    if pdf_limits.unbounded(pdf):
        found.wrong.append("the file is packed in a way that none of these papers is")
        return found
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            content, linked = attachment(document), [one for one in links(document) if offline.PATH in one.upper()]
    except (pikepdf.PdfError, *_MALFORMED) as error:
        found.wrong.append(f"not a readable PDF: {error}")
        return found
    if content is None:
        found.wrong.append("the file holds no source data: it is none of these papers, or was saved anew")
        return found
    address = symbol or next(iter(linked), "")
    if not address:
        found.wrong.append("no proof: give what the second symbol of page 1 holds with --symbol")
        return found
    _check_proof(found, content, address, key)
    signed = _check_signature(found, pdf, content, fingerprint)
    if log_proof:
        _check_log(found, pdf, content, log_proof, key, signed)
    return found


def _check_proof(found: Findings, content: bytes, address: str, key: Verifier) -> None:
    try:
        claims = offline.verified(offline.payload_of(address), key)
    except offline.BadOffline as error:
        found.wrong.append(f"the proof does not hold: {error}")
        return
    found.said.append(f"signed by {claims.issuer}: {claims.number}, issued {claims.issued_on}, verdict {claims.verdict or 'none stated'}")
    if hashlib.sha256(content).digest() != claims.snapshot:
        found.wrong.append("the source data in the file is not what was signed")
        return
    found.said.append("the source data in the file is what was signed")
    try:
        said = json.loads(content)
        printed = (said["number"], said["issued_on"], (said["conclusion"] or {}).get("verdict", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        found.wrong.append("the source data is not readable")
        return
    if printed != (claims.number, claims.issued_on, claims.verdict):
        found.wrong.append("the source data says another number, day or verdict than the proof")


def _check_signature(found: Findings, pdf: bytes, content: bytes, fingerprint: str) -> bool:
    """Whether the digital signature of the file holds. One that is missing is wrong where the paper says that it carries one, or one was
    asked for."""
    from certificates.signing import checking  # pyHanko loads slowly; what is no paper is told without it

    signature = checking.check(pdf, fingerprint)
    if signature.verdict == checking.NONE:
        if fingerprint or _promises_signature(content):
            found.wrong.append("the file carries no digital signature, but it must")
        else:
            found.said.append("the file carries no digital signature")
        return False
    if not signature.good:
        found.wrong.append(f"the digital signature does not hold: {signature.why}")
        return False
    assert signature.identity is not None
    stamped = f", time-stamped {signature.stamped_at:%Y-%m-%d %H:%M:%S %Z} by {signature.stamper}" if signature.stamped_at else ""
    found.said.append(f"the digital signature holds for the whole file: PAdES {signature.level}, {signature.signed_at}{stamped}")
    who = signature.identity
    made = "made by the holder itself, vouched for by no authority" if who.self_made else f"issued by {who.issuer}"
    found.said.append(f"signed with the certificate of {who.subject} ({made})")
    if not fingerprint:
        found.said.append(f"compare its SHA-256 with the register's: {who.fingerprint}")
    return True


def _promises_signature(content: bytes) -> bool:
    try:
        return bool(json.loads(content)["authorisation"]["signatory"]["means"] == "digital")
    except (ValueError, KeyError, TypeError):
        return False


def _true_file(pdf: bytes, leaf: dict[str, Any], signed: bool) -> bool:
    """Whether the log's entry names this file: itself, one of the files it grew from, or one that grew from it by time-stamps.

    A longer file begins with all bytes of the shorter; that only time-stamps and proofs were appended is what the signature was checked
    for (`signed`: it holds). Without one only the very bytes count.
    """
    known = {str(leaf["file"]), *map(str, leaf.get("earlier", ()))}
    if hashlib.sha256(pdf).hexdigest() in known:
        return True
    if not signed:
        return False
    ends = [found.end() for found in re.finditer(rb"%%EOF\r?\n?", pdf)]
    return any(hashlib.sha256(pdf[:end]).hexdigest() in known for end in ends)


def _check_log(found: Findings, pdf: bytes, content: bytes, text: str, key: Verifier, signed: bool) -> None:
    try:
        proof = LogProof.parse(text)
        point = proof.verify(key)
        leaf = json.loads(proof.leaf)
        source_hash, status, true_file = str(leaf["snapshot"]), str(leaf["status"]), _true_file(pdf, leaf, signed)
    except (BadNote, BadProof, ValueError, KeyError, TypeError) as error:
        found.wrong.append(f"the proof of the log does not hold: {error}")
        return
    found.said.append(f"in the log as entry {proof.index} of {point.size}: {status} since {leaf.get('at')}")
    if source_hash != hashlib.sha256(content).hexdigest():
        found.wrong.append("the log's entry is about another paper")
    elif not true_file:
        found.wrong.append("the file is not byte for byte the one that was issued")
    else:
        found.said.append("the file is byte for byte the one that was issued")
    if status != "valid":
        found.wrong.append(f"the paper is not in force: {status}")


def check_receipt(content: bytes, key: Verifier) -> Findings:
    """Whether the receipt of a look-up is what the register signed; rows that were changed are named by their places."""
    found = Findings()
    try:
        read = receipt.read(carried.given(content), key)
    except receipt.BadReceipt as error:
        found.wrong.append(f"not a receipt of a look-up: {error}")
        return found
    found.said += [receipt.in_words(one) for one in read.said]
    found.wrong += [receipt.in_words(one) for one in read.wrong]
    return found


def _fingerprint(text: str) -> str:
    """The SHA-256 that is meant: typed with or without spaces and colons, or of the certificate in a PEM file."""
    typed = text.replace(":", "").replace(" ", "").lower()
    if not typed or re.fullmatch(r"[0-9a-f]{64}", typed):
        return typed
    from cryptography import x509

    from certificates.signing.identity import identity_of

    return identity_of(x509.load_pem_x509_certificate(Path(text).read_bytes())).fingerprint


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: exit 0 when everything holds, 1 when something does not, 2 when it was asked wrongly."""
    parser = argparse.ArgumentParser(prog="certverify", description="Check a paper of the laboratory without network.")
    parser.add_argument("file", type=Path, nargs="?", help="the PDF file")
    parser.add_argument("--receipt", type=Path, help="check this receipt of a look-up (JSON or PDF) instead of a paper")
    parser.add_argument("--key", required=True, help="the laboratory's public key (name+hash+key), or a file that holds it")
    parser.add_argument("--symbol", default="", help="what the second symbol of page 1 holds, as scanned")
    parser.add_argument("--log-proof", type=Path, help="the .tlog-proof file of the paper")
    parser.add_argument("--certificate", default="", help="SHA-256 of the certificate the file must be signed with, or its PEM file")
    given = parser.parse_args(arguments)
    if (given.file is None) == (given.receipt is None):
        parser.error("give the PDF of a paper, or --receipt")
    try:
        text = given.key if "+" in given.key else Path(given.key).read_text(encoding="utf-8")
        key = Verifier.parse(text)
        proof = given.log_proof.read_text(encoding="utf-8") if given.log_proof else ""
        content, fingerprint = (given.receipt or given.file).read_bytes(), _fingerprint(given.certificate)
    except (OSError, BadNote, ValueError) as error:
        sys.stderr.write(f"cannot check: {error}\n")
        return 2
    found = check_receipt(content, key) if given.receipt else check(content, key, given.symbol, proof, fingerprint)
    for line in found.said:
        sys.stdout.write(f"ok     {line}\n")
    for line in found.wrong:
        sys.stdout.write(f"WRONG  {line}\n")
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""What a signatory signs: the substance of the paper as the page showed it, named by its hash.

The substance is the draft without what the signing itself adds (number, code, day, signature, marks of the laboratory's accreditation) and
without the reasons the signatory types in the same form. It can be worked out again from the issued snapshot (`holds`), so that a
signature is checked against the paper for as long as both stand.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from certificates.models import Report
from lab_app.core import audit

#: What a draft does not hold yet, or what the signatory states while signing.
ADDED = ("state", "number", "code", "verify_url", "issued_on", "accreditation", "amendment", "not_applicable", "signatures")


def _kept(snapshot: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    kept = {key: snapshot.get(key) for key in keys}
    block = kept.get("authorisation")
    if isinstance(block, Mapping):
        kept["authorisation"] = {name: value for name, value in block.items() if name != "signatory"}
    return kept


def substance(draft: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of the draft that are signed, and the SHA-256 of their canonical form."""
    keys = sorted(key for key in draft if key not in ADDED)
    return {"keys": keys, "sha256": _digest(draft, keys)}


def _digest(snapshot: Mapping[str, Any], keys: Sequence[str]) -> str:
    return audit.digest(audit.canonical(_kept(snapshot, keys)))


def holds(snapshot: Mapping[str, Any], shown: Mapping[str, Any]) -> bool:
    """Whether an issued snapshot has the very substance that a signature (`Signature.shown`) was given over."""
    said = shown.get("draft")
    return isinstance(said, Mapping) and _digest(snapshot, list(said["keys"])) == said["sha256"]


def issue(request_number: str, kind: str, draft: Mapping[str, Any]) -> dict[str, Any]:
    """What is signed when a paper is issued."""
    return {"act": "issue", "request": request_number, "kind": kind, "draft": substance(draft)}


def amendment(old: Report, draft: Mapping[str, Any]) -> dict[str, Any]:
    """What is signed when a paper is replaced by an amended one."""
    return {"act": "amend", "replaces": old.number, "replaces_snapshot": old.snapshot_hash, "kind": old.kind, "draft": substance(draft)}


def decision(report: Report, to: str) -> dict[str, Any]:
    """What is signed when a paper is suspended, restored or withdrawn: which paper, where it stood, where it goes."""
    return {"act": "status", "report": report.number, "snapshot": report.snapshot_hash, "from": report.status, "to": to}

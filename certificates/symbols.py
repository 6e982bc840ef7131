"""What the text of a scanned symbol is, pure: a paper's own address, its signed proof, or something that only looks like one."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from certificates import offline, rules

#: A proof's address has some 300 characters; nothing of ours is longer.
LONGEST = 1_200
SHORTEST = 60
STATUS, PROOF, ELSEWHERE, OTHER = "status", "proof", "elsewhere", "other"


@dataclass(frozen=True)
class Symbol:
    """What a symbol says: `code` of a status address, `payload` of a proof, `host` of an address that is not ours; `text` as scanned."""

    kind: str
    text: str
    code: str = ""
    payload: str = ""
    host: str = ""


def payload_in(text: str) -> str | None:
    """The signed proof in the address of a paper's second symbol; None when it is none."""
    _before, found, rest = text[:LONGEST].upper().rpartition(offline.PATH)
    payload = rest.strip("/").split("?")[0]
    return payload if found and len(payload) > SHORTEST and payload.isascii() and payload.isalnum() else None


def read(text: str, public_url: str) -> Symbol:
    """One scanned text. An address of another host is named as such, whatever its path looks like: a forgery leads to a forger's page."""
    text = text.strip()[:LONGEST]
    try:
        parts = urlsplit(text) if "://" in text else None
    except ValueError:  # no address, whatever it looks like
        return Symbol(OTHER, text)
    if parts is not None and parts.netloc.lower() != urlsplit(public_url).netloc.lower():
        return Symbol(ELSEWHERE, text, host=parts.netloc[:120])
    payload = payload_in(text)
    if payload is not None:
        return Symbol(PROOF, text, payload=payload)
    code = rules.as_code((parts.path if parts else text).rstrip("/").rsplit("/", 1)[-1][:80])
    return Symbol(STATUS, text, code=code) if code else Symbol(OTHER, text)


def best(texts: Iterable[str], public_url: str) -> tuple[Symbol | None, list[Symbol]]:
    """The symbol to answer by, the status before the proof, and all that were read; none when no symbol is ours."""
    every = [read(text, public_url) for text in texts]
    for kind in (STATUS, PROOF):
        for one in every:
            if one.kind == kind:
                return one, every
    return None, every

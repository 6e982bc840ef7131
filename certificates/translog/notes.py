"""Signed notes, checkpoints and proofs as texts (C2SP signed-note, tlog-checkpoint, tlog-proof@v1): pure.

A verifier key is the text `name+hash+key` that a reader pins; the signer's secret is the 32-byte seed of an Ed25519 key.
"""
from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certificates.translog.merkle import SIZE, BadProof, leaf_hash, verify_inclusion

#: The signature type of Ed25519 in a signed note.
ED25519 = b"\x01"
PROOF = "c2sp.org/tlog-proof@v1"
#: A note longer than this is none of ours.
LONGEST = 1_000_000


class BadNote(ValueError):
    """A text that is not a signed note, or that the key did not sign."""


def _key_hash(name: str, key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + key).digest()[:4]


def _b64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote("not base64") from error


def checked_name(name: str) -> str:
    """A key's name: not empty, without white space or a plus sign. BadNote otherwise."""
    if not name or "+" in name or name != "".join(name.split()):
        raise BadNote(f"not the name of a key: {name!r}")
    return name


@dataclass(frozen=True)
class Verifier:
    """Who may have signed: the name and the public key, as a reader pins them."""

    name: str
    key: bytes

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """From `name+hash+key`. BadNote where the parts do not belong together."""
        name, _, rest = text.strip().partition("+")
        shown, _, encoded = rest.partition("+")
        body = _b64(encoded)
        if len(body) != 1 + SIZE or body[:1] != ED25519:
            raise BadNote("not an Ed25519 key")
        found = cls(checked_name(name), body[1:])
        if shown != _key_hash(found.name, found.key).hex():
            raise BadNote("the key does not belong to its name")
        return found

    @property
    def text(self) -> str:
        """The key as it is published."""
        return f"{self.name}+{_key_hash(self.name, self.key).hex()}+{base64.b64encode(ED25519 + self.key).decode()}"

    def open(self, note: str) -> str:
        """The signed text of a note that this key signed. BadNote where it did not, or where the note is malformed."""
        body, parted, signatures = note[:LONGEST].rpartition("\n\n")
        if not parted or not signatures.endswith("\n"):
            raise BadNote("a note ends with signatures after an empty line")
        text, opened = body + "\n", False
        for line in signatures.splitlines():
            dash, _, rest = line.partition(" ")
            name, _, encoded = rest.partition(" ")
            if dash != "—" or not name or not encoded:
                raise BadNote("a signature line begins with a dash, a name and the signature")
            raw = _b64(encoded)
            if name != self.name or raw[:4] != _key_hash(self.name, self.key):
                continue
            try:
                Ed25519PublicKey.from_public_bytes(self.key).verify(raw[4:], text.encode())
            except InvalidSignature as error:
                raise BadNote("the signature does not fit the text") from error
            opened = True
        if not opened:
            raise BadNote("not signed by this key")
        return text


@dataclass(frozen=True)
class Signer:
    """The laboratory's key of the log: `seed` never leaves the machine."""

    name: str
    seed: bytes

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self._private().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign_bytes(self, message: bytes) -> bytes:
        """The bare Ed25519 signature of bytes."""
        return self._private().sign(message)

    def sign(self, text: str) -> str:
        """The note: the text (ending with a line end), an empty line, the signature. The same text always gives the same note."""
        if not text.endswith("\n"):
            raise BadNote("the text of a note ends with a line end")
        raw = _key_hash(self.name, self.verifier.key) + self.sign_bytes(text.encode())
        return f"{text}\n— {self.name} {base64.b64encode(raw).decode()}\n"


@dataclass(frozen=True)
class Checkpoint:
    """What the log was at a moment: its name, how many leaves, their root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """From the signed text. BadNote where a line is missing or no number, no hash."""
        lines = text.splitlines()
        if len(lines) < 3 or not lines[1].isascii() or not lines[1].isdigit() or (len(lines[1]) > 1 and lines[1][0] == "0"):
            raise BadNote("a checkpoint has an origin, a size and a root")
        root = _b64(lines[2])
        if len(root) != SIZE:
            raise BadNote("a root has 32 bytes")
        return cls(lines[0], int(lines[1]), root)


def opened_checkpoint(note: str, verifier: Verifier) -> Checkpoint:
    """The checkpoint of a note that the key signed, of the log that bears the key's name. BadNote otherwise."""
    found = Checkpoint.parse(verifier.open(note))
    if found.origin != verifier.name:
        raise BadNote("a checkpoint of another log")
    return found


@dataclass(frozen=True)
class LogProof:
    """That a leaf stands in the log: its bytes (`leaf`), its place, the hashes to the root, the signed checkpoint."""

    leaf: bytes
    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str

    @property
    def text(self) -> str:
        """The file that is handed out (`.tlog-proof`)."""
        lines = [PROOF, f"extra {base64.b64encode(self.leaf).decode()}", f"index {self.index}"]
        return "\n".join([*lines, *(base64.b64encode(one).decode() for one in self.hashes), "", self.checkpoint])

    @classmethod
    def parse(cls, text: str) -> LogProof:
        """From the file. BadNote where it is no proof of this version with the leaf beside it."""
        head, parted, checkpoint = text[:LONGEST].partition("\n\n")
        lines = head.split("\n")
        if not parted or len(lines) < 3 or lines[0] != PROOF:
            raise BadNote("not a proof of the log")
        if not lines[1].startswith("extra ") or not lines[2].startswith("index ") or not lines[2][6:].isdigit():
            raise BadNote("a proof has the leaf and its index")
        return cls(_b64(lines[1][6:]), int(lines[2][6:]), tuple(_b64(line) for line in lines[3:]), checkpoint)

    def verify(self, verifier: Verifier) -> Checkpoint:
        """The checkpoint under which the leaf stands in the log. BadNote or BadProof where anything does not fit."""
        found = opened_checkpoint(self.checkpoint, verifier)
        verify_inclusion(self.index, found.size, leaf_hash(self.leaf), self.hashes, found.root)
        return found


def proof_of(leaf: bytes, index: int, hashes: Sequence[bytes], checkpoint: str) -> LogProof:
    """A proof that holds: made only where the hashes lead to the root of the checkpoint. BadProof otherwise."""
    found = Checkpoint.parse(checkpoint.rpartition("\n\n")[0] + "\n")
    verify_inclusion(index, found.size, leaf_hash(leaf), hashes, found.root)
    return LogProof(leaf, index, tuple(hashes), checkpoint)


__all__ = ["BadNote", "BadProof", "Checkpoint", "LogProof", "Signer", "Verifier", "checked_name", "opened_checkpoint", "proof_of"]

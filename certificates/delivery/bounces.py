"""A letter that came back, read from the message file (RFC 3464): whose it was, to whom, and why."""
from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage, Message

LARGEST = 2 * 1024 * 1024
#: Parts looked at; a message made to cost time has more.
PARTS = 50
_ID = re.compile(r"<[^<>\s]{3,190}>")


class BadBounce(ValueError):
    """The file is not the report of a letter that came back; the text says what it is."""


@dataclass(frozen=True)
class Bounce:
    """What the report says: our letter's id, who it did not reach, RFC 3463 code, the server's words. `final`: nobody tries again."""

    message_id: str
    recipient: str
    code: str
    says: str
    final: bool


def parsed(content: bytes) -> Bounce:
    """Read a delivery status notification. Raises `BadBounce` for a file that is too large or something else."""
    if len(content) > LARGEST:
        raise BadBounce("large")
    whole = email.message_from_bytes(content, policy=email.policy.default)
    status: Message | None = None
    original = ""
    for number, part in enumerate(whole.walk()):
        if number >= PARTS:
            break
        kind = part.get_content_type()
        if kind == "message/delivery-status" and status is None:
            status = part
        elif kind in ("message/rfc822", "text/rfc822-headers") and not original:
            original = _id_in(part)
    if status is None:
        raise BadBounce("kind")
    if not original:
        raise BadBounce("original")
    fields = _fields(status)
    action = fields.get("action", "").casefold()
    if action not in ("failed", "delayed"):
        raise BadBounce("action")
    code = " ".join(fields.get("status", "").split()).partition(" ")[0]
    says = fields.get("diagnostic-code", "").partition(";")[2] or fields.get("diagnostic-code", "")
    recipient = (fields.get("final-recipient") or fields.get("original-recipient", "")).rpartition(";")[2]
    return Bounce(original, _clean(recipient, 255).casefold(), _clean(code, 20), _clean(says, 500), action == "failed")


def _clean(text: str, most: int) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())[:most]


def _fields(status: Message) -> dict[str, str]:
    """The fields of the first recipient that the report names, small letters."""
    found: dict[str, str] = {}
    blocks = status.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, Message) and block.get("Action"):
            found = {str(name).casefold(): str(value) for name, value in block.items()}
            break
    return found


def _id_in(part: Message) -> str:
    """The Message-ID of the letter that came back, whole or its headers alone."""
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        found = _ID.search(str(inner[0].get("Message-ID", "")))
        return found[0] if found else ""
    try:
        text = part.get_content() if isinstance(part, EmailMessage) else str(inner)
    except (LookupError, ValueError):  # an encoding that is none
        return ""
    for line in str(text).splitlines():
        if line.casefold().startswith("message-id:"):
            found = _ID.search(line)
            return found[0] if found else ""
    return ""

"""What a capture must show before it counts: it came from the registered instrument, and the instrument reported no error."""
from __future__ import annotations

import re
from dataclasses import dataclass

#: A question to an instrument: one header with a question mark, arguments after it; no second command hides behind a semicolon.
_QUERY = re.compile(r"[*:A-Za-z][A-Za-z0-9:*]*\?(?: [ -:<-~]*)?")
_ERROR = re.compile(r"\s*([+-]?\d+)")


@dataclass(frozen=True)
class Identity:
    """An answer to `*IDN?`: maker, type, serial, firmware; a part that is not there is empty."""

    maker: str = ""
    type: str = ""
    serial: str = ""
    firmware: str = ""


def read_identity(answer: str) -> Identity:
    """The four parts of an answer to `*IDN?` (IEEE 488.2); a missing serial or firmware is answered as 0."""
    parts = [p.strip() for p in answer.split(",", 3)] + ["", "", "", ""]
    return Identity(parts[0], parts[1], "" if parts[2] == "0" else parts[2], "" if parts[3] == "0" else parts[3])


def _bare(text: str) -> str:
    """Letters and digits alone: `Rohde & Schwarz` and `ROHDE&SCHWARZ` are one maker."""
    return "".join(c for c in text.casefold() if c.isalnum())


def identity_agrees(answer: str, identity: str, maker: str, type: str, serial: str) -> bool:
    """Whether an answer to `*IDN?` is that of a registered instrument: the identity kept in the register, word for word; without
    one the maker, type and serial of the register (type and serial must be there)."""
    if identity.strip():
        return " ".join(answer.split()) == " ".join(identity.split())
    found = read_identity(answer)
    return bool(_bare(serial)) and _bare(found.serial) == _bare(serial) and bool(_bare(type)) and (
        _bare(found.type) == _bare(type)) and _bare(found.maker) == _bare(maker)


def header_differs(model: str, serial: str, type: str, registered_serial: str) -> bool:
    """Whether the model or the serial in a file's header is not the registered instrument's; a header that says nothing does not
    differ. A model may carry an option behind the type (`N9038A-526`)."""
    if serial and _bare(serial) != _bare(registered_serial):
        return True
    return bool(model) and bool(_bare(type)) and not _bare(model).startswith(_bare(type)) and not _bare(type).startswith(_bare(model))


def is_query(text: str) -> bool:
    """Whether a line asks an instrument something and changes nothing: `TRAC:DATA? TRACE1` yes, `*RST` or `READ?;*RST` no."""
    return len(text) <= 100 and _QUERY.fullmatch(text) is not None


def error_free(answer: str) -> bool:
    """Whether an answer to `SYST:ERR?` says that there was none (`0,"No error"`); an answer that cannot be read does not."""
    found = _ERROR.match(answer)
    return found is not None and int(found.group(1)) == 0

"""Talking to an instrument over SCPI with PyVISA: who it is, what it measured, whether it reports an error. No database here.

The conversation is held before any transaction begins: an instrument that is slow or silent keeps nobody waiting. Addresses
`sim:<VISA address>` are answered by a simulation file, which no production installation has. PyVISA is imported when somebody asks.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext

from instruments.rules.capture import is_query
from lab_app.core import clock
from lab_app.core.errors import FieldRefused

SIMULATED = "sim:"
IDENTITY, ERROR = "*IDN?", "SYST:ERR?"
#: What is asked beside a trace so that its points have frequencies and a unit; one that stays silent is left out.
TRACE_SETTINGS = ("FREQ:STAR?", "FREQ:STOP?", "UNIT:POW?", "BAND?", "DET?")
#: What is asked beside a single level.
LEVEL_SETTINGS = ("CALC:MARK1:X?", "UNIT:POW?", "BAND?", "DET?")
#: A queue of errors is read to its end; an instrument whose queue never ends is broken.
MOST_ERRORS = 20
BRIEFLY_MS = 1500
LONGEST_ANSWER = 5_000_000
_ADDRESS = re.compile(r"(?:TCPIP\d*::[\w.\-]+(?:::[\w.]+)?::(?:INSTR|SOCKET)|GPIB\d*::\d+(?:::\d+)?::INSTR|"
                      r"USB\d*::[\w:]+::INSTR|ASRL[\w/.]*::INSTR)")


@dataclass(frozen=True)
class Line:
    """What was asked and what was answered, as it came."""

    asked: str
    answer: str


@dataclass(frozen=True)
class Conversation:
    """One capture. `lines` in their order, `identity` the answer to `*IDN?` before it, `system_error` to `SYST:ERR?` after it."""

    resource: str
    identity: str
    lines: tuple[Line, ...]
    system_error: str
    at: datetime

    def transcript(self) -> bytes:
        """The whole conversation as it is kept: one line a question, a tab, the answer."""
        whole = (Line(IDENTITY, self.identity), *self.lines, Line(ERROR, self.system_error))
        return "".join(f"{x.asked}\t{x.answer}\n" for x in whole).encode()


@dataclass(frozen=True)
class Backend:
    """Which VISA library talks, how long it waits, and what answers simulated addresses."""

    library: str = "@py"
    timeout_ms: int = 5000
    simulation: Path | None = None


def is_address(resource: str, simulation: bool) -> bool:
    """Whether a text is an address that is asked: a VISA resource, or a simulated one where that is allowed."""
    bare = resource.removeprefix(SIMULATED)
    return _ADDRESS.fullmatch(bare) is not None and (simulation or bare == resource)


def capture(resource: str, questions: Sequence[str], backend: Backend, settings: Sequence[str] = ()) -> Conversation:
    """Ask an instrument: identity, settings, questions, errors. Refuses (`FieldRefused` on *resource* or *query*) an address that
    is none, a line that is no question, an instrument that is not reached or does not answer in time.

    The error queue is emptied first, so that what it holds afterwards belongs to this capture; every error in it is kept.
    """
    for question in questions:
        if not is_query(question):
            raise FieldRefused("query", gettext("“%(text)s” không phải câu hỏi SCPI: chỉ hỏi, không ra lệnh.", text=question[:60]))
    if not is_address(resource, backend.simulation is not None):
        raise FieldRefused("resource", gettext("“%(text)s” không phải địa chỉ VISA dùng được ở đây.", text=resource[:80]))
    with _session(resource, backend) as instrument:
        identity = _ask(instrument, IDENTITY)
        _clear(instrument)
        lines = [*_quietly(instrument, settings), *(Line(q, _ask(instrument, q)) for q in questions)]
        errors = _errors(instrument)
    return Conversation(resource, identity, tuple(lines), errors, clock.now())


@contextmanager
def _session(resource: str, backend: Backend) -> Iterator[Any]:
    """The instrument, open; closed again whatever happens."""
    try:
        import pyvisa
    except ImportError as error:
        raise FieldRefused("resource", gettext("Máy chủ này chưa cài thư viện VISA.")) from error
    simulated = resource.startswith(SIMULATED)
    if not simulated and not backend.library:
        raise FieldRefused("resource", gettext("Hệ thống này không hỏi thiết bị: chưa đặt SCPI_BACKEND."))
    try:
        manager = pyvisa.ResourceManager(f"{backend.simulation}@sim" if simulated else backend.library)
    except (OSError, ValueError, pyvisa.errors.Error) as error:
        raise FieldRefused("resource", gettext("Thư viện VISA không chạy được: %(why)s.", why=str(error)[:120])) from error
    instrument = None
    try:
        instrument = manager.open_resource(resource.removeprefix(SIMULATED), open_timeout=backend.timeout_ms)
        instrument.timeout = backend.timeout_ms
        instrument.read_termination = instrument.write_termination = "\n"  # type: ignore[attr-defined]
        yield instrument
    except pyvisa.errors.VisaIOError as error:
        raise FieldRefused("resource", _reason(error, backend)) from error
    except (OSError, UnicodeDecodeError, ValueError, pyvisa.errors.Error) as error:
        raise FieldRefused("resource", gettext("Không nói chuyện được với thiết bị: %(why)s.", why=str(error)[:120])) from error
    finally:
        if instrument is not None:
            instrument.close()
        manager.close()


def _reason(error: Any, backend: Backend) -> str:
    if error.abbreviation == "VI_ERROR_TMO":
        return gettext("Thiết bị không trả lời trong %(s)s giây.", s=f"{backend.timeout_ms / 1000:g}")
    return gettext("Không kết nối được với thiết bị (%(why)s).", why=error.abbreviation)


def _ask(instrument: Any, question: str) -> str:
    answer = str(instrument.query(question)).strip("\r\n \0")
    if not answer:
        raise FieldRefused("resource", gettext("Thiết bị trả lời rỗng cho %(q)s.", q=question))
    if len(answer) > LONGEST_ANSWER:
        raise FieldRefused("resource", gettext("Câu trả lời cho %(q)s quá dài.", q=question))
    return answer.replace("\r", " ").replace("\n", " ").replace("\t", " ")


def _quietly(instrument: Any, questions: Sequence[str]) -> list[Line]:
    """Settings that only explain the data, each asked briefly: one that the instrument does not know is left out, with its error."""
    import pyvisa

    patience, found = instrument.timeout, []
    instrument.timeout = min(patience, BRIEFLY_MS)
    for question in questions:
        try:
            answer = _ask(instrument, question)
        except (pyvisa.errors.VisaIOError, FieldRefused):
            answer = ""
        if answer and answer.upper() != "ERROR":
            found.append(Line(question, answer))
        else:
            _clear(instrument)
    instrument.timeout = patience
    return found


def _clear(instrument: Any) -> None:
    """Forget earlier errors: by the common command, and by reading the queue for an instrument that does not empty it then."""
    instrument.write("*CLS")
    _errors(instrument)


def _errors(instrument: Any) -> str:
    """Everything in the error queue, oldest first; the last entry says that there is no (more) error."""
    found: list[str] = []
    for _ in range(MOST_ERRORS):
        answer = _ask(instrument, ERROR)
        if answer.lstrip("+").startswith("0") and found:
            break
        found.append(answer)
        if answer.lstrip("+").startswith("0"):
            break
    return " | ".join(found)[:200]

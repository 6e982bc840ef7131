"""How the bytes of a kept file become a trace again, in the words a refusal needs; pure, no database.

A plan is what is kept beside the file: `{"reader": "known", "trace": 1, "unit": ""}` for a file of an instrument that is
recognised, `{"reader": "touchstone", "ports": 2, "trace": 2}` for one scattering parameter of a network file,
`{"reader": "delimited", …TraceMapping}` for any other text, `{"reader": "scpi"}` for a conversation.
"""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.touchstone import as_trace, read_touchstone
from lab_app.metrology.trace_text import decode
from lab_app.metrology.trace_windows import of_answer
from lab_app.metrology.traces import Trace, TraceError, TraceMapping, parse_mapping, read
from lab_app.metrology.units import find_unit

KNOWN: dict[str, Any] = {"reader": "known", "trace": 1, "unit": ""}
WHY: dict[str, Any] = {
    "no_data": _l("tệp không có số liệu"),
    "more_columns": _l("dòng thừa cột"),
    "cut_short": _l("tệp bị cắt ngang, thiếu điểm đo"),
    "more_than_stated": _l("nhiều điểm hơn số mà phần đầu tệp nêu"),
    "too_many_points": _l("quá nhiều điểm đo"),
    "frequency_order": _l("tần số không tăng dần"),
    "fewer_columns": _l("dòng thiếu cột"),
    "not_a_number": _l("không phải là số"),
    "decimal_sign_unknown": _l("không phân biệt được dấu thập phân với dấu phân nhóm; hãy chọn dấu thập phân"),
    "frequency_unit_unknown": _l("chưa rõ đơn vị tần số"),
    "unknown_format": _l("chưa biết cách đọc loại tệp này; hãy chỉ các cột"),
    "not_text": _l("tệp không phải là văn bản"),
    "undecodable": _l("không đọc được với bảng mã này"),
    "unknown": _l("cách đọc không hợp lệ"),
    "missing": _l("cách đọc còn thiếu"),
    "outside": _l("ngoài phạm vi của tệp"),
    "unsupported": _l("tệp dùng đơn vị hoặc bố cục chưa đọc được"),
    "different_quantity": _l("đơn vị của tệp không cùng đại lượng với ô này"),
    "unknown_unit": _l("không biết đơn vị"),
    "unit_unknown": _l("không biết đơn vị của mức"),
    "unit_missing": _l("tệp không nêu đơn vị của mức; hãy chọn đơn vị"),
    "unit_differs": _l("đơn vị đã chọn khác với đơn vị ghi trong tệp"),
}
NAMES: dict[str, Any] = {
    "frequency": _l("tần số"), "level": _l("mức"), "decimal": _l("dấu thập phân"), "delimiter": _l("dấu phân cách"),
    "encoding": _l("bảng mã"), "frequency_unit": _l("đơn vị tần số"), "unit": _l("đơn vị"), "data_after": _l("dòng trước số liệu"),
    "level_column": _l("cột"), "trace": _l("đường đo"),
}
#: Refusals that quote what stood there.
QUOTED = ("not_a_number", "frequency_order", "unknown", "unit_unknown", "unit_differs", "undecodable", "unsupported")
#: Which field of the wizard a refusal hangs on; everything else belongs to the file.
FIELDS = ("encoding", "delimiter", "decimal", "frequency_unit", "level_column", "data_after", "trace")


def why(error: MetrologyError) -> str:
    """A refused file in words: the line, what is wrong, and what stood there."""
    line = getattr(error, "line", None)
    said = str(WHY.get(error.code, error.code))
    detail = re.sub(r" ?\(line \d+\)$", "", error.detail)
    what = str(NAMES.get(error.field, ""))
    if error.code in ("not_a_number", "frequency_order") and what and error.field != "frequency":
        said = f"{what}: {said}"
    if detail and error.code in QUOTED:
        said = f"{said}: “{detail}”"
    return gettext("Dòng %(n)s: %(why)s.", n=line, why=said) if line else gettext("Không đọc được tệp: %(why)s.", why=said)


def field_of(error: MetrologyError) -> str:
    """The wizard's field that a refusal belongs to."""
    if error.code in ("decimal_sign_unknown", "frequency_unit_unknown"):
        return "decimal" if error.code == "decimal_sign_unknown" else "frequency_unit"
    if error.code.startswith("unit_"):
        return "unit"
    return error.field if error.field in FIELDS and getattr(error, "line", None) is None else "file"


def plan_of(mapping: TraceMapping) -> dict[str, Any]:
    """The plan of a delimited text."""
    return {"reader": "delimited", **mapping.to_dict()}


def read_as(data: bytes, plan: Mapping[str, Any]) -> Trace:
    """The trace in a file, read as the plan says, with a unit that is known.

    Raises `TraceError`: those of the readers, `unit_missing`, `unit_unknown`, `unit_differs`.
    """
    reader, rest = plan.get("reader"), {k: v for k, v in plan.items() if k != "reader"}
    if reader == "delimited":
        trace = read(data, parse_mapping(rest))
    elif reader == "scpi":
        trace = _conversation(data)
    elif reader == "touchstone":
        trace = as_trace(read_touchstone(data, int(rest.get("ports") or 2)), int(rest.get("trace") or 1))
    else:
        trace = read(data, trace=int(rest.get("trace") or 1))
    return _with_unit(trace, str(rest.get("unit") or ""))


def _with_unit(trace: Trace, stated: str) -> Trace:
    """The level's unit: as the file says, else as a person states; never one against the other."""
    if not trace.unit and not stated:
        raise TraceError("unit_missing", "unit")
    wanted = stated or trace.unit
    try:
        found = find_unit(wanted)
        if trace.unit and find_unit(trace.unit) != found:
            raise TraceError("unit_differs", "unit", trace.unit)
    except TraceError:
        raise
    except MetrologyError as error:
        raise TraceError("unit_unknown", "unit", wanted[:20]) from error
    return replace(trace, unit_written=found.symbol)


def _conversation(data: bytes) -> Trace:
    """The trace in a kept conversation: its last question that is no setting, over the frequencies its sweep says."""
    told = {}
    last = ""
    for line in decode(data, "utf-8"):
        asked, _tab, answer = line.partition("\t")
        if not asked:
            continue
        told[asked] = answer
        if asked not in SETTING_QUESTIONS and not asked.startswith(("*", "SYST:ERR")):
            last = asked
    if not last:
        raise TraceError("no_data", "points")
    single = "," not in told[last]
    start = next((told[q] for q in ("CALC:MARK1:X?", "FREQ:CENT?") if q in told), "") if single else told.get("FREQ:STAR?", "")
    return of_answer(told[last], start, told.get("FREQ:STOP?", ""), told.get("UNIT:POW?", ""), told.get("DET?", ""), told.get("BAND?", ""))


#: Questions that explain the data of a conversation and are no data themselves.
SETTING_QUESTIONS = frozenset({"FREQ:STAR?", "FREQ:STOP?", "FREQ:CENT?", "CALC:MARK1:X?", "UNIT:POW?", "BAND?", "DET?"})


def first_lines(data: bytes, count: int) -> list[str]:
    """The first lines of a file for a person to look at; none for what is no text."""
    try:
        return [line[:160] for line in decode(data)[:count]]
    except TraceError:
        return []


def header_identity(trace: Trace) -> tuple[str, str]:
    """Model and serial that a file's header names; empty where it names none."""
    model = serial = ""
    for key, value in trace.header.items():
        said = value.split(",")[0].strip()
        if not serial and re.search(r"serial", key, re.IGNORECASE):
            serial = said
        elif not model and (re.fullmatch(r"(model|instrument( model)?|type|device)", key, re.IGNORECASE)
                            or re.fullmatch(r"[A-Z]\.\d+\.\d+", key)):  # Keysight: firmware, model
            model = said
    return model[:80], serial[:80]

"""How a laboratory writes the numbers of its papers: a pattern with a small, checked grammar. Pure.

A pattern is literal characters and fields in braces:

| field | stands for |
|---|---|
| `{request}` | the request's number without its leading letters (`2026-0117`) |
| `{n}`, `{nn}`, `{nnn}` | running number of the papers of one request, in at least so many digits |
| `{-n}`, `{-nn}` | the same behind a hyphen, left out for the first paper of the request |
| `{year}`, `{yy}` | year of issue, in four or two digits |
| `{serial:4}` | running number of the papers of this kind in the year of issue, in at least so many digits (1 to 8) |

Two papers never share a number: a pattern needs `{request}` with a running number, or a serial with the year. Literals are the
capitals A to Z, digits, `-`, `/` and `.`, so that a number survives every keyboard and file system it is typed on. A number says
which kind of paper it is: certificates of calibration begin with GCN, other papers do not.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext

CALIBRATION_MARK = "GCN"
#: The longest number a pattern may give; an amendment adds `/SĐ12` to it.
LONGEST = 40
#: Where the serial and the running number are tried when the length is checked.
_MANY = 10**6
_FIELD = re.compile(r"\{([^{}]*)\}")
_LITERAL = re.compile(r"[A-Z0-9./-]*\Z")
_AMENDED = re.compile(r"/S(Đ|DD|D)\d*\Z")
_RUNNING = ("n", "nn", "nnn", "-n", "-nn")
_REQUEST_TAIL = re.compile(r"^[^\d]*(?P<tail>\d.*)$")


@dataclass(frozen=True, slots=True)
class Values:
    """What the fields stand for: the request's number, the day of issue, the running numbers."""

    request: str
    day: date
    index: int = 1
    serial: int = 1


def fields(pattern: str) -> list[str]:
    """The names of the fields in order (`serial:4` → `serial:4`)."""
    return _FIELD.findall(pattern)


def runs_by_year(pattern: str) -> bool:
    """Whether numbers run through all papers of a kind in a year (a serial), not within one request."""
    return any(name.startswith("serial:") for name in fields(pattern))


def fault(pattern: str, kind: str) -> str:
    """What is wrong with a pattern, in the reader's language; empty when it is sound. `kind`: test, calibration."""
    bare = _FIELD.sub("", pattern)
    if "{" in bare or "}" in bare:
        return gettext("Dấu ngoặc { } không khớp.")
    if not _LITERAL.match(bare):
        wrong = "".join(dict.fromkeys(c for c in bare if not _LITERAL.match(c)))
        return gettext("Ký tự không dùng được trong số phiếu: %(wrong)s. Chỉ dùng A–Z, 0–9, gạch nối, gạch chéo và chấm.", wrong=wrong)
    names = fields(pattern)
    for name in names:
        if name not in ("request", "year", "yy", *_RUNNING) and not re.fullmatch(r"serial:[1-8]", name):
            return gettext("Không có trường {%(name)s}. Dùng {request}, {n}, {nn}, {nnn}, {year}, {yy} hoặc {serial:4}.", name=name)
    kinds = ["running" if name in _RUNNING else "year" if name == "yy" else name.partition(":")[0] for name in names]
    twice = next((name for name in kinds if kinds.count(name) > 1), None)
    if twice:
        return gettext("Một trường đứng hai lần trong mẫu số.")
    within, yearly = "running" in kinds, "serial" in kinds
    if within == yearly:
        return gettext("Cần đúng một số chạy: {nn} theo yêu cầu, hoặc {serial:4} theo năm.")
    if within and "request" not in kinds:
        return gettext("Số chạy theo yêu cầu chỉ duy nhất khi có {request}.")
    if yearly and "year" not in kinds:
        return gettext("Số chạy theo năm chỉ duy nhất khi có {year} hoặc {yy}.")
    if _touching(pattern):
        return gettext("Hai trường đứng liền nhau: cần một dấu ở giữa để đọc lại được số.")
    return _fault_of_result(pattern, kind)


def _touching(pattern: str) -> bool:
    """Two fields, or a field and a digit, side by side: 11 and 2 would read as 1 and 12."""
    return bool(re.search(r"\}\{(?!-)|\}\d|\d\{", pattern))


def _fault_of_result(pattern: str, kind: str) -> str:
    shown = written(pattern, Values("YC-HC-2026-0117", date(2026, 12, 31), _MANY, _MANY))
    if len(shown) > LONGEST:
        return gettext("Số phiếu dài quá %(n)s ký tự.", n=LONGEST)
    if not shown[:1].isalpha():
        return gettext("Số phiếu bắt đầu bằng chữ cái.")
    if _AMENDED.search(shown) or "/SD" in shown:
        return gettext("“/SĐ” dành cho phiếu sửa đổi.")
    if (kind == "calibration") != shown.startswith(CALIBRATION_MARK):
        return gettext("Số giấy chứng nhận hiệu chuẩn bắt đầu bằng GCN; số phiếu khác thì không, để nhìn số biết loại phiếu.")
    return ""


def written(pattern: str, values: Values) -> str:
    """The number a sound pattern gives."""
    found = _REQUEST_TAIL.match(values.request)
    tail = found["tail"] if found else values.request

    def one(match: re.Match[str]) -> str:
        name = match[1]
        if name.startswith("-"):
            return f"-{values.index:0{len(name) - 1}d}" if values.index > 1 else ""
        if name in _RUNNING:
            return f"{values.index:0{len(name)}d}"
        if name.startswith("serial:"):
            return f"{values.serial:0{int(name[7:])}d}"
        return {"request": tail, "year": f"{values.day.year:04d}", "yy": f"{values.day.year % 100:02d}"}[name]

    return _FIELD.sub(one, pattern)


def preview(pattern: str, kind: str, day: date) -> list[str]:
    """Three numbers as papers of that day would have them, the last one an amendment; empty for a pattern that is not sound."""
    if fault(pattern, kind):
        return []
    request = f"YC-HC-{day.year}-0031" if kind == "calibration" else f"YC-{day.year}-0117"
    first = written(pattern, Values(request, day))
    return [first, written(pattern, Values(request, day, 2, 2)), f"{first}/SĐ1"]

"""How a version's contents, its record and its test vectors are shown, and what changed between two versions."""
from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from instruments.rules import QUANTITIES
from lab_app.core import history
from lab_app.core.i18n import pick, show_decimal
from lab_app.core.quantity import NO_BREAK_SPACE
from lab_app.core.workflow import State
from test_methods import wording, workflow
from test_methods.models import MethodParameter, MethodProof, MethodVersion, TestVector, VectorRun
from test_methods.rules.contents import PARAMETER_CONTENT, VERSION_CONTENT
from test_methods.rules.proofs import missing_parts
from test_methods.services.faults import formula_fault

JUDGED = {
    True: State("meets", _l("đạt"), "ok"), False: State("not", _l("không đạt"), "bad"), None: State("open", _l("chưa đánh giá"), "warn"),
}
#: A division goes on for ever; the record keeps every digit, the page shows these.
SHOWN_DIGITS = Context(prec=10)
NAMES = {
    "environment": _l("Môi trường"), "equipment": _l("Thiết bị cần có"), "conditioning_minutes": _l("Thời gian ổn định mẫu"),
    "conditioning": _l("Ổn định mẫu thế nào"), "steps": _l("Danh mục bước"), "document_code": _l("Mã tài liệu kiểm soát"),
    "document_issue": _l("Lần ban hành"), "document_title": _l("Tên tài liệu"), "requirement_id": _l("Yêu cầu của quy chuẩn"),
    "name_vi": _l("Tên"), "name_en": _l("Tên tiếng Anh"), "kind": _l("Loại"), "fields": _l("Trường số đọc"), "formula": _l("Công thức"),
    "unit": _l("Đơn vị"), "places": _l("Số chữ số thập phân"), "budget_id": _l("Bảng độ không đảm bảo đo"),
    "u_exempt_reason": _l("Lý do miễn U"), "u_max": _l("U lớn nhất"), "inherent_rule": _l("Quy tắc sẵn có"),
    "default_rule": _l("Quy tắc đề xuất"), "need": _l("Yêu cầu thiết bị"), "conditions": _l("Điều kiện"),
    "calculations": _l("Các bước tính"), "replicates": _l("Số lần đo lặp lại"), "operators": _l("Nhận dấu < và >"),
    "working_range": _l("Khoảng làm việc"), "trace_rule": _l("Quy tắc đọc vết"), "position": _l("Thứ tự"), "code": _l("Mã chỉ tiêu"),
}


def span_text(row: Mapping[str, Any]) -> str:
    """A range in words; empty where there is none."""
    low, high = (show_decimal(Decimal(str(row[end]))) if row.get(end) not in (None, "") else "" for end in ("low", "high"))
    if not low and not high:
        return ""
    return f"{low or '…'} … {high or ''}".rstrip() + NO_BREAK_SPACE + str(row.get("unit") or "")


def equipment_line(row: Mapping[str, Any]) -> str:
    """One kind of equipment in words."""
    parts = [str(row["kind"])]
    if row.get("quantity"):
        parts.append(str(QUANTITIES.get(row["quantity"], row["quantity"])))
    if span_text(row):
        parts.append(span_text(row))
    if int(row.get("count") or 1) > 1:
        parts.append(gettext("%(n)s cái", n=row["count"]))
    if row.get("note"):
        parts.append(str(row["note"]))
    return " · ".join(parts)


_WORDS: dict[str, Callable[[Any], list[str]]] = {
    "environment": wording.environment_lines,
    "equipment": lambda rows: [equipment_line(row) for row in rows],
    "steps": lambda rows: [pick(row["vi"], row.get("en", "")) for row in rows],
    "calculations": lambda rows: [f"{c['key']} = {c['formula']} [{c['unit']}]" for c in rows],
    "fields": lambda rows: [f"{f['key']}: {pick(f['label_vi'], f.get('label_en', ''))} [{f.get('unit') or ''}]" for f in rows],
    "need": wording.need_lines,
    "conditions": list,
    "working_range": lambda row: [span_text(row)],
    "conditioning_minutes": lambda n: [gettext("%(n)s phút", n=n)],
    "kind": lambda kind: [str(wording.KINDS.get(kind, kind))],
    "operators": lambda _yes: [gettext("có")],
    "u_max": lambda number: [show_decimal(number)],
    "trace_rule": lambda rule: [json.dumps(rule, ensure_ascii=False)],
}


def _told(name: str, value: Any, named: Mapping[str, Mapping[int, str]]) -> list[str]:
    """One content in words, line by line; `named`: what the numbers of other records are called, by column."""
    if value in (None, "", [], {}, 0, False):
        return []
    if name in named:
        return [named[name].get(value, str(value))]
    return _WORDS[name](value) if name in _WORDS else [str(value)]


@dataclass(frozen=True)
class Difference:
    """One content that differs between two versions."""

    name: Any
    old: list[str]
    new: list[str]


@dataclass(frozen=True)
class Part:
    """A version, or one of its parameters, side by side; `standing`: changed, added, removed."""

    title: str
    standing: State
    rows: list[Difference]


STANDINGS = {
    "changed": State("changed", _l("có thay đổi"), "info"), "added": State("added", _l("mới"), "ok"),
    "removed": State("removed", _l("đã bỏ"), "warn"),
}


def compared(old: MethodVersion, new: MethodVersion, before: Sequence[MethodParameter], after: Sequence[MethodParameter]) -> list[Part]:
    """What changed from one version to another: the version itself, then its parameters by their codes; what stayed is left out."""
    parameters = (*before, *after)
    named = {
        "budget_id": {p.budget_id: p.budget.code for p in parameters if p.budget is not None and p.budget_id is not None},
        "requirement_id": {p.requirement_id: p.requirement.code for p in parameters},
    }

    def rows(a: Any, b: Any, names: Sequence[str]) -> list[Difference]:
        return [Difference(NAMES.get(n, n), _told(n, getattr(a, n), named), _told(n, getattr(b, n), named))
                for n in names if getattr(a, n) != getattr(b, n)]

    parts = []
    own = rows(old, new, ("environment", *VERSION_CONTENT))
    if own:
        parts.append(Part(gettext("Phiên bản"), STANDINGS["changed"], own))
    left, right = ({p.code: p for p in group} for group in (before, after))
    names = [n for n in PARAMETER_CONTENT if n != "position"]
    for code in dict.fromkeys([*(p.code for p in after), *(p.code for p in before)]):
        a, b = left.get(code), right.get(code)
        title = f"{code} {pick((b or a).name_vi, (b or a).name_en)}"  # type: ignore[union-attr]
        if a is None or b is None:
            parts.append(Part(title, STANDINGS["added" if a is None else "removed"], []))
        elif changed := rows(a, b, names):
            parts.append(Part(title, STANDINGS["changed"], changed))
    return parts


@dataclass(frozen=True)
class ShownProof:
    """The record as the page shows it: its parts with their letters, and what is missing."""

    row: MethodProof
    kind: Any
    missing: list[Any]
    fit: State


def shown_proof(row: MethodProof | None) -> ShownProof | None:
    """The record of a version; `None` where nobody began one."""
    if row is None:
        return None
    columns = ("procedure", "requirements", "characteristics", "results", "statement", "fit", "performed_by_id", "performed_on")
    missing = [workflow.PARTS[part] for part in missing_parts({name: getattr(row, name) for name in columns})]
    fit = {True: State("fit", _l("Phù hợp với mục đích sử dụng"), "ok"), False: State("unfit", _l("Không phù hợp"), "bad"),
           None: State("open", _l("Chưa kết luận"), "warn")}[row.fit]
    return ShownProof(row, wording.PROOF_KINDS[row.kind], missing, fit)


@dataclass(frozen=True)
class ShownVector:
    """A vector with what it gave last."""

    row: TestVector
    state: State
    run: VectorRun | None
    values: list[str]
    expected: list[str]
    inputs: list[tuple[str, str, str]]
    fault: str


def shown_vector(parameter: MethodParameter, row: TestVector, run: VectorRun | None, mark: str) -> ShownVector:
    """A vector for its table; `mark` is what a run would stand on now."""
    word = "not_run" if run is None else "stale" if run.fingerprint != mark else "passed" if run.passed else "failed"
    inputs = [(pick(f["label_vi"], f.get("label_en", "")), _list_text(row.inputs[str(f["key"])]), str(f.get("unit") or ""))
              for f in parameter.fields if str(f["key"]) in row.inputs]
    code, _, detail = (run.fault if run else "").partition(" ")
    found = [show_decimal(SHOWN_DIGITS.create_decimal(v)) for v in run.values] if run else []
    return ShownVector(row, workflow.VECTOR_STATES[word], run, found,
                       [show_decimal(Decimal(v)) for v in row.expected], inputs, formula_fault(code, detail) if code else "")


def _list_text(text: str) -> str:
    return "; ".join(show_decimal(Decimal(piece)) for piece in text.split(";") if piece.strip())


def say_histories() -> None:
    """Name the fields of these records for histories."""
    def rows(stored: str) -> str:
        return "; ".join(str(row.get("kind") or row.get("vi") or row.get("name") or row.get("key") or "") for row in json.loads(stored))

    history.say_fields("method-version", {
        **{n: NAMES[n] for n in VERSION_CONTENT}, "retired_from": _l("Ngừng dùng từ"), "retired_recorded_at": _l("Ghi ngừng dùng lúc")})
    for name in ("equipment", "steps"):
        history.say_values("method-version", name, rows)
    history.say_fields("method-parameter", {
        n: NAMES[n] for n in ("calculations", "replicates", "operators", "working_range", "trace_rule")})
    history.say_values("method-parameter", "calculations", rows)
    history.say_fields("method-proof", {
        "kind": _l("Loại hồ sơ"), "procedure": _l("Quy trình đã dùng"), "requirements": _l("Quy định các yêu cầu"),
        "characteristics": _l("Đặc tính hiệu năng"), "results": _l("Kết quả thu được"), "statement": _l("Tuyên bố"),
        "fit": _l("Phù hợp với mục đích sử dụng"), "performed_on": _l("Ngày thực hiện"), "recorded_at": _l("Ghi lúc")})
    history.say_values("method-proof", "kind", wording.PROOF_KINDS)
    history.say_values("method-proof", "characteristics", rows)
    history.say_fields("test-vector", {
        "name": _l("Tên véc-tơ"), "inputs": _l("Số đọc vào"), "expected": _l("Kết quả phải ra"), "tolerance": _l("Dung sai"),
        "source": _l("Nguồn"), "position": _l("Thứ tự"), "recorded_at": _l("Ghi lúc")})
    history.say_fields("vector-run", {
        "values": _l("Kết quả"), "passed": _l("Đạt"), "fault": _l("Lỗi"), "software": _l("Phần mềm"), "run_at": _l("Chạy lúc"),
        "fingerprint": _l("Dấu của phép tính")})
    history.say_fields("scope-end", {
        "last_day": _l("Ngày cuối còn hiệu lực"), "decision": _l("Quyết định"), "reason": _l("Lý do"), "recorded_at": _l("Ghi lúc")})

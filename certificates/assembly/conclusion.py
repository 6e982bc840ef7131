"""The overall conclusion, derived from the lines: what it holds for and which failures were tested again (7.8.6.2)."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from certificates import workflow
from certificates.assembly.results import Table
from certificates.snapshot import derive_verdict, standing_lines

Text = dict[str, str]

FAILED = ("fail", "conditional_fail")


def _and(parts: Sequence[str]) -> str:
    return ", ".join(parts)


def conclude(lines: Sequence[dict[str, Any]], table: Table, kind: str) -> dict[str, Any]:
    """Verdict, statement in both languages, and the firmware it holds for."""
    standing = standing_lines(list(lines))
    verdict = derive_verdict(list(lines))
    regulations = _and(list(dict.fromkeys(section["regulation"] for section in table.sections)))
    latest, others = _firmware(standing, table)
    holds = f"firmware {latest}" if latest else ""
    item_vi = f"Mẫu thử với {holds}" if holds else "Mẫu thử"
    item_en = f"The item with {holds}" if holds else "The item"
    said_vi, said_en = _verdict_words(verdict, standing, regulations, item_vi, item_en)
    more_vi, more_en = [], []
    for firmware, numbers in others.items():
        more_vi.append(f"Kết quả ở dòng {numbers} đo với firmware {firmware}.")
        more_en.append(f"{_lines_en(numbers)} measured with firmware {firmware}.")
    retests_vi, retests_en = _retests(lines, table)
    more_vi += retests_vi
    more_en += retests_en
    if kind == workflow.PRELIMINARY:
        more_vi.append("Kết quả sơ bộ: chưa gồm mọi phép thử của yêu cầu.")
        more_en.append("Preliminary: not all requested tests are included.")
    if kind == workflow.PARTIAL:
        more_vi.append("Phiếu từng phần: chỉ gồm các phép thử liệt kê.")
        more_en.append("Partial report: only the tests listed are included.")
    found: dict[str, Any] = {
        "verdict": verdict,
        "statement": {"vi": " ".join([said_vi, *more_vi]), "en": " ".join([said_en, *more_en])},
    }
    if holds:
        found["holds_for"] = holds
    return found


def _firmware(standing: Sequence[dict[str, Any]], table: Table) -> tuple[str, dict[str, str]]:
    """The firmware of the latest reading, and the lines that were measured with an earlier one."""
    at = {f"L{line.id}": line.reading.measured_at for line in table.lines if line.reading is not None}
    known = [line for line in standing if line["ref"] in table.firmware]
    if not known:
        return "", {}
    last = max(known, key=lambda line: at[line["ref"]])
    latest = table.firmware[last["ref"]]
    others: dict[str, list[str]] = {}
    for line in known:
        firmware = table.firmware[line["ref"]]
        if firmware != latest:
            others.setdefault(firmware, []).append(line["number"])
    return latest, {firmware: _numbers(numbers) for firmware, numbers in others.items()}


def _numbers(numbers: Sequence[str]) -> str:
    """`1–4, 6` of the lines 1, 2, 3, 4, 6."""
    spans: list[list[int]] = []
    for number in sorted(int(each) for each in numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(low) if low == high else f"{low}–{high}" for low, high in spans)


def _lines_en(numbers: str) -> str:
    return f"Line {numbers} was" if numbers.isdigit() else f"Lines {numbers} were"


def _verdict_words(
    verdict: str, standing: Sequence[dict[str, Any]], regulations: str, item_vi: str, item_en: str
) -> tuple[str, str]:
    own = [line["number"] for line in standing if line.get("verdict") == verdict]
    numbers = _numbers(own) if own else ""
    rule_vi, rule_en = "theo quy tắc ở mục Quy tắc ra quyết định", "under the decision rules stated"
    if verdict == "pass":
        return (
            f"{item_vi} đáp ứng mọi yêu cầu đã thử của {regulations} {rule_vi}.",
            f"{item_en} meets all requirements tested of {regulations} {rule_en}.",
        )
    if verdict == "conditional_pass":
        return (
            f"{item_vi} đáp ứng mọi yêu cầu đã thử của {regulations} {rule_vi}; dòng {numbers} nằm trong dải bảo vệ.",
            f"{item_en} meets all requirements tested of {regulations} {rule_en}; within the guard band: {numbers}.",
        )
    if verdict in FAILED:
        return (
            f"{item_vi} không đáp ứng mọi yêu cầu đã thử của {regulations} {rule_vi}: dòng {numbers}.",
            f"{item_en} does not meet all requirements tested of {regulations} {rule_en}; failed: {numbers}.",
        )
    if verdict == "not_applicable":
        return "Không yêu cầu nào đã thử áp dụng cho mẫu.", "None of the requirements tested applies to the item."
    return (
        f"Không kết luận chung cho {regulations}: dòng {numbers} không có kết luận, lý do ghi tại dòng."
        if numbers else f"Không kết luận chung cho {regulations}.",
        f"No overall statement for {regulations}; without a statement: {numbers}, with the reason given."
        if numbers else f"No overall statement for {regulations}.",
    )


def _retests(lines: Sequence[dict[str, Any]], table: Table) -> tuple[list[str], list[str]]:
    """A sentence for each failed line that was tested again: both results stay on the paper."""
    again = {line["retest_of"]: line for line in lines if line.get("retest_of")}
    vi, en = [], []
    for line in lines:
        if line.get("verdict") not in FAILED or line["ref"] not in again:
            continue
        later = again[line["ref"]]
        with_vi = f" với firmware {table.firmware[line['ref']]}" if line["ref"] in table.firmware else ""
        with_en = f" with firmware {table.firmware[line['ref']]}" if line["ref"] in table.firmware else ""
        vi.append(f"Dòng {line['number']}{with_vi} không đạt, được giữ lại và thử lại ở dòng {later['number']}.")
        en.append(f"Line {line['number']}{with_en} failed; it is kept and was tested again in line {later['number']}.")
    return vi, en

"""What changed between two versions of a paper, told for the reader of the amended one (7.8.8.1). Pure."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from certificates.snapshot import section_lines, standing_lines
from lab_app.core.paper.wording import manner, only, periods

Text = dict[str, str]
Change = dict[str, Any]

#: Facts compared one by one: path → what they are called.
_FACTS: tuple[tuple[str, Text], ...] = (
    ("laboratory.address", {"vi": "Địa chỉ phòng thử nghiệm", "en": "Address of the laboratory"}),
    ("customer.name", {"vi": "Tên khách hàng", "en": "Name of the customer"}),
    ("customer.address", {"vi": "Địa chỉ khách hàng", "en": "Address of the customer"}),
    ("customer.tax_code", {"vi": "Mã số thuế khách hàng", "en": "Tax code of the customer"}),
    ("customer.contact", {"vi": "Liên hệ của khách hàng", "en": "Contact of the customer"}),
    ("customer.manufacturer.vi", {"vi": "Nhà sản xuất", "en": "Manufacturer"}),
    ("conclusion.holds_for", {"vi": "Kết luận áp dụng cho", "en": "Conclusion holds for"}),
    ("accreditation.number", {"vi": "Số công nhận", "en": "Accreditation number"}),
    ("sampling.vi", {"vi": "Lấy mẫu", "en": "Sampling"}),
)
_ITEM_FACTS: tuple[tuple[str, Text], ...] = (
    ("name.vi", {"vi": "Tên mẫu", "en": "Name of the item"}),
    ("model", {"vi": "Kiểu", "en": "Model"}),
    ("brand", {"vi": "Nhãn hiệu", "en": "Brand"}),
    ("serial", {"vi": "Số sê-ri", "en": "Serial number"}),
    ("hardware", {"vi": "Phiên bản phần cứng", "en": "Hardware"}),
    ("firmware.vi", {"vi": "Firmware", "en": "Firmware"}),
    ("condition.vi", {"vi": "Tình trạng mẫu", "en": "Condition of the item"}),
    ("received_at", {"vi": "Ngày nhận mẫu", "en": "Date of receipt"}),
)
#: Parts compared as a whole: the amended paper shows them anew, the list of changes says that they differ.
_PARTS: tuple[tuple[str, Text], ...] = (
    ("methods", {"vi": "Phương pháp thử", "en": "Test methods"}),
    ("equipment", {"vi": "Thiết bị sử dụng", "en": "Equipment"}),
    ("environment", {"vi": "Điều kiện môi trường", "en": "Environment"}),
    ("uncertainty", {"vi": "Độ không đảm bảo đo", "en": "Uncertainty"}),
    ("decision_rules", {"vi": "Quy tắc ra quyết định", "en": "Decision rules"}),
    ("opinions", {"vi": "Ý kiến và diễn giải", "en": "Opinions and interpretations"}),
    ("deviations", {"vi": "Sai khác", "en": "Deviations"}),
    ("notes", {"vi": "Ghi chú", "en": "Notes"}),
    ("not_applicable", {"vi": "Mục không áp dụng", "en": "Items not applicable"}),
)
_WORDS = {
    "pass": "Đạt", "conditional_pass": "Đạt có điều kiện", "conditional_fail": "Không đạt có điều kiện", "fail": "Không đạt",
    "not_applicable": "Không áp dụng", "no_statement": "Không kết luận",
}
_BEFORE, _NOW = "bản trước", "xem phiếu này"
_NONE = "không có"
#: The same words on a paper in English alone.
_ENGLISH = {
    _BEFORE: "as in that report", _NOW: "see this report", _NONE: "none", "Đạt": "Pass", "Đạt có điều kiện": "Conditional pass",
    "Không đạt có điều kiện": "Conditional fail", "Không đạt": "Fail", "Không áp dụng": "Not applicable",
    "Không kết luận": "No statement",
}


def _at(value: Any, path: str) -> str:
    for key in path.split("."):
        if not isinstance(value, Mapping):
            return ""
        value = value.get(key)
    return "" if value is None else str(value)


def _result(line: Mapping[str, Any]) -> str:
    result = line["result"]
    if result.get("value"):
        return " ".join(part for part in (result.get("operator"), str(result["value"])) if part)
    if result.get("low"):
        return f"{result['low']} … {result['high']}"
    return str((result.get("text") or {}).get("vi", "")) or _NONE


def _lines(snapshot: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]]:
    for section in snapshot["sections"]:
        for group in section["groups"]:
            for line in group["lines"]:
                yield section["title"], line["ref"], group, line


def _named(title: str, group: Mapping[str, Any], line: Mapping[str, Any]) -> Text:
    conditions = line["conditions"]
    return {
        "vi": " · ".join(part for part in (title, group["name"]["vi"], conditions["vi"]) if part),
        "en": " · ".join(part for part in (group["name"]["en"], conditions["en"]) if part),
    }


def _line_changes(old: Mapping[str, Any], new: Mapping[str, Any], repeats: Mapping[str, str]) -> Iterator[Change]:
    """`repeats`: line of the new paper → the line of the old one that it was measured again for."""
    before = {ref: (title, group, line) for title, ref, group, line in _lines(old)}
    seen: set[str] = set()
    for title, ref, group, line in _lines(new):
        earlier = ref if ref in before else repeats.get(ref)
        change: Change = {"what": _named(title, group, line), "now": _result(line), "unit": line["unit"]}
        if line.get("margin"):
            change["margin"] = line["margin"]
        if line.get("verdict"):
            change["verdict"] = line["verdict"]
        if earlier is None or earlier not in before:
            yield {**change, "was": _NONE}
            continue
        seen.add(earlier)
        past = before[earlier][2]
        compared = ("result", "limit", "uncertainty", "margin", "verdict", "scope", "conditions")
        if any(past.get(key) != line.get(key) for key in compared):
            yield {**change, "was": _result(past)}
    for ref, (title, group, line) in before.items():
        if ref not in seen:
            yield {"what": _named(title, group, line), "was": _result(line), "now": _NONE, "unit": line["unit"]}


def _places(snapshot: Mapping[str, Any]) -> str:
    return "; ".join((place["en"] if only() == "en" else "") or place["vi"] for place in snapshot["places"])


def between(old: Mapping[str, Any], new: Mapping[str, Any], repeats: Mapping[str, str] | None = None) -> list[Change]:
    """The changes from the old paper to the new one, results first; empty when a reader would find none.

    The date and number of the papers are not changes; nor is the list itself. Every other difference is named, line by line
    for results, fact by fact for customer and items, as a whole for the remaining parts. A new paper in English alone tells them so.
    """
    if new.get("language") != "en":
        return _found(old, new, repeats or {})
    with manner("en"):
        return [
            {**one, "was": _ENGLISH.get(one["was"], one["was"]), "now": _ENGLISH.get(one["now"], one["now"])}
            for one in _found(old, new, repeats or {})
        ]


def _found(old: Mapping[str, Any], new: Mapping[str, Any], repeats: Mapping[str, str]) -> list[Change]:
    found = list(_line_changes(old, new, repeats))
    for path, what in _FACTS:
        was, now = _at(old, path), _at(new, path)
        if was != now:
            found.append({"what": dict(what), "was": was or _NONE, "now": now or _NONE})
    was, now = (_WORDS.get(_at(paper, "conclusion.verdict"), _NONE) for paper in (old, new))
    if was != now:
        found.append({"what": {"vi": "Kết luận chung", "en": "Overall conclusion"}, "was": was, "now": now})
    for what, was, now in (
        ({"vi": "Ngày thử", "en": "Test dates"}, periods(old["test_dates"]), periods(new["test_dates"])),
        ({"vi": "Nơi thử", "en": "Place of testing"}, _places(old), _places(new)),
    ):
        if was != now:
            found.append({"what": what, "was": was or _NONE, "now": now or _NONE})
    items_before = {item["code"]: item for item in old["items"]}
    for item in new["items"]:
        past = items_before.pop(item["code"], None)
        if past is None:
            found.append({"what": {"vi": f"Mẫu {item['code']}", "en": f"Item {item['code']}"}, "was": _NONE, "now": item["code"]})
            continue
        for path, what in _ITEM_FACTS:
            was, now = _at(past, path), _at(item, path)
            if was != now:
                label = {"vi": f"{what['vi']} ({item['code']})", "en": f"{what['en']} ({item['code']})"}
                found.append({"what": label, "was": was or _NONE, "now": now or _NONE})
    for code in items_before:
        found.append({"what": {"vi": f"Mẫu {code}", "en": f"Item {code}"}, "was": code, "now": _NONE})
    found += [
        {"what": dict(what), "was": _BEFORE if old.get(key) else _NONE, "now": _NOW if new.get(key) else _NONE}
        for key, what in _PARTS if old.get(key) != new.get(key)
    ]
    return found


def superseded(old: Mapping[str, Any], repeats: Mapping[str, str]) -> set[str]:
    """Lines of the old paper that the amended one no longer prints: measured again since, and they had not failed.

    A line that failed, or whose retest the old paper printed beneath it, keeps its place for ever. `repeats`: new line → the
    line it was measured again for.
    """
    gone: set[str] = set()
    again = set(repeats.values())
    for section in old["sections"]:
        lines = section_lines(section)
        standing = {line["ref"] for line in standing_lines(lines)}
        gone |= {
            line["ref"] for line in lines
            if line["ref"] in standing and line["ref"] in again and line.get("verdict") not in ("fail", "conditional_fail")
        }
    return gone

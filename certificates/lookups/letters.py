"""Words of the daily letter to whoever watches a list, in the one language they asked for. None holds a word that a stranger typed."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from certificates.delivery.letters import Letter, Text, in_language
from lab_app.core.i18n import speaking


@dataclass(frozen=True)
class News:
    """One line of the letter: a paper, what it became (`state`: words of the register), when (as written), why, and where to look."""

    number: str
    state: Any
    when: str
    reason: str
    address: str


def digest(changes: Sequence[News], papers: Sequence[News], laboratory: Text, list_url: str, leave_url: str, language: str) -> Letter:
    """The letter of a day: papers that changed, and new papers of watched products."""
    english = language == "en"
    lab = (laboratory["en"] or laboratory["vi"]) if english else laboratory["vi"]
    with speaking("en" if english else "vi"):
        told, new = [_line(one, language) for one in changes], [_line(one, language) for one in papers]
    parts = []
    if told:
        parts.append("\n".join([f"Papers that changed ({len(told)}):" if english else f"Phiếu có thay đổi ({len(told)}):", *told]))
    if new:
        head = "New papers of the products you watch" if english else "Phiếu mới cho sản phẩm bạn theo dõi"
        parts.append("\n".join([f"{head} ({len(new)}):", *new]))
    list_url, leave_url = in_language(list_url, language), in_language(leave_url, language)
    parts.append(f"The list: {list_url}\nStop: {leave_url}" if english else f"Danh sách: {list_url}\nNgừng nhận: {leave_url}")
    subject = (f"Watched papers: {len(told)} changed, {len(new)} new" if english
               else f"Phiếu bạn theo dõi: {len(told)} thay đổi, {len(new)} phiếu mới")
    return Letter(subject, "\n\n".join([*parts, lab]) + "\n")


def _line(one: News, language: str) -> str:
    reason = f" ({one.reason})" if one.reason else ""
    return f"- {one.number}: {one.state}, {one.when}{reason}\n  {in_language(one.address, language)}"

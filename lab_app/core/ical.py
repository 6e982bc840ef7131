"""iCalendar (RFC 5545): days as all-day events; text escaped, lines folded at 75 octets."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

FOLD = 75


@dataclass(frozen=True)
class Day:
    """One all-day event. `uid` stays the same while the same thing is meant; `alarm_days`: remind so many days before."""

    uid: str
    on: date
    summary: str
    description: str = ""
    url: str = ""
    alarm_days: int = 0


def escape(text: str) -> str:
    """TEXT of RFC 5545, 3.3.11: backslash, semicolon, comma and line ends escaped, control characters dropped."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(c for c in text if c == "\n" or c == "\t" or ord(c) >= 32 and ord(c) != 127)
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def fold(line: str) -> str:
    """A content line cut into pieces of at most 75 octets, never inside a character (3.1)."""
    out, piece, size = [], "", 0
    for character in line:
        width = len(character.encode())
        if size + width > FOLD:
            out.append(piece)
            piece, size = " ", 1
        piece += character
        size += width
    return "\r\n".join([*out, piece])


def _event(day: Day, stamp: datetime) -> list[str]:
    lines = [
        "BEGIN:VEVENT", f"UID:{escape(day.uid)}", f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}", f"DTSTART;VALUE=DATE:{day.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day.on + timedelta(days=1):%Y%m%d}", f"SUMMARY:{escape(day.summary)}", "TRANSP:TRANSPARENT",
    ]
    if day.description:
        lines.append(f"DESCRIPTION:{escape(day.description)}")
    if day.url:
        lines.append(f"URL:{day.url}")
    if day.alarm_days:
        lines += ["BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:-P{day.alarm_days}D", f"DESCRIPTION:{escape(day.summary)}", "END:VALARM"]
    return [*lines, "END:VEVENT"]


def calendar(name: str, days: Iterable[Day], stamp: datetime, language: str = "VI") -> str:
    """A whole calendar; `stamp` says when what it holds was true."""
    lines: Sequence[str] = [
        "BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//laboratory//instruments//{language}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escape(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT6H", *(x for day in days for x in _event(day, stamp)),
        "END:VCALENDAR",
    ]
    return "".join(fold(line) + "\r\n" for line in lines)

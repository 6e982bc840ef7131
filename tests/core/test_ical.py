"""iCalendar text: escaping, folding and what a reader gets back (RFC 5545)."""
from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from lab_app.core.ical import Day, calendar, escape, fold

STAMP = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)


def unescape(text: str) -> str:
    """A reader's own way back: what stands after a backslash."""
    out, characters = [], iter(text)
    for c in characters:
        if c != "\\":
            out.append(c)
            continue
        following = next(characters)
        out.append("\n" if following in "nN" else following)
    return "".join(out)


def test_a_calendar():
    text = calendar("Kế hoạch", [Day("a@b", date(2026, 12, 31), "Đến hạn: EQ-1, máy; đo", "dòng 1\ndòng 2", "https://x/y", 3)], STAMP)
    lines = text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTAMP:20261116T020000Z" in lines and "DTSTART;VALUE=DATE:20261231" in lines and "DTEND;VALUE=DATE:20270101" in lines
    assert "SUMMARY:Đến hạn: EQ-1\\, máy\\; đo" in lines and "DESCRIPTION:dòng 1\\ndòng 2" in lines and "TRIGGER:-P3D" in lines


@given(st.text(max_size=200))
def test_what_is_escaped_comes_back(text):
    wanted = text.replace("\r\n", "\n").replace("\r", "\n")
    wanted = "".join(c for c in wanted if c in "\n\t" or ord(c) >= 32 and ord(c) != 127)
    got = escape(text)
    assert "\n" not in got and "\r" not in got and unescape(got) == wanted


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",), blacklist_characters="\r\n"), max_size=400))
def test_folded_lines_are_short_and_unfold_to_the_same(text):
    folded = fold(text)
    pieces = folded.split("\r\n")
    assert all(len(p.encode()) <= 75 for p in pieces) and all(p.startswith(" ") for p in pieces[1:])
    assert folded.replace("\r\n ", "") == text


@given(st.text(max_size=80))
def test_nobody_writes_a_line_of_their_own(name):
    text = calendar("x", [Day("u", date(2026, 1, 1), name)], STAMP)
    assert text.replace("\r\n ", "").count("\r\n") == calendar("x", [Day("u", date(2026, 1, 1), "y")], STAMP).count("\r\n")

"""Feeds of changes as Atom (RFC 4287) and RSS 2.0: the same entries in both, newest first."""
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET

ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE, RSS_TYPE = "application/atom+xml; charset=utf-8", "application/rss+xml; charset=utf-8"
#: Characters that XML 1.0 has no place for.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """One change: its lasting name, what happened in one line, the public reason, where the paper stands now, when."""

    key: str
    title: str
    summary: str
    link: str
    at: datetime


@dataclass(frozen=True)
class Feed:
    """A feed: where it is read, what it is of, its entries newest first; `since`: when it began, said where there is no entry."""

    address: str
    page: str
    title: str
    author: str
    language: str
    since: datetime
    entries: Sequence[Entry]

    @property
    def updated(self) -> datetime:
        """When something happened last."""
        return max((entry.at for entry in self.entries), default=self.since)


def _words(text: str) -> str:
    return _NOT_XML.sub("", text)


def _sub(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, name, attributes)
    made.text = _words(text) or None
    return made


def _written(root: ET.Element) -> bytes:
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="utf-8") + b"\n"


def atom(feed: Feed) -> bytes:
    """The feed as Atom."""
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": feed.language})
    _sub(root, "id", feed.address)
    _sub(root, "title", feed.title)
    _sub(root, "updated", feed.updated.isoformat(timespec="seconds"))
    _sub(_sub(root, "author"), "name", feed.author)
    ET.SubElement(root, "link", {"rel": "self", "href": feed.address, "type": "application/atom+xml"})
    ET.SubElement(root, "link", {"rel": "alternate", "href": feed.page, "type": "text/html"})
    for entry in feed.entries:
        made = ET.SubElement(root, "entry")
        _sub(made, "id", entry.key)
        _sub(made, "title", entry.title)
        _sub(made, "updated", entry.at.isoformat(timespec="seconds"))
        ET.SubElement(made, "link", {"rel": "alternate", "href": entry.link, "type": "text/html"})
        _sub(made, "summary", entry.summary or entry.title)
    return _written(root)


def rss(feed: Feed) -> bytes:
    """The feed as RSS 2.0."""
    root = ET.Element("rss", {"version": "2.0", "xmlns:atom": ATOM})
    channel = ET.SubElement(root, "channel")
    _sub(channel, "title", feed.title)
    _sub(channel, "link", feed.page)
    _sub(channel, "description", feed.title)
    _sub(channel, "language", feed.language)
    _sub(channel, "lastBuildDate", format_datetime(feed.updated))
    ET.SubElement(channel, "atom:link", {"rel": "self", "href": feed.address, "type": "application/rss+xml"})
    for entry in feed.entries:
        made = ET.SubElement(channel, "item")
        _sub(made, "title", entry.title)
        _sub(made, "link", entry.link)
        _sub(made, "description", entry.summary or entry.title)
        _sub(made, "pubDate", format_datetime(entry.at))
        _sub(made, "guid", entry.key, isPermaLink="false")
    return _written(root)

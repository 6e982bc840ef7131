"""Templates, styles and scripts: nothing inline (strict CSP), nothing from elsewhere, nothing unescaped."""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

import pytest

from tests.support.source_tree import Files, product_texts

Scan = Callable[[str, str], Iterator[str]]
NAMESPACES = ("http://www.w3.org/",)
COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)


def _lines(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    for match in pattern.finditer(text):
        yield f"{text.count(chr(10), 0, match.start()) + 1}: {match.group(0)[:80]!r}"


INLINE = re.compile(
    r"<style\b|<script\b(?![^>]*\bsrc\s*=)(?![^>]*\btype\s*=\s*[\"']application/(?:ld\+)?json[\"'])[^>]*>"
    r"|<[a-z][^<>]*?\sstyle\s*=|<[a-z][^<>]*?\son[a-z]+\s*=\s*[\"']|javascript:",
    re.IGNORECASE,
)
UNESCAPED = re.compile(r"\|\s*safe\b|\{%-?\s*autoescape\s+false", re.IGNORECASE)
SCRIPTED = re.compile(
    r"setAttribute\(\s*[\"']style[\"']|\.cssText\b|\beval\(|new Function\(|\.innerHTML\s*\+?=|document\.write"
)
ELSEWHERE = re.compile(
    r"(?:\b(?:src|href|action|formaction|poster|srcset|data)\s*=\s*[\"']?\s*|url\(\s*[\"']?|@import\s+[\"']?"
    r"|\b(?:fetch|import|importScripts|open)\s*\(\s*[\"'`]|\bfrom\s+[\"'])(?:https?:)?//[^\s\"')]+",
    re.IGNORECASE,
)


def inline(path: str, text: str) -> Iterator[str]:
    """The policy blocks inline styles, inline scripts and event attributes."""
    if path.endswith(".html"):
        yield from _lines(INLINE, COMMENT.sub(lambda m: "\n" * m.group(0).count("\n"), text))


def unescaped(path: str, text: str) -> Iterator[str]:
    """Jinja's escaping stays on; markup made in Python carries its own type."""
    if path.endswith((".html", ".txt", ".xml")):
        yield from _lines(UNESCAPED, text)


def elsewhere(path: str, text: str) -> Iterator[str]:
    """Works offline: every style, script, picture and address is our own."""
    for found in _lines(ELSEWHERE, text):
        if not any(space in found for space in NAMESPACES):
            yield found


def styled_by_script(path: str, text: str) -> Iterator[str]:
    """A script that writes a style attribute or runs text meets the policy in the browser, not here: refuse early."""
    if path.endswith(".js"):
        yield from _lines(SCRIPTED, text)


def decomposed(path: str, text: str) -> Iterator[str]:
    """Vietnamese composed, so that catalogues find it."""
    for number, line in enumerate(text.splitlines(), 1):
        if not unicodedata.is_normalized("NFC", line):
            yield f"{number}: {line.strip()[:80]}"


PLANTED: list[tuple[Scan, str, str]] = [
    (inline, "a.html", "<p>x</p>\n<style>p {}</style>"),
    (inline, "a.html", "<script>alert(1)</script>"),
    (inline, "a.html", "<div class=\"a\"\n style=\"color: red\">"),
    (inline, "a.html", "<button onclick=\"go()\">"),
    (inline, "a.html", "<a href=\"javascript:void(0)\">"),
    (unescaped, "a.html", "{{ text|safe }}"),
    (elsewhere, "a.html", "<script src=\"https://cdn.example.org/x.js\"></script>"),
    (elsewhere, "a.html", "<img src='//example.org/x.png'>"),
    (elsewhere, "a.css", "@import \"https://example.org/x.css\";"),
    (elsewhere, "a.css", "a { background: url(https://example.org/x.png) }"),
    (elsewhere, "a.js", "import x from 'https://example.org/x.js'"),
    (styled_by_script, "a.js", "el.innerHTML = text"),
    (decomposed, "a.html", unicodedata.normalize("NFD", "Mẫu thử")),
]
CLEAN: Files = {
    "a.html": "{# style=\"\" #}<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>"
              "<script type=\"module\" src=\"{{ x }}\"></script>"
              "<script type=\"application/json\">{}</script><p class=\"style\" data-style=\"x\">https://vi.example</p>",
    "a.css": "a { background: url(/static/x.svg) }",
    "a.js": "el.textContent = text; fetch(url)",
}


@pytest.mark.parametrize(("scan", "path", "text"), PLANTED)
def test_a_planted_breach_is_found(scan, path, text):
    assert list(scan(path, text))


@pytest.mark.parametrize("scan", [inline, unescaped, elsewhere, styled_by_script, decomposed])
def test_every_page_keeps_the_rule(scan):
    assert [f"{path}:{found}" for path, text in CLEAN.items() for found in scan(path, text)] == []
    files = product_texts(".html", ".css", ".js", ".svg", ".txt", ".xml")
    assert [f"{path}:{found}" for path, text in files.items() for found in scan(path, text)] == []

"""Headless Chromium for the browser tests: starts Debian's, watches what pages do, checks accessibility."""
from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request

from lab_app.demo.load import SHOWN_PASSWORD
from tests.support.folders import SCREENSHOTS

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-default-apps", "--no-first-run",
    "--font-render-hinting=none",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Chromium reports every answer of 400 and above as an error; what the status should be is the test's matter.
STATUS_NOISE = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


class NoChromium(RuntimeError):
    """Chromium is not installed; the text says how to get it."""


def chromium() -> str:
    """Path of Chromium (`CHROMIUM` from the environment first); raise `NoChromium` where there is none."""
    asked = os.environ.get("CHROMIUM")
    found = asked or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found or not Path(found).exists():
        raise NoChromium("browser tests need Chromium: apt-get install chromium (or set CHROMIUM to its path)")
    return found


def launch(playwright: Playwright) -> Browser:
    """Start Chromium without a window."""
    return playwright.chromium.launch(executable_path=chromium(), args=FLAGS)


class Watched:
    """A page under watch: script errors, blocked content and requests to other hosts are collected."""

    def __init__(self, page: Page, base_url: str) -> None:
        self.page = page
        self.problems: list[str] = []
        self._host = urlsplit(base_url).netloc
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not STATUS_NOISE.search(message.text):
            self.problems.append(f"console {message.type} on {self.page.url}: {message.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != self._host:
            self.problems.append(f"request to another host: {request.url}")

    def assert_quiet(self) -> None:
        """Fail when the page misbehaved since it was opened."""
        assert not self.problems, "\n".join(self.problems)


@contextmanager
def watched_page(browser: Browser, base_url: str, locale: str = "vi-VN", **context: Any) -> Iterator[Page]:
    """A new page in a context of its own (own cookies), Vietnamese by default; fails at the end if it misbehaved."""
    options = {"viewport": {"width": 1440, "height": 900}, "timezone_id": "Asia/Ho_Chi_Minh", **context}
    opened = browser.new_context(base_url=base_url, locale=locale, **options)
    opened.set_default_timeout(60_000)
    page = opened.new_page()
    watch = Watched(page, base_url)
    try:
        yield page
        watch.assert_quiet()
    finally:
        opened.close()


def sign_in(page: Page, who: str, password: str = SHOWN_PASSWORD) -> None:
    """Enter the demonstration as another person (their name before the `@`, or a whole address): the one before leaves."""
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.fill("input[name=email]", who if "@" in who else f"{who}@mayxanh.example")
    page.fill("input[name=password]", password)
    page.locator("main form button.btn-primary").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def screenshot(page: Page, name: str, full: bool = True) -> Path:
    """Keep a picture of the page as `build/screenshots/<name>.png`; answers its path."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path, full_page=full, animations="disabled")
    return path


def accessibility(page: Page, within: str | None = None, skip: tuple[str, ...] = ()) -> list[str]:
    """Breaches of WCAG 2.2 AA that axe-core finds on the page (or within a selector), one line each.

    The checker is evaluated through the debugging protocol, which a strict content policy does not touch.
    """
    if page.evaluate("() => !window.axe"):
        page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
    answer = page.evaluate(
        "([within, rules, skip]) => axe.run(within || document, {runOnly: {type: 'tag', values: rules},"
        " rules: Object.fromEntries(skip.map(id => [id, {enabled: false}])), resultTypes: ['violations']})",
        [within, RULES, list(skip)],
    )
    return [
        f"{found['id']} ({found['impact']}): {found['help']}: {node['target']} {node['html'][:160]}"
        for found in answer["violations"]
        for node in found["nodes"]
    ]


def assert_accessible(page: Page, within: str | None = None, skip: tuple[str, ...] = ()) -> None:
    """Fail with the list of breaches when axe-core finds any."""
    found = accessibility(page, within, skip)
    assert not found, f"{page.url}:\n" + "\n".join(found)

"""The watch over pages sees what it must: each kind of misbehaviour is planted and found, a good page passes."""
from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Route

from tests.support.browser import accessibility, watched_page

pytestmark = pytest.mark.browser

HOME = "http://127.0.0.1:9"
CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'"
GOOD = "<!doctype html><html lang='vi'><title>Trang</title><main><h1>Phiếu kết quả</h1><p>Đạt</p></main></html>"


def _serve(page, body, **files):
    def answer(route: Route) -> None:
        name = route.request.url.rsplit("/", 1)[-1]
        if name == "favicon.ico":
            route.fulfill(status=204, body="")
        elif name in files:
            route.fulfill(status=200, body=files[name], content_type="text/javascript")
        else:
            route.fulfill(status=200, body=body, content_type="text/html; charset=utf-8",
                          headers={"Content-Security-Policy": CSP})

    page.route("**/*", answer)
    page.goto("/")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (GOOD.replace("<p>", "<p style='color: red'>"), "Content Security Policy"),
        (GOOD.replace("<p>", "<script>alert(1)</script><p>"), "Content Security Policy"),
        (GOOD.replace("<p>", "<script src='/broken'></script><p>"), "script error"),
        (GOOD.replace("<p>", "<img alt='' src='http://192.0.2.1/x.png'><p>"), "another host"),
    ],
)
def test_a_misbehaving_page_is_caught(chromium_browser: Browser, body: str, says: str):
    with pytest.raises(AssertionError, match=says), watched_page(chromium_browser, HOME) as page:
        _serve(page, body, broken="throw new Error('planted')")


def test_a_quiet_page_passes(chromium_browser: Browser):
    with watched_page(chromium_browser, HOME) as page:
        _serve(page, GOOD)
        assert page.title() == "Trang"


def test_the_checker_runs_under_the_strict_policy(chromium_browser: Browser):
    with watched_page(chromium_browser, HOME) as page:
        _serve(page, GOOD)
        assert accessibility(page) == []
        _serve(page, GOOD.replace("<p>", "<input><p>"))
        assert any("label" in line for line in accessibility(page))

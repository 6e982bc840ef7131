"""A technician reports an event from the page of an instrument; the quality manager makes it nonconforming work; pages without barriers."""
from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser import assert_accessible, screenshot, sign_in, watched_page

pytestmark = pytest.mark.browser


def look(page, name):
    for width, tail in ((1440, ""), (1024, "-1024"), (390, "-390")):
        page.set_viewport_size({"width": width, "height": 900})
        assert_accessible(page)
        screenshot(page, f"ncw-{name}{tail}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1440, "height": 900})


def test_from_one_field_to_nonconforming_work_and_what_is_read_of_it(page, chromium_browser, live_server):
    sign_in(page, "rf")
    page.goto("/instruments/EQ-001")
    page.get_by_role("link", name="Báo sự việc").click()
    expect(page.locator("main")).to_contain_text("EQ-001")
    page.get_by_label("Bạn thấy gì không đúng?").fill("Núm chỉnh mức bị lỏng, số nhảy khi chạm tay")
    look(page, "report")
    page.get_by_role("button", name="Báo", exact=True).click()
    expect(page.locator("h1")).to_contain_text("Núm chỉnh mức")
    address = page.url
    with watched_page(chromium_browser, live_server.url) as manager:
        sign_in(manager, "chatluong")
        manager.goto(address)
        manager.get_by_role("link", name="Phân loại").click()
        manager.get_by_label("Sự việc này là", exact=True).select_option("nonconformity")
        look(manager, "settle")
        manager.get_by_role("button", name="Phân loại", exact=True).click()
        manager.get_by_role("link", name=re.compile("^NCW-")).first.click()
        expect(manager.locator("main")).to_contain_text("EQ-001")
        look(manager, "record")
        for address, name in (("/quality/corrective/HĐKP-2026-005", "corrective"), ("/quality/holds", "holds"),
                              ("/quality/events", "events"), ("/quality/corrective", "list"),
                              ("/quality/nonconformities/NCW-2026-003/affected", "affected")):
            manager.goto(address)
            look(manager, name)

"""An enterprise, a request, its review and its items, made by services at given moments."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from lab_app.core import clock
from lab_app.samples import queries, rules, services
from lab_app.samples.models import ContractReview, Customer, Sample, TestRequest
from test_methods.models import Method
from test_methods.queries import rule_by_code
from tests.support.people_facts import People

LONG_NAME = "Công ty Trách nhiệm hữu hạn Nghiên cứu, Sản xuất và Xuất nhập khẩu Thiết bị Mạng Sao Hôm Giả Định miền Duyên hải"
REQUESTED_ON = date(2026, 11, 2)
RECEIVED_AT = clock.at_local(date(2026, 11, 4), 9, 15)
GOOD = {key: {"ok": True, "note": ""} for key in rules.CONDITION_KEYS}
YES: dict[str, Any] = {
    **{key: {"answer": "yes", "note": ""} for key in rules.REVIEW_KEYS}, "subcontracting": {"answer": "na", "note": ""},
}
TAX_CODES = ("9910000015", "9920000014", "9930000013", "9900000016")


def make_customer(people: People, n: int = 0, **facts: Any) -> Customer:
    """An enterprise with a fictional tax code whose check digit is right."""
    known = {"name": LONG_NAME, "tax_code": TAX_CODES[n], "address": "Lô 00, Khu công nghiệp Thí Dụ, tỉnh Mẫu",
             "contact": "Ông Đặng Thử Nghiệm"}
    return services.register_customer(people.reception, **{**known, **facts})


def item_facts(*methods: Method, **facts: Any) -> dict[str, Any]:
    """An item as a request describes it."""
    known = {"name": "Điểm truy cập Wi-Fi 6 băng kép", "brand": "SAOHOM", "model": "SH-AX30", "manufacturer": "Sao Hôm",
             "origin": "Việt Nam", "quantity": 2, "power": "12 V d.c.", "methods": list(methods)}
    return {**known, **facts}


def make_request(people: People, *methods: Method, customer: Customer | None = None, **facts: Any) -> TestRequest:
    """A draft request for one kind of item and these methods."""
    known = {"customer": customer or queries.customer_by_code("C0001") or make_customer(people), "site": people.site,
             "requested_on": REQUESTED_ON, "items": [item_facts(*methods)]}
    return services.register_request(people.reception, **{**known, **facts})


def rules_for(*methods: Method, code: str = "DR-SA") -> list[dict[str, Any]]:
    """One agreed rule for every parameter of each method."""
    return [{"method": m, "parameter_codes": [], "rule": rule_by_code(code), "agreed_by": "Ông Đặng Thử Nghiệm",
             "agreed_on": date(2026, 11, 3), "evidence": "phiếu yêu cầu, mục 6"} for m in methods]


def complete_review(people: People, request: TestRequest, *methods: Method, **facts: Any) -> ContractReview:
    """A review with everything that acceptance needs, still open."""
    review = services.open_review(people.reviewer, request)
    known = {"checks": YES, "rules": rules_for(*methods)}
    return services.save_review(people.reviewer, review, **{**known, **facts})


def accepted_request(people: People, *methods: Method, **facts: Any) -> TestRequest:
    """A request accepted after its review."""
    request = make_request(people, *methods, **facts)
    return services.accept_request(people.reviewer, complete_review(people, request, *methods), reviewed_on=date(2026, 11, 3))


def received_sample(people: People, request: TestRequest, at: datetime = RECEIVED_AT, **facts: Any) -> Sample:
    """An item of the request's first kind, received in good condition."""
    known = {"received_at": at, "condition": "nguyên vẹn, đủ phụ kiện", "checks": GOOD, "serial": "", "storage": "K1-03",
             "firmware": "1.0.3", "brought_by": "Ông Đặng Thử Nghiệm"}
    return services.receive_sample(people.reception, request.items[0], **{**known, **facts})

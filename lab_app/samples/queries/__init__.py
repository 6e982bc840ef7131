"""Questions about enterprises, requests, items."""
from lab_app.samples.queries.items import (
    count_deviating,
    firmware_at,
    firmware_changes,
    firmwares_at,
    latest_moves,
    moves_of_request,
    open_samples,
    sample_by_code,
    samples_of,
    samples_query,
    storage_places,
)
from lab_app.samples.queries.prices import price_list, prices
from lab_app.samples.queries.requests import (
    HERE,
    Contents,
    contents,
    customer_by_code,
    decision_rules,
    holidays,
    matching_customers,
    methods_by_code,
    methods_to_ask_for,
    named,
    newest_customers,
    request_by_number,
    request_counts,
    requested_tests,
    requests_of,
    requests_query,
    sample_count,
    serial_here,
    sites,
    supplied_facts,
    working_days_promised,
)
from lab_app.samples.queries.review import (
    WantedMethod,
    accepted_review,
    accepted_reviews,
    agreed_rule,
    agreed_rules,
    newest_review,
    review_facts,
    rule_among,
    wanted_methods,
)

__all__ = [
    "accepted_review", "accepted_reviews", "agreed_rule", "agreed_rules", "contents", "Contents", "count_deviating",
    "customer_by_code", "decision_rules", "firmware_at", "firmware_changes", "firmwares_at", "HERE", "holidays", "latest_moves",
    "matching_customers", "methods_by_code", "methods_to_ask_for", "moves_of_request", "named", "newest_customers",
    "newest_review", "open_samples", "price_list", "prices", "request_by_number", "request_counts", "requested_tests",
    "requests_of", "requests_query", "review_facts", "rule_among", "sample_by_code", "sample_count", "samples_of",
    "samples_query", "serial_here", "sites", "storage_places", "supplied_facts", "wanted_methods", "WantedMethod",
    "working_days_promised",
]

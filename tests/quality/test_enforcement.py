"""What is listed as enforced is: each named gate exists and cites the clause, each enforceable clause stands in the list once."""
from __future__ import annotations

import pytest

from lab_app.core import gates
from lab_app.quality.clauses import belongs, in_order
from lab_app.quality.enforcement import REQUIREMENTS

#: Clauses of ISO/IEC 17025:2017 with a requirement that software can refuse to see broken (lettered items counted with their clause).
ENFORCEABLE = [
    "4.1.4", "4.2.1", "4.2.4", "5.3", "6.2.3", "6.2.6", "6.3.3", "6.4.2", "6.4.4", "6.4.5", "6.4.6", "6.4.9", "6.4.10", "6.4.11",
    "6.4.13", "6.5.2", "6.6.1", "6.6.2", "7.1.1", "7.1.2", "7.1.3", "7.1.4", "7.1.5", "7.1.6", "7.1.8", "7.2.1.1", "7.2.1.2",
    "7.2.1.3", "7.2.1.5", "7.2.1.7", "7.2.2.1", "7.2.2.4", "7.3.3", "7.4.2", "7.4.3", "7.4.4", "7.5.1", "7.5.2", "7.6.2", "7.6.3",
    "7.7.3", "7.8.1.1", "7.8.1.2", "7.8.2.1", "7.8.2.2", "7.8.3.1", "7.8.3.2", "7.8.4.1", "7.8.4.2", "7.8.4.3", "7.8.5",
    "7.8.6.1", "7.8.6.2", "7.8.7.1", "7.8.7.2", "7.8.8.1", "7.8.8.2", "7.8.8.3", "7.9.6", "7.10.1", "7.10.2", "7.10.3", "7.11.3",
    "7.11.6", "8.3.1", "8.3.2", "8.4.2", "8.7.1", "8.7.3", "8.8.2", "8.9.2", "8.9.3",
]


def test_every_enforceable_clause_is_answered_once_and_in_order():
    listed = [row.clause for row in REQUIREMENTS]
    assert listed == sorted(ENFORCEABLE, key=in_order) and len(set(listed)) == 72
    assert all(row.hows for row in REQUIREMENTS)


@pytest.mark.parametrize("row", [r for r in REQUIREMENTS if r.gates], ids=lambda r: r.clause)
def test_a_gate_is_named_where_it_stands(app, row):
    for name in row.gates:
        assert name in gates.registry, name
    if not row.built and not row.instead:
        cited = {clause for name in row.gates for clause in gates.registry[name].clauses}
        near = row.clause.rsplit(".", 1)[0] if row.clause.count(".") > 1 else row.clause
        assert any(belongs(c, near) or belongs(row.clause, c) for c in cited), f"{row.clause}: {sorted(cited)}"


def test_the_page_shows_them_and_exports(people, client_as, statements):
    client = client_as(people.quality_manager)
    client.get("/quality/enforcement")
    with statements() as seen:
        shown = client.get("/quality/enforcement").get_data(as_text=True)
    assert len(seen) <= 5, str(seen)
    assert shown.count('scope="row"') == 72
    assert client.get("/quality/enforcement?export=csv").status_code == 200
    assert client_as(people.sales).get("/quality/enforcement").status_code == 403

"""The overview before an audit, the clause map, what gates refused."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lab_app.core import clock, evidence, export, gates, indicators
from lab_app.core.access import requires
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import page
from lab_app.quality import enforcement, queries, trail
from lab_app.quality.clauses import in_order, name_of
from lab_app.quality.evidence import HITS_DAYS
from lab_app.quality.heat import heat_map
from lab_app.quality.views.blueprint import bp
from lab_app.quality.wording import BASIS_WORDS, FIGURE_WORDS, TONE_WORDS

#: What has to be dealt with comes first.
URGENCY = ("bad", "warn", "ok", "hold")


@bp.get("/quality")
@requires(P.QUALITY_READ)
def overview() -> Any:
    """What a quality manager looks at first: figures, the clause map, the state of the trail, what gates stopped."""
    figures = sorted(indicators.shown(), key=lambda f: URGENCY.index(f.tone))
    hits = queries.hits_since(clock.now() - timedelta(days=HITS_DAYS))
    stopped = sorted(((g, *hits[n]) for n, g in gates.registry.items() if hits.get(n, (0, 0))[0]), key=lambda s: -s[1])
    return page(
        "quality/overview.html", figures=figures, figure_words=FIGURE_WORDS, tone_words=TONE_WORDS, stopped=stopped[:8],
        chapters=heat_map(evidence.with_counts(), figures, gates.registry), trail=trail.state(), now=clock.now(), days=HITS_DAYS,
        evidence_limit=evidence.MOST,
    )


@bp.get("/quality/clauses")
@requires(P.QUALITY_READ)
def clauses() -> Any:
    """The clause map in full: behind each clause the records, the gates with how often they refused, and what shows a gap."""
    figures = indicators.shown()
    chapters = heat_map(evidence.with_counts(), figures, gates.registry)
    return page(
        "quality/clauses.html", chapters=chapters, hits=queries.hits_since(clock.now() - timedelta(days=HITS_DAYS)),
        tone_words=TONE_WORDS, basis_words=BASIS_WORDS, name_of=name_of, in_order=in_order, days=HITS_DAYS,
        gate_count=len(gates.registry), evidence_limit=evidence.MOST,
    )


@bp.get("/quality/enforcement")
@requires(P.QUALITY_READ)
def enforced() -> Any:
    """Every requirement that software can refuse to be broken, and how it is kept here: gates, the way things are built, or why not."""
    rows = [(row, [gates.registry[name] for name in row.gates]) for row in enforcement.REQUIREMENTS]
    if export.asked():
        heads = [gettext("Điều"), gettext("Nội dung"), gettext("Chốt chặn"), gettext("Không có đường nào làm sai"),
                 gettext("Vì sao, làm gì thay")]
        table = [[row.clause, str(name_of(row.clause)), "; ".join(str(g.title) for g in found), str(row.built), str(row.instead)]
                 for row, found in rows]
        return export.as_file("enforcement", heads, table)
    hits = queries.hits_since(clock.now() - timedelta(days=HITS_DAYS))
    return page("quality/enforcement.html", rows=rows, hits=hits, hows=enforcement.HOWS, name_of=name_of)


HIT_COLUMNS = (
    Column("at", _l("Lúc"), gates.GateHit.id), Column("gate", _l("Chốt chặn")), Column("clause", _l("Điều")),
    Column("who", _l("Người"), css="opt"), Column("says", _l("Đã nói")),
)


@bp.get("/quality/stops")
@requires(P.QUALITY_READ)
def stops() -> Any:
    """Every refusal by a gate, newest first: what nearly went wrong, and who was stopped."""
    options = [(name, gate.title) for name, gate in sorted(gates.registry.items())]
    filters = [Filter("gate", _l("Chốt chặn"), options, lambda q, name: q.where(gates.GateHit.gate == name))]
    query = select(gates.GateHit)
    shown = listing(query, gates.GateHit, HIT_COLUMNS, filters=filters, default_sort="at")
    titles = {name: gate.title for name, gate in gates.registry.items()}
    if export.asked():
        rows = everything(query, gates.GateHit, shown, HIT_COLUMNS, filters, None)
        heads = [gettext("Lúc"), gettext("Chốt chặn"), gettext("Điều"), gettext("Người"), gettext("Đường vào"), gettext("Đã nói")]
        table = [[h.at, str(titles.get(h.gate, h.gate)), h.clauses, h.actor_name, h.door, h.says] for h in rows]
        return export.as_file("stops", heads, table)
    return page("quality/stops.html", stops=shown, titles=titles)

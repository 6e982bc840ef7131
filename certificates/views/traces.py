"""Traces of an instrument and of a report: pages, spreadsheets, papers (6.5)."""
from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import request, url_for
from flask_babel import gettext

from certificates.recall import pictures, presenters, touched, trace_papers, tracing
from certificates.recall.chain import picture
from certificates.recall.forms import TraceForm
from certificates.views import bp
from certificates.views.recall_papers import lab, pdf
from certificates.views.recalls import LINE_COLUMNS
from certificates.views.register import found
from instruments.models import Instrument
from instruments.queries import by_code
from lab_app.core import clock, export
from lab_app.core.access import requires
from lab_app.core.errors import NotFound
from lab_app.core.paging import EXPORT_LIMIT, listing
from lab_app.core.permissions import P
from lab_app.core.web import or_404, page
from lab_app.results import presenters as results
from lab_app.results.models import ReadingInstrument

#: A forward trace without days looks back so far.
LOOK_BACK = timedelta(days=365)


def _instrument(code: str) -> Instrument:
    return or_404(by_code(code), gettext("Không có thiết bị này."))


@bp.get("/instruments/<code>/trace")
@requires(P.INSTRUMENT_READ)
def trace_of_instrument(code: str) -> Any:
    """Backward (on which standards and laboratories it stands) or forward (what was measured with it), by steps and days."""
    instrument, form = _instrument(code), TraceForm(request.args)
    form.validate()
    if form.asked("direction", "back") == "forward":
        return _forward(instrument, form)
    on, depth = form.asked("until", clock.today()), int(form.asked("depth", "3"))
    links = tracing.backward(instrument, on, depth)
    title = gettext("Liên kết chuẩn đo lường của %(code)s ngày %(day)s", code=code, day=on.strftime("%d/%m/%Y"))
    heads, rows = pictures.backward_rows(links, on)
    chain = pictures.backward_chain(links, on, title)
    if export.asked():
        return export.as_file(f"trace-{code}", heads, rows)
    if request.args.get("export") == "pdf":
        paper = trace_papers.backward_paper(instrument.code, instrument.name_vi, instrument.name_en, on, chain, links, lab())
        return pdf(paper, f"trace-{code}")
    return page("certificates/trace.html", status=200, instrument=instrument, form=form, chain=picture(chain), title=title, heads=heads,
                rows=rows, forward=False, export_url=_export_url())


def _export_url() -> Any:
    kept = {k: v for k, v in request.args.items() if v and k not in ("export", "after", "before")}
    return lambda kind: url_for(str(request.endpoint), **{**(request.view_args or {}), **kept, "export": kind})


def _forward(instrument: Instrument, form: TraceForm) -> Any:
    first: date = form.asked("since", clock.today() - LOOK_BACK)
    last: date = form.asked("until", clock.today())
    since, until = clock.at_local(first), clock.at_local(last + timedelta(days=1))
    s = touched.scope(instrument.id, since, max(since, until), int(form.asked("depth", "3")))
    counts, reports = touched.counts(s), touched.affected_reports(s, limit=trace_papers.PRINTED_REPORTS)
    title = gettext("Đã đo những gì bằng %(code)s, %(first)s – %(last)s", code=instrument.code, first=first.strftime("%d/%m/%Y"),
                    last=last.strftime("%d/%m/%Y"))
    chain = pictures.forward_chain(instrument, s, counts, reports, title)
    if request.args.get("export") == "pdf":
        paper = trace_papers.forward_paper(instrument.code, instrument.name_vi, instrument.name_en, first, last, chain, counts,
                                           reports, lab())
        return pdf(paper, f"trace-{instrument.code}")
    if export.asked():
        table = [presenters.exported(row) for row in _lines(s, instrument.id, EXPORT_LIMIT)]
        return export.as_file(f"trace-{instrument.code}", presenters.heads(), table)
    shown = listing(touched.lines(s), ReadingInstrument, LINE_COLUMNS[:4] + LINE_COLUMNS[5:6], default_sort="measured_at",
                    default_direction="asc")
    beside = touched.details([used.reading_id for used in shown.rows])
    for name in ("direction", "depth", "since", "until"):
        shown._args[name] = request.args.get(name)
    shown.rows = presenters.lines(shown.rows, beside, instrument.id)
    return page(
        "certificates/trace.html", status=200, instrument=instrument, form=form, chain=picture(chain), title=title, forward=True,
        page=shown, counts=counts, reports=reports[:50], report_states=presenters.report_states(), export_url=_export_url(),
    )


def _lines(s: touched.Scope, instrument_id: int, limit: int) -> list[presenters.Line]:
    rows = touched.first(touched.lines(s), limit)
    out: list[presenters.Line] = []
    for start in range(0, len(rows), 1000):
        batch = rows[start:start + 1000]
        out += presenters.lines(batch, touched.details([used.reading_id for used in batch]), instrument_id)
    return out


@bp.get("/reports/<code>/trace")
@requires(P.REPORT_READ)
def trace_of_report(code: str) -> Any:
    """From the lines of a report back to instruments, the calibrations that counted, the laboratories behind them; of one line when
    `?line=` names it."""
    report = found(code)
    used = tracing.used_on(report.id)
    asked = request.args.get("line", "")
    chosen = [(line, row) for line, row in used if not asked or str(line.job_line_id) == asked]
    if not chosen and used:
        raise NotFound(gettext("Phiếu này không có dòng đó."))
    depth = int(TraceForm(request.args).asked("depth", "3"))
    seen: dict[tuple[int, int | None], ReadingInstrument] = {}
    for _line, row in chosen:
        seen.setdefault((row.instrument_id, row.calibration_id), row)
    pairs = list(seen.values())[:40]
    links = tracing.backward_from(
        [tracing.Start(row.instrument, clock.local(row.measured_at).date(), row.calibration) for row in pairs], depth)
    on = max((clock.local(row.measured_at).date() for _line, row in chosen), default=report.issued_on)
    title = gettext("Liên kết chuẩn đo lường của phiếu %(number)s", number=report.number)
    heads, rows = pictures.backward_rows(links, on)
    chain = pictures.backward_chain(links, on, title)
    if export.asked():
        return export.as_file(f"trace-{report.code}", heads, rows)
    if request.args.get("export") == "pdf":
        return pdf(trace_papers.backward_paper(report.number, "", "", on, chain, links, lab()), f"trace-{report.code}")
    return page(
        "certificates/report_trace.html", report=report, chain=picture(chain), title=title, heads=heads, rows=rows, used=used,
        asked=asked, line_title=results.line_title, export_url=_export_url(),
    )

"""Traces as pictures and tables: the words of each step, its colour and address."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from certificates.recall import tracing
from certificates.recall.chain import Chain, Edge, Node, Tone
from certificates.recall.touched import Affected, Counts, Scope
from certificates.recall.tracing import Link
from instruments.models import Instrument
from instruments.rules import TRACEABILITY
from lab_app.core.i18n import pick, show_date, show_decimal

#: So many boxes of one kind are drawn; the rest is counted in one more.
DRAWN = 6

SAY_KINDS = {
    tracing.INSTRUMENT: lambda: gettext("Thiết bị"), tracing.PART: lambda: gettext("Bộ phận của hệ đo"),
    tracing.CALIBRATION: lambda: gettext("Hiệu chuẩn"), tracing.PROVIDER: lambda: gettext("Phòng hiệu chuẩn"),
    tracing.BEYOND: lambda: gettext("Theo giấy chứng nhận"), tracing.MISSING: lambda: gettext("Không có hiệu chuẩn"),
}


def beyond(route: str) -> str:
    """What a certificate's route of traceability says stands above the laboratory that gave it."""
    words = {
        "6.5.2 a)": gettext("Viện đo lường quốc gia (SI)"), "6.5.2 b)": gettext("Mẫu chuẩn được chứng nhận (SI)"),
        "6.5.2 c)": gettext("Thể hiện trực tiếp đơn vị SI"), "6.5.3 a)": gettext("Giá trị mẫu chuẩn của nhà sản xuất"),
        "6.5.3 b)": gettext("Phương pháp hoặc chuẩn thỏa thuận"),
    }
    return words.get(route, gettext("Giấy chứng nhận không nêu đường liên kết"))


def words_of(link: Link, on: date) -> tuple[str, tuple[str, ...], Tone]:
    """Title, further lines and colour of a step."""
    if link.kind in (tracing.INSTRUMENT, tracing.PART):
        return link.code, (link.name, *([gettext("bộ phận của hệ đo")] if link.kind == tracing.PART else [])), "accent"
    if link.kind == tracing.CALIBRATION:
        over = link.due_on is not None and link.due_on <= on
        day = show_date(link.on)
        return link.code, (gettext("hiệu chuẩn ngày %(day)s", day=day), gettext("đã quá hạn") if over else link.laboratory), (
            "warn" if over else "ok")
    if link.kind == tracing.PROVIDER:
        return link.name, (link.accreditation or gettext("chưa ghi số công nhận"),), "ok" if link.accreditation else "warn"
    if link.kind == tracing.BEYOND:
        return beyond(link.route), (gettext("theo giấy chứng nhận"),), "muted"
    if link.wanted:
        return gettext("Chưa có hiệu chuẩn"), (gettext("không có bản nào được duyệt"),), "bad"
    return gettext("Không cần hiệu chuẩn"), (link.name,), "muted"


def _href(link: Link) -> str:
    if link.kind in (tracing.INSTRUMENT, tracing.PART):
        return url_for("instruments.instrument_page", code=link.code)
    return ""


def backward_chain(links: Sequence[Link], on: date, title: str) -> Chain:
    """A backward trace as a picture, from the instrument on the left to the national standards on the right."""
    nodes, edges = [], []
    for link in links:
        name, lines, tone = words_of(link, on)
        declared = link.kind == tracing.BEYOND
        nodes.append(Node(link.key, link.level, name, lines, tone, _href(link), declared))
        if link.above:
            edges.append(Edge(link.above, link.key, declared))
    return Chain(title, nodes, edges)


def backward_rows(links: Sequence[Link], on: date) -> tuple[list[str], list[list[Any]]]:
    """A backward trace as a table, for the page, the spreadsheet and screen readers."""
    heads = [gettext("Bước"), gettext("Loại"), gettext("Mã, số giấy"), gettext("Tên"), gettext("Ngày"), gettext("Phòng hiệu chuẩn"),
             gettext("Số công nhận"), gettext("Đường liên kết chuẩn"), gettext("Của")]
    above = {link.key: link.code or link.name for link in links}
    rows = []
    for link in links:
        name, _lines, _tone = words_of(link, on)
        calibration = link.kind == tracing.CALIBRATION
        rows.append([
            link.level, SAY_KINDS[link.kind](), link.code or name, link.name if link.code and not calibration else "", link.on,
            link.laboratory if calibration else "", link.accreditation,
            str(TRACEABILITY.get(link.route, link.route)) if calibration else "", above.get(link.above, ""),
        ])
    return heads, rows


def forward_chain(instrument: Instrument, s: Scope, counts: Counts, reports: Sequence[Affected], title: str) -> Chain:
    """A forward trace as a picture: the instrument, what was calibrated with it, how much was measured, the papers, the enterprises."""
    root = f"i{instrument.id}"
    nodes = [Node(root, 0, instrument.code, (pick(instrument.name_vi, instrument.name_en),), "accent",
                  url_for("instruments.instrument_page", code=instrument.code))]
    edges: list[Edge] = []
    deepest = max((b.level for b in s.branches), default=0)
    last = {instrument.id: root}
    for b in s.branches[:DRAWN * 2]:
        key = f"c{b.calibration_id}"
        done = gettext("hiệu chuẩn ngày %(day)s", day=show_date(b.done_on))
        nodes.append(Node(key, b.level, b.instrument_code, (b.instrument_name, done), "warn",
                          url_for("instruments.instrument_page", code=b.instrument_code)))
        edges.append(Edge(last.get(b.through_id, root), key))
        last[b.instrument_id] = key
    measured = deepest + 1
    nodes.append(Node("readings", measured, ngettext("%(n)s số đo", "%(n)s số đo", counts.readings, n=show_decimal(counts.readings)),
                      (ngettext("%(n)s kết quả", "%(n)s kết quả", counts.results, n=show_decimal(counts.results)),), "muted"))
    edges += [Edge(key, "readings") for key in last.values()]
    shown, customers = list(reports[:DRAWN]), dict[int, str]()
    for a in shown:
        key = f"r{a.report.id}"
        nodes.append(Node(key, measured + 1, a.report.number, (ngettext("%(n)s kết quả", "%(n)s kết quả", a.lines, n=a.lines),), "ok",
                          url_for("certificates.report_page", code=a.report.code)))
        edges.append(Edge("readings", key))
        if a.customer.id not in customers:
            customers[a.customer.id] = f"k{a.customer.id}"
            nodes.append(Node(f"k{a.customer.id}", measured + 2, a.customer.name, (a.customer.code,), "accent",
                              url_for("samples.customer_page", code=a.customer.code)))
        edges.append(Edge(key, customers[a.customer.id]))
    if counts.reports > len(shown):
        rest = counts.reports - len(shown)
        nodes.append(Node("more", measured + 1, ngettext("và %(n)s phiếu khác", "và %(n)s phiếu khác", rest, n=show_decimal(rest)),
                          (gettext("tất cả %(n)s doanh nghiệp", n=show_decimal(counts.enterprises)),)))
        edges.append(Edge("readings", "more"))
    return Chain(title, nodes, edges)

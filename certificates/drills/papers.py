"""The paper of a filed drill, drawn from its frozen evidence alone."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from reportlab.platypus import Flowable

from certificates.recall import workflow as recall_workflow
from certificates.recall.papers import END, checked, furniture, word
from lab_app.accounts.models import Laboratory
from lab_app.core import clock
from lab_app.core.i18n import show_datetime, show_decimal
from lab_app.core.paper import style
from lab_app.core.paper.blocks import Banded, EndMark, Fact, FactColumns, heading_pair, prose_band
from lab_app.core.paper.page import build
from lab_app.core.paper.request_forms import TitleBlock
from lab_app.core.paper.style import FAIL, SECONDARY
from lab_app.core.paper.tables import Cell, Column, RuledTable, row_band
from lab_app.core.paper.typefaces import MEDIUM
from lab_app.samples.papers import both, drawn_or_refused

FORM = "BM 7.10-04"
#: So many characters of a digest stand on a line.
HALF = 32


def _moment(text: str) -> str:
    return show_datetime(datetime.fromisoformat(text)) if text else "–"


def _took(seconds: int) -> tuple[str, str]:
    return f"{seconds // 60} phút {seconds % 60} giây", f"{seconds // 60} min {seconds % 60} s"


def _drill(evidence: Mapping[str, Any], filed_by: str, filed_at: datetime | None, lab: Laboratory) -> bytes:
    e = checked({key: value for key, value in evidence.items() if key not in ("counts", "machine")})
    counts, machine = evidence["counts"], evidence["machine"]
    title = word("Biên bản diễn tập thu hồi", "Recall drill record")
    vi, en = _took(int(evidence["seconds"]))
    kept = int(evidence["seconds"]) <= int(evidence["target_minutes"]) * 60
    left = [
        Fact(word("Thiết bị", "Instrument"), e["instrument"], "", strong=True, plain=e["instrument_name"]),
        Fact(word("Giả định sai từ", "Said to be wrong since"), _moment(e["since"])),
        Fact(word("Sai số giả định", "Fictitious error"), f"{show_decimal(Decimal(e['error']))} {e['error_unit']}" if e["error"] else "–"),
        Fact(word("Tình huống", "Scenario"), e["scenario"]),
    ]
    right = [
        Fact(word("Bắt đầu · kết thúc", "Start · end"), f"{_moment(e['started_at'])} · {_moment(e['finished_at'])}"),
        Fact(word("Đến doanh nghiệp cuối", "To the last enterprise"), vi, en, strong=True),
        Fact(word("Mục tiêu", "Aim"), f"{e['target_minutes']} phút, {'đạt' if kept else 'không đạt'}",
             f"{e['target_minutes']} min, {'met' if kept else 'not met'}"),
        Fact(word("Số đo · phiếu · doanh nghiệp", "Readings · papers · enterprises"),
             f"{counts['readings']} · {counts['reports']} · {counts['enterprises']}"),
        Fact(word("Thư đã soạn", "Letters drafted"), str(e["letters"])),
        Fact(word("Chương trình", "Program"), f"sao {machine['copy_ms']} ms, tìm {machine['search_ms']} ms",
             f"copied in {machine['copy_ms']} ms, searched in {machine['search_ms']} ms"),
    ]
    story: list[Flowable] = [
        TitleBlock(title, e["drill"], clock.local(filed_at or clock.now()).date().isoformat()),
        FactColumns(("1", word("Tình huống", "Scenario"), left), ("2", word("Kết quả", "Outcome"), right)),
    ]
    if e["steps"]:
        story.append(_steps(e["steps"]))
    heading, again = heading_pair("4", word("Khoảng trống, kết luận", "Gaps, conclusion"))
    digest = e["list_sha256"]
    story.append(Banded(heading, [
        prose_band(word(f"Khoảng trống: {e['gaps'] or 'không có.'}", ""), style.TEXT_WIDTH),
        prose_band(word(f"Kết luận: {e['conclusion']}", ""), style.TEXT_WIDTH),
        prose_band(word(f"Ký lưu: {filed_by}, {show_datetime(filed_at) if filed_at else '–'}.", ""), style.TEXT_WIDTH),
        prose_band(word(f"SHA-256 của danh sách: {digest[:HALF]} {digest[HALF:]}", "SHA-256 of the list of enterprises and papers"),
                   style.TEXT_WIDTH),
        prose_band(word("Diễn tập trên bản sao dữ liệu; không hồ sơ, phiếu hay doanh nghiệp nào bị ảnh hưởng.",
                        "Held on a copy of the data; no record, paper or enterprise was affected."), style.TEXT_WIDTH),
    ], again=again))
    return build([*story, EndMark(END)], furniture(lab, title, e["drill"], FORM), subject=e["instrument"])


def _steps(steps: list[dict[str, Any]]) -> RuledTable:
    columns = [
        Column(word("STT", "No."), 0.0, 8.0), Column(word("Doanh nghiệp", "Enterprise"), 9.0, 44.0),
        Column(word("Phiếu · số đo", "Papers · readings"), 55.0, 32.0), Column(word("Nhận · xong", "Taken · done"), 89.0, 28.0),
        Column(word("Người", "Person"), 119.0, 22.0), Column(word("Quyết định", "Decision"), 143.0, 29.0),
    ]
    bands = []
    for place, one in enumerate(steps, 1):
        said = both(recall_workflow.DECISIONS[one["decision"]].word) if one["decision"] else {"vi": "–", "en": ""}
        bands.append(row_band(columns, [
            Cell(str(place), colour=SECONDARY),
            Cell(one["name"], (f"Thiếu: {one['gap']}" if one["gap"] else one["reached"])[:120], face=MEDIUM,
                 colour=FAIL if one["gap"] else style.INK),
            Cell(f"{', '.join(one['reports'][:6]) or '–'}\n{one['readings']}"),
            Cell(f"{_moment(one['taken_at'])}\n{_moment(one['done_at'])}"),
            Cell(one["person"]), Cell(said["vi"], said["en"]),
        ], first=4.0, pitch=5.4))
    heading, again = heading_pair("3", word("Từng doanh nghiệp", "Each enterprise"))
    return RuledTable(heading, again, columns, bands, table_width=style.TEXT_WIDTH, hairlines=1, lead=0.4, least=min(len(bands), 2))


def drill_paper(evidence: Mapping[str, Any], filed_by: str, filed_at: datetime | None, lab: Laboratory) -> bytes:
    """The record of a filed drill as a PDF file. Refuses a character that the faces lack."""
    return drawn_or_refused(_drill, evidence, filed_by, filed_at, lab)

"""The records behind the results in the words of a paper: deviations, sampling, conditioning, overrides, files of the items."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from certificates.queries import Material
from lab_app.core import clock, gates
from lab_app.core.i18n import show_date, show_datetime, speaking
from lab_app.core.paper.wording import english_date
from lab_app.results.presenters import verdict
from lab_app.results.queries.overrides import StandingOverride
from lab_app.samples.item_file import TABLE_WORDS, TABLES, VERSIONS, cell_text, property_text
from lab_app.samples.queries.item_file import content_of
from test_methods.properties import BY_KEY

Text = dict[str, str]


def both(say: Callable[[], Any]) -> Text:
    """The same words in both languages."""
    with speaking("vi"):
        vietnamese = str(say())
    with speaking("en"):
        return {"vi": vietnamese, "en": str(say())}


def _text(vi: str, en: str = "") -> Text:
    return {"vi": vi.strip(), "en": en.strip()}


def _english(day: date | datetime | None) -> str:
    """A day as English writes it: 09/10 is another day in another country."""
    local = clock.local(day).date() if isinstance(day, datetime) else day
    return english_date(local.isoformat()) if local else ""


def _ended(words: str) -> str:
    return words.strip().rstrip(".") + "."


def deviations(material: Material) -> list[Text]:
    """Departures from a method with their four parts (7.2.1.7), and superseded versions that were used with a reason (7.2.1.3)."""
    found = []
    jobs = {line.job_id: line.job for line in material.lines}
    for ident, job in jobs.items():
        method = job.method_version.method
        named = method.reference or method.code
        for row in material.records.deviations.get(ident, []):
            by = row.authorised_by.full_name if row.authorised_by else ""
            allowed, accepted = show_date(row.authorised_at), show_date(row.customer_accepted_on)
            found.append(_text(
                f"{named}: {_ended(row.what)} Đã làm: {_ended(row.documented)} Lý do kỹ thuật: {_ended(row.justification)} "
                f"{by} cho phép ngày {allowed}; {row.customer_accepted_by} đồng ý ngày {accepted}.",
                f"{named}: deviation as stated in Vietnamese, authorised by {by} on {_english(row.authorised_at)}, "
                f"accepted by the customer on {_english(row.customer_accepted_on)}."))
        if job.superseded_reason:
            told = ", ".join(part for part in (job.superseded_told_to, show_date(job.superseded_told_on), job.superseded_told_how) if part)
            found.append(_text(
                f"{named}: dùng phiên bản {job.method_version.number} đã hết hiệu lực, đã báo khách hàng ({told}). "
                f"{_ended(job.superseded_reason)}",
                f"{named}: superseded version {job.method_version.number} used; the customer was informed ({told})."))
    return found


def sampling(material: Material) -> Text | None:
    """What 7.8.5 wants said of samples that the laboratory took: date, identification, place, plan and method, conditions, deviations."""
    said_vi, said_en = [], []
    for sample in material.samples:
        row = material.records.sampling.get(sample.id)
        if row is None:
            continue
        days = " – ".join(dict.fromkeys((show_datetime(row.began_at), show_datetime(row.ended_at))))
        lot = f", từ lô {row.lot_size}" if row.lot_size else ""
        said_vi.append(
            f"Mẫu {sample.code} do phòng thử nghiệm lấy ({row.code}): {days}, tại {_ended(row.place)} "
            f"Kế hoạch: {_ended(row.plan)} Phương pháp: {_ended(row.method)} Đã lấy {row.taken}{lot}: {_ended(row.identification)} "
            f"Điều kiện: {_ended(row.conditions)} Người lấy mẫu: {row.sampled_by.full_name}"
            f"{'; chứng kiến: ' + row.witnesses if row.witnesses else ''}. Sai khác khi lấy mẫu: {_ended(row.deviations)}")
        said_en.append(
            f"Item {sample.code} was sampled by the laboratory ({row.code}) on {days} by {row.sampled_by.full_name}; plan, method, place, "
            "conditions and deviations as stated in Vietnamese.")
    return _text(" ".join(said_vi), " ".join(said_en)) if said_vi else None


def conditioning(material: Material) -> list[Text]:
    """How items were conditioned before their tests, where the method asks for it (7.4.4)."""
    found = []
    jobs = {line.job_id: line.job for line in material.lines}
    for ident, job in jobs.items():
        whole = [row for row in material.records.conditionings.get(ident, []) if row.ended_at is not None and not row.interrupted]
        if not whole:
            continue
        row, method = whole[-1], job.method_version.method
        where = f"{row.instrument.name_vi} {row.instrument.code}" if row.instrument else row.place
        found.append(_text(
            f"{method.reference or method.code}: mẫu {job.sample.code} được ổn định từ {show_datetime(row.started_at)} đến "
            f"{show_datetime(row.ended_at)} tại {where}" + (f", {row.conditions}" if row.conditions else "") + ".",
            f"{method.reference or method.code}: item {job.sample.code} was conditioned from {show_datetime(row.started_at)} to "
            f"{show_datetime(row.ended_at)}."))
    return found


def broken_gates(material: Material, lines: Iterable[Mapping[str, Any]]) -> list[Text]:
    """That a printed result was recorded past a gate in an emergency, which rule that was, and the nonconforming work it is (7.10.1).
    `lines`: the printed lines, with their reference and number."""
    number = {line["ref"]: line["number"] for line in lines}
    at = {line.reading.id: number.get(f"L{line.id}", "") for line in material.lines if line.reading is not None}
    found = []
    for row, readings in material.records.broken:
        numbers = ", ".join(sorted({at[ident] for ident in readings if at.get(ident)}, key=lambda n: (len(n), n)))
        if not numbers:
            continue
        gate = gates.registry.get(row.gate)
        title, clauses = both(lambda gate=gate, row=row: gate.title if gate else row.gate), row.clauses.replace(",", ", ")  # type: ignore[misc]
        found.append(_text(
            f"Dòng {numbers}: kết quả được ghi khi chốt “{title['vi']}” (ISO/IEC 17025, {clauses}) bị vượt khẩn cấp "
            f"ngày {show_date(row.at)}; xử lý theo {row.nonconformity.code}.",
            f"Line {numbers}: recorded with the control “{title['en']}” (ISO/IEC 17025, {clauses}) overridden in an emergency on "
            f"{_english(row.at)}; handled as nonconforming work {row.nonconformity.code}."))
    return found


def override_remark(number: str, found: StandingOverride) -> Text:
    """That a line's printed verdict was decided by two people in place of the computed one (7.8.6.1)."""
    before, after = both(lambda: verdict(found.computed).word), both(lambda: verdict(found.verdict).word)
    return _text(
        f"Dòng {number}: tính được “{before['vi']}”; {found.proposed_by} đề nghị và {found.confirmed_by} xác nhận ngày "
        f"{show_date(found.confirmed_at)} kết luận “{after['vi']}”. Lý do: {_ended(found.reason)}",
        f"Line {number}: computed “{before['en']}”, decided “{after['en']}” by {found.proposed_by} and {found.confirmed_by} on "
        f"{show_date(found.confirmed_at)}.")


def item_files(material: Material) -> list[dict[str, Any]]:
    """The file of each item as it was tested: properties, versions, modes, ports, cables, auxiliary equipment."""
    found = []
    for ident in dict.fromkeys(sample.item_id for sample in material.samples):
        item = next(sample.item for sample in material.samples if sample.item_id == ident)
        facts = _facts(content_of(item))
        if not facts:
            continue
        codes = ", ".join(sample.code for sample in material.samples if sample.item_id == ident)
        found.append({"item": codes, "facts": facts})
    return found


def _facts(content: dict[str, Any]) -> list[dict[str, Any]]:
    properties = [(BY_KEY[key], value) for key, value in (content.get("properties") or {}).items() if key in BY_KEY]
    facts = []
    if properties:
        facts.append(_fact(both(partial(str, TABLE_WORDS["properties"])), both(partial(_properties, properties)), True))
    versions = content.get("versions") or {}
    facts += [
        _fact(both(partial(str, part.words)), _text(str(versions[part.key])), True) for part in VERSIONS if versions.get(part.key)]
    for name, parts in TABLES.items():
        rows = content.get(name) or []
        if rows:
            facts.append(_fact(both(partial(str, TABLE_WORDS[name])), both(partial(_rows, rows, parts))))
    return facts


def _properties(properties: Iterable[tuple[Any, Any]]) -> str:
    return "; ".join(f"{known.words}: {property_text(known.key, value)}" for known, value in properties)


def _rows(rows: Iterable[dict[str, str]], parts: Any) -> str:
    """Rows of a table as sentences: the first cell, then what else is filled, with its words."""
    said = []
    for row in rows:
        cells = [(part, cell_text(part, row.get(part.key, ""))) for part in parts]
        first = cells[0][1]
        rest = [f"{str(part.words).lower()}: {shown}" if part.choices or part.number else shown for part, shown in cells[1:] if shown]
        said.append(first + (f" ({'; '.join(rest)})" if rest else ""))
    return "; ".join(said)


def _fact(label: Text, value: Text, supplied: bool = False) -> dict[str, Any]:
    if value["en"] == value["vi"]:
        value = _text(value["vi"])
    fact: dict[str, Any] = {"label": label, "value": value}
    return {**fact, "customer_supplied": True} if supplied else fact

"""Pure decisions of the room: tax codes, checklists, totals, what a code looks like (7.1, 7.4)."""
from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from stdnum.exceptions import ValidationError
from stdnum.vn import mst

from lab_app.core.quantity import parse_decimal
from lab_app.core.search import fold
from lab_app.metrology.periods import add_working_days

#: The five questions of a contract review (7.1.1 a–d, 7.1.3).
REVIEW_KEYS = ("requirements", "capability", "methods", "decision_rule", "subcontracting")
#: What reception looks at when an item arrives (7.4.3).
CONDITION_KEYS = ("intact", "complete", "matches", "documents", "safe")
#: What the customer may let the public page show by code; `directory`: the paper is found by words too; `code_only`: nobody gets an answer
#: by the number, only who holds the code.
PUBLIC_FIELDS = ("customer", "product", "versions", "regulations", "signatory", "directory", "code_only")
ANSWERS = ("yes", "no", "na")
DEVIATION_DECISIONS = ("proceed", "replace", "withdraw")
USUAL_WORKING_DAYS = 15
#: What the contract rests on: changed after acceptance, the request is reviewed again (7.1.6).
CONTRACT_FIELDS = frozenset({"items", "wants_statement", "language", "due_on"})
#: Requests of calibrations run in a series of their own (`YC-HC-2026-0031`).
SERIES = {"test": "YC", "calibration": "YC-HC"}
REQUEST_NUMBER = re.compile(r"(YC|YC-HC)-(\d{4})-(\d{4,6})")
SAMPLE_CODE = re.compile(r"M(?:HC)?\d{2}-\d{4,6}-(\d{2,3})")


def tax_code(typed: str) -> str | None:
    """The tax code in its usual form (`9910000015`, `9930000013-001`), or None when the check digit or length is wrong.

    10 digits with a check digit, or 13 with the branch's three (python-stdnum, `vn.mst`).
    """
    try:
        return str(mst.format(mst.validate(typed)))
    except ValidationError:
        return None


def unanswered(checks: Mapping[str, Any]) -> list[str]:
    """Questions of the review without an answer."""
    return [key for key in REVIEW_KEYS if (checks.get(key) or {}).get("answer") not in ANSWERS]


def answered_no(checks: Mapping[str, Any]) -> list[str]:
    """Questions answered with no."""
    return [key for key in REVIEW_KEYS if (checks.get(key) or {}).get("answer") == "no"]


def open_questions(questions: Iterable[Mapping[str, Any]]) -> list[str]:
    """Differences with the customer that are not settled yet (7.1.4)."""
    return [str(q.get("q", "")) for q in questions if not str(q.get("a", "")).strip()]


def unconsented(subcontracted: Iterable[str], checks: Mapping[str, Any]) -> list[str]:
    """Method codes given to another laboratory without the customer's recorded consent (7.1.1 c)."""
    consents = (checks.get("subcontracting") or {}).get("consents") or {}
    return [code for code in subcontracted if not str(consents.get(code, "")).strip()]


def unreplied(superseded: Iterable[str], checks: Mapping[str, Any]) -> list[str]:
    """Method codes of replaced editions about which the customer's reply is not recorded (7.1.2)."""
    replies = (checks.get("methods") or {}).get("replies") or {}
    return [code for code in superseded if not str(replies.get(code, "")).strip()]


def needs_new_review(changed: Iterable[str]) -> bool:
    """Whether a change of these fields touches the contract (7.1.6); the rest is administration."""
    return bool(CONTRACT_FIELDS & set(changed))


def running_number(number: str) -> int | None:
    """117 of `YC-2026-0117` or `YC-HC-2026-0117`; None for a number of another shape."""
    found = REQUEST_NUMBER.fullmatch(number)
    return int(found[3]) if found else None


def series_of(number: str) -> str:
    """The series a request's number runs in: `YC/2026` of `YC-2026-0117`, `YC-HC/2026` of `YC-HC-2026-0031`."""
    prefix, year, _ = number.rsplit("-", 2)
    return f"{prefix}/{year}"


def sample_index(code: str, request_number: str) -> int | None:
    """1 of `M26-0117-01`; None when the code does not belong to the request."""
    found = SAMPLE_CODE.fullmatch(code)
    index = int(found[1]) if found else 0
    return index if index and sample_code(request_number, index) == code else None


def unlooked(checks: Mapping[str, Any]) -> list[str]:
    """Points of the condition checklist that nobody answered."""
    return [key for key in CONDITION_KEYS if not isinstance((checks.get(key) or {}).get("ok"), bool)]


def condition_deviates(checks: Mapping[str, Any]) -> list[str]:
    """Points of the condition checklist that were not fine."""
    return [key for key in CONDITION_KEYS if key in checks and not checks[key].get("ok")]


def due_date(accepted: date, working_days: int = USUAL_WORKING_DAYS, holidays: Collection[date] = frozenset()) -> date:
    """The day results are promised for: `working_days` after acceptance."""
    return add_working_days(accepted, working_days, holidays)


def working_days_left(today: date, due: date, holidays: Collection[date] = frozenset()) -> int:
    """Working days after `today` up to and including `due`; negative when `due` is past."""
    sign, first, last = (1, today, due) if due >= today else (-1, due, today)
    weeks, rest = divmod((last - first).days, 7)
    weekdays = 5 * weeks + sum((first + timedelta(days=n)).weekday() < 5 for n in range(1, rest + 1))
    off = sum(first < day <= last and day.weekday() < 5 for day in set(holidays))
    return sign * (weekdays - off)


def totals(lines: Iterable[tuple[int, Decimal]], vat_percent: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Net, VAT and gross of a quotation in whole đồng; VAT rounded half up."""
    net = sum((price * quantity for quantity, price in lines), Decimal(0))
    vat = (net * vat_percent / 100).quantize(Decimal(1), rounding="ROUND_HALF_UP")
    return net, vat, net + vat


def sample_code(request_number: str, index: int) -> str:
    """`YC-2026-0117`, 1 → `M26-0117-01`: the request's year and running number, then the item's; `MHC26-0031-01` of a
    calibration."""
    prefix, year, running = request_number.rsplit("-", 2)
    return f"M{prefix[2:].replace('-', '')}{year[-2:]}-{running}-{index:02d}"


def sister_number(prefix: str, request_number: str) -> str:
    """`YC-2026-0117` → `XX-2026-0117`: the review and the contract carry the request's series and running number."""
    own, year, running = request_number.rsplit("-", 2)
    return f"{prefix}{own[2:]}-{year}-{running}"


_SUPPLIED_LINE = re.compile(r"\s*(?P<label>[^=]{1,120}?)\s*=\s*(?P<value>\S.{0,119}?)\s*")


def read_supplied(text: str, known: Mapping[str, Mapping[str, str]], locale: str) -> list[dict[str, str]]:
    """What a customer states, line by line: `Độ lợi ăng ten 2,4 GHz = 3,0 dBi` (7.8.2.2).

    A label that a method knows (`known`: key → `vi`, `en`, `unit`; accents and case aside) takes the method's key and must be one
    number, in the reader's language, kept with a point; its unit must be the method's. Any other label keeps its text.
    Raises `NotANumber`; ValueError with the line for one without `=`.
    """
    by_label = {fold(str(names[n])): key for key, names in known.items() for n in ("vi", "en") if names.get(n)}
    facts = []
    for line in text.splitlines():
        if not line.strip():
            continue
        found = _SUPPLIED_LINE.fullmatch(line)
        if found is None:
            raise ValueError(line.strip())
        label, value = found["label"], found["value"]
        key = by_label.get(fold(label))
        if key is None:
            plain = re.sub(r"[^a-z0-9]+", "_", fold(label)).strip("_")[:40] or "stated"
            facts.append({"key": plain, "label": label, "value": value, "unit": ""})
            continue
        unit = str(known[key].get("unit", ""))
        number = value.removesuffix(unit).strip() if unit else value
        facts.append({
            "key": key, "label": str(known[key]["vi"]), "label_en": str(known[key].get("en", "")),
            "value": format(parse_decimal(number, locale), "f"), "unit": unit,
        })
    return facts

"""The public directory, pure: by what words a published paper is found, and what somebody who searches means."""
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lab_app.core.search import fold

ANY, MODEL, BRAND, ENTERPRISE, TAX, REGULATION = "any", "model", "brand", "enterprise", "tax", "regulation"
#: What a search may be limited to.
FIELDS = (ANY, MODEL, BRAND, ENTERPRISE, TAX, REGULATION)
#: Field of the agreement (`samples.rules.PUBLIC_FIELDS`) that a paper must carry to stand in the directory, and the one that keeps it out
#: of every answer but the one to its code.
LISTED, CODE_ONLY = "directory", "code_only"
LONGEST_WORD = 60
#: So many words of a question count, and so many characters of it are read.
TERMS, TYPED = 8, 120
_WORD = re.compile(r"[0-9a-z]+")
_SHORTEST, _LONGEST_START = 3, 24


def terms(typed: str) -> list[str]:
    """The words of a question, folded: `Điện thoại SH-AX30` → `dien thoai sh ax30`."""
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(fold(typed[:TYPED]))))[:TERMS]


def tax_digits(typed: str) -> str:
    """The digits of a tax code, however grouped: `0101234567-001` → `0101234567001`."""
    return re.sub(r"\D", "", typed)[:LONGEST_WORD]


def _words(text: str) -> set[str]:
    return {word[:LONGEST_WORD] for word in _WORD.findall(fold(text))}


def _joined(text: str) -> str:
    return "".join(_WORD.findall(fold(text)))[:LONGEST_WORD]


def _beginnings(word: str) -> set[str]:
    """A model is asked for by how it begins: `ax3` finds `AX30`."""
    return {word[:n] for n in range(_SHORTEST, min(len(word), _LONGEST_START))}


def words_of(
    items: Iterable[Mapping[str, Any]], customer: Iterable[str], tax_code: str, regulations: Iterable[str],
) -> set[tuple[str, str]]:
    """Every (field, word) that an entry is found by; what is not published gives none."""
    by_field: dict[str, set[str]] = {field: set() for field in FIELDS}
    for item in items:
        model, brand = str(item.get("model") or ""), str(item.get("brand") or "")
        names = item.get("name") or {}
        whole = _words(model) | {_joined(model)}
        by_field[MODEL] |= whole | {start for word in whole for start in _beginnings(word)}
        by_field[BRAND] |= _words(brand) | {_joined(brand)}
        by_field[ANY] |= _words(str(names.get("vi") or "")) | _words(str(names.get("en") or ""))
    for name in customer:
        by_field[ENTERPRISE] |= _words(name)
    if tax_code:
        digits = tax_digits(tax_code)
        by_field[TAX] |= {digits, digits[:10]}
    for regulation in regulations:
        words = _WORD.findall(fold(regulation))
        by_field[REGULATION] |= _words(regulation) | {_joined(regulation), "".join(words[:2])[:LONGEST_WORD]}  # `QCVN54` is typed too
    for field in FIELDS:
        by_field[ANY] |= by_field[field]
    return {(field, word) for field, words in by_field.items() for word in words if word}


def entry_of(snapshot: Mapping[str, Any], agreed: Iterable[str]) -> dict[str, Any]:
    """What the directory shows of a frozen paper: nothing but what the customer agreed to publish."""
    allowed = set(agreed)
    customer = snapshot["customer"] if "customer" in allowed else {}
    items = [
        {"brand": item.get("brand") or "", "model": item.get("model") or "", "name": dict(item["name"])} for item in snapshot["items"]
    ] if "product" in allowed else []
    return {
        "products": items, "customer": customer.get("name", "")[:300], "customer_en": (customer.get("name_en") or "")[:300],
        "tax_code": (customer.get("tax_code") or "")[:14],
        "regulations": list(dict.fromkeys(s["regulation"] for s in snapshot["sections"])) if "regulations" in allowed else [],
    }

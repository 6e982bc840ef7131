"""A paper in one language alone: what the snapshot says in both is said in that one, in the place of the first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Names that a snapshot holds beside one another instead of as one text: Vietnamese key → English key.
_PAIRS = {"name": "name_en", "address": "address_en"}


def in_one_language(value: Any, language: str) -> Any:
    """A snapshot (or a part of it) with every text in `language` (vi, en) under `vi` and nothing under `en`.

    English falls back on Vietnamese where nobody wrote any: a proper name is never translated, and nothing is left out.
    """
    if isinstance(value, Mapping):
        if set(value) == {"vi", "en"}:
            said = value["en"] or value["vi"] if language == "en" else value["vi"]
            return {"vi": said, "en": ""}
        told = {key: in_one_language(inner, language) for key, inner in value.items()}
        for plain, english in _PAIRS.items():
            if isinstance(value.get(plain), str) and value.get(english):
                told[plain] = value[english] if language == "en" else value[plain]
                told[english] = ""
        return told
    if isinstance(value, list):
        return [in_one_language(inner, language) for inner in value]
    return value

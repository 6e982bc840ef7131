"""Does a paper cover this product? Answered from what was published with it when it was issued, and from nothing else. Pure.

The answer is *confirmed* only where every field that was asked for is stated and is the same by the rules of `writing`, and the model is
among them; *contradicted* where a stated field is another one; else it *cannot tell*. A field that is not published and one that nobody
recorded are the same to the asker: nothing of a confidential field moves the answer.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from certificates.lookups.writing import LONGEST, Match, gap, named, versioned

CONFIRMED, CONTRADICTED, CANNOT_TELL = "confirmed", "contradicted", "cannot_tell"
FIELDS = ("brand", "model", "hardware", "firmware")
#: Published with the product, and only with the customer's word for the versions.
WITH_PRODUCT, WITH_VERSIONS = ("brand", "model"), ("hardware", "firmware")

#: Why a field says what it says.
SAME, OTHER, VARIANT, UNSTATED, NO_MODEL = "same", "other", "variant", "unstated", "no_model"
#: Measured with this firmware, but concluded for another one; one of several, and no conclusion says which.
EARLIER, SEVERAL = "earlier", "several"

_DATED = re.compile(r"\s+từ\s+\d{1,2}/\d{1,2}/\d{4}$")
_HOLDS = "firmware "


@dataclass(frozen=True)
class Asked:
    """The product in somebody's hands, as typed; empty where nothing was said."""

    brand: str = ""
    model: str = ""
    hardware: str = ""
    firmware: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Asked:
        """From a form or a row: blanks at the ends dropped, cut at the length of a name."""
        return cls(**{name: " ".join(str(given.get(name) or "").split())[:LONGEST] for name in FIELDS})

    def given(self) -> dict[str, str]:
        """The fields that were filled in."""
        return {name: value for name in FIELDS if (value := getattr(self, name))}


@dataclass(frozen=True)
class Point:
    """One field that was asked for: what it says (`verdict`), why, and what the paper states where that is published."""

    name: str
    asked: str
    verdict: str
    why: str
    stated: str = ""


@dataclass(frozen=True)
class Covered:
    """The answer: verdict, its points, the product of the paper that came nearest, models near to the one asked for."""

    verdict: str
    points: tuple[Point, ...] = ()
    item: Mapping[str, Any] | None = None
    nearest: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """The code of the point that decided: `model:variant`; `product:unstated` where the paper publishes no product."""
        if self.verdict == CONFIRMED:
            return ""
        deciding = next((point for point in self.points if point.verdict == self.verdict), None)
        return f"{deciding.name}:{deciding.why}" if deciding else "product:unstated"

    def as_data(self) -> dict[str, Any]:
        """For programs: only texts and lists."""
        return {
            "verdict": self.verdict, "reason": self.reason,
            "points": [
                {"field": point.name, "asked": point.asked, "verdict": point.verdict, "why": point.why, "stated": point.stated}
                for point in self.points
            ],
            "nearest": list(self.nearest), "not_compared": list(self.unasked),
        }


# ---- what is published -------------------------------------------------------------------------------------


def published_items(snapshot: Mapping[str, Any], agreed: Iterable[str]) -> list[dict[str, Any]]:
    """The products of a paper for `Report.published`: name, brand and model where the product may be shown, versions where those may.

    Facts that nobody recorded are absent, as those that may not be shown. `holds`: the firmware that the conclusion is about.
    """
    allowed = set(agreed)
    if "product" not in allowed:
        return []
    holds = str((snapshot.get("conclusion") or {}).get("holds_for") or "")
    latest = holds.removeprefix(_HOLDS) if holds.startswith(_HOLDS) else ""
    found = []
    for item in snapshot["items"]:
        kept: dict[str, Any] = {"name": dict(item["name"])}
        kept.update({name: item[name] for name in WITH_PRODUCT if item.get(name)})
        if "versions" in allowed:
            if item.get("hardware"):
                kept["hardware"] = item["hardware"]
            versions = firmware_versions((item.get("firmware") or {}).get("vi", ""))
            if latest and latest not in versions:
                versions.append(latest)
            if versions:
                kept["firmware"] = versions
                if latest and len(versions) > 1:
                    kept["holds"] = latest
        found.append(kept)
    return found


def firmware_versions(words: str) -> list[str]:
    """Versions out of the words of a paper: `1.0.3; 1.0.4 từ 14/09/2026` → both, in their order."""
    return list(dict.fromkeys(version for part in words.split(";") if (version := _DATED.sub("", part.strip()))))


def items_of(published: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The products that a paper publishes. Of papers published before products stood apart only the words are left: the model is read
    from them where both languages name the same one."""
    kept = published.get("items")
    if isinstance(kept, list) and kept:
        return [item for item in kept if isinstance(item, Mapping)]  # type: ignore[misc]
    words = published.get("product")
    if not isinstance(words, Mapping):
        return []
    found: list[dict[str, Any]] = []
    pairs = (str(words.get("vi") or "").split("; "), str(words.get("en") or "").split("; "))
    for vi, en in zip(*pairs, strict=False):
        name_vi, _, model_vi = vi.rpartition(", kiểu ")
        name_en, _, model_en = en.rpartition(", model ")
        model = model_vi if model_vi and model_vi == model_en and len(pairs[0]) == len(pairs[1]) and name_vi else ""
        item: dict[str, Any] = {"name": {"vi": name_vi if model else vi, "en": name_en if model else en}}
        found.append({**item, "model": model} if model else item)
    return found


# ---- the answer --------------------------------------------------------------------------------------------


def covers(published: Mapping[str, Any], asked: Asked) -> Covered:
    """Whether a paper covers the product, by what it publishes. Of several products the one that fits best answers.

    Without a model nothing is ever confirmed. Where nothing was asked the answer is that it cannot tell.
    """
    items = items_of(published)
    given = asked.given()
    if not given:
        return Covered(CANNOT_TELL)
    if not items:
        return Covered(CANNOT_TELL, tuple(Point(name, value, CANNOT_TELL, UNSTATED) for name, value in given.items()))
    found = max((_of_item(item, given) for item in items), key=_rank)
    near = _nearest(items, given.get("model", "")) if found.verdict != CONFIRMED else ()
    return Covered(found.verdict, found.points, found.item, near, found.unasked)


_ORDER = {CONTRADICTED: 0, CANNOT_TELL: 1, CONFIRMED: 2}


def _rank(found: Covered) -> tuple[int, int]:
    return _ORDER[found.verdict], sum(_ORDER[point.verdict] for point in found.points)


def _of_item(item: Mapping[str, Any], given: Mapping[str, str]) -> Covered:
    points = [_point(item, name, value) for name, value in given.items()]
    if "model" not in given:
        points.append(Point("model", "", CANNOT_TELL, NO_MODEL, str(item.get("model") or "")))
    verdict = min((point.verdict for point in points), key=_ORDER.__getitem__)
    unasked = tuple(name for name in FIELDS if item.get(name) and name not in given and name != "model")
    return Covered(verdict, tuple(points), item, (), unasked)


def _point(item: Mapping[str, Any], name: str, asked: str) -> Point:
    if name == "firmware":
        return _firmware(item, asked)
    stated = str(item.get(name) or "")
    if not stated:
        return Point(name, asked, CANNOT_TELL, UNSTATED)
    near = versioned(asked, stated) if name == "hardware" else named(asked, stated)
    return Point(name, asked, *_told(near), stated)


def _told(near: Match) -> tuple[str, str]:
    if near is Match.SAME:
        return CONFIRMED, SAME
    return (CANNOT_TELL, VARIANT) if near is Match.VARIANT else (CONTRADICTED, OTHER)


def _firmware(item: Mapping[str, Any], asked: str) -> Point:
    """Of several firmware versions on one paper only the one that its conclusion is about is confirmed."""
    versions: Sequence[str] = [str(one) for one in item.get("firmware") or ()]
    if not versions:
        return Point("firmware", asked, CANNOT_TELL, UNSTATED)
    holds = str(item.get("holds") or (versions[0] if len(versions) == 1 else ""))
    words = holds or ", ".join(versions)
    if holds and versioned(asked, holds) is Match.SAME:
        return Point("firmware", asked, CONFIRMED, SAME, words)
    if any(versioned(asked, one) is Match.SAME for one in versions):
        return Point("firmware", asked, *((CONTRADICTED, EARLIER) if holds else (CANNOT_TELL, SEVERAL)), words)
    best = max(versioned(asked, one) for one in versions)
    return Point("firmware", asked, *_told(best), words)


def _nearest(items: Sequence[Mapping[str, Any]], asked: str) -> tuple[str, ...]:
    """Stated models that are near to the one asked for, the nearest first; the same one too, where another field decided."""
    near = {str(item["model"]): named(asked, str(item["model"])) for item in items if asked and item.get("model")}
    listed = [model for model, match in near.items() if match is not Match.OTHER]
    return tuple(sorted(listed, key=lambda model: (-near[model], gap(asked, model), model)))

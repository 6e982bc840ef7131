"""When a plan rule proposes a regulation for a product: three answers, for what nobody stated is not the same as no."""
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from test_methods.properties import BY_KEY, Property

PROPOSE, EXEMPT = "propose", "exempt"
EFFECTS = (PROPOSE, EXEMPT)
#: Operators by the kind of property they fit.
OPERATORS: Mapping[str, tuple[str, ...]] = {
    "choice": ("is", "is_not"), "text": ("is", "begins"), "several": ("has", "has_not", "any"),
    "number": ("le", "lt", "ge", "gt"), "flag": ("is",),
}
_COMPARE = {
    "le": lambda a, b: a <= b, "lt": lambda a, b: a < b, "ge": lambda a, b: a >= b, "gt": lambda a, b: a > b,
}
_FAMILY = re.compile(r"^(?P<family>[^:]+):\d{4}")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9.-]{1,39}")


class BadRule(ValueError):
    """A rule that cannot be asked; `field` names what is wrong, `code` how."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(code)
        self.field, self.code = field, code


@dataclass(frozen=True)
class Asked:
    """The answer of a rule to a product: `holds` True, False, or None when a property it needs was not stated (`unstated`)."""

    holds: bool | None
    unstated: tuple[str, ...] = ()


def family(code: str) -> str:
    """`QCVN 54:2020/BTTTT` → `QCVN 54`: the regulation whatever its edition; a code without a year stays as it is."""
    found = _FAMILY.match(code)
    return found["family"].strip() if found else code.strip()


def stated(properties: Mapping[str, Any], key: str) -> bool:
    """Whether the customer said anything of a property; an empty list or text is nothing, a flag is always an answer once there."""
    value = properties.get(key)
    return isinstance(value, bool) or bool(value)


def _number(value: Any) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _one(condition: Mapping[str, Any], properties: Mapping[str, Any]) -> bool | None:
    key, operator, wanted = str(condition["property"]), str(condition["operator"]), str(condition["value"])
    if not stated(properties, key):
        return None
    value = properties[key]
    if operator in _COMPARE:
        have, bound = _number(value), _number(wanted)
        return None if have is None or bound is None else _COMPARE[operator](have, bound)
    if operator in ("has", "has_not", "any"):
        chosen = {str(v) for v in (value if isinstance(value, list) else [value])}
        among = bool(chosen & {w.strip() for w in wanted.split(",")})
        return not among if operator == "has_not" else among
    if isinstance(value, bool):
        return value == (wanted == "yes")
    if operator == "begins":
        return str(value).replace(".", "").startswith(wanted.replace(".", ""))
    same = str(value) in {w.strip() for w in wanted.split(",")}
    return not same if operator == "is_not" else same


def ask(conditions: Iterable[Mapping[str, Any]], properties: Mapping[str, Any]) -> Asked:
    """Whether all conditions hold for a product. One that fails decides; else one whose property is unstated leaves it open."""
    unstated = []
    for condition in conditions:
        answer = _one(condition, properties)
        if answer is False:
            return Asked(False)
        if answer is None:
            unstated.append(str(condition["property"]))
    return Asked(None, tuple(dict.fromkeys(unstated))) if unstated else Asked(True)


def _checked_value(known: Property, operator: str, value: str) -> str:
    if not value:
        raise BadRule("value", "empty")
    if known.kind == "number":
        if _number(value) is None:
            raise BadRule("value", "not_a_number")
    elif known.kind == "flag":
        if value not in ("yes", "no"):
            raise BadRule("value", "not_a_choice")
    elif known.choices:
        parts = [part.strip() for part in value.split(",")]
        if any(part not in known.choices for part in parts) or (len(parts) > 1 and operator in ("has", "has_not")):
            raise BadRule("value", "not_a_choice")
        return ",".join(parts)
    return value


def check_conditions(conditions: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Conditions in their canonical form. Raises `BadRule` for none, an unknown property, an operator or a value that does not fit."""
    out = []
    for condition in conditions:
        key, operator = str(condition.get("property", "")), str(condition.get("operator", ""))
        known = BY_KEY.get(key)
        if known is None:
            raise BadRule("property", "unknown")
        if operator not in OPERATORS[known.kind]:
            raise BadRule("operator", "does_not_fit")
        value = _checked_value(known, operator, str(condition.get("value", "")).strip())
        out.append({"property": key, "operator": operator, "value": value})
    if not out:
        raise BadRule("conditions", "empty")
    return out


def check_code(code: str) -> str:
    """The rule's code in capitals; raises `BadRule` for one of another shape."""
    found = code.strip().upper()
    if _CODE.fullmatch(found) is None:
        raise BadRule("code", "not_a_code")
    return found

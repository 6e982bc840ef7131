"""Formulas of a method: a closed grammar over decimals, parsed and never executed.

A formula computes one value from the reading fields of a method (ISO/IEC 17025:2017 7.11.6,
checked calculations): ``reading + af + cable - preamp``, ``worst(offset_khz) * 1000 / channel_mhz``.

Grammar: decimal numbers, field names, ``+ - * /``, unary ``-`` and ``+``, parentheses, and the
functions below.  There are no attributes, subscripts, powers, comparisons, strings or keywords,
and nothing reaches ``eval``: the text is parsed by ``lab_app.metrology.expression``.
Rounding is not part of the grammar: a result is rounded when it is printed (JCGM 100 7.2.6).

Field names are ASCII identifiers; a *list field* holds several readings and may stand only
inside ``min``, ``max``, ``mean`` or ``worst``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import (
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    localcontext,
)
from typing import Final

from lab_app.metrology.expression import (
    Call,
    Chain,
    Expression,
    FormulaError,
    Grammar,
    Name,
    Negative,
    Node,
    Number,
    parse,
)

__all__ = ["FUNCTIONS", "MAX_DEPTH", "Formula", "FormulaError", "Value", "parse_formulas"]

MAX_DEPTH = 20
MAX_LIST = 1000
MAX_RESULTS = 8
# A result beyond these powers of ten is no measurement; it would only swell the database.
MAX_MAGNITUDE = 40
PRECISION = 28

AGGREGATES: Final = frozenset({"min", "max", "mean", "worst"})
SCALARS: Final = frozenset({"abs", "log10", "sqrt"})
FUNCTIONS: Final = AGGREGATES | SCALARS
GRAMMAR: Final = Grammar(
    functions={**dict.fromkeys(AGGREGATES), **dict.fromkeys(SCALARS, 1)},
    aggregates=AGGREGATES,
    max_text=300,
    max_depth=MAX_DEPTH,
)

Value = Decimal | Sequence[Decimal]


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula; build it with :meth:`parse`."""

    _parsed: Expression

    @property
    def expression(self) -> Expression:
        """The parsed tree, for checks that do not compute it (:func:`lab_app.metrology.unit_check.check_units`)."""
        return self._parsed

    @property
    def text(self) -> str:
        """The formula as typed, without the white space around it."""
        return self._parsed.text

    @property
    def names(self) -> frozenset[str]:
        """The fields it uses."""
        return self._parsed.names

    @property
    def list_names(self) -> frozenset[str]:
        """Those of them that hold several readings."""
        return self._parsed.list_names

    @classmethod
    def parse(cls, text: str, fields: Iterable[str], list_fields: Iterable[str] = ()) -> Formula:
        """Parse ``text`` over the reading fields of a method.

        ``list_fields`` are those that hold several readings (they need not be repeated in
        ``fields``).  Every name used must be one of them.

        :raises FormulaError: and nothing else, whatever the text.
        """
        return cls(parse(text, GRAMMAR, fields, list_fields))

    def evaluate(self, values: Mapping[str, Value]) -> Decimal:
        """Compute the value from readings; list fields take sequences of Decimals.

        28 significant digits and not rounded otherwise.

        :raises FormulaError: and nothing else.
        """
        bound = {name: self._bind(name, values) for name in self.names}
        context = Context(prec=PRECISION, traps=[DivisionByZero, InvalidOperation, Overflow])
        try:
            with localcontext(context):
                result = +_evaluate(self._parsed.root, bound)
        except DivisionByZero:
            raise FormulaError("division_by_zero") from None
        except Overflow:
            raise FormulaError("overflow") from None
        except DecimalException:
            raise FormulaError("domain") from None
        if result.is_zero():
            return abs(result) if result.adjusted() >= -MAX_MAGNITUDE else Decimal(0)
        if abs(result.adjusted()) > MAX_MAGNITUDE:
            raise FormulaError("overflow")
        return result

    def _bind(self, name: str, values: Mapping[str, Value]) -> tuple[Decimal, ...]:
        value = values.get(name)
        if value is None:
            raise FormulaError("missing_value", name)
        if isinstance(value, Decimal):
            numbers: tuple[Decimal, ...] = (value,)
        elif name in self.list_names and isinstance(value, (list, tuple)):
            numbers = tuple(value)
        else:
            raise FormulaError("bad_value", name)
        if not numbers:
            raise FormulaError("empty_list", name)
        if len(numbers) > MAX_LIST:
            raise FormulaError("bad_value", name)
        for number in numbers:
            if not isinstance(number, Decimal) or not number.is_finite():
                raise FormulaError("bad_value", name)
        return numbers


def parse_formulas(text: str, fields: Iterable[str], list_fields: Iterable[str] = ()) -> tuple[Formula, ...]:
    """Several formulas parted by semicolons: the parts of a composite result.

    ``f_low; f_high`` gives the two edges of an occupied band, judged together against one range.
    """
    lists, known = tuple(list_fields), tuple(fields)
    parts = text.split(";")
    if len(parts) > MAX_RESULTS:
        raise FormulaError("too_long", str(len(parts)))
    return tuple(Formula.parse(part, known, lists) for part in parts)


def _evaluate(node: Node, values: Mapping[str, tuple[Decimal, ...]]) -> Decimal:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name):
        return values[node.name][0]
    if isinstance(node, Negative):
        return -_evaluate(node.operand, values)
    if isinstance(node, Call):
        return _call(node, values)
    if isinstance(node, Chain):
        return _chain(node, values)
    raise FormulaError("not_allowed", type(node).__name__)


def _chain(node: Chain, values: Mapping[str, tuple[Decimal, ...]]) -> Decimal:
    result = _evaluate(node.first, values)
    for sign, part in node.rest:
        right = _evaluate(part, values)
        if sign == "+":
            result = result + right
        elif sign == "-":
            result = result - right
        elif sign == "*":
            result = result * right
        elif right.is_zero():
            raise FormulaError("division_by_zero")
        else:
            result = result / right
    return result


def _call(node: Call, values: Mapping[str, tuple[Decimal, ...]]) -> Decimal:
    numbers: list[Decimal] = []
    for argument in node.arguments:
        if isinstance(argument, Name):
            numbers.extend(values[argument.name])
        else:
            numbers.append(_evaluate(argument, values))
    first = numbers[0]
    if node.function == "min":
        return min(numbers)
    if node.function == "max":
        return max(numbers)
    if node.function == "mean":
        return sum(numbers, Decimal(0)) / len(numbers)
    if node.function == "worst":
        # The reading farthest from zero, with its sign; of two equally far the first one taken.
        return max(numbers, key=abs)
    if node.function == "abs":
        return abs(first)
    if (first <= 0) if node.function == "log10" else (first < 0):
        raise FormulaError("domain", node.function)
    return first.log10() if node.function == "log10" else first.sqrt()

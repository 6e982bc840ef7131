"""Formulas of a method: a closed grammar over decimals, parsed and never executed.

A formula computes one value from the reading fields of a method (ISO/IEC 17025:2017 7.11.6,
checked calculations): ``reading + af + cable - preamp``, ``worst(offset_khz) * 1000 / channel_mhz``.

Grammar: decimal numbers, field names, ``+ - * /``, unary ``-`` and ``+``, parentheses, and the
functions below.  There are no attributes, subscripts, powers, comparisons, strings or keywords,
and nothing reaches ``eval``: Python's own parser builds a tree, of which only the nodes named
here are taken over.  Numbers are read from the text itself, so 0.1 is a tenth.
Rounding is not part of the grammar: a result is rounded when it is printed (JCGM 100 7.2.6).

Field names are ASCII identifiers; a *list field* holds several readings and may stand only
inside ``min``, ``max``, ``mean`` or ``worst``.
"""

from __future__ import annotations

import ast
import keyword
import re
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

MAX_TEXT = 300
MAX_DEPTH = 20
MAX_NUMBER = 30
MAX_EXPONENT = 30
MAX_LIST = 1000
MAX_RESULTS = 8
# A result beyond these powers of ten is no measurement; it would only swell the database.
MAX_MAGNITUDE = 40
PRECISION = 28

AGGREGATES: Final = frozenset({"min", "max", "mean", "worst"})
SCALARS: Final = frozenset({"abs", "log10", "sqrt"})
FUNCTIONS: Final = AGGREGATES | SCALARS

_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE](?P<exp>[+-]?[0-9]+))?(?![A-Za-z0-9_.]))"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>[-+*/(),])"
    r"|(?P<space>[ \t]+)"
)
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_BINARY: Final = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


class FormulaError(ValueError):
    """A formula that is refused, or values it cannot be computed from.

    ``code``: ``empty``, ``too_long``, ``too_deep``, ``character``, ``syntax``, ``number``,
    ``unknown_name``, ``unknown_function``, ``not_allowed``, ``list_field``, ``arguments``,
    ``bad_field`` (on parsing); ``missing_value``, ``bad_value``, ``empty_list``,
    ``division_by_zero``, ``domain``, ``overflow`` (on evaluating).
    ``detail`` is the name or the piece of text at fault.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class _Number:
    value: Decimal


@dataclass(frozen=True, slots=True)
class _Field:
    name: str


@dataclass(frozen=True, slots=True)
class _Negative:
    operand: _Node


@dataclass(frozen=True, slots=True)
class _Binary:
    sign: str
    left: _Node
    right: _Node


@dataclass(frozen=True, slots=True)
class _Call:
    function: str
    arguments: tuple[_Node, ...]


_Node = _Number | _Field | _Negative | _Binary | _Call
Value = Decimal | Sequence[Decimal]


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula; build it with :meth:`parse`."""

    text: str
    names: frozenset[str]
    list_names: frozenset[str]
    _root: _Node

    @classmethod
    def parse(cls, text: str, fields: Iterable[str], list_fields: Iterable[str] = ()) -> Formula:
        """Parse ``text`` over the reading fields of a method.

        ``list_fields`` are those that hold several readings (they need not be repeated in
        ``fields``).  Every name used must be one of them.

        :raises FormulaError: and nothing else, whatever the text.
        """
        lists = frozenset(list_fields)
        known = frozenset(fields) | lists
        for name in known:
            if not _FIELD.fullmatch(name) or name in FUNCTIONS or keyword.iskeyword(name):
                raise FormulaError("bad_field", name[:40])
        stripped = text.strip(" \t\r\n")
        _check_tokens(stripped)
        try:
            tree = ast.parse(stripped, mode="eval")
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            raise FormulaError("syntax") from None
        builder = _Builder(stripped, known, lists)
        root = builder.build(tree.body, 1)
        return cls(stripped, frozenset(builder.used), frozenset(builder.used & lists), root)

    def evaluate(self, values: Mapping[str, Value]) -> Decimal:
        """Compute the value from readings; list fields take sequences of Decimals.

        28 significant digits and not rounded otherwise.

        :raises FormulaError: and nothing else.
        """
        bound = {name: self._bind(name, values) for name in self.names}
        context = Context(prec=PRECISION, traps=[DivisionByZero, InvalidOperation, Overflow])
        try:
            with localcontext(context):
                result = +_evaluate(self._root, bound)
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


def _check_tokens(text: str) -> None:
    """Refuse what the grammar does not know before any parser sees it."""
    if not text:
        raise FormulaError("empty")
    if len(text) > MAX_TEXT:
        raise FormulaError("too_long", str(len(text)))
    position = depth = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise FormulaError("character", text[position : position + 10])
        if match["number"] is not None:
            exponent = match["exp"]
            if len(match[0]) > MAX_NUMBER or (exponent is not None and abs(int(exponent)) > MAX_EXPONENT):
                raise FormulaError("number", match[0][:MAX_NUMBER])
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth > MAX_DEPTH:
            raise FormulaError("too_deep")
        position = match.end()


class _Builder:
    """Takes over the allowed nodes of Python's tree, and nothing else."""

    def __init__(self, text: str, known: frozenset[str], lists: frozenset[str]) -> None:
        self.text = text
        self.known = known
        self.lists = lists
        self.used: set[str] = set()

    def build(self, node: ast.expr, depth: int, in_aggregate: bool = False) -> _Node:
        if depth > MAX_DEPTH and not isinstance(node, (ast.Name, ast.Constant)):
            raise FormulaError("too_deep")
        if isinstance(node, ast.Constant):
            return self._number(node)
        if isinstance(node, ast.Name):
            return self._field(node, in_aggregate)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return _Negative(self.build(node.operand, depth + 1))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd):
            return self.build(node.operand, depth + 1)
        if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
            left = self.build(node.left, depth + 1)
            return _Binary(_BINARY[type(node.op)], left, self.build(node.right, depth + 1))
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        raise FormulaError("not_allowed", type(node).__name__)

    def _source(self, node: ast.expr) -> str:
        # The text is one line of ASCII (see _TOKEN), so columns are indexes.
        return self.text[node.col_offset : node.end_col_offset]

    def _number(self, node: ast.Constant) -> _Number:
        if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
            raise FormulaError("not_allowed", self._source(node)[:40])
        return _Number(Decimal(self._source(node)))

    def _field(self, node: ast.Name, in_aggregate: bool) -> _Field:
        if node.id not in self.known:
            raise FormulaError("unknown_name", node.id[:40])
        if node.id in self.lists and not in_aggregate:
            raise FormulaError("list_field", node.id)
        self.used.add(node.id)
        return _Field(node.id)

    def _call(self, node: ast.Call, depth: int) -> _Call:
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS:
            raise FormulaError("unknown_function", self._source(node.func)[:40])
        name = node.func.id
        aggregate = name in AGGREGATES
        if node.keywords or not node.args or (not aggregate and len(node.args) != 1):
            raise FormulaError("arguments", name)
        return _Call(name, tuple(self.build(part, depth + 1, aggregate) for part in node.args))


def _evaluate(node: _Node, values: Mapping[str, tuple[Decimal, ...]]) -> Decimal:
    if isinstance(node, _Number):
        return node.value
    if isinstance(node, _Field):
        return values[node.name][0]
    if isinstance(node, _Negative):
        return -_evaluate(node.operand, values)
    if isinstance(node, _Call):
        return _call(node, values)
    left, right = _evaluate(node.left, values), _evaluate(node.right, values)
    if node.sign == "+":
        return left + right
    if node.sign == "-":
        return left - right
    if node.sign == "*":
        return left * right
    if right.is_zero():
        raise FormulaError("division_by_zero")
    return left / right


def _call(node: _Call, values: Mapping[str, tuple[Decimal, ...]]) -> Decimal:
    numbers: list[Decimal] = []
    for argument in node.arguments:
        if isinstance(argument, _Field):
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

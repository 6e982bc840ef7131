"""A closed expression grammar: text typed by a person becomes a tree that is computed and never executed.

One parser for the formulas of a method (decimals, ``test_methods.formula``) and for the models of an uncertainty budget
(uncertain numbers, arrays of trials, complex quantities).  Python's own parser builds a tree, of which only the nodes named
here are taken over: nothing reaches ``eval``; there are no attributes, subscripts, comparisons, strings or keywords.
What else a grammar knows (functions, powers, how long a text may be) is a :class:`Grammar`.
Numbers are read from the text itself, so 0.1 is a tenth.
"""

from __future__ import annotations

import ast
import keyword
import math
import operator
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from lab_app.metrology.errors import MetrologyError

_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE](?P<exp>[+-]?[0-9]+))?(?![A-Za-z0-9_.]))"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>[-+*/(),])"
    r"|(?P<space>[ \t]+)"
)
# As programs and papers write: Greek letters in names, 2. for a number, an expression over several lines.
_WIDE_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE](?P<exp>[+-]?[0-9]+))?(?![\w.]))"
    r"|(?P<name>[^\W0-9]\w*)"
    r"|(?P<sign>[-+*/(),])"
    r"|(?P<space>[ \t\r\n]+)"
)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_WIDE_NAME = re.compile(r"[^\W\d_]\w{0,39}")
_LINES: Final = {ord("\n"): " ", ord("\r"): " "}
_SUM: Final = {ast.Add: "+", ast.Sub: "-"}
_PRODUCT: Final = {ast.Mult: "*", ast.Div: "/"}
SIGNS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": operator.pow,
}  # fmt: skip


class FormulaError(MetrologyError):
    """An expression that is refused, or values it cannot be computed from.

    ``code``: ``empty``, ``too_long``, ``too_deep``, ``character``, ``syntax``, ``number``, ``exponent``, ``unknown_name``,
    ``unknown_function``, ``not_allowed``, ``list_field``, ``arguments``, ``bad_field`` (on parsing); ``missing_value``,
    ``bad_value``, ``empty_list``, ``division_by_zero``, ``domain``, ``overflow`` (on evaluating).
    ``detail`` is the name or the piece of text at fault.
    """

    def __init__(self, code: str, detail: str = "", field: str = "") -> None:
        super().__init__(code, field, detail)


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a kind of expression may hold.

    ``functions``: name and number of arguments, None for one or more.  ``aggregates``: those of them inside which a field
    of several readings may stand.  ``constants``: names with a fixed value.  ``shadowing``: whether a quantity may bear the
    name of a function or a constant (it is told from a function by the missing parenthesis).  ``wide``: names in any letters
    (θ, Γ), numbers such as ``2.``, and line breaks, as models are written in programs and papers.
    """

    functions: Mapping[str, int | None]
    aggregates: frozenset[str] = frozenset()
    constants: Mapping[str, Decimal] = field(default_factory=dict)
    powers: bool = False
    shadowing: bool = False
    wide: bool = False
    max_text: int = 300
    max_depth: int = 20
    max_number: int = 30
    max_exponent: int = 30
    # A power of ten thousand is a slip of the finger or an attack; no law of physics has it.
    max_power: int = 64


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Name:
    """A field or a quantity."""

    name: str


@dataclass(frozen=True, slots=True)
class Negative:
    """``-operand``."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Chain:
    """A sum or a product from left to right: the first term, then each sign (all of one rank) with its term."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Power:
    """``base ** exponent``."""

    base: Node
    exponent: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the grammar."""

    function: str
    arguments: tuple[Node, ...]


Node = Number | Name | Negative | Chain | Power | Call


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression: its text, the names it uses, and the tree."""

    text: str
    names: frozenset[str]
    list_names: frozenset[str]
    root: Node


def parse(text: str, grammar: Grammar, names: Iterable[str], list_names: Iterable[str] = ()) -> Expression:
    """Parse ``text`` over the names given; ``list_names`` (several readings) need not be repeated in ``names``.

    :raises FormulaError: and nothing else, whatever the text.
    """
    lists = frozenset(list_names)
    known = frozenset(names) | lists
    spelling = _WIDE_NAME if grammar.wide else _NAME
    for name in known:
        reserved = not grammar.shadowing and (name in grammar.functions or name in grammar.constants)
        if not spelling.fullmatch(name) or not name.isidentifier() or reserved or keyword.iskeyword(name):
            raise FormulaError("bad_field", name[:40])
    if len({unicodedata.normalize("NFKC", name) for name in known}) < len(known):
        raise FormulaError("bad_field", " ".join(sorted(known))[:40])
    stripped = text.strip(" \t\r\n")
    _check_tokens(stripped, grammar)
    try:
        tree = ast.parse(stripped.translate(_LINES), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise FormulaError("syntax") from None
    builder = _Builder(stripped, grammar, known, lists)
    root = builder.build(tree.body, 1)
    return Expression(stripped, frozenset(builder.used), frozenset(builder.used & lists), root)


def _check_tokens(text: str, grammar: Grammar) -> None:
    """Refuse what the grammar does not know before any parser sees it."""
    if not text:
        raise FormulaError("empty")
    if len(text) > grammar.max_text:
        raise FormulaError("too_long", str(len(text)))
    token = _WIDE_TOKEN if grammar.wide else _TOKEN
    position = depth = 0
    while position < len(text):
        match = token.match(text, position)
        if match is None:
            raise FormulaError("character", text[position : position + 10])
        if match["number"] is not None:
            exponent = match["exp"]
            long = len(match[0]) > grammar.max_number
            if long or (exponent is not None and abs(int(exponent)) > grammar.max_exponent):
                raise FormulaError("number", match[0][: grammar.max_number])
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth > grammar.max_depth:
            raise FormulaError("too_deep")
        position = match.end()


class _Builder:
    """Takes over the allowed nodes of Python's tree, and nothing else."""

    def __init__(self, text: str, grammar: Grammar, known: frozenset[str], lists: frozenset[str]) -> None:
        # Python counts columns in bytes.
        self.text = text.encode()
        self.grammar = grammar
        self.known = known
        # Python's parser reads a name in its normal form: the micro sign as the letter mu.
        self.as_given = {unicodedata.normalize("NFKC", name): name for name in known}
        self.lists = lists
        self.used: set[str] = set()

    def build(self, node: ast.expr, depth: int, in_aggregate: bool = False) -> Node:
        if depth > self.grammar.max_depth and not isinstance(node, (ast.Name, ast.Constant)):
            raise FormulaError("too_deep")
        if isinstance(node, ast.Constant):
            return self._number(node)
        if isinstance(node, ast.Name):
            return self._name(node, in_aggregate)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return Negative(self.build(node.operand, depth + 1))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd):
            return self.build(node.operand, depth + 1)
        if isinstance(node, ast.BinOp):
            return self._operation(node, depth)
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        raise FormulaError("not_allowed", type(node).__name__)

    def _source(self, node: ast.expr) -> str:
        # The text is one line (see _LINES), so columns are indexes.
        return self.text[node.col_offset : node.end_col_offset].decode()

    def _number(self, node: ast.Constant) -> Number:
        if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
            raise FormulaError("not_allowed", self._source(node)[:40])
        return Number(Decimal(self._source(node)))

    def _name(self, node: ast.Name, in_aggregate: bool) -> Node:
        name = self.as_given.get(node.id)
        if name is None:
            if node.id in self.grammar.constants:
                return Number(self.grammar.constants[node.id])
            raise FormulaError("unknown_name", node.id[:40])
        if name in self.lists and not in_aggregate:
            raise FormulaError("list_field", name)
        self.used.add(name)
        return Name(name)

    def _operation(self, node: ast.BinOp, depth: int) -> Node:
        if isinstance(node.op, ast.Pow) and self.grammar.powers:
            exponent = self.build(node.right, depth + 1)
            self._check_power(exponent)
            return Power(self.build(node.left, depth + 1), exponent)
        signs: Mapping[type[ast.operator], str]
        signs = next((rank for rank in (_SUM, _PRODUCT) if type(node.op) in rank), {})
        if not signs:
            raise FormulaError("not_allowed", type(node).__name__)
        # A long sum leans to the left; its length is no depth.
        parts: list[tuple[str, ast.expr]] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp) and type(left.op) in signs and not self._in_parentheses(left, node):
            parts.append((signs[type(left.op)], left.right))
            left = left.left
        first = self.build(left, depth + 1)
        return Chain(first, tuple((sign, self.build(part, depth + 1)) for sign, part in reversed(parts)))

    def _in_parentheses(self, inner: ast.BinOp, outer: ast.BinOp) -> bool:
        """Whether the left part starts after its parent does: a parenthesis stands between, and depth is counted."""
        return inner.col_offset != outer.col_offset

    def _check_power(self, exponent: Node) -> None:
        """Refuse a written exponent beyond reason; one that is a quantity is met when it is computed."""
        value = _written_value(exponent)
        if value is not None and not abs(value) <= self.grammar.max_power:
            raise FormulaError("exponent", f"{value:g}")

    def _call(self, node: ast.Call, depth: int) -> Call:
        if not isinstance(node.func, ast.Name) or node.func.id not in self.grammar.functions:
            raise FormulaError("unknown_function", self._source(node.func)[:40])
        name = node.func.id
        count = self.grammar.functions[name]
        if node.keywords or not node.args or (count is not None and len(node.args) != count):
            raise FormulaError("arguments", name)
        aggregate = name in self.grammar.aggregates
        return Call(name, tuple(self.build(part, depth + 1, aggregate) for part in node.args))


def _written_value(node: Node) -> float | None:
    """The value of a part that holds numbers alone, infinite when it has none; None when a name or a function is in it."""
    if isinstance(node, Number):
        return float(node.value)
    if isinstance(node, Negative):
        inner = _written_value(node.operand)
        return None if inner is None else -inner
    parts: list[tuple[str, Node]]
    if isinstance(node, Power):
        first, parts = node.base, [("**", node.exponent)]
    elif isinstance(node, Chain):
        first, parts = node.first, list(node.rest)
    else:
        return None
    value = _written_value(first)
    for sign, part in parts:
        other = _written_value(part)
        if value is None or other is None:
            return None
        try:
            value = float(SIGNS[sign](value, other))
        except (ArithmeticError, TypeError):
            return math.inf
    return value


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How nodes are computed for one kind of numbers: what a written number becomes, the signs and the functions."""

    number: Callable[[Decimal], Any]
    signs: Mapping[str, Callable[[Any, Any], Any]]
    functions: Mapping[str, Callable[..., Any]]


Computed = Callable[[Mapping[str, Any]], Any]


def compiled(node: Node, arithmetic: Arithmetic) -> Computed:
    """The tree as nested functions of the values by name: the same result as walking it, several times faster."""
    if isinstance(node, Number):
        value = arithmetic.number(node.value)
        return lambda values: value
    if isinstance(node, Name):
        name = node.name
        return lambda values: values[name]
    if isinstance(node, Negative):
        operand = compiled(node.operand, arithmetic)
        return lambda values: -operand(values)
    if isinstance(node, Power):
        base, exponent = compiled(node.base, arithmetic), compiled(node.exponent, arithmetic)
        raised = arithmetic.signs["**"]
        return lambda values: raised(base(values), exponent(values))
    if isinstance(node, Chain):
        first = compiled(node.first, arithmetic)
        rest = tuple((arithmetic.signs[sign], compiled(part, arithmetic)) for sign, part in node.rest)

        def chain(values: Mapping[str, Any]) -> Any:
            result = first(values)
            for operation, part in rest:
                result = operation(result, part(values))
            return result

        return chain
    function = arithmetic.functions[node.function]
    arguments = tuple(compiled(argument, arithmetic) for argument in node.arguments)
    return lambda values: function(*(argument(values) for argument in arguments))

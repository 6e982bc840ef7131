"""Measurement models: the function ``Y = f(X1, ..., XN)`` of JCGM 100 4.1, typed by a person and parsed, never executed.

``ls + d - ls*(dalpha*theta + alpha_s*dtheta)``, ``V/I*cos(phi)``, ``32*pi**5*h*R**4/alpha**8``.  The same tree is computed with
GTC's uncertain numbers (first order) and with NumPy arrays (Monte Carlo); either library is loaded only when it is asked for.
Angles are in radians.  ``log`` and ``ln`` are natural, ``log10`` is decimal.  Complex quantities have ``real``, ``imag``,
``conj``, ``mag`` and ``phase``.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from lab_app.metrology.expression import (
    SIGNS,
    Arithmetic,
    Computed,
    Expression,
    FormulaError,
    Grammar,
    compiled,
    parse,
)

# The name a person may type, and the name of the function both libraries share.
_ONE: Final = {
    "sqrt": "sqrt", "exp": "exp", "log": "log", "ln": "log", "log10": "log10", "lg": "log10",
    "sin": "sin", "cos": "cos", "tan": "tan", "asin": "asin", "acos": "acos", "atan": "atan",
    "arcsin": "asin", "arccos": "acos", "arctan": "atan",
    "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "asinh": "asinh", "acosh": "acosh", "atanh": "atanh",
    "abs": "magnitude", "mag": "magnitude", "phase": "phase", "real": "real", "imag": "imag", "conj": "conj",
    "radians": "radians", "degrees": "degrees",
}  # fmt: skip
_TWO: Final = {"atan2": "atan2", "arctan2": "atan2", "pow": "pow"}

GRAMMAR: Final = Grammar(
    functions={**dict.fromkeys(_ONE, 1), **dict.fromkeys(_TWO, 2)},
    constants={"pi": Decimal(repr(math.pi))},
    powers=True,
    shadowing=True,
    wide=True,
    max_text=4000,
    max_depth=40,
    max_number=40,
    max_exponent=300,
)

def _named(library: Mapping[str, Callable[..., Any]]) -> Mapping[str, Callable[..., Any]]:
    return {typed: library[name] for typed, name in {**_ONE, **_TWO}.items()}


@lru_cache(maxsize=1)
def _uncertain() -> Arithmetic:
    """GTC: importing it takes half a second, so only a budget pays for it."""
    from GTC import core

    names = {name for name in {**_ONE, **_TWO}.values() if hasattr(core, name)}
    library: dict[str, Callable[..., Any]] = {name: getattr(core, name) for name in names}
    library |= {
        "real": lambda x: x.real,
        "imag": lambda x: x.imag,
        "conj": lambda x: x.conjugate(),
        "radians": lambda x: x * (math.pi / 180),
        "degrees": lambda x: x * (180 / math.pi),
        "pow": operator.pow,
    }
    return Arithmetic(float, SIGNS, _named(library))


@lru_cache(maxsize=1)
def _arrays() -> Arithmetic:
    """NumPy over whole arrays of trials."""
    import numpy as np

    library: dict[str, Callable[..., Any]] = {
        "sqrt": np.sqrt, "exp": np.exp, "log": np.log, "log10": np.log10,
        "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
        "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh,
        "magnitude": np.abs, "phase": np.angle, "real": np.real, "imag": np.imag, "conj": np.conj,
        "radians": lambda x: x * (math.pi / 180), "degrees": lambda x: x * (180 / math.pi),
        "atan2": np.arctan2, "pow": operator.pow,
    }  # fmt: skip
    return Arithmetic(float, SIGNS, _named(library))


class Model:
    """A parsed model; build it with :func:`parse_model`."""

    __slots__ = ("_programs", "expression")

    def __init__(self, expression: Expression) -> None:
        self.expression = expression
        self._programs: dict[str, Computed] = {}

    @property
    def text(self) -> str:
        """The model as typed."""
        return self.expression.text

    @property
    def names(self) -> frozenset[str]:
        """The quantities it uses."""
        return self.expression.names

    def _program(self, kind: str, arithmetic: Callable[[], Arithmetic]) -> Computed:
        program = self._programs.get(kind)
        if program is None:
            program = self._programs[kind] = compiled(self.expression.root, arithmetic())
        return program

    def uncertain(self, values: Mapping[str, Any]) -> Any:
        """The result for GTC's uncertain numbers.

        :raises FormulaError: ``division_by_zero``, ``domain``, ``overflow``.
        """
        program = self._program("uncertain", _uncertain)
        try:
            return program(values)
        except ZeroDivisionError:
            raise FormulaError("division_by_zero", field="model") from None
        except OverflowError:
            raise FormulaError("overflow", field="model") from None
        except (ValueError, TypeError, AttributeError) as error:
            raise FormulaError("domain", str(error)[:60], field="model") from None

    def arrays(self, values: Mapping[str, Any]) -> Any:
        """The result for NumPy arrays of trials; where the model has no value the array holds NaN or infinity."""
        program = self._program("arrays", _arrays)
        try:
            return program(values)
        except ZeroDivisionError:
            raise FormulaError("division_by_zero", field="model") from None
        except OverflowError:
            raise FormulaError("overflow", field="model") from None
        except TypeError as error:
            raise FormulaError("domain", str(error)[:60], field="model") from None


@lru_cache(maxsize=256)
def _parsed(text: str, names: frozenset[str]) -> Model:
    return Model(parse(text, GRAMMAR, names))


def parse_model(text: str, names: Iterable[str]) -> Model:
    """Parse a model over the names of its input quantities; a quantity may shadow ``pi`` or the name of a function.

    :raises FormulaError: with field ``model``.
    """
    try:
        return _parsed(text, frozenset(names))
    except FormulaError as refusal:
        raise FormulaError(refusal.code, refusal.detail, "model") from None

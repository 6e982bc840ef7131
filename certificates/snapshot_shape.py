"""Holding plain JSON against the typed dictionaries of a schema: quickly whether it fits, and where it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints, is_typeddict


def shape_faults(value: Any, kind: Any) -> list[str]:
    """Where `value` departs from the typed dictionary `kind`: missing and unknown keys, wrong types, unknown words, by path.

    Every drawing asks this of its whole snapshot, so the common answer (none) is found without building any path.
    """
    return [] if _fits(kind)(value) else list(_faults(value, kind, ""))


def _optional(kind: Any) -> Any:
    """X of `X | None`."""
    (inner,) = (argument for argument in get_args(kind) if argument is not type(None))
    return inner


@cache
def _fits(kind: Any) -> Callable[[Any], bool]:
    """A quick test of one kind, made once."""
    origin, arguments = get_origin(kind), get_args(kind)
    if is_typeddict(kind):
        required = frozenset(kind.__required_keys__)
        tests = {key: _fits(hint) for key, hint in get_type_hints(kind).items()}

        def fits_object(value: Any) -> bool:
            if not isinstance(value, Mapping) or not required <= value.keys():
                return False
            return all(key in tests and tests[key](inner) for key, inner in value.items())

        return fits_object
    if origin is Literal:
        return lambda value: isinstance(value, str) and value in arguments
    if origin is list:
        test = _fits(arguments[0])
        return lambda value: isinstance(value, list) and all(map(test, value))
    if origin is dict:
        test = _fits(arguments[1])
        return lambda value: isinstance(value, Mapping) and all(map(test, value.values()))
    if type(None) in arguments:
        test = _fits(_optional(kind))
        return lambda value: value is None or test(value)
    return lambda value: isinstance(value, kind)


def _faults(value: Any, kind: Any, path: str) -> Iterable[str]:
    origin, arguments = get_origin(kind), get_args(kind)
    here = path or "snapshot"
    if is_typeddict(kind):
        yield from _object_faults(value, kind, path)
    elif origin is Literal:
        if value not in arguments:
            yield f"{here}: {value!r} is none of {', '.join(map(repr, arguments))}"
    elif origin in (list, dict):
        yield from _container_faults(value, origin, arguments[-1], path)
    elif type(None) in arguments:
        if value is not None:
            yield from _faults(value, _optional(kind), path)
    elif not isinstance(value, kind):
        yield f"{here}: expected {kind.__name__}, got {type(value).__name__}"


def _object_faults(value: Any, kind: Any, path: str) -> Iterable[str]:
    here = path or "snapshot"
    if not isinstance(value, Mapping):
        yield f"{here}: expected an object"
        return
    hints = get_type_hints(kind)
    for key in sorted(kind.__required_keys__ - set(value)):
        yield f"{here}: {key!r} is missing"
    for key, inner in value.items():
        if key not in hints:
            yield f"{here}: {key!r} is not known"
        else:
            yield from _faults(inner, hints[key], f"{path}.{key}" if path else key)


def _container_faults(value: Any, origin: type, inner_kind: Any, path: str) -> Iterable[str]:
    if origin is list:
        if isinstance(value, list):
            for place, inner in enumerate(value):
                yield from _faults(inner, inner_kind, f"{path}.{place}")
        else:
            yield f"{path}: expected a list"
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _faults(inner, inner_kind, f"{path}.{key}")
    else:
        yield f"{path}: expected an object"

"""Reads the product's source: which files there are and which module imports which.

Works on a mapping {path relative to the root: text}, so that a test can plant a file that breaks a rule and
see the rule find it.
"""
from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("lab_app", "instruments", "test_methods", "certificates", "config.py", "wsgi.py", "gunicorn.conf.py")

Files = Mapping[str, str]


@dataclass(frozen=True)
class Import:
    """`importer` (dotted module) names `target`; `line` is where, `top` whether at module level."""

    importer: str
    path: str
    line: int
    target: str
    names: tuple[str, ...]
    top: bool


@cache
def _read(suffixes: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in PRODUCT:
        start = ROOT / name
        for path in [start] if start.is_file() else sorted(start.rglob("*")):
            if path.is_file() and path.suffix in suffixes and "__pycache__" not in path.parts:
                found[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
    return found


def product_python() -> Files:
    """Every Python file of the product."""
    return _read((".py",))


def product_texts(*suffixes: str) -> Files:
    """Every product file with one of the suffixes (`.html`, `.css`, `.js` …)."""
    return _read(suffixes)


def module_of(path: str) -> str:
    """`lab_app/core/db.py` → `lab_app.core.db`; a package's `__init__.py` is the package."""
    parts = PurePosixPath(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _relative(importer: str, is_package: bool, level: int, module: str | None) -> str:
    parts = importer.split(".")
    if not is_package:
        parts = parts[:-1]
    parts = parts[: len(parts) - (level - 1)]
    return ".".join([*parts, *([module] if module else [])])


def _dynamic(node: ast.Call) -> str | None:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in {"import_module", "__import__"} and node.args:
        first = node.args[0]
        return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else "*"
    return None


def imports_of(path: str, text: str, modules: frozenset[str]) -> Iterator[Import]:
    """Every import of the file, those inside functions and `import_module("…")` too.

    `from package import name` points at `package.name` where that is a module of the tree. An `import_module` of
    something computed points at `*`.
    """
    importer = module_of(path)
    is_package = path.endswith("__init__.py")
    tree = ast.parse(text, filename=path)
    top = {id(child) for child in tree.body}
    for node in ast.walk(tree):
        at_top = id(node) in top
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(importer, path, node.lineno, alias.name, (), at_top)
        elif isinstance(node, ast.ImportFrom):
            base = _relative(importer, is_package, node.level, node.module) if node.level else node.module or ""
            plain = []
            for alias in node.names:
                full = f"{base}.{alias.name}"
                if full in modules:
                    yield Import(importer, path, node.lineno, full, (), at_top)
                else:
                    plain.append(alias.name)
            if plain:
                yield Import(importer, path, node.lineno, base, tuple(plain), at_top)
        elif isinstance(node, ast.Call) and (target := _dynamic(node)) is not None:
            yield Import(importer, path, node.lineno, target, (), False)


def all_imports(files: Files) -> list[Import]:
    """The imports of all the files, in order."""
    modules = frozenset(module_of(path) for path in files)
    return [found for path, text in files.items() for found in imports_of(path, text, modules)]

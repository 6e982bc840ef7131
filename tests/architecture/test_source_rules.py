"""Rules that every product file keeps, read from its syntax tree. Each scan first finds a planted breach."""
from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

import pytest

from tests.support.source_tree import product_python

LONGEST_FILE = 550
BANNED_FILES = {"utils", "util", "helpers", "helper", "misc", "common", "tools", "stuff"}
DOCUMENTED = {"rules", "workflow", "services", "queries"}

Finding = Iterator[tuple[int, str]]
Scan = Callable[[str, str], Finding]


def dotted(node: ast.AST) -> str:
    """`db.session.commit` of an attribute chain; a call in the chain shows as `()`."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return dotted(node.func) + "()"
    if isinstance(node, ast.Name):
        return node.id
    return "?"


def calls(text: str) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            yield node, dotted(node.func)


def starts(path: str, *places: str) -> bool:
    return any(path == place or path.startswith(place.rstrip("/") + "/") for place in places)


def commits(path: str, text: str) -> Finding:
    """Services flush; the edge, commands, the start of the server and the demonstration (a command that plays many requests)
    commit. No savepoints."""
    if starts(path, "lab_app/core", "lab_app/cli.py", "lab_app/serve.py", "lab_app/demo"):
        return
    for node, name in calls(text):
        if name.endswith((".commit", ".begin_nested")):
            yield node.lineno, f"{name}()"


def _sql_names(text: str) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sqlalchemy":
            names |= {a.asname or a.name for a in node.names if a.name in {"update", "delete"}}
    return names


def bulk_writes(path: str, text: str) -> Finding:
    """A bulk write passes the audit trail by: rows are changed as objects."""
    if starts(path, "lab_app/core"):
        return
    imported = _sql_names(text)
    for node, name in calls(text):
        base, _, last = name.rpartition(".")
        query = re.search(r"\.(query|filter|filter_by|where|select_from)(\(\)|\b)", "." + base + ".")
        if (
            name in imported
            or (last in {"update", "delete"} and (base in {"db", "sa", "sqlalchemy"} or (base and query)))
            or last.startswith("bulk_")
        ):
            yield node.lineno, f"{name}()"
        if last in {"text", "exec_driver_sql", "execute"} and node.args and isinstance(node.args[0], ast.Constant):
            statement = str(node.args[0].value).lstrip().lower()
            if statement.startswith(("update ", "delete ", "insert ", "replace ", "drop ", "alter ")):
                yield node.lineno, f"{name}({statement[:30]!r})"


CLOCKS = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today|utcfromtimestamp)|date\.today|time\.(time|localtime|gmtime|time_ns)"
    r"|func\.(now|current_timestamp|current_date|localtimestamp))$"
)


def other_clocks(path: str, text: str) -> Finding:
    """The present moment comes from `lab_app/core/clock.py` alone, so that it can be set."""
    if path == "lab_app/core/clock.py":
        return
    for node, name in calls(text):
        if CLOCKS.search(name):
            yield node.lineno, f"{name}()"


def floats(path: str, text: str) -> Finding:
    """Readings, limits and printed values are Decimal; floats live in metrology, and in drawings."""
    drawing = starts(path, "lab_app/core/paper", "certificates/paper") or "plot" in PurePosixPath(path).stem
    if starts(path, "lab_app/metrology") or drawing:
        return
    for node, name in calls(text):
        if name == "float":
            yield node.lineno, "float()"


def evaluations(path: str, text: str) -> Finding:
    """Nothing that was typed or stored is ever run."""
    banned = {"eval", "exec", "os.system", "os.popen", "pickle.loads", "pickle.load", "marshal.loads", "yaml.load"}
    for node, name in calls(text):
        if name in banned:
            yield node.lineno, f"{name}()"
        if name.startswith("subprocess.") and any(
            k.arg == "shell" and not (isinstance(k.value, ast.Constant) and k.value.value is False)
            for k in node.keywords
        ):
            yield node.lineno, f"{name}(shell=…)"


def unfinished(path: str, text: str) -> Finding:
    """What is in the tree works; what does not is an issue."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b|\bNotImplementedError\b", line):
            yield number, line.strip()


def long_files(path: str, text: str) -> Finding:
    """A file that grew past this becomes a folder of the same name, cut by use case."""
    lines = text.count("\n")
    if lines > LONGEST_FILE:
        yield lines, f"{lines} lines"


def nameless_files(path: str, text: str) -> Finding:
    """A file is named after what it does."""
    for part in PurePosixPath(path).with_suffix("").parts:
        if part in BANNED_FILES:
            yield 1, part


def decomposed_text(path: str, text: str) -> Finding:
    """Vietnamese is written composed (NFC), or a search and a translation miss it."""
    for number, line in enumerate(text.splitlines(), 1):
        if not unicodedata.is_normalized("NFC", line):
            yield number, line.strip()


def undocumented(path: str, text: str) -> Finding:
    """Public functions of the kernel, of metrology and of rules, workflows, queries and services say what they do."""
    parts = PurePosixPath(path).with_suffix("").parts
    if not (starts(path, "lab_app/core", "lab_app/metrology") or DOCUMENTED & set(parts)):
        return
    for node in ast.parse(text).body:
        if (
            isinstance(node, (ast.FunctionDef, ast.ClassDef))
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ):
            yield node.lineno, node.name


PLANTED: list[tuple[Scan, str, str]] = [
    (commits, "lab_app/samples/services.py", "def f(db):\n    db.session.commit()"),
    (commits, "certificates/services.py", "def f(db):\n    with db.session.begin_nested():\n        pass"),
    (bulk_writes, "lab_app/samples/services.py", "from sqlalchemy import update\nupdate(X).values(a=1)"),
    (bulk_writes, "lab_app/samples/services.py", "import sqlalchemy as sa\nsa.delete(X)"),
    (bulk_writes, "lab_app/samples/services.py", "X.query.filter_by(a=1).delete()"),
    (bulk_writes, "lab_app/samples/services.py", "db.session.query(X).filter(X.a == 1).update({'a': 2})"),
    (bulk_writes, "lab_app/samples/services.py", "db.session.execute(text('UPDATE item SET a = 1'))"),
    (bulk_writes, "lab_app/samples/services.py", "session.bulk_save_objects(rows)"),
    (other_clocks, "lab_app/core/jobs.py", "from datetime import datetime\ndatetime.now()"),
    (other_clocks, "lab_app/core/jobs.py", "import datetime\ndatetime.date.today()"),
    (other_clocks, "lab_app/core/jobs.py", "from sqlalchemy import func\nfunc.now()"),
    (floats, "lab_app/results/rules.py", "float('1.0')"),
    (evaluations, "lab_app/results/rules.py", "eval('1 + 1')"),
    (evaluations, "lab_app/serve.py", "import subprocess\nsubprocess.run('ls', shell=True)"),
    (unfinished, "lab_app/results/rules.py", "# TO" + "DO: later"),
    (unfinished, "lab_app/results/rules.py", "raise NotImplemented" + "Error"),
    (long_files, "lab_app/results/rules.py", "a = 1\n" * (LONGEST_FILE + 1)),
    (nameless_files, "lab_app/core/utils.py", ""),
    (decomposed_text, "lab_app/core/text.py", unicodedata.normalize("NFD", "NHÃN = 'Mẫu thử'")),
    (undocumented, "lab_app/core/text.py", "def fold(text):\n    return text"),
    (undocumented, "lab_app/samples/services/reception.py", "class Reception:\n    pass"),
]
CLEAN = '''
"""A file that keeps every rule."""
from datetime import datetime
from lab_app.core import clock


def receive(session, seen: dict, item):
    """Receive an item."""
    seen.update({"a": 1})
    session.delete(item)
    session.flush()
    return datetime.fromisoformat("2026-01-01"), clock.now(), session.query
'''


def findings(scan: Scan, files: dict[str, str]) -> list[str]:
    return [f"{path}:{line}: {what}" for path, text in files.items() for line, what in scan(path, text)]


@pytest.mark.parametrize(("scan", "path", "text"), PLANTED)
def test_a_planted_breach_is_found(scan, path, text):
    assert findings(scan, {path: text})


@pytest.mark.parametrize("scan", sorted({scan for scan, _, _ in PLANTED}, key=lambda scan: scan.__name__))
def test_the_product_keeps_the_rule(scan):
    assert findings(scan, {"lab_app/samples/services.py": CLEAN}) == []
    assert findings(scan, dict(product_python())) == []

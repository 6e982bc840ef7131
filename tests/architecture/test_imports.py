"""Imports point one way: between rooms, and between the files of a room. Imports inside functions count."""
from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.support.source_tree import Files, Import, all_imports, module_of, product_python

#: Lowest first; rooms of one line stand beside each other and do not know one another.
ORDER: tuple[tuple[str, ...], ...] = (
    ("config",),
    ("lab_app.core",),
    ("lab_app.metrology",),
    ("lab_app.accounts",),
    ("lab_app.quality",),
    ("instruments",),
    ("test_methods",),
    ("lab_app.samples",),
    ("lab_app.results",),
    ("certificates",),
    ("lab_app.certification",),
    ("lab_app.home", "lab_app.api", "lab_app.validation"),
    ("lab_app.demo",),
    ("lab_app.factory",),
    ("lab_app",),
    ("lab_app.cli", "wsgi", "lab_app.serve"),
    ("gunicorn.conf",),
)
LEVEL = {room: level for level, rooms in enumerate(ORDER) for room in rooms}
#: What may point up, inside a function: `create_app` calls the factory, which hangs the commands on the application.
ALLOWED = {("lab_app", "lab_app.factory"), ("lab_app.factory", "lab_app.cli")}

ROLES = {"workflow": 0, "rules": 0, "models": 1, "queries": 2, "services": 3, "forms": 4, "views": 5}
ROLED_ROOMS = frozenset(LEVEL) - {
    "config", "lab_app.core", "lab_app.metrology", "lab_app.demo", "lab_app.factory", "lab_app", "lab_app.cli",
    "wsgi", "lab_app.serve", "gunicorn.conf",
}
WIRING = {"lab_app.factory", "lab_app", "lab_app.cli", "lab_app.serve", "lab_app.demo"}
REQUEST_NAMES = {"request", "session", "g", "flash", "redirect", "url_for", "render_template", "abort"}
DATABASE = ("sqlalchemy", "flask_sqlalchemy", "alembic", "lab_app.core.db")


def room_of(module: str) -> str | None:
    """The room a module belongs to (longest match), `None` for a library, `?` for a package without a place."""
    best = None
    for room in LEVEL:
        if (module == room or module.startswith(room + ".")) and (best is None or len(room) > len(best)):
            best = room
    if best == "lab_app" and module != "lab_app":
        return "?"
    return best


def role_of(module: str) -> int | None:
    """Rank of the file within its room; a folder `services/` counts as the file `services.py` did."""
    room = room_of(module)
    if room not in ROLED_ROOMS:
        return None
    rest = module[len(room) + 1:].split(".")
    return ROLES.get(rest[0])


def is_under(module: str, prefixes: Iterable[str]) -> bool:
    return any(module == p or module.startswith(p + ".") for p in prefixes)


def arrows_up(files: Files) -> list[str]:
    """Imports from a lower room into a higher one."""
    found = []
    for path in files:
        if room_of(module_of(path)) == "?":
            found.append(f"{path}: this module has no place in the order of rooms")
    for i in all_imports(files):
        if i.target == "*" and room_of(i.importer) not in WIRING:
            found.append(f"{i.path}:{i.line}: imports a computed name")
        here, there = room_of(i.importer), room_of(i.target)
        if here is None or there is None or here == there or "?" in (here, there):
            continue
        if (here, there) in ALLOWED:
            continue
        if there == "lab_app" and LEVEL[here] < LEVEL["lab_app"] and set(i.names) <= {"__version__"}:
            continue
        if LEVEL[there] >= LEVEL[here]:
            found.append(f"{i.path}:{i.line}: {here} must not know {there} ({i.target})")
    return found


def _edges(imports: list[Import]) -> dict[str, set[str]]:
    edges: dict[str, set[str]] = {}
    for i in imports:
        edges.setdefault(i.importer, set()).add(i.target)
    return edges


def roles_up(files: Files) -> list[str]:
    """Within a room: an import from a lower file into a higher one, also by way of a file without a role."""
    imports = all_imports(files)
    edges = _edges(imports)
    found = []
    for path in files:
        module = module_of(path)
        rank = role_of(module)
        if rank is None:
            continue
        room = room_of(module)
        seen, waiting = set(), [(target, target) for target in edges.get(module, ())]
        while waiting:
            target, via = waiting.pop()
            if target in seen or room_of(target) != room:
                continue
            seen.add(target)
            there = role_of(target)
            if there is not None:
                if there > rank:
                    found.append(f"{path}: reaches {target}" + (f" by way of {via}" if via != target else ""))
                continue
            if target != room:
                waiting.extend((further, via) for further in edges.get(target, ()))
    return found


def _kernel_uses(i: Import, room: str | None) -> str | None:
    if room == "lab_app.metrology" and is_under(i.target, ("flask", *DATABASE)):
        return "metrology is pure: no web, no database"
    return None


def _room_uses(i: Import, rank: int | None) -> str | None:
    if rank == 0 and is_under(i.target, ("flask", *DATABASE)):
        return "workflow and rules are pure: no web, no database"
    if rank in (1, 2) and is_under(i.target, ("flask",)):
        return "models and queries know nothing of the web"
    if rank == 3 and i.target == "flask" and REQUEST_NAMES & set(i.names):
        return "services know nothing of a request"
    return None


def forbidden_uses(files: Files) -> list[str]:
    """What a file of this role may never name: libraries, or another room's forms and views."""
    found = []
    for i in all_imports(files):
        room, there = room_of(i.importer), room_of(i.target)
        why = _kernel_uses(i, room) or _room_uses(i, role_of(i.importer))
        elsewhere = there in ROLED_ROOMS and there != room and room not in WIRING
        if why is None and elsewhere and (role_of(i.target) or 0) > ROLES["services"]:
            why = "across rooms only models, queries, services and pure files"
        if why:
            found.append(f"{i.path}:{i.line}: {i.target}: {why}")
    return found


def eager_packages(files: Files) -> list[str]:
    """A room's `__init__.py` imports inside `register`, so that importing one file of a room costs one file."""
    return [
        f"{i.path}:{i.line}: {i.target} at module level"
        for i in all_imports(files)
        if i.path.endswith("__init__.py") and i.top and room_of(i.importer) == i.importer
        and room_of(i.target) not in (None, "config")
    ]


PLANTED = [
    (arrows_up, "instruments/services.py", "from lab_app.results import models", "must not know lab_app.results"),
    (arrows_up, "lab_app/core/gates.py", "def f():\n    from lab_app.quality import services", "lab_app.quality"),
    (arrows_up, "lab_app/core/gates.py", "def f():\n    import importlib\n    importlib.import_module('lab_app.home')",
     "lab_app.home"),
    (arrows_up, "lab_app/core/gates.py", "from importlib import import_module\nimport_module('lab' + '_app')",
     "computed"),
    (arrows_up, "lab_app/samples/queries.py", "from ..results.models import Job", "lab_app.results"),
    (arrows_up, "lab_app/home/queries.py", "import lab_app.api.views", "lab_app.api"),
    (arrows_up, "lab_app/mystery/services.py", "", "no place in the order"),
    (arrows_up, "lab_app/results/services.py", "from lab_app import create_app", "must not know lab_app"),
    (roles_up, "instruments/models.py", "def f():\n    from instruments import services", "instruments.services"),
    (roles_up, "instruments/rules.py", "from instruments import intervals", "by way of instruments.intervals"),
    (roles_up, "lab_app/samples/services/reception.py", "from lab_app.samples.views.pages import x",
     "lab_app.samples.views"),
    (forbidden_uses, "lab_app/metrology/budget.py", "import sqlalchemy.orm", "metrology is pure"),
    (forbidden_uses, "lab_app/results/workflow.py", "from lab_app.core.db import db", "pure"),
    (forbidden_uses, "lab_app/results/models.py", "from flask import current_app", "models and queries"),
    (forbidden_uses, "lab_app/results/services.py", "def f():\n    from flask import request", "services know nothing"),
    (forbidden_uses, "lab_app/results/views.py", "from instruments.forms import CheckForm", "across rooms"),
    (eager_packages, "lab_app/samples/__init__.py", "from lab_app.samples import views", "module level"),
]
AROUND = {
    "instruments/__init__.py": "", "instruments/services.py": "", "instruments/models.py": "",
    "instruments/intervals.py": "from instruments import models", "instruments/forms.py": "",
    "lab_app/results/__init__.py": "", "lab_app/results/models.py": "", "lab_app/quality/services.py": "",
    "lab_app/samples/views/pages.py": "", "lab_app/samples/views/__init__.py": "", "lab_app/home/__init__.py": "",
}


@pytest.mark.parametrize(("rule", "path", "text", "says"), PLANTED)
def test_a_planted_arrow_is_found(rule, path, text, says):
    assert rule(AROUND) == [], "the ground around the planted file must be clean"
    found = rule({**AROUND, path: text})
    assert any(says in line for line in found), found


def test_a_clean_room_passes():
    clean = {
        **AROUND,
        "instruments/services.py": "from instruments import models, queries\nfrom lab_app.core.db import db\n"
                                   "from flask import current_app",
        "instruments/queries.py": "from instruments.models import Instrument",
        "instruments/__init__.py": "def register(app):\n    from instruments import views",
        "instruments/views.py": "from instruments import forms, services\nfrom flask import request",
        "lab_app/__init__.py": "def create_app():\n    from lab_app.factory import build",
        "lab_app/factory.py": "from instruments import register\nimport config",
    }
    for rule in (arrows_up, roles_up, forbidden_uses, eager_packages):
        assert rule(clean) == []


@pytest.mark.parametrize("rule", [arrows_up, roles_up, forbidden_uses, eager_packages])
def test_the_product_keeps_the_order(rule):
    assert rule(product_python()) == []

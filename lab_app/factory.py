"""Puts the application together: the only file that knows every package."""
from __future__ import annotations

import logging
from collections.abc import MutableMapping, Sequence
from typing import Any

from flask import Flask, g, has_request_context, request
from flask.templating import Environment
from flask_babel import gettext, pgettext
from flask_bootstrap import Bootstrap5
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from lab_app.core import (
    access,
    audit,
    clock,
    db,
    drafts,
    figures,
    files,
    gates,
    history,
    i18n,
    icons,
    inbox,
    jobs,
    notices,
    numbering,
    panels,
    plot,
    search,
    slim_style,
    web,
)

csrf = CSRFProtect()
migrate = Migrate()

#: Rooms in the order of the house; a room may import only those before it.
ROOMS = (
    "lab_app.accounts", "lab_app.quality", "instruments", "test_methods", "lab_app.samples", "lab_app.results",
    "certificates", "lab_app.home",
)


class Templates(Environment):
    """Templates share one set of global names: nothing here loads a template with names of its own, and a plain dictionary is
    read several times faster than a chain of two by every page and every import of macros."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def build(settings: config.Settings | None = None) -> Flask:
    """The application for these settings (the environment's when none are given)."""
    settings = settings or config.load()
    clock.configure(settings.timezone, may_be_set=not settings.production)
    gates.configure(testing=settings.mode == "test")
    settings.instance.mkdir(parents=True, exist_ok=True)

    app = Flask("lab_app", instance_path=str(settings.instance))
    app.jinja_environment = Templates
    app.config.update(
        LAB=settings,
        TESTING=settings.mode == "test",
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        FILES_DIR=str(settings.instance / "files"),
        UPLOAD_LIMIT=settings.upload_limit,
        MAX_CONTENT_LENGTH=settings.upload_limit + 1024 * 1024,
        PUBLIC_URL=settings.public_url,
        REGISTER_KEY=settings.register_key,
        SIGNING=settings.signing,
        LATE_ENTRY_MINUTES=settings.late_entry_minutes,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.production,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=settings.production,
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        BOOTSTRAP_SERVE_LOCAL=True,
        RATELIMIT_STORAGE_URI=settings.rate_limit_storage,
        RATELIMIT_ENABLED=settings.mode != "test",
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if settings.production:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]

    db.db.init_app(app)
    with app.app_context():
        db.prepare(db.db.engine)
    audit.listen(db.db.session)
    migrate.init_app(app, db.db, directory=str(config.BASE / "migrations"))
    i18n.init_app(app)
    csrf.init_app(app)
    Bootstrap5(app)
    history.init_app(app)
    icons.init_app(app)
    plot.init_app(app)
    web.init_app(app)
    slim_style.init_app(app)
    for room in ROOMS:
        __import__(room, fromlist=["register"]).register(app)
    from lab_app import cli

    cli.init_app(app)
    _frame(app)
    if settings.loopback and settings.mode == "local":
        _show_demonstration_accounts(app)
    _lean_templates(app)
    web.wrap_views(app)
    access.refuse_undeclared(app)
    logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
    return app


#: Modules of the kernel that own tables; named so that every table is known wherever the application is.
KERNEL_TABLES = (audit, drafts, files, gates, inbox, jobs, notices, numbering, search)


def _engine_options(settings: config.Settings) -> dict[str, Any]:
    if settings.database_url.startswith("sqlite"):
        return {"connect_args": {"timeout": 10}}
    return {"pool_size": 5, "max_overflow": 5}


#: The left navigation in the laboratory's words: endpoint, label, icon, permission, blueprints that light it.
NAVIGATION = (
    ("home.my_work", lambda: gettext("Việc của tôi"), "list-task", "home:see", ("home",)),
    ("samples.requests", lambda: gettext("Tiếp nhận"), "box-arrow-in-down", "request:read", ("samples",)),
    ("results.jobs", lambda: gettext("Thử nghiệm"), "activity", "job:read", ("results",)),
    ("instruments.instruments", lambda: gettext("Thiết bị"), "speedometer2", "instrument:read", ("instruments",)),
    ("test_methods.methods", lambda: pgettext("list", "Phương pháp"), "journal-text", "method:read", ("test_methods",)),
    ("certificates.reports", lambda: gettext("Chứng nhận"), "patch-check", "report:read", ("certificates",)),
    ("quality.overview", lambda: gettext("Chất lượng"), "shield-check", "quality:read",
     ("quality", "recall_drills", "competence", "interests")),
    ("accounts.people", lambda: gettext("Quản trị"), "gear", "person:read", ("accounts",)),
)


class LabFacts:
    """Short facts of the laboratory for the frame, read once per request and only when a page asks."""

    def __getattr__(self, name: str) -> Any:
        if "lab_facts" not in g:
            from lab_app.accounts.queries import laboratory_facts

            g.lab_facts = laboratory_facts(access.current_actor().id)
        return g.lab_facts.get(name, "")


def _figure_settings() -> dict[str, Any]:
    """How the laboratory writes figures: among the facts a page has read anyway; read for itself where there is no page."""
    if has_request_context():
        return LabFacts().figures or {}
    from lab_app.accounts.queries import laboratory_facts

    return laboratory_facts().get("figures") or {}


def _with_the_frame(conditions: Sequence[Any]) -> Sequence[bool]:
    """Whether other rooms have something to show on a record: asked together with what the frame shows anyway."""
    from lab_app.accounts.queries import facts_and

    facts, found = facts_and(access.current_actor().id if has_request_context() else None, conditions)
    if has_request_context():
        g.lab_facts = facts
    return [bool(one) for one in found]


def _lit(blueprint: str, blueprints: tuple[str, ...]) -> bool:
    """Whether a place of the navigation is where the page is: its blueprints, and the sub-packages' that carry its name before theirs."""
    return blueprint in blueprints or blueprint.startswith(tuple(f"{name}_" for name in blueprints))


def _frame(app: Flask) -> None:
    figures.provide(_figure_settings)
    panels.ask_with(_with_the_frame)

    @app.context_processor
    def _context() -> dict[str, Any]:
        actor = access.current_actor()
        counts = g.get("nav_counts", {})
        nav = [] if actor.id is None else [
            {
                "url": web.fixed_url(endpoint), "label": label(), "icon": icon, "count": counts.get(endpoint, 0),
                "active": _lit(request.blueprint or "", blueprints), "endpoint": endpoint,
            }
            for endpoint, label, icon, permission, blueprints in NAVIGATION
            if actor.can(permission)
        ]
        return {
            "nav": nav, "lang": i18n.lang(), "lab": LabFacts(),
            "find_url": web.fixed_url("home.search"), "language_url": web.fixed_url("home.set_language"),
            "verify_url": web.fixed_url("certificates.verify"),
        }


def _lean_templates(app: Flask) -> None:
    """Names that no template of ours uses are not made for every page: who is signed in (the frame names `current_actor`), and the same
    defaults a second time for each blueprint."""
    processors = app.template_context_processors
    processors[None] = [one for one in processors[None] if one.__module__ != "flask_login.utils"]
    for blueprint in app.blueprints:
        processors[blueprint] = [one for one in processors[blueprint] if one not in processors[None]]


def _show_demonstration_accounts(app: Flask) -> None:
    """On the sign-in page, and only where nobody but this machine can see it."""
    from lab_app.accounts.sign_in import security
    from lab_app.demo import load

    security.login_context_processor(lambda: {"demo_accounts": load.accounts()})

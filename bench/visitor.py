"""Calls an application as a WSGI server would, with next to nothing of its own: what is timed is the application."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from io import BytesIO
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import Engine, event

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def read_token(page: str) -> str:
    """The form token in a page's text."""
    found = _TOKEN.search(page)
    if found is None:
        raise LookupError("the page carries no form")
    return found.group(1)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """The first header of this name, empty when there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def token(self) -> str:
        """The form token on the page."""
        return read_token(self.body.decode("utf-8"))


class Visitor:
    """One browser: keeps its cookies, sends the headers a browser sends.

    A `crowd` of more than one comes from as many addresses in turn, as the public does: no limit for one address is met.
    """

    def __init__(self, app: Flask, crowd: int = 1) -> None:
        self._app = app.wsgi_app
        self._addresses = cycle([f"10.{n // 62_500}.{n // 250 % 250}.{1 + n % 250}" for n in range(crowd)])
        self._cookies: dict[str, str] = {}
        self._base = {
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            "SERVER_PROTOCOL": "HTTP/1.1",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "HTTP_HOST": "127.0.0.1:8000",
            "SCRIPT_NAME": "",
            "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
            "HTTP_ACCEPT_LANGUAGE": "vi,en;q=0.5",
            "HTTP_ACCEPT": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        }

    @property
    def cookies(self) -> dict[str, str]:
        """What this browser holds."""
        return dict(self._cookies)

    @cookies.setter
    def cookies(self, kept: dict[str, str]) -> None:
        self._cookies = dict(kept)

    def get(self, path: str, **headers: str) -> Answer:
        """GET; headers by their WSGI name (`HTTP_IF_NONE_MATCH=…`)."""
        where, _, query = path.partition("?")
        return self._call(
            self._base | headers | {"REQUEST_METHOD": "GET", "PATH_INFO": where, "QUERY_STRING": query, "wsgi.input": BytesIO()}
        )

    def post(self, path: str, data: dict[str, str]) -> Answer:
        """POST a form."""
        body = urlencode(data).encode()
        return self._call(
            self._base
            | {
                "REQUEST_METHOD": "POST",
                "PATH_INFO": path,
                "QUERY_STRING": "",
                "wsgi.input": BytesIO(body),
                "CONTENT_TYPE": "application/x-www-form-urlencoded",
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_ORIGIN": "http://127.0.0.1:8000",
                "HTTP_REFERER": "http://127.0.0.1:8000" + path,
            }
        )

    def _call(self, environ: dict[str, Any]) -> Answer:
        environ["REMOTE_ADDR"] = next(self._addresses)
        if self._cookies:
            environ["HTTP_COOKIE"] = "; ".join(f"{k}={v}" for k, v in self._cookies.items())
        seen: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], _problem: Any = None) -> None:
            seen[:] = [status, headers]

        parts = self._app(environ, start)
        try:
            body = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()
        status, headers = seen
        for name, value in headers:
            if name.lower() == "set-cookie":
                self._cookies |= {key: morsel.value for key, morsel in SimpleCookie(value).items()}
        return Answer(int(status[:3]), headers, body)


_SILENT = ("PRAGMA", "BEGIN", "SET TRANSACTION", "SHOW ", "ROLLBACK", "COMMIT")


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Collects the statements the database is asked within the block, those that begin and end transactions left out."""
    found: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(_SILENT):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)

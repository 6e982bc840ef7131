"""How gunicorn serves the program: the imports are paid once, then workers are forked.

Values come from the same settings as the program (HOST, PORT, WEB_WORKERS); threads keep a browser's idle
connections from holding a worker.
"""
from __future__ import annotations

import gc
import os
from typing import Any

from config import load as _load

_settings = _load()

bind = f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"
wsgi_app = "wsgi:app"
preload_app = True
workers = _settings.workers
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 20
keepalive = 5
# A worker that has served long is replaced by a fresh one, not all at the same moment.
max_requests = 50_000
max_requests_jitter = 5_000
limit_request_line = 8190
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
accesslog = os.environ.get("ACCESS_LOG") or None
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "warning")
umask = 0o027


def when_ready(_server: Any) -> None:
    """Take what was imported out of the garbage collector's sight, once, before workers are forked.

    It lives as long as the server; looking through its 400,000 objects held up one request in so many by a fifth of a second,
    and copied the memory that workers share.
    """
    # What signs files is loaded by whoever signs first; here it is loaded once for all workers.
    import certificates.signing.checking
    import certificates.signing.sealing  # noqa: F401

    gc.collect()
    gc.freeze()


def post_fork(_server: Any, _worker: Any) -> None:
    """Forget the parent's database connections: a connection shared over a fork mixes two workers' answers."""
    from lab_app.core.db import db
    from wsgi import app

    with app.app_context():
        for engine in db.engines.values():
            engine.dispose(close=False)

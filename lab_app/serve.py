"""`python -m lab_app.serve`: migrate, load the demonstration when the database is empty, then serve with pre-forked workers.

A second process does the queued work (issuing that was interrupted, sealing the audit trail, sweeping).
"""
from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import config


def prepare(settings: config.Settings) -> list[str]:
    """Bring the database up to date and fill an empty one; answers the lines to print."""
    from flask_migrate import upgrade

    from certificates.services.logging import catch_up
    from lab_app import create_app
    from lab_app.core import jobs

    app = create_app(settings)
    with app.app_context():
        logging.getLogger("alembic").setLevel(logging.WARNING)
        upgrade(directory=str(config.BASE / "migrations"))
        with jobs.transaction():
            catch_up()
        if settings.production:
            return []
        from certificates.signing import local
        from lab_app.demo import load

        local.ensure(settings)
        load.load(if_empty=True)
        return load.account_lines(settings)


def main() -> None:
    """Prepare in a child (so that nothing is connected when the server forks), print the address, serve."""
    settings = config.load()
    settings.instance.mkdir(parents=True, exist_ok=True)
    # The child prints what `prepare` answers; a failure there ends here with its own words.
    script = (
        "import config, lab_app.serve as s\n"
        "for line in s.prepare(config.load()): print(line)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=config.BASE, check=False)
    if done.returncode:
        sys.exit(done.returncode)
    print(f"\n  http://{'127.0.0.1' if settings.loopback else settings.host}:{settings.port}\n", flush=True)
    worker = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"], cwd=config.BASE,
        env={**os.environ, "LAB_WORKER": "1"},
    )
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", str(Path(config.BASE) / "gunicorn.conf.py")], cwd=config.BASE
    )

    def stop(*_: object) -> None:
        server.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        status = server.wait()
    finally:
        worker.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.wait(10)
    sys.exit(status)


if __name__ == "__main__":
    main()

"""The real program in its own process on a free loopback port, with its own data: what the browser tests open."""
from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.support.folders import ROOT, fast_folder
from tests.support.installation import checkpoint
from tests.support.shelf import once


class DidNotStart(RuntimeError):
    """The server ended or stayed silent; the text carries what it printed."""


def free_port() -> int:
    """A loopback port nobody listens on at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class LiveServer:
    """Starts `python -m lab_app.serve` exactly as `make run` does: migrates, loads the demonstration, serves.

    The first server of a run of the tests begins with nothing; what it loaded is kept, and each further one begins with a copy of
    it (`fresh=True`: with nothing). `url` is its address, `instance` its folder of data, `log()` what it printed.
    """

    def __init__(self, environ: dict[str, str] | None = None, deadline: float = 300.0, *, fresh: bool = False) -> None:
        self.instance = fast_folder("lablive-")
        if not fresh:
            shutil.copytree(once("live", _first_start), self.instance / "data")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = self.instance / "server.log"
        env = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "PUBLIC_URL", "LAB_MODE"}}
        env |= {
            "HOST": "127.0.0.1", "PORT": str(self.port), "LAB_INSTANCE": str(self.instance / "data"),
            "PYTHONUNBUFFERED": "1", **(environ or {}),
        }
        with self._log.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "lab_app.serve"], cwd=ROOT, env=env, stdin=subprocess.DEVNULL,
                stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            )
        try:
            self._wait(deadline)
        except BaseException:
            self.stop()
            raise

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise DidNotStart(f"the server ended with status {self._process.returncode}\n{self.log()}")
            try:
                with urllib.request.urlopen(self.url + "/verify", timeout=5):
                    return
            except urllib.error.HTTPError as answer:
                if answer.code < 500:
                    return
                raise DidNotStart(f"the first page answered {answer.code}\n{self.log()}") from answer
            except OSError:
                time.sleep(0.05)
        raise DidNotStart(f"no answer within {seconds:.0f} s\n{self.log()}")

    def log(self) -> str:
        """What the server printed so far."""
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""

    def stop(self) -> None:
        """End the server and its workers (its own process group) and remove its data."""
        self.end()
        shutil.rmtree(self.instance, ignore_errors=True)

    def end(self) -> None:
        """End the server and its workers; its data stays."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait(10)


def _first_start(to: Path) -> None:
    """A server begins with nothing, answers its first page and ends; its data is what others begin with."""
    server = LiveServer(fresh=True)
    try:
        server.end()
        checkpoint(server.instance / "data" / "laboratory.db")
        shutil.copytree(server.instance / "data", to)
    finally:
        server.stop()
